package demo

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"ventanilla/channels/phone"
	"ventanilla/channels/whatsapp/loopback"
)

// deskNumber is the office's WhatsApp; its phone shows deskName.
const (
	deskNumber = "+59171200000"
	deskName   = "Soporte Técnico AGETIC"
)

// trust lets this process reach loopback servers instead of WhatsApp, for good:
// a demo never speaks to the real one.
var trust = sync.OnceFunc(loopback.TrustLoopback)

// chats is the citizens' WhatsApp: a server on loopback, the office's phone, to
// which the desk is linked as a device, and the phones of the citizens.
type chats struct {
	server *loopback.Server
	client *http.Client // the desk's way to the server
	office *loopback.Phone
	now    func() time.Time

	mu     sync.Mutex
	phones map[string]*loopback.Phone // by number in E.164
	said   map[string][]bubble        // what each of them wrote
}

// bubble is one message as a chat shows it.
type bubble struct {
	ID, Text, File string
	Mine           bool // by the citizen
	Tick           string
	At             time.Time
}

// openChats starts the server. Close it.
func openChats(now func() time.Time) (*chats, error) {
	trust()
	s, err := loopback.New(now)
	if err != nil {
		return nil, err
	}
	return &chats{
		server: s, client: s.HTTPClient(), office: s.Phone(deskNumber, deskName), now: now,
		phones: map[string]*loopback.Phone{}, said: map[string][]bubble{},
	}, nil
}

// Close hangs up on everybody.
func (c *chats) Close() {
	c.client.CloseIdleConnections()
	c.server.Close()
}

// mobile is a Bolivian mobile number in E.164, "" if it is none.
func mobile(number string) string {
	e := (phone.Plan{Area: "2"}).Parse(number).E164
	if len(e) == len("+59171500001") && (strings.HasPrefix(e, "+5916") || strings.HasPrefix(e, "+5917")) {
		return e
	}
	return ""
}

// phone gives the phone of a number, a new one under name if there is none yet.
func (c *chats) phone(number, name string) *loopback.Phone {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.phones[number] == nil {
		c.phones[number] = c.server.Phone(number, name)
	}
	return c.phones[number]
}

// find gives the phone of a number that has written, nil if it has not.
func (c *chats) find(number string) *loopback.Phone {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.phones[number]
}

// say lets a citizen write to the office; with a file the text is its caption.
func (c *chats) say(number, name, text string, file *attachment) (err error) {
	p := c.phone(number, name)
	b := bubble{Text: text, Mine: true, At: c.now()}
	switch {
	case file == nil:
		b.ID, err = p.Say(c.office, text)
	case file.Type == "image/png" || file.Type == "image/jpeg":
		b.File = file.Name
		b.ID, err = p.SendImage(c.office, file.Data, file.Type, text)
	default:
		b.File = file.Name
		b.ID, err = p.SendDocument(c.office, file.Data, file.Type, file.Name, text)
	}
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said[number] = append(c.said[number], b)
	return nil
}

// does lets a citizen who has written do something else in the chat.
func (c *chats) does(number string, t thing) error {
	p := c.find(number)
	if p == nil {
		return errNoChat
	}
	id, shown, err := t(p, c.office)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said[number] = append(c.said[number], bubble{ID: id, Text: shown, Mine: true, At: c.now()})
	return nil
}

// edit changes what a citizen wrote last.
func (c *chats) edit(number, text string) error {
	p := c.find(number)
	c.mu.Lock()
	defer c.mu.Unlock()
	said := c.said[number]
	if p == nil || len(said) == 0 {
		return errNoChat
	}
	last := &said[len(said)-1]
	if _, err := p.Edit(c.office, last.ID, text); err != nil {
		return err
	}
	last.Text = text + " (editado)"
	return nil
}

// chat is the conversation of a number with the office, oldest first.
func (c *chats) chat(number string) []bubble {
	p := c.find(number)
	if p == nil {
		return nil
	}
	c.mu.Lock()
	all := slices.Clone(c.said[number])
	c.mu.Unlock()
	for i := range all {
		all[i].Tick = p.Tick(all[i].ID)
	}
	for _, r := range p.Inbox() {
		b := bubble{ID: r.ID, Text: r.Text(), At: r.At}
		switch m := r.Message; {
		case m.GetDocumentMessage() != nil:
			b.File = cmp.Or(m.GetDocumentMessage().GetFileName(), "documento")
		case m.GetImageMessage() != nil:
			b.File = "foto"
		}
		all = append(all, b)
	}
	slices.SortStableFunc(all, func(a, b bubble) int { return a.At.Compare(b.At) })
	return all
}

// people are the numbers that have written, with their names.
func (c *chats) people() []caller {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []caller
	for number, p := range c.phones {
		list = append(list, caller{p.Name, number})
	}
	slices.SortFunc(list, func(a, b caller) int { return cmp.Compare(a.Name, b.Name) })
	return list
}
