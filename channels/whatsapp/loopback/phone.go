package loopback

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/proto/waVnameCert"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// Addressing is how stanzas name a person.
type Addressing int

const (
	ByHidden   Addressing = iota // from the hidden id, the number beside it: what WhatsApp does since 2026
	ByNumber                     // from the number, the hidden id beside it
	HiddenOnly                   // the number stays unknown
	NumberOnly                   // as before hidden ids
)

// Phone is a person with a phone, played by a script: it holds real Signal
// sessions and needs no connection. Set its names and Addressing before it is used.
type Phone struct {
	Name       string // push name
	Business   string // the name that WhatsApp vouches for, of a business
	Addressing Addressing

	server *Server
	pn     types.JID
	lid    types.JID
	signal *store.Device

	// guarded by the server's lock
	devices    map[uint16]*device
	lastDevice uint16
	shared     bool     // the devices have the key of the shared settings
	linking    *pairing // a client that waits for its code to be entered

	mu      sync.Mutex // guards Signal sessions and what follows; taken before the server's
	inbox   []Received
	unread  []int
	sent    map[string]Draft
	ticks   map[string]string
	kept    map[string][]byte // others' messages by id, for the person's own devices
	asked   map[string]int    // how often it asked for a message that it could not open
	away    bool
	waiting []incoming
	typing  int
	calls   []string // ids of own calls that were rejected
}

// Received is a message that a phone got.
type Received struct {
	ID      string
	From    *Phone
	Device  types.JID // the sender's device
	Message *waE2E.Message
	At      time.Time
	Times   int // copies that came, which the apps show as one
}

// Text is what the person reads.
func (r Received) Text() string {
	m := r.Message
	if t := m.GetExtendedTextMessage().GetText(); t != "" {
		return t
	}
	if c := m.GetImageMessage().GetCaption() + m.GetDocumentMessage().GetCaption() + m.GetVideoMessage().GetCaption(); c != "" {
		return c
	}
	return m.GetConversation()
}

func newPhone(s *Server, pn, lid types.JID, name string) *Phone {
	return &Phone{
		Name: name, server: s, pn: pn, lid: lid, signal: newSignal(),
		devices: map[uint16]*device{}, sent: map[string]Draft{}, ticks: map[string]string{}, asked: map[string]int{}, kept: map[string][]byte{},
	}
}

// Number is the person's number in E.164.
func (p *Phone) Number() string { return "+" + p.pn.User }

// Hidden is the person's hidden id, digits only.
func (p *Phone) Hidden() string { return p.lid.User }

// sorted gives the linked devices in order. The server's lock is held.
func (p *Phone) sorted() []*device {
	var all []*device
	for _, d := range p.devices {
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b *device) int { return int(a.id) - int(b.id) })
	return all
}

// Draft is a message to be sent. Only Message is needed.
type Draft struct {
	Message     *waE2E.Message
	ID          string    // made if empty
	At          time.Time // the server's time if zero
	Edit        string    // "1" for an edit, "7" for a deletion
	Chat        types.JID // a group or status@broadcast; empty for a private chat
	Garbled     bool      // the ciphertext is damaged the first time
	Hopeless    bool      // it is damaged every time
	Peer        bool      // from one's own phone to one's own devices: keys, history
	Unavailable string    // "view_once" and the like: no ciphertext at all, only the type of media
}

// NewID makes a message id as phones do.
func NewID() string {
	b := make([]byte, 10)
	rand.Read(b) // never fails
	return "3A" + strings.ToUpper(hex.EncodeToString(b))
}

// Say sends a text and returns its id.
func (p *Phone) Say(to *Phone, words string) (string, error) {
	return p.Send(to, Draft{Message: &waE2E.Message{Conversation: proto.String(words)}})
}

