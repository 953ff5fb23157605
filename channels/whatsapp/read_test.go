package whatsapp

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"ventanilla/channels"
)

const ana = "100000000007919@lid"

// raw is a message as the handler writes it down.
func raw(t *testing.T, h header, m *waE2E.Message) channels.Raw {
	t.Helper()
	payload, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if h.Kind == "" {
		h.Kind = kindMessage
	}
	if h.ID == "" {
		h.ID = "3A01"
	}
	if h.Chat == "" {
		h.Chat, h.Sender = ana, ana
	}
	body, err := h.encode(payload)
	if err != nil {
		t.Fatal(err)
	}
	return channels.Raw{Medium: channels.WhatsApp, Body: body}
}

// spoken is a message of some kind, and what the desk makes of it.
type spoken struct {
	m       *waE2E.Message
	kind    channels.Kind
	said    string
	text    string // if not the same
	answers []string
	whole   string
	change  *channels.Change
	defects []string // of what is no aside
}

// kinds are the kinds of message that phones send.
func kinds() map[string]spoken {
	text := func(s string) *string { return &s }
	size := uint64(120_000)
	quote := &waE2E.ContextInfo{StanzaID: text("3EB0AA"), QuotedMessage: &waE2E.Message{Conversation: text("¿Cuál es\nsu número?")}}
	return map[string]spoken{
		"text":     {m: &waE2E.Message{Conversation: text("hola")}, said: "hola"},
		"long":     {m: &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: text("https://ejemplo.bo")}}, said: "https://ejemplo.bo"},
		"reply":    {m: &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: text("71234567"), ContextInfo: quote}}, said: "71234567", text: "> ¿Cuál es\n> su número?\n71234567", answers: []string{"100000000007919/3EB0AA"}},
		"photo":    {m: &waE2E.Message{ImageMessage: &waE2E.ImageMessage{Caption: text("esto sale"), FileLength: &size}}, said: "[Foto, 118 kB]\nesto sale"},
		"voice":    {m: &waE2E.Message{AudioMessage: &waE2E.AudioMessage{PTT: proto.Bool(true), Seconds: proto.Uint32(12), FileLength: &size}}, said: "[Nota de voz de 12 s, 118 kB]"},
		"audio":    {m: &waE2E.Message{AudioMessage: &waE2E.AudioMessage{FileLength: &size}}, said: "[Audio, 118 kB]"},
		"document": {m: &waE2E.Message{DocumentMessage: &waE2E.DocumentMessage{FileName: text(`..\..\etc/passwd`), FileLength: &size}}, said: "[Documento: passwd, 118 kB]"},
		"captioned": {m: &waE2E.Message{DocumentWithCaptionMessage: &waE2E.FutureProofMessage{Message: &waE2E.Message{
			DocumentMessage: &waE2E.DocumentMessage{FileName: text("nota.pdf"), Caption: text("la nota"), FileLength: &size}}}}, said: "[Documento: nota.pdf, 118 kB]\nla nota"},
		"sticker":     {m: &waE2E.Message{StickerMessage: &waE2E.StickerMessage{FileLength: &size}}, said: "[Sticker, 118 kB]"},
		"location":    {m: &waE2E.Message{LocationMessage: &waE2E.LocationMessage{DegreesLatitude: proto.Float64(-16.5), DegreesLongitude: proto.Float64(-68.15), Name: text("Alcaldía")}}, said: "[Ubicación]\nAlcaldía\nhttps://www.openstreetmap.org/?mlat=-16.500000&mlon=-68.150000#map=17/-16.500000/-68.150000"},
		"contact":     {m: &waE2E.Message{ContactMessage: &waE2E.ContactMessage{DisplayName: text("Juan"), Vcard: text("BEGIN:VCARD\nitem1.TEL;waid=591:+591 7 1\nTEL:222\nEND:VCARD")}}, said: "[Contacto] Juan\n+591 7 1\n222"},
		"vanishing":   {m: &waE2E.Message{EphemeralMessage: &waE2E.FutureProofMessage{Message: &waE2E.Message{Conversation: text("se borra")}}}, said: "se borra"},
		"view once":   {m: &waE2E.Message{ViewOnceMessageV2: &waE2E.FutureProofMessage{Message: &waE2E.Message{ImageMessage: &waE2E.ImageMessage{FileLength: &size}}}}, said: "[Foto para ver una sola vez, 118 kB]", defects: []string{"once-photo"}},
		"video once":  {m: &waE2E.Message{VideoMessage: &waE2E.VideoMessage{FileLength: &size, ViewOnce: proto.Bool(true)}}, said: "[Video para ver una sola vez, 118 kB]", defects: []string{"once-video"}},
		"voice once":  {m: &waE2E.Message{ViewOnceMessageV2Extension: &waE2E.FutureProofMessage{Message: &waE2E.Message{AudioMessage: &waE2E.AudioMessage{PTT: proto.Bool(true), Seconds: proto.Uint32(5), FileLength: &size}}}}, said: "[Nota de voz de 5 s para escuchar una sola vez, 118 kB]", defects: []string{"once-voice"}},
		"video":       {m: &waE2E.Message{VideoMessage: &waE2E.VideoMessage{FileLength: &size, Caption: text("así falla")}}, said: "[Video, 118 kB]\nasí falla"},
		"gif":         {m: &waE2E.Message{VideoMessage: &waE2E.VideoMessage{FileLength: &size, GifPlayback: proto.Bool(true)}}, said: "[Video, 118 kB]"},
		"round":       {m: &waE2E.Message{PtvMessage: &waE2E.VideoMessage{FileLength: &size}}, said: "[Video, 118 kB]"},
		"round once":  {m: &waE2E.Message{ViewOnceMessageV2: &waE2E.FutureProofMessage{Message: &waE2E.Message{PtvMessage: &waE2E.VideoMessage{FileLength: &size}}}}, said: "[Video para ver una sola vez, 118 kB]", defects: []string{"once-video"}},
		"live":        {m: &waE2E.Message{LiveLocationMessage: &waE2E.LiveLocationMessage{DegreesLatitude: proto.Float64(-16.5), DegreesLongitude: proto.Float64(-68.15), Caption: text("voy en camino")}}, said: "[Ubicación]\nvoy en camino\n(Ubicación en tiempo real: esta es la del primer momento.)\nhttps://www.openstreetmap.org/?mlat=-16.500000&mlon=-68.150000#map=17/-16.500000/-68.150000"},
		"contacts":    {m: &waE2E.Message{ContactsArrayMessage: &waE2E.ContactsArrayMessage{Contacts: []*waE2E.ContactMessage{{DisplayName: text("Juan"), Vcard: text("TEL:222")}, {DisplayName: text("Rosa"), Vcard: text("TEL:333")}}}}, said: "[Contacto] Juan\n222\n[Contacto] Rosa\n333"},
		"buttons":     {m: &waE2E.Message{ButtonsResponseMessage: &waE2E.ButtonsResponseMessage{SelectedButtonID: text("b1"), Response: &waE2E.ButtonsResponseMessage_SelectedDisplayText{SelectedDisplayText: "Sí, continuar"}}}, said: "Sí, continuar"},
		"template":    {m: &waE2E.Message{TemplateButtonReplyMessage: &waE2E.TemplateButtonReplyMessage{SelectedID: text("t1"), SelectedDisplayText: text("No, gracias")}}, said: "No, gracias"},
		"interactive": {m: &waE2E.Message{InteractiveResponseMessage: &waE2E.InteractiveResponseMessage{Body: &waE2E.InteractiveResponseMessage_Body{Text: text("Ver requisitos")}}}, said: "Ver requisitos"},
		"list":        {m: &waE2E.Message{ListResponseMessage: &waE2E.ListResponseMessage{Title: text("Consultar el estado de mi trámite"), SingleSelectReply: &waE2E.ListResponseMessage_SingleSelectReply{SelectedRowID: text("2")}}}, said: "Consultar el estado de mi trámite"},
		"poll":        {m: &waE2E.Message{PollCreationMessageV3: &waE2E.PollCreationMessage{Name: text("¿Cuándo?"), Options: []*waE2E.PollCreationMessage_Option{{OptionName: text("hoy")}}}}, said: "[Encuesta] ¿Cuándo?\n– hoy"},
		"edit": {m: &waE2E.Message{EditedMessage: &waE2E.FutureProofMessage{Message: &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
			Type: waE2E.ProtocolMessage_MESSAGE_EDIT.Enum(), Key: &waCommon.MessageKey{ID: text("3A00"), FromMe: proto.Bool(true)}, EditedMessage: &waE2E.Message{Conversation: text("a las 10")}}}}},
			said: "Corrigió un mensaje anterior. Ahora dice:\na las 10", answers: []string{"100000000007919/3A00"}, change: &channels.Change{Text: "a las 10"}},
		"deletion": {m: &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{Type: waE2E.ProtocolMessage_REVOKE.Enum(), Key: &waCommon.MessageKey{ID: text("3A00"), FromMe: proto.Bool(true)}}},
			kind: channels.Aside, said: "Borró un mensaje anterior", answers: []string{"100000000007919/3A00"}, change: &channels.Change{Deleted: true}},
		"reaction": {m: &waE2E.Message{ReactionMessage: &waE2E.ReactionMessage{Text: text("👍"), Key: &waCommon.MessageKey{ID: text("3EB0AA")}}},
			kind: channels.Aside, said: "Reaccionó con 👍", answers: []string{"100000000007919/3EB0AA"}},
		"hidden reaction": {m: &waE2E.Message{EncReactionMessage: &waE2E.EncReactionMessage{TargetMessageKey: &waCommon.MessageKey{ID: text("3EB0AA")}, EncPayload: []byte{1}, EncIV: []byte{2}}},
			kind: channels.Aside, said: "Reaccionó a un mensaje", answers: []string{"100000000007919/3EB0AA"}},
		"vote":    {m: &waE2E.Message{PollUpdateMessage: &waE2E.PollUpdateMessage{}}, kind: channels.Aside, said: "Votó en una encuesta", answers: nil},
		"timer":   {m: &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{Type: waE2E.ProtocolMessage_EPHEMERAL_SETTING.Enum(), EphemeralExpiration: proto.Uint32(86400)}}, kind: channels.Aside, said: "Cambió la duración de los mensajes temporales"},
		"album":   {m: &waE2E.Message{AlbumMessage: &waE2E.AlbumMessage{ExpectedImageCount: proto.Uint32(2)}}, kind: channels.Aside},
		"keys":    {m: &waE2E.Message{SenderKeyDistributionMessage: &waE2E.SenderKeyDistributionMessage{}}, kind: channels.Aside},
		"empty":   {m: &waE2E.Message{}, kind: channels.Aside},
		"unknown": {m: &waE2E.Message{BcallMessage: &waE2E.BCallMessage{}}, said: "[Mensaje de un tipo que esta mesa no puede mostrar]", defects: []string{"chat-unknown:bcallMessage"}},
	}
}

