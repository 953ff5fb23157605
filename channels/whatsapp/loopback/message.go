package loopback

import (
	"context"
	"encoding/binary"
	"fmt"
	"strconv"

	wabinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// incoming is one ciphertext on its way to a phone.
type incoming struct {
	id     string
	device *device // the sender's
	asked  types.JID
	kind   string
	sealed []byte
}

// message takes a message of a client: acknowledges it, and gives every device
// its own ciphertext.
func (c *conn) message(n *wabinary.Node) {
	s := c.server
	s.mu.Lock()
	from := c.device
	if from == nil {
		s.mu.Unlock()
		return
	}
	to := jid(n, "to")
	ack := wabinary.Node{Tag: "ack", Attrs: wabinary.Attrs{"class": "message", "id": n.Attrs["id"], "from": to, "t": stamp(s.now())}}
	code := 0
	if p := s.find(to); p != nil {
		code = s.sendErr[p.lid]
	}
	mute := s.mute
	var phones []incoming
	var at []*Phone
	if code != 0 {
		ack.Attrs["error"] = strconv.Itoa(code)
	} else {
		phones, at = s.fanOut(from, n)
	}
	s.mu.Unlock()
	if !mute {
		c.send(ack)
	}
	for i, p := range at {
		p.receive(phones[i])
	}
}

// fanOut delivers to linked devices and returns what is for phones. s.mu is held.
func (s *Server) fanOut(from *device, n *wabinary.Node) (phones []incoming, at []*Phone) {
	give := func(target types.JID, enc wabinary.Node) {
		p := s.find(target)
		if p == nil {
			return
		}
		if target.Device == 0 {
			phones = append(phones, incoming{id: text(n, "id"), device: from, asked: target, kind: text(&enc, "type"), sealed: bytesOf(enc)})
			at = append(at, p)
			return
		}
		if d := p.devices[target.Device]; d != nil {
			d.deliver(s.relay(from, d, n, enc))
		}
	}
	if parts, ok := n.GetOptionalChildByTag("participants"); ok {
		for _, to := range parts.GetChildren() {
			give(jid(&to, "jid"), to.GetChildByTag("enc"))
		}
		return phones, at
	}
	if enc, ok := n.GetOptionalChildByTag("enc"); ok { // a peer message, or one sent again to one device
		give(jid(n, "to"), enc)
	}
	return phones, at
}

// relay is a client's message as another client gets it.
func (s *Server) relay(from, to *device, n *wabinary.Node, enc wabinary.Node) wabinary.Node {
	attrs := wabinary.Attrs{"id": n.Attrs["id"], "t": stamp(s.now()), "type": n.Attrs["type"], "notify": from.phone.Name, "from": from.hidden(), "sender_pn": from.number()}
	if from.phone == to.phone {
		attrs["recipient"] = n.Attrs["to"]
	}
	for _, a := range []string{"edit", "category"} {
		if v, ok := n.Attrs[a]; ok {
			attrs[a] = v
		}
	}
	kids := []wabinary.Node{enc}
	if id, ok := n.GetOptionalChildByTag("device-identity"); ok && text(&enc, "type") == "pkmsg" {
		kids = append(kids, id)
	}
	return wabinary.Node{Tag: "message", Attrs: attrs, Content: kids}
}

// receive decrypts what came, keeps it and tells the sender that it was delivered.
func (p *Phone) receive(in incoming) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.away {
		p.waiting = append(p.waiting, in)
		return
	}
	plain, err := p.open(context.Background(), in.device.hidden(), in.kind, in.sealed)
	if err != nil {
		if p.asked[in.id]++; p.asked[in.id] > retries {
			p.server.unknown(fmt.Sprintf("%s could not open %s: %v", p.Name, in.id, err))
			return
		}
		p.askAgain(in.device, in.id, p.asked[in.id])
		return
	}
	m := &waE2E.Message{}
	if err := proto.Unmarshal(plain, m); err != nil {
		p.server.unknown(fmt.Sprintf("%s could not read %s: %v", p.Name, in.id, err))
		return
	}
	if in.device.phone == p { // a copy of what the person's own client wrote, or a peer message
		p.peer(m)
		return
	}
	for i := range p.inbox {
		if p.inbox[i].ID == in.id {
			p.inbox[i].Times++
			p.answer(in.device, in.id, "")
			return
		}
	}
	p.unread = append(p.unread, len(p.inbox))
	p.inbox = append(p.inbox, Received{ID: in.id, From: in.device.phone, Device: in.device.hidden(), Message: m, At: p.server.now(), Times: 1})
	p.answer(in.device, in.id, "")
}

// answer sends a receipt for a message to the device it came from.
func (p *Phone) answer(d *device, id, kind string, kids ...wabinary.Node) {
	attrs := wabinary.Attrs{"id": id, "t": stamp(p.server.now())}
	p.name(attrs, "from", "sender")
	if kind != "" {
		attrs["type"] = kind
	}
	n := wabinary.Node{Tag: "receipt", Attrs: attrs}
	if len(kids) > 0 {
		n.Content = kids
	}
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	d.deliver(n)
}

// ReadAll opens the chats: what was not read yet is receipted as read.
func (p *Phone) ReadAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, i := range p.unread {
		r := &p.inbox[i]
		p.server.mu.Lock()
		d := r.From.devices[r.Device.Device]
		p.server.mu.Unlock()
		if d != nil {
			p.answer(d, r.ID, "read")
		}
	}
	p.unread = nil
}