// Send sends a message to the linked devices of a person and returns its id.
func (p *Phone) Send(to *Phone, d Draft) (string, error) {
	if d.ID == "" {
		d.ID = NewID()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent[d.ID] = d
	return d.ID, p.send(to, d, 0)
}

// SayHere sends a text from the phone itself: the person's linked devices get a
// copy, wrapped so that they know to whom it went.
func (p *Phone) SayHere(to *Phone, words string) (string, error) {
	return p.SendHere(to, &waE2E.Message{Conversation: &words})
}

// SendHere is SayHere for any message.
func (p *Phone) SendHere(to *Phone, m *waE2E.Message) (string, error) {
	id := NewID()
	to.mu.Lock()
	to.unread = append(to.unread, len(to.inbox))
	to.inbox = append(to.inbox, Received{ID: id, From: p, Device: p.lid, Message: m, At: p.server.now(), Times: 1})
	to.mu.Unlock()
	chat := to.lid.String()
	return p.Send(p, Draft{ID: id, Chat: to.lid, Message: &waE2E.Message{DeviceSentMessage: &waE2E.DeviceSentMessage{DestinationJID: &chat, Message: m}}})
}

// send encrypts a draft for each device and hands it over. p.mu is held.
func (p *Phone) send(to *Phone, d Draft, count int) error {
	plain, err := proto.Marshal(d.Message)
	if err != nil {
		return fmt.Errorf("writing a message: %w", err)
	}
	s, ctx := p.server, context.Background()
	s.mu.Lock()
	devices := to.sorted()
	s.mu.Unlock()
	for _, dev := range devices {
		n := p.stanza(d, to == p)
		if d.Unavailable != "" {
			n.Content = []binary.Node{{Tag: "unavailable", Attrs: binary.Attrs{"type": d.Unavailable, "mediatype": mediaType(d.Message)}}}
		} else {
			enc, err := p.encrypt(ctx, dev, plain, d, count)
			if err != nil {
				return fmt.Errorf("encrypting for %s: %w", dev.number(), err)
			}
			n.Content = []binary.Node{enc}
		}
		if p.Business != "" {
			name, err := p.verified()
			if err != nil {
				return fmt.Errorf("writing a business's name: %w", err)
			}
			n.Content = append(n.GetChildren(), name)
		}
		s.mu.Lock()
		dev.deliver(n)
		s.mu.Unlock()
	}
	return nil
}

// verified is the name of a business as messages carry it.
func (p *Phone) verified() (binary.Node, error) {
	details, err := proto.Marshal(&waVnameCert.VerifiedNameCertificate_Details{VerifiedName: &p.Business})
	if err != nil {
		return binary.Node{}, err
	}
	cert, err := proto.Marshal(&waVnameCert.VerifiedNameCertificate{Details: details})
	return binary.Node{Tag: "verified_name", Content: cert, Attrs: binary.Attrs{
		"v": "2", "verified_level": "high", "host_storage": "1", "actual_actors": "1", "privacy_mode_ts": stamp(p.server.now()),
	}}, err
}

func (p *Phone) encrypt(ctx context.Context, dev *device, plain []byte, d Draft, count int) (binary.Node, error) {
	s, to := p.server, dev.hidden()
	known, err := p.signal.ContainsSession(ctx, to.SignalAddress())
	if err != nil {
		return binary.Node{}, err
	}
	if !known {
		s.mu.Lock()
		bundle := s.bundle(to)
		s.mu.Unlock()
		if bundle == nil {
			return binary.Node{}, fmt.Errorf("no keys")
		}
		if err := p.begin(ctx, to.SignalAddress(), bundle); err != nil {
			return binary.Node{}, err
		}
	}
	kind, sealed, err := p.seal(ctx, to, plain)
	if err != nil {
		return binary.Node{}, err
	}
	if d.Hopeless || d.Garbled && count == 0 {
		sealed[len(sealed)/2] ^= 0xff
	}
	attrs := binary.Attrs{"v": "2", "type": kind}
	if m := mediaType(d.Message); m != "" {
		attrs["mediatype"] = m
	}
	if count > 0 {
		attrs["count"] = fmt.Sprint(count)
	}
	return binary.Node{Tag: "enc", Attrs: attrs, Content: sealed}, nil
}

// stanza is the envelope of a message, addressed in the person's way.
func (p *Phone) stanza(d Draft, own bool) binary.Node {
	at := d.At
	if at.IsZero() {
		at = p.server.now()
	}
	attrs := binary.Attrs{"id": d.ID, "t": stamp(at), "notify": p.Name, "type": stanzaType(d.Message)}
	if d.Edit != "" {
		attrs["edit"] = d.Edit
	}
	switch {
	case d.Peer:
		attrs["from"], attrs["category"], attrs["type"] = p.lid, "peer", "text"
	case own: // what the person wrote on the phone itself, as the linked devices get it
		attrs["from"], attrs["recipient"] = p.lid, d.Chat
		if partner := p.server.known(d.Chat); partner != nil {
			attrs["peer_recipient_pn"] = partner.pn
		}
	case !d.Chat.IsEmpty():
		attrs["from"], attrs["participant"] = d.Chat, p.lid
	default:
		p.name(attrs, "from", "sender")
	}
	return binary.Node{Tag: "message", Attrs: attrs}
}

// name writes the person into attributes: key, and prefix_pn or prefix_lid beside it.
func (p *Phone) name(attrs binary.Attrs, key, prefix string) {
	switch p.Addressing {
	case ByHidden:
		attrs[key], attrs[prefix+"_pn"] = p.lid, p.pn
	case ByNumber:
		attrs[key], attrs[prefix+"_lid"] = p.pn, p.lid
	case HiddenOnly:
		attrs[key] = p.lid
	case NumberOnly:
		attrs[key] = p.pn
	}
}

// Inbox lists what the phone got, oldest first.
func (p *Phone) Inbox() []Received {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.inbox)
}

// Await waits until the phone has n messages and returns them.
func (p *Phone) Await(n int, limit time.Duration) ([]Received, error) {
	for end := time.Now().Add(limit); ; time.Sleep(2 * time.Millisecond) {
		got := p.Inbox()
		if len(got) >= n {
			return got, nil
		}
		if time.Now().After(end) {
			return got, fmt.Errorf("loopback: %s has %d messages, not %d", p.Name, len(got), n)
		}
	}
}

// Forget has the phone forget what was said, as in tests that last.
func (p *Phone) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inbox, p.unread = nil, nil
	clear(p.sent)
	clear(p.ticks)
	clear(p.asked)
	clear(p.kept)
}

// Tick is how far a message of this phone came: "" not known, "delivered" or "read".
func (p *Phone) Tick(id string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ticks[id]
}

// Typing counts how often somebody was seen typing to this phone.
func (p *Phone) Typing() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.typing
}

// Away has the phone out of reach while on: what comes waits and is not receipted.
func (p *Phone) Away(on bool) {
	p.mu.Lock()
	p.away = on
	waiting := p.waiting
	if !on {
		p.waiting = nil
	}
	p.mu.Unlock()
	if !on {
		for _, in := range waiting {
			p.receive(in)
		}
	}
}
