package loopback

import (
	"fmt"
	"slices"

	"go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// Call rings the linked devices of a person and returns the call's id.
func (p *Phone) Call(to *Phone) string {
	id := NewID()
	attrs := binary.Attrs{"id": NewID(), "t": stamp(p.server.now()), "platform": "android", "version": "2.25.1", "notify": p.Name, "from": p.lid}
	n := binary.Node{Tag: "call", Attrs: attrs, Content: []binary.Node{{
		Tag: "offer", Attrs: binary.Attrs{"call-id": id, "call-creator": p.lid, "caller_pn": p.pn},
		Content: []binary.Node{{Tag: "audio", Attrs: binary.Attrs{"enc": "opus", "rate": "16000"}}},
	}}}
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	for _, d := range to.devices {
		d.deliver(n)
	}
	return id
}

// Rejected says whether a call of this phone was rejected.
func (p *Phone) Rejected(call string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Contains(p.calls, call)
}

// call takes what a client says of a call.
func (c *conn) call(n *binary.Node) {
	reject, ok := n.GetOptionalChildByTag("reject")
	if !ok {
		c.server.unknown(n.String())
		return
	}
	s := c.server
	s.mu.Lock()
	p := s.find(jid(n, "to"))
	s.mu.Unlock()
	c.send(binary.Node{Tag: "ack", Attrs: binary.Attrs{"class": "call", "id": n.Attrs["id"], "from": types.ServerJID, "type": "reject"}})
	if p == nil {
		s.unknown(fmt.Sprintf("a call of nobody was rejected: %s", n.String()))
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, text(&reject, "call-id"))
}

// Type has linked devices of a person see this phone's person typing. Nothing of
// it is kept.
func (p *Phone) Type(to *Phone) {
	n := binary.Node{Tag: "chatstate", Attrs: binary.Attrs{}, Content: []binary.Node{{Tag: "composing"}}}
	p.name(n.Attrs, "from", "sender")
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	for _, d := range to.devices {
		if d.active {
			d.conn.send(n)
		}
	}
}

// presence takes "available", "unavailable" with the name that others are shown,
// and typing.
func (c *conn) presence(n *binary.Node) {
	if name := text(n, "name"); n.Tag == "presence" && name != "" && c.device != nil {
		c.server.mu.Lock()
		c.device.shown, c.device.present = name, text(n, "type")
		c.server.mu.Unlock()
	}
	if n.Tag != "chatstate" {
		return
	}
	if _, ok := n.GetOptionalChildByTag("composing"); !ok {
		return
	}
	s := c.server
	s.mu.Lock()
	p := s.find(jid(n, "to"))
	s.mu.Unlock()
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.typing++
}