// kindsOfPrograms are what businesses send, and what phones send seldom.
func kindsOfPrograms() map[string]spoken {
	text, size := proto.String, uint64(120_000)
	child := func(kind waE2E.MessageAssociation_AssociationType, parent string) *waE2E.MessageContextInfo {
		return &waE2E.MessageContextInfo{MessageAssociation: &waE2E.MessageAssociation{AssociationType: kind.Enum(), ParentMessageKey: &waCommon.MessageKey{ID: &parent}}}
	}
	photo := &waE2E.ImageMessage{FileLength: &size}
	edit := func(now *waE2E.Message) *waE2E.Message {
		return &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
			Type: waE2E.ProtocolMessage_MESSAGE_EDIT.Enum(), Key: &waCommon.MessageKey{ID: text("3A00"), FromMe: proto.Bool(true)}, EditedMessage: now, TimestampMS: proto.Int64(1795454711500)}}
	}
	wrapped := func(m *waE2E.Message) *waE2E.FutureProofMessage { return &waE2E.FutureProofMessage{Message: m} }
	of := []string{"100000000007919/3A00"}
	return map[string]spoken{
		"group invite":   {m: &waE2E.Message{GroupInviteMessage: &waE2E.GroupInviteMessage{GroupName: text("Vecinos"), Caption: text("únase"), InviteCode: text("x")}}, said: "[Invitación a un grupo] Vecinos\núnase"},
		"channel invite": {m: &waE2E.Message{NewsletterAdminInviteMessage: &waE2E.NewsletterAdminInviteMessage{NewsletterName: text("Noticias")}}, said: "[Invitación a un canal] Noticias"},
		"business template": {m: &waE2E.Message{TemplateMessage: &waE2E.TemplateMessage{HydratedTemplate: &waE2E.TemplateMessage_HydratedFourRowTemplate{
			Title: &waE2E.TemplateMessage_HydratedFourRowTemplate_HydratedTitleText{HydratedTitleText: "Su boleta"}, HydratedContentText: text("Está lista."),
			HydratedButtons: []*waE2E.HydratedTemplateButton{{HydratedButton: &waE2E.HydratedTemplateButton_QuickReplyButton{QuickReplyButton: &waE2E.HydratedTemplateButton_HydratedQuickReplyButton{DisplayText: text("Verla")}}}}}}},
			said: "Su boleta\nEstá lista.\n– Verla"},
		"template with a photo": {m: &waE2E.Message{TemplateMessage: &waE2E.TemplateMessage{HydratedTemplate: &waE2E.TemplateMessage_HydratedFourRowTemplate{
			Title: &waE2E.TemplateMessage_HydratedFourRowTemplate_ImageMessage{ImageMessage: photo}, HydratedContentText: text("Mire")}}}, said: "[Foto, 118 kB]\nMire"},
		"business menu":        {m: &waE2E.Message{ListMessage: &waE2E.ListMessage{Title: text("Elija"), Sections: []*waE2E.ListMessage_Section{{Rows: []*waE2E.ListMessage_Row{{Title: text("Saldo")}, {Title: text("Turno")}}}}}}, said: "Elija\n– Saldo\n– Turno"},
		"business buttons":     {m: &waE2E.Message{ButtonsMessage: &waE2E.ButtonsMessage{ContentText: text("¿Sigue?"), Buttons: []*waE2E.ButtonsMessage_Button{{ButtonText: &waE2E.ButtonsMessage_Button_ButtonText{DisplayText: text("Sí")}}}}}, said: "¿Sigue?\n– Sí"},
		"business card":        {m: &waE2E.Message{InteractiveMessage: &waE2E.InteractiveMessage{Header: &waE2E.InteractiveMessage_Header{Title: text("Aviso")}, Body: &waE2E.InteractiveMessage_Body{Text: text("Hay corte")}}}, said: "Aviso\nHay corte"},
		"product":              {m: &waE2E.Message{ProductMessage: &waE2E.ProductMessage{Product: &waE2E.ProductMessage_ProductSnapshot{Title: text("Mesa")}}}, said: "[Producto] Mesa"},
		"event":                {m: &waE2E.Message{EventMessage: &waE2E.EventMessage{Name: text("Reunión"), StartTime: proto.Int64(1795454711)}}, said: "[Evento] Reunión\n23/11/2026 13:25"},
		"payment":              {m: &waE2E.Message{RequestPaymentMessage: &waE2E.RequestPaymentMessage{NoteMessage: &waE2E.Message{Conversation: text("50 Bs")}}}, said: "[Pedido de un pago]\n50 Bs"},
		"poll result":          {m: &waE2E.Message{PollResultSnapshotMessage: &waE2E.PollResultSnapshotMessage{Name: text("¿Sí?"), PollVotes: []*waE2E.PollResultSnapshotMessage_PollVote{{OptionName: text("sí"), OptionVoteCount: proto.Int64(3)}}}}, said: "[Encuesta] Resultado: ¿Sí?\n– sí: 3"},
		"new poll":             {m: &waE2E.Message{PollCreationMessageV4: wrapped(&waE2E.Message{PollCreationMessageV6: &waE2E.PollCreationMessage{Name: text("¿Cuál?")}})}, said: "[Encuesta] ¿Cuál?"},
		"in an album":          {m: &waE2E.Message{ImageMessage: photo, MessageContextInfo: child(waE2E.MessageAssociation_MEDIA_ALBUM, "3A00")}, said: "[Foto, 118 kB]", answers: of, whole: of[0]},
		"better photo":         {m: &waE2E.Message{AssociatedChildMessage: wrapped(&waE2E.Message{ImageMessage: photo}), MessageContextInfo: child(waE2E.MessageAssociation_HD_IMAGE_DUAL_UPLOAD, "3A00")}, said: "[Foto en mejor calidad, 118 kB]", answers: of},
		"forwarded":            {m: &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: text("cadena"), ContextInfo: &waE2E.ContextInfo{IsForwarded: proto.Bool(true), ForwardingScore: proto.Uint32(1)}}}, said: "cadena", defects: []string{"forwarded"}},
		"forwarded many times": {m: &waE2E.Message{ImageMessage: &waE2E.ImageMessage{FileLength: &size, ContextInfo: &waE2E.ContextInfo{IsForwarded: proto.Bool(true), ForwardingScore: proto.Uint32(127)}}}, said: "[Foto, 118 kB]", defects: []string{"forwarded-often"}},
		"spoiler":              {m: &waE2E.Message{SpoilerMessage: wrapped(&waE2E.Message{Conversation: text("tapado")})}, said: "tapado"},
		"no number":            {m: &waE2E.Message{ContactMessage: &waE2E.ContactMessage{DisplayName: text("Rosa"), Vcard: text("BEGIN:VCARD\nFN:Rosa\nEND:VCARD")}}, said: "[Contacto] Rosa"},
		"menu by id":           {m: &waE2E.Message{ListResponseMessage: &waE2E.ListResponseMessage{SingleSelectReply: &waE2E.ListResponseMessage_SingleSelectReply{SelectedRowID: text("2")}}}, said: "2"},
		"new caption":          {m: edit(&waE2E.Message{ImageMessage: &waE2E.ImageMessage{Caption: text("el error")}}), said: "Corrigió un mensaje anterior. Ahora dice:\nel error", answers: of, change: &channels.Change{Text: "el error"}},
		"no caption":           {m: edit(&waE2E.Message{ImageMessage: &waE2E.ImageMessage{}}), said: "Corrigió un mensaje anterior. Ahora dice:\n[Foto sin texto]", answers: of, change: &channels.Change{Text: "[Foto sin texto]"}},
		"sealed edit":          {m: &waE2E.Message{SecretEncryptedMessage: &waE2E.SecretEncryptedMessage{SecretEncType: waE2E.SecretEncryptedMessage_MESSAGE_EDIT.Enum(), TargetMessageKey: &waCommon.MessageKey{ID: text("3A00")}}}, said: "[Corrigió un mensaje anterior, pero lo que dice ahora no se pudo descifrar. Hay que pedirlo de nuevo.]", answers: of, defects: []string{Unread}},
		"pin":                  {m: &waE2E.Message{PinInChatMessage: &waE2E.PinInChatMessage{Key: &waCommon.MessageKey{ID: text("3A00")}, Type: waE2E.PinInChatMessage_PIN_FOR_ALL.Enum()}}, kind: channels.Aside, said: "Fijó un mensaje en el chat", answers: of},
		"deletion of another's": {m: &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{Type: waE2E.ProtocolMessage_REVOKE.Enum(), Key: &waCommon.MessageKey{ID: text("3A00"), FromMe: proto.Bool(false)}}},
			kind: channels.Aside, said: "Quiso cambiar un mensaje que no es suyo", answers: of},
	}
}

