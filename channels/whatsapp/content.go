package whatsapp

import (
	"cmp"
	"fmt"
	"strings"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"ventanilla/channels"
)

// content is what a message says, in words that a person can read.
type content struct {
	said   string
	aside  string // why it opens no case; empty for what a person said
	change *channels.Change
	defect string
}

// describe reads a message of any kind. The order matters only where WhatsApp
// sends two kinds in one.
func describe(m *waE2E.Message) content {
	switch {
	case m.GetProtocolMessage() != nil:
		return protocolMessage(m.GetProtocolMessage())
	case m.GetReactionMessage() != nil:
		if t := m.GetReactionMessage().GetText(); t != "" {
			return content{said: "Reaccionó con " + t, aside: asideReaction}
		}
		return content{said: "Quitó su reacción", aside: asideReaction}
	case m.GetEncReactionMessage() != nil:
		return content{said: "Reaccionó a un mensaje", aside: asideReaction}
	case m.GetAlbumMessage() != nil: // its pictures follow, each a message
		return content{aside: asideTechnical}
	case m.GetPinInChatMessage() != nil:
		if m.GetPinInChatMessage().GetType() == waE2E.PinInChatMessage_UNPIN_FOR_ALL {
			return content{said: "Dejó de fijar un mensaje en el chat", aside: asideChatSetting}
		}
		return content{said: "Fijó un mensaje en el chat", aside: asideChatSetting}
	case m.GetKeepInChatMessage() != nil:
		return content{said: "Cambió si un mensaje temporal se conserva", aside: asideChatSetting}
	case m.GetRequestPhoneNumberMessage() != nil:
		return content{said: "Pidió ver el número de esta oficina", aside: asideChatSetting}
	case m.GetCallLogMesssage() != nil, m.GetMessageHistoryNotice() != nil, m.GetPlaceholderMessage() != nil:
		return content{aside: asideTechnical}
	case m.GetEncEventResponseMessage() != nil:
		return content{said: "Respondió a la invitación a un evento", aside: asideVote}
	case m.GetSecretEncryptedMessage() != nil:
		return sealedChange(m.GetSecretEncryptedMessage())
	case m.GetConversation() != "":
		return content{said: m.GetConversation()}
	case m.GetExtendedTextMessage() != nil:
		return content{said: m.GetExtendedTextMessage().GetText()}
	}
	if f := fileOf(m); f != nil {
		return content{said: join(f.placeholder(), cmp.Or(f.caption, offerOf(m).said()))}
	}
	for _, read := range []func(*waE2E.Message) string{structured, offered, invitation} {
		if said := read(m); said != "" {
			return content{said: said}
		}
	}
	return rest(m)
}

func offered(m *waE2E.Message) string { return offerOf(m).said() }

// protocolMessage reads edits, deletions and what programs tell each other.
func protocolMessage(p *waE2E.ProtocolMessage) content {
	edits := p.GetType() == waE2E.ProtocolMessage_MESSAGE_EDIT || p.GetType() == waE2E.ProtocolMessage_REVOKE
	if edits && !p.GetKey().GetFromMe() { // as its sender sees it; nobody changes what another wrote
		return content{said: "Quiso cambiar un mensaje que no es suyo", aside: asideForeign}
	}
	switch p.GetType() {
	case waE2E.ProtocolMessage_MESSAGE_EDIT:
		if now := corrected(unwrap(p.GetEditedMessage())); now != "" {
			return content{said: "Corrigió un mensaje anterior. Ahora dice:\n" + now, change: &channels.Change{Text: now}}
		}
		return content{said: "Corrigió un mensaje anterior", aside: asideEmptyEdit}
	case waE2E.ProtocolMessage_REVOKE:
		return content{said: "Borró un mensaje anterior", aside: asideDeleted, change: &channels.Change{Deleted: true}}
	case waE2E.ProtocolMessage_EPHEMERAL_SETTING:
		return content{said: "Cambió la duración de los mensajes temporales", aside: asideChatSetting}
	}
	return content{aside: asideTechnical}
}

// corrected is what a message says since it was edited; of a file, which stays as
// it was, the words below it. Empty where nobody can say it.
func corrected(m *waE2E.Message) string {
	if m.GetProtocolMessage() != nil { // an edit of an edit, which no phone sends
		return ""
	}
	if f := fileOf(m); f != nil {
		return cmp.Or(f.caption, "["+f.label+" sin texto]")
	}
	return describe(m).said
}

