package whatsapp

import (
	"fmt"
	"strings"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types/events"
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

// unwrap takes a message out of what it may be wrapped in: copies of the own
// phone, disappearing, view-once and edited messages.
func unwrap(m *waE2E.Message) *waE2E.Message {
	e := (&events.Message{RawMessage: m}).UnwrapRaw()
	if e.IsViewOnce {
		markOnce(e.Message)
	}
	return e.Message
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
	case m.GetConversation() != "":
		return content{said: m.GetConversation()}
	case m.GetExtendedTextMessage() != nil:
		return content{said: m.GetExtendedTextMessage().GetText()}
	}
	if f := fileOf(m); f != nil {
		return content{said: join(f.placeholder(), f.caption)}
	}
	if said := structured(m); said != "" {
		return content{said: said}
	}
	return rest(m)
}

// protocolMessage reads edits, deletions and what programs tell each other.
func protocolMessage(p *waE2E.ProtocolMessage) content {
	edits := p.GetType() == waE2E.ProtocolMessage_MESSAGE_EDIT || p.GetType() == waE2E.ProtocolMessage_REVOKE
	if edits && !p.GetKey().GetFromMe() { // as its sender sees it; nobody changes what another wrote
		return content{said: "Quiso cambiar un mensaje que no es suyo", aside: asideForeign}
	}
	switch p.GetType() {
	case waE2E.ProtocolMessage_MESSAGE_EDIT:
		if now := describe(unwrap(p.GetEditedMessage())); now.said != "" {
			return content{said: "Corrigió un mensaje anterior. Ahora dice:\n" + now.said, change: &channels.Change{Text: now.said}}
		}
		return content{said: "Corrigió un mensaje anterior", aside: asideEmptyEdit}
	case waE2E.ProtocolMessage_REVOKE:
		return content{said: "Borró un mensaje anterior", aside: asideDeleted, change: &channels.Change{Deleted: true}}
	case waE2E.ProtocolMessage_EPHEMERAL_SETTING:
		return content{said: "Cambió la duración de los mensajes temporales", aside: asideChatSetting}
	}
	return content{aside: asideTechnical}
}

// structured reads places, contacts, polls and answers to menus.
func structured(m *waE2E.Message) string {
	switch {
	case m.GetLocationMessage() != nil:
		l := m.GetLocationMessage()
		return place(l.GetDegreesLatitude(), l.GetDegreesLongitude(), l.GetName(), l.GetAddress())
	case m.GetLiveLocationMessage() != nil:
		l := m.GetLiveLocationMessage()
		return place(l.GetDegreesLatitude(), l.GetDegreesLongitude(), l.GetCaption())
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
		return join(l.GetTitle(), l.GetDescription())
	case m.GetButtonsResponseMessage() != nil:
		return m.GetButtonsResponseMessage().GetSelectedDisplayText()
	case m.GetTemplateButtonReplyMessage() != nil:
		return m.GetTemplateButtonReplyMessage().GetSelectedDisplayText()
	case m.GetInteractiveResponseMessage() != nil:
		return m.GetInteractiveResponseMessage().GetBody().GetText()
	}
	for _, p := range []*waE2E.PollCreationMessage{m.GetPollCreationMessage(), m.GetPollCreationMessageV2(), m.GetPollCreationMessageV3()} {
		if p != nil {
			return poll(p)
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
	}
	return contextOf(m).GetStanzaID()
}

func expiration(m *waE2E.Message) uint32 { return contextOf(m).GetExpiration() }

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