// allKinds are all that the tests know.
func allKinds() map[string]spoken {
	all := kinds()
	maps.Copy(all, kindsOfPrograms())
	return all
}

// Every kind of message becomes something that a person can use.
func TestKinds(t *testing.T) {
	for name, c := range allKinds() {
		t.Run(name, func(t *testing.T) {
			if c.kind == "" {
				c.kind = channels.Human
			}
			if c.text == "" {
				c.text = c.said
			}
			r := raw(t, header{Number: "+59176543210", Name: "Ana", At: 1795454711}, c.m)
			rep := read("whatsapp", r)
			want := channels.Report{Channel: "whatsapp", Medium: channels.WhatsApp, Kind: c.kind, ExternalID: "100000000007919/3A01", Said: c.said, Text: c.text, Answers: c.answers, Whole: c.whole, Change: c.change,
				From: channels.Address{Medium: channels.WhatsApp, Value: "+59176543210", Name: "Ana"}, SentAt: time.Unix(1795454711, 0).UTC(), Defects: rep.Defects}
			if d := cmp.Diff(want, rep); d != "" {
				t.Error(d)
			}
			if c.kind == channels.Aside && len(rep.Defects) == 0 || c.kind != channels.Aside && !slices.Equal(rep.Defects, c.defects) {
				t.Errorf("defects: %q", rep.Defects)
			}
			if d := cmp.Diff(rep, read("whatsapp", r)); d != "" {
				t.Errorf("a second reading differs: %s", d)
			}
		})
	}
}