// sealedChange is a change of an earlier message whose key the desk did not have.
func sealedChange(s *waE2E.SecretEncryptedMessage) content {
	if s.GetSecretEncType() == waE2E.SecretEncryptedMessage_MESSAGE_EDIT {
		return content{said: "[Corrigió un mensaje anterior, pero lo que dice ahora no se pudo descifrar. Hay que pedirlo de nuevo.]", defect: Unread}
	}
	return content{said: "Cambió un evento o una encuesta", aside: asideVote}
}

// structured reads places, contacts, polls and answers to menus.
func structured(m *waE2E.Message) string {
	switch {
	case m.GetLocationMessage() != nil:
		l := m.GetLocationMessage()
		return place(l.GetDegreesLatitude(), l.GetDegreesLongitude(), l.GetName(), l.GetAddress())
	case m.GetLiveLocationMessage() != nil:
		l := m.GetLiveLocationMessage()
		return place(l.GetDegreesLatitude(), l.GetDegreesLongitude(), l.GetCaption(), "(Ubicación en tiempo real: esta es la del primer momento.)")
	case m.GetContactMessage() != nil:
		return contact(m.GetContactMessage())
	case m.GetContactsArrayMessage() != nil:
		var all []string
		for _, c := range m.GetContactsArrayMessage().GetContacts()[:min(20, len(m.GetContactsArrayMessage().GetContacts()))] {
			all = append(all, contact(c))
		}
		return join(all...)
	case m.GetListResponseMessage() != nil:
		l := m.GetListResponseMessage()
		return cmp.Or(join(l.GetTitle(), l.GetDescription()), l.GetSingleSelectReply().GetSelectedRowID())
	case m.GetButtonsResponseMessage() != nil:
		return cmp.Or(m.GetButtonsResponseMessage().GetSelectedDisplayText(), m.GetButtonsResponseMessage().GetSelectedButtonID())
	case m.GetTemplateButtonReplyMessage() != nil:
		return cmp.Or(m.GetTemplateButtonReplyMessage().GetSelectedDisplayText(), m.GetTemplateButtonReplyMessage().GetSelectedID())
	case m.GetInteractiveResponseMessage() != nil:
		i := m.GetInteractiveResponseMessage()
		return cmp.Or(i.GetBody().GetText(), i.GetNativeFlowResponseMessage().GetParamsJSON())
	case m.GetCommentMessage() != nil:
		return plainText(m.GetCommentMessage().GetMessage())
	case m.GetQuestionResponseMessage() != nil:
		return m.GetQuestionResponseMessage().GetText()
	}
	return polled(m)
}

// polled reads polls in the forms that they had over the years.
func polled(m *waE2E.Message) string {
	for _, p := range []*waE2E.PollCreationMessage{m.GetPollCreationMessage(), m.GetPollCreationMessageV2(), m.GetPollCreationMessageV3(), m.GetPollCreationMessageV5(), m.GetPollCreationMessageV6()} {
		if p != nil {
			return poll(p)
		}
	}
	for _, p := range []*waE2E.PollResultSnapshotMessage{m.GetPollResultSnapshotMessage(), m.GetPollResultSnapshotMessageV3()} {
		if p != nil {
			return votes(p)
		}
	}
	return ""
}

func poll(p *waE2E.PollCreationMessage) string {
	lines := []string{"[Encuesta] " + p.GetName()}
	for _, o := range p.GetOptions() {
		lines = append(lines, "– "+o.GetOptionName())
	}
	return join(lines...)
}

// rest is what is left: votes, what has no content, and kinds unknown to us,
// which are named so that somebody can ask.
func rest(m *waE2E.Message) content {
	if m.GetPollUpdateMessage() != nil {
		return content{said: "Votó en una encuesta", aside: asideVote}
	}
	var kinds []string
	m.ProtoReflect().Range(func(f protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		switch f.Name() {
		case "messageContextInfo", "senderKeyDistributionMessage", "fastRatchetKeySenderKeyDistributionMessage":
		default:
			kinds = append(kinds, string(f.Name()))
		}
		return true
	})
	if len(kinds) == 0 && len(m.ProtoReflect().GetUnknown()) == 0 {
		return content{aside: asideEmptyMessage}
	}
	name := "?"
	if len(kinds) > 0 {
		name = kinds[0]
	}
	return content{said: "[Mensaje de un tipo que esta mesa no puede mostrar]", defect: defectUnknown + ":" + name}
}

