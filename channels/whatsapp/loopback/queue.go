package loopback

import (
	"bytes"
	"maps"
	"strconv"

	"go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waWa6"
	"go.mau.fi/whatsmeow/types"
)

// device is a linked client of a person: its keys, what waits for it, and its
// connection if it has one. Guarded by the server's lock.
type device struct {
	phone    *Phone
	id       uint16
	noise    []byte // who logs in with this key is the device
	identity []byte
	register []byte
	signed   binary.Node // <skey>
	prekeys  []binary.Node

	conn   *conn
	active bool // asked for what waits
	queue  []binary.Node
	logins int

	shown, present string // the person's name and being there, as the device told them
}

func (d *device) number() types.JID { return with(d.phone.pn, d.id) }
func (d *device) hidden() types.JID { return with(d.phone.lid, d.id) }

func with(j types.JID, device uint16) types.JID {
	j.Device = device
	return j
}

// login takes a known device in, or refuses it.
func (c *conn) login(static []byte, payload *waWa6.ClientPayload) {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refusal != nil {
		c.end(s.refusal.node())
		return
	}
	if payload.GetUserAgent().GetAppVersion().GetTertiary() < s.oldest {
		c.end((&Refusal{Reason: 405}).node())
		return
	}
	var d *device
	if p := s.find(types.NewJID(strconv.FormatUint(payload.GetUsername(), 10), types.DefaultUserServer)); p != nil {
		d = p.devices[uint16(payload.GetDevice())]
	}
	if d == nil || !bytes.Equal(d.noise, static) {
		c.end((&Refusal{Reason: 401}).node())
		return
	}
	if d.conn != nil {
		d.conn.end(binary.Node{Tag: "stream:error", Content: []binary.Node{{Tag: "conflict", Attrs: binary.Attrs{"type": "replaced"}}}})
	}
	c.device, d.conn, d.active = d, c, false
	d.logins++
	c.send(binary.Node{Tag: "success", Attrs: binary.Attrs{"t": stamp(s.now()), "lid": d.hidden(), "location": "lo", "props": "1"}})
}

// activate sends a device what waited for it, in order, and from now on what
// comes. s.mu is held.
func (d *device) activate() {
	if d.conn == nil || d.active {
		return
	}
	d.active = true
	d.conn.send(info("offline_preview", len(d.queue)))
	for i, n := range d.queue {
		n.Attrs = maps.Clone(n.Attrs)
		n.Attrs["offline"] = strconv.Itoa(i)
		d.conn.send(n)
	}
	d.conn.send(info("offline", len(d.queue)))
}

func info(tag string, count int) binary.Node {
	n := strconv.Itoa(count)
	attrs := binary.Attrs{"count": n}
	if tag == "offline_preview" {
		attrs = binary.Attrs{"count": n, "message": n, "receipt": "0", "notification": "0", "appdata": "0"}
	}
	return binary.Node{Tag: "ib", Attrs: binary.Attrs{"from": types.ServerJID}, Content: []binary.Node{{Tag: tag, Attrs: attrs}}}
}

// deliver keeps a stanza for a device until it is acknowledged. s.mu is held.
func (d *device) deliver(n binary.Node) {
	d.queue = append(d.queue, n)
	if d.active {
		d.conn.send(n)
	}
}

// settle forgets a stanza that the device took. s.mu is held.
func (d *device) settle(tag, id string, from types.JID) {
	for i, n := range d.queue {
		if sender, _ := n.Attrs["from"].(types.JID); n.Tag == tag && n.Attrs["id"] == id && sender.ToNonAD() == from.ToNonAD() {
			d.queue = append(d.queue[:i:i], d.queue[i+1:]...)
			return
		}
	}
}

// acked takes <ack class=… id to/>.
func (c *conn) acked(n *binary.Node) {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	if c.device != nil {
		c.device.settle(text(n, "class"), text(n, "id"), jid(n, "to"))
	}
}

// Drop cuts the connections of all of the person's devices.
func (p *Phone) Drop() {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	for _, d := range p.devices {
		if d.conn != nil {
			d.conn.drop()
		}
	}
}

// StreamError ends the connections of the person's devices with a stream error:
// a code ("503", "515", or "") and a conflict type ("replaced", "device_removed", or "").
func (p *Phone) StreamError(code, conflict string) {
	n := binary.Node{Tag: "stream:error", Attrs: binary.Attrs{}}
	if code != "" {
		n.Attrs["code"] = code
	}
	if conflict != "" {
		n.Content = []binary.Node{{Tag: "conflict", Attrs: binary.Attrs{"type": conflict}}}
	}
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	for _, d := range p.devices {
		if d.conn != nil {
			d.conn.end(n)
		}
	}
}

// Unlink removes all linked devices, as the phone's list of linked devices can.
func (p *Phone) Unlink() {
	p.StreamError("401", "device_removed")
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	clear(p.devices)
}

// Waiting is how many messages the person's devices have not acknowledged yet.
func (p *Phone) Waiting() int {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	n := 0
	for _, d := range p.devices {
		for _, st := range d.queue {
			if st.Tag == "message" {
				n++
			}
		}
	}
	return n
}

// Linked says how many devices are linked, how many of them are connected and
// ready for messages, and how often they logged in.
func (p *Phone) Linked() (devices, online, logins int) {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	for _, d := range p.devices {
		devices++
		logins += d.logins
		if d.active {
			online++
		}
	}
	return devices, online, logins
}