// What is not said to the office in private opens nothing, and refers to nothing.
func TestNotForTheDesk(t *testing.T) {
	m := &waE2E.Message{Conversation: proto.String("reunión a las 3, caso 2026-000001")}
	for chat, why := range map[string]string{
		"120363000000000000@g.us": asideGroup, "status@broadcast": asideBroadcast, "1203@newsletter": asideNewsletter, "867051@bot": asideProgram,
	} {
		rep := read("whatsapp", raw(t, header{ID: "1", Chat: chat, Sender: ana}, m))
		if rep.Kind != channels.Aside || !slices.Equal(rep.Defects, []string{why}) || rep.Answers != nil {
			t.Errorf("%s: %+v", chat, rep)
		}
	}
	if rep := read("whatsapp", raw(t, header{FromMe: true}, m)); rep.Kind != channels.Aside {
		t.Errorf("own phone: %+v", rep)
	}
}

// Two senders may use one id; a number of 20 digits is no number.
func TestNames(t *testing.T) {
	a, b := header{Kind: kindMessage, ID: "1", Chat: "1@lid", Sender: "1@lid"}, header{Kind: kindMessage, ID: "1", Chat: "2@lid", Sender: "2@lid"}
	g, k := header{Kind: kindMessage, ID: "1", Chat: "9@g.us", Sender: "1@lid"}, header{Kind: kindMessage, ID: "1", Chat: "9@g.us", Sender: "2@lid"}
	f := header{Kind: kindFile, ID: "1", Chat: "1@lid", Sender: "1@lid"}
	seen := map[string]bool{}
	for _, h := range []header{a, b, g, k, f} {
		if seen[h.external()] {
			t.Errorf("%q twice", h.external())
		}
		seen[h.external()] = true
	}
	for h, want := range map[header]string{
		{Sender: "59176543210@s.whatsapp.net"}:                  "+59176543210",
		{Sender: "12345678901234567890@s.whatsapp.net"}:         "wa:12345678901234567890",
		{Sender: "100000000007919@lid"}:                         "lid:100000000007919",
		{Sender: "100000000007919@lid", Number: "+59176543210"}: "+59176543210",
		{Sender: "abc@s.whatsapp.net"}:                          "wa:abc",
	} {
		if got := h.address(); got != want {
			t.Errorf("%s is %q, not %q", h.Sender, got, want)
		}
	}
}