// AskAgain says that the last copy of a message could not be decrypted and
// asks its sender for another.
func (p *Phone) AskAgain(id string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.inbox {
		if r.ID != id {
			continue
		}
		p.server.mu.Lock()
		d := r.From.devices[r.Device.Device]
		p.server.mu.Unlock()
		if d == nil {
			return fmt.Errorf("loopback: the device that sent %s is no more", id)
		}
		p.askAgain(d, id, 1)
		return nil
	}
	return fmt.Errorf("loopback: %s has no message %s", p.Name, id)
}

// retries is how often a phone asks for a message that it cannot open.
const retries = 4

// askAgain asks a device for another copy, with keys for a new session. p.mu is held.
func (p *Phone) askAgain(d *device, id string, count int) {
	keys := p.bundle()
	p.answer(d, id, "retry",
		wabinary.Node{Tag: "retry", Attrs: wabinary.Attrs{"id": id, "count": strconv.Itoa(count), "t": stamp(p.server.now()), "v": "1"}},
		wabinary.Node{Tag: "registration", Content: binary.BigEndian.AppendUint32(nil, p.signal.RegistrationID)},
		wabinary.Node{Tag: "keys", Content: keys[1:]})
}

// receipt takes a client's receipt: the message is off its queue, and the
// person who wrote it sees the ticks.
func (c *conn) receipt(n *wabinary.Node) {
	s, id, kind := c.server, text(n, "id"), text(n, "type")
	c.send(wabinary.Node{Tag: "ack", Attrs: wabinary.Attrs{"class": "receipt", "id": n.Attrs["id"], "from": n.Attrs["to"], "type": n.Attrs["type"], "t": stamp(s.now())}})
	if kind == "server-error" {
		c.uploadAgain(n)
		return
	}
	s.mu.Lock()
	d := c.device
	if d == nil || s.forgetful {
		s.mu.Unlock()
		return
	}
	ids := []string{id}
	if list, ok := n.GetOptionalChildByTag("list"); ok { // without ok it would be n itself
		for _, item := range list.GetChildren() {
			ids = append(ids, text(&item, "id"))
		}
	}
	if kind != "retry" {
		for _, id := range ids {
			d.settle("message", id, jid(n, "to"))
		}
	}
	who := jid(n, "participant")
	if who.IsEmpty() {
		who = jid(n, "to")
	}
	p := s.find(who)
	s.mu.Unlock()
	if p == nil || p == d.phone {
		return
	}
	if who.Device > 0 {
		c.forward(p, who.Device, n)
		return
	}
	p.ticked(ids, kind, d)
}

// forward gives a receipt to the linked device whose message it is for.
func (c *conn) forward(p *Phone, dev uint16, n *wabinary.Node) {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	to := p.devices[dev]
	if to == nil {
		return
	}
	attrs := wabinary.Attrs{"id": n.Attrs["id"], "t": stamp(c.server.now()), "from": c.device.hidden(), "sender_pn": c.device.number()}
	if t := text(n, "type"); t != "" {
		attrs["type"] = t
	}
	to.deliver(wabinary.Node{Tag: "receipt", Attrs: attrs, Content: n.Content})
}

// ticked notes how far the person's own messages came; one that could not be
// decrypted is sent again, for a new session.
func (p *Phone) ticked(ids []string, kind string, by *device) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range ids {
		switch kind {
		case "", "inactive":
			if p.ticks[id] == "" {
				p.ticks[id] = "delivered"
			}
		case "read", "played":
			p.ticks[id] = "read"
		case "retry":
			if d, ok := p.sent[id]; ok {
				p.signal.Sessions.DeleteSession(context.Background(), by.hidden().SignalAddress().String()) // never fails
				if err := p.send(by.phone, d, 1); err != nil {
					p.server.unknown("sending again: " + err.Error())
				}
			}
		}
	}
}

// stanzaType is the attribute type of a message.
func stanzaType(m *waE2E.Message) string {
	switch {
	case m.GetReactionMessage() != nil:
		return "reaction"
	case m.GetPollCreationMessage() != nil, m.GetPollUpdateMessage() != nil, m.GetPollCreationMessageV3() != nil:
		return "poll"
	case mediaType(m) != "":
		return "media"
	}
	return "text"
}

// mediaType is the attribute mediatype of a message's ciphertext.
func mediaType(m *waE2E.Message) string {
	switch {
	case m.GetImageMessage() != nil:
		return "image"
	case m.GetVideoMessage() != nil:
		return "video"
	case m.GetAudioMessage().GetPTT():
		return "ptt"
	case m.GetAudioMessage() != nil:
		return "audio"
	case m.GetDocumentMessage() != nil, m.GetDocumentWithCaptionMessage() != nil:
		return "document"
	case m.GetStickerMessage() != nil:
		return "sticker"
	case m.GetContactMessage() != nil:
		return "vcard"
	case m.GetContactsArrayMessage() != nil:
		return "contact_array"
	case m.GetListResponseMessage() != nil:
		return "list_response"
	case m.GetButtonsResponseMessage() != nil:
		return "buttons_response"
	}
	return ""
}
