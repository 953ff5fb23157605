package whatsapp

import (
	"cmp"
	"strings"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"

	"ventanilla/channels"
)

// Read implements channels.Reader. A message that nobody of the public said to
// the office alone (groups, statuses, own answers, reactions) is an Aside,
// whose first defect says why.
func (a *Account) Read(channel string, r channels.Raw) channels.Report { return read(channel, r) }

func read(channel string, r channels.Raw) channels.Report {
	rep := channels.Report{Channel: channel, Medium: channels.WhatsApp, Kind: channels.None, ReceivedAt: r.Received}
	h, payload, err := decode(r.Body)
	if err != nil {
		rep.Defects = append(rep.Defects, defectMalformed+":"+err.Error())
		return rep
	}
	rep.SentAt, rep.ExternalID = h.sentAt(), ref(h.Chat, h.ID)
	rep.From = channels.Address{Medium: channels.WhatsApp, Value: h.address(), Name: clip(h.Business, h.Name)}
	if reply, _, _ := strings.Cut(h.Reply, "#"); reply != "" { // whichever part of it: a file, a second text
		rep.Answers = append(rep.Answers, reply)
	}
	switch h.Kind {
	case kindMessage:
		readMessage(&rep, h, payload)
	case kindFile:
		readFile(&rep, h, payload)
	case kindUnread:
		rep.Kind = channels.Human
		readUnread(&rep, h)
	case kindCall:
		rep.Kind = channels.CallEvent
		rep.Call = &channels.Call{ID: "wa-" + h.ID, Direction: "in", From: h.address(), Started: h.sentAt(), Event: "hangup", Cause: "llamada de WhatsApp"}
		rep.Said = "Llamó por WhatsApp; la mesa no atiende llamadas por ahí."
	}
	if rep.Text == "" {
		rep.Text = rep.Said
	}
	return rep
}

func readMessage(rep *channels.Report, h header, payload []byte) {
	raw := &waE2E.Message{}
	if err := proto.Unmarshal(payload, raw); err != nil {
		rep.Kind, rep.Said = channels.Human, "[Mensaje que no se pudo leer]"
		rep.Defects = append(rep.Defects, defectMalformed+":"+err.Error())
		return
	}
	m := unwrap(raw)
	c := describe(m)
	rep.Kind, rep.Said, rep.Text = channels.Human, c.said, join(quoted(m), c.said)
	if h.Skipped == "size" {
		rep.Said = join(rep.Said, "(El archivo pesa más de lo permitido y no se guarda.)")
		rep.Text = join(quoted(m), rep.Said)
	}
	if o := onceOf(m); h.Skipped != "" {
		rep.Defects = append(rep.Defects, o.defects(defectOnceLost)...)
	} else {
		rep.Defects = append(rep.Defects, o.defects()...)
	}
	if f := forwarded(m); f != "" {
		rep.Defects = append(rep.Defects, f)
	}
	rep.Change = c.change
	if c.defect != "" {
		rep.Defects = append(rep.Defects, c.defect)
	}
	if h.Again {
		rep.Answers = append(rep.Answers, rep.ExternalID)
	}
	if id := refersTo(m); id != "" {
		rep.Answers = append(rep.Answers, ref(h.Chat, id))
	}
	if id := albumOf(m); id != "" {
		rep.Whole = ref(h.Chat, id)
	}
	if why := aside(h); h.FromMe && h.To != "" && c.aside == "" && c.said != "" {
		rep.Kind = channels.Outside
		rep.To = []channels.Address{{Medium: channels.WhatsApp, Value: h.To}}
	} else if why != "" {
		rep.Kind, rep.Answers, rep.Whole = channels.Aside, nil, ""
		rep.Defects = append([]string{why}, rep.Defects...)
	} else if c.aside != "" {
		rep.Kind = channels.Aside
		rep.Defects = append([]string{c.aside}, rep.Defects...)
	}
}

// aside says why a message is nobody's report, by where it was said; empty for
// a private chat's.
func aside(h header) string {
	_, server, _ := strings.Cut(h.Chat, "@")
	switch {
	case h.FromMe:
		return asideOwnPhone
	case server == types.GroupServer:
		return asideGroup
	case server == types.BroadcastServer:
		return asideBroadcast
	case server == types.NewsletterServer:
		return asideNewsletter
	case server != types.DefaultUserServer && server != types.HiddenUserServer:
		return asideProgram
	}
	return ""
}

// readUnread stands in for a message that could not be read or was not given.
func readUnread(rep *channels.Report, h header) {
	rep.Said, rep.Defects = "[Mandó un mensaje que no se pudo descifrar. Si no llega en unos minutos, hay que pedirlo de nuevo.]", []string{Unread}
	if h.Missing == string(events.UnavailableTypeViewOnce) {
		o := cmp.Or(h.Once, onceMedia)
		rep.Said, rep.Defects = o.notGiven(), append(rep.Defects, o.defects(defectOnceLost)...)
	}
}

// readFile is a file that was fetched later: it joins its message.
func readFile(rep *channels.Report, h header, payload []byte) {
	rep.Kind = channels.Human
	rep.Answers = append(rep.Answers, rep.ExternalID)
	rep.ExternalID += "#file"
	if h.Skipped != "" {
		rep.Said = h.Once.lost()
		if h.Once != "" {
			rep.Defects = append(rep.Defects, defectOnceLost)
		}
		rep.Defects = append(rep.Defects, h.Skipped)
		return
	}
	if h.Once != "" {
		rep.Defects = append(rep.Defects, defectOnceKept)
	}
	rep.Said = "[Archivo recibido] " + h.FileName
	rep.Files = []channels.File{{Name: h.FileName, Type: h.FileType, Data: payload}}
}

// clip gives the first name there is, short and in one line.
func clip(names ...string) string {
	for _, n := range names {
		if n = strings.Join(strings.Fields(n), " "); n != "" {
			if runes := []rune(n); len(runes) > 100 {
				n = string(runes[:100])
			}
			return n
		}
	}
	return ""
}