func place(lat, lon float64, words ...string) string {
	link := fmt.Sprintf("https://www.openstreetmap.org/?mlat=%.6f&mlon=%.6f#map=17/%.6f/%.6f", lat, lon, lat, lon)
	return join(append([]string{"[Ubicación]"}, append(words, link)...)...)
}

// contact reads a name and the numbers of a vCard, of which no more is looked
// at than a real one holds.
func contact(c *waE2E.ContactMessage) string {
	card := c.GetVcard()
	lines := []string{"[Contacto] " + c.GetDisplayName()}
	for line := range strings.Lines(card[:min(len(card), 32<<10)]) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if _, bare, grouped := strings.Cut(name, "."); grouped {
			name = bare // item1.TEL
		}
		key, _, _ := strings.Cut(name, ";")
		if ok && strings.EqualFold(key, "TEL") && len(lines) < 6 {
			lines = append(lines, value[:min(len(value), 40)])
		}
	}
	return join(lines...)
}

// join puts lines together without the empty ones.
func join(lines ...string) string {
	var all []string
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			all = append(all, l)
		}
	}
	return strings.Join(all, "\n")
}

// contexts is what most kinds of message have: what they quote, how long they stay.
func contextOf(m *waE2E.Message) (found *waE2E.ContextInfo) {
	m.ProtoReflect().Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if f.Message() == nil || f.IsList() || f.IsMap() {
			return true
		}
		if c, ok := v.Message().Interface().(interface{ GetContextInfo() *waE2E.ContextInfo }); ok && c.GetContextInfo() != nil {
			found = c.GetContextInfo()
			return false
		}
		return true
	})
	return found
}

// refersTo is the id of the message that this one answers, edits, deletes or
// reacts to; empty if none.
func refersTo(m *waE2E.Message) string {
	switch {
	case m.GetProtocolMessage().GetKey() != nil:
		return m.GetProtocolMessage().GetKey().GetID()
	case m.GetReactionMessage() != nil:
		return m.GetReactionMessage().GetKey().GetID()
	case m.GetEncReactionMessage() != nil:
		return m.GetEncReactionMessage().GetTargetMessageKey().GetID()
	case m.GetPollUpdateMessage() != nil:
		return m.GetPollUpdateMessage().GetPollCreationMessageKey().GetID()
	case m.GetPinInChatMessage() != nil:
		return m.GetPinInChatMessage().GetKey().GetID()
	case m.GetKeepInChatMessage() != nil:
		return m.GetKeepInChatMessage().GetKey().GetID()
	case m.GetSecretEncryptedMessage() != nil:
		return m.GetSecretEncryptedMessage().GetTargetMessageKey().GetID()
	}
	return cmp.Or(contextOf(m).GetStanzaID(), partOf(m))
}

// forwardedMuch is the count from which apps write "forwarded many times".
const forwardedMuch = 5

// forwarded says that these are somebody else's words, passed on; empty if not.
func forwarded(m *waE2E.Message) string {
	switch c := contextOf(m); {
	case c.GetForwardingScore() >= forwardedMuch:
		return defectForwardedMuch
	case c.GetIsForwarded() || c.GetForwardingScore() > 0:
		return defectForwarded
	}
	return ""
}

// expiration is how long messages of the chat stay, in seconds, 0 for ever; known
// is false for a message that does not tell, as a reaction, which has no place for it.
func expiration(m *waE2E.Message) (seconds uint32, known bool) {
	if p := m.GetProtocolMessage(); p != nil {
		return p.GetEphemeralExpiration(), p.GetType() == waE2E.ProtocolMessage_EPHEMERAL_SETTING
	}
	c := contextOf(m)
	return c.GetExpiration(), c != nil || m.GetConversation() != ""
}

// quoted is what a message quotes, as lines that start with ">".
func quoted(m *waE2E.Message) string {
	q := contextOf(m).GetQuotedMessage()
	if q == nil {
		return ""
	}
	said := describe(unwrap(proto.Clone(q).(*waE2E.Message))).said
	if said == "" {
		return ""
	}
	if runes := []rune(said); len(runes) > 1000 {
		said = string(runes[:1000]) + "…"
	}
	return "> " + strings.ReplaceAll(said, "\n", "\n> ")
}