// Bad input is handled, shown, and not lost.
func TestBadInput(t *testing.T) {
	bomb := "BEGIN:VCARD\n" + strings.Repeat("TEL:"+strings.Repeat("9", 1000)+"\n", 5_000)
	for name, m := range map[string]*waE2E.Message{
		"vCard bomb": {ContactMessage: &waE2E.ContactMessage{DisplayName: proto.String("x"), Vcard: &bomb}},
		"null parts": {ProtocolMessage: &waE2E.ProtocolMessage{Type: waE2E.ProtocolMessage_MESSAGE_EDIT.Enum()}},
		"deep": func() *waE2E.Message {
			m := &waE2E.Message{Conversation: proto.String("fondo")}
			for range 200 {
				m = &waE2E.Message{EphemeralMessage: &waE2E.FutureProofMessage{Message: m}}
			}
			return m
		}(),
	} {
		if rep := read("whatsapp", raw(t, header{}, m)); len(rep.Said) > 1000 || rep.Kind == channels.None {
			t.Errorf("%s: %s, %d bytes", name, rep.Kind, len(rep.Said))
		}
	}
	long := strings.Repeat("ñ🙂", 65_536/2)
	if rep := read("whatsapp", raw(t, header{At: 1}, &waE2E.Message{Conversation: &long})); rep.Said != long || rep.SentAt.Year() != 1970 {
		t.Errorf("%d of %d bytes, %v", len(rep.Said), len(long), rep.SentAt)
	}
	for _, body := range []string{"", "{}", "{\n", "{}\n", `{"v":99}` + "\n", `{"v":1,"kind":"message"}` + "\n\xff\xff"} {
		if rep := read("whatsapp", channels.Raw{Body: []byte(body)}); len(rep.Defects) == 0 {
			t.Errorf("%q: no defect", body)
		}
	}
	for in, want := range map[string]string{"../../x.pdf": "x.pdf", "a\u202efdp.exe": "afdp.exe", "\x00": "", "/": "", strings.Repeat("a", 500) + ".pdf": strings.Repeat("a", 100) + "…" + strings.Repeat("a", 15) + ".pdf"} {
		if got := safeName(in); got != want {
			t.Errorf("%q becomes %q", in, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	h := header{Kind: kindMessage, ID: "1", Chat: ana, Sender: ana}
	for _, m := range []*waE2E.Message{{Conversation: proto.String("hola")}, {ImageMessage: &waE2E.ImageMessage{Caption: proto.String("x")}}} {
		b, _ := proto.Marshal(m)
		body, _ := h.encode(b)
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r := channels.Raw{Medium: channels.WhatsApp, Body: body}
		if d := cmp.Diff(read("w", r), read("w", r)); d != "" {
			t.Error(d)
		}
	})
}
