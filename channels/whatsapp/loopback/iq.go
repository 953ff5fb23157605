package loopback

import (
	"strconv"

	"go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// fewKeys is the number of one-time keys below which a device is told to make more.
const fewKeys = 5

// iq answers a question, or takes the answer to one of ours.
func (c *conn) iq(n *binary.Node) {
	if t := text(n, "type"); t == "result" || t == "error" {
		if _, ok := n.GetOptionalChildByTag("pair-device-sign"); ok {
			c.paired()
		}
		return
	}
	if step, ok := n.GetOptionalChildByTag("link_code_companion_reg"); ok && text(&step, "stage") == "companion_finish" {
		c.send(binary.Node{Tag: "iq", Attrs: binary.Attrs{"from": types.ServerJID, "type": "result", "id": n.Attrs["id"]}})
		if err := c.codeFinish(step); err != nil {
			c.server.trace(err.Error())
		}
		return
	}
	if text(n, "xmlns") == "w:p" && c.server.ignoresPings() {
		return
	}
	content, refused := c.answer(n)
	reply := binary.Node{Tag: "iq", Attrs: binary.Attrs{"from": asked(n), "type": "result", "id": n.Attrs["id"]}, Content: content}
	if refused != nil {
		reply.Attrs["type"], reply.Content = "error", []binary.Node{*refused}
	}
	if refused == notKnown {
		c.server.unknown(n.String())
	}
	c.send(reply)
	if text(n, "xmlns") == "passive" {
		c.server.mu.Lock()
		defer c.server.mu.Unlock()
		if c.device != nil {
			c.device.activate()
		}
	}
}

// asked is whom a question was put to: the server, or a group.
func asked(n *binary.Node) types.JID {
	if to := jid(n, "to"); to.Server == types.GroupServer {
		return to
	}
	return types.ServerJID
}

// What a question is refused with: notKnown is this server's own trouble, the
// others are answers that WhatsApp gives.
var (
	notKnown = refusing("501", "feature-not-implemented")
	notFound = refusing("404", "item-not-found")
	notYours = refusing("403", "forbidden")
)

func refusing(code, words string) *binary.Node {
	return &binary.Node{Tag: "error", Attrs: binary.Attrs{"code": code, "text": words}}
}

// answer is the table of questions that clients ask; doc.go lists them.
func (c *conn) answer(n *binary.Node) (content []binary.Node, refused *binary.Node) {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	first := ""
	if kids := n.GetChildren(); len(kids) > 0 {
		first = kids[0].Tag
	}
	switch xmlns := text(n, "xmlns"); {
	case xmlns == "w:p": // keep-alive
	case xmlns == "passive": // "now send me what waits"
	case xmlns == "privacy" && first == "privacy":
		return []binary.Node{{Tag: "privacy", Content: []binary.Node{{Tag: "category", Attrs: binary.Attrs{"name": "readreceipts", "value": "all"}}}}}, nil
	case xmlns == "privacy" && first == "tokens":
	case xmlns == "encrypt" && first == "count" && c.device != nil:
		return []binary.Node{{Tag: "count", Attrs: binary.Attrs{"value": strconv.Itoa(len(c.device.prekeys))}}}, nil
	case xmlns == "encrypt" && first == "registration" && c.device != nil:
		c.device.takeKeys(n)
	case xmlns == "encrypt" && first == "key":
		return []binary.Node{{Tag: "list", Content: s.handOut(n.GetChildByTag("key"))}}, nil
	case xmlns == "usync":
		return s.usync(n.GetChildByTag("usync"))
	case xmlns == "w:g2" && text(n, "type") == "get" && c.device != nil:
		return s.groupInfo(c.device.phone, asked(n), first)
	case xmlns == "w:profile:picture" && text(n, "type") == "get", xmlns == "w:biz" && first == "business_profile":
		return nil, notFound // nobody here has a picture or is a business
	case xmlns == "blocklist" && text(n, "type") == "get":
		return []binary.Node{{Tag: "list", Attrs: binary.Attrs{"dhash": "loopback"}}}, nil
	case xmlns == "status" && first == "status", xmlns == "urn:xmpp:whatsapp:dirty": // noted, and of no consequence
	case xmlns == "w:m":
		return []binary.Node{{Tag: "media_conn", Attrs: binary.Attrs{"auth": "loopback", "ttl": "300", "auth_ttl": "3600", "max_buckets": "12"},
			Content: s.mediaHosts()}}, nil
	case xmlns == "w:sync:app:state" && first == "sync" && c.device != nil:
		return s.appState(c.device.phone, n.GetChildByTag("sync"))
	case xmlns == "md" && first == "link_code_companion_reg":
		return c.codeHello(n.GetChildByTag("link_code_companion_reg")), nil
	case xmlns == "md" && first == "remove-companion-device" && c.device != nil:
		delete(c.device.phone.devices, c.device.id)
	default:
		return nil, notKnown
	}
	return nil, nil
}

func (s *Server) ignoresPings() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deaf
}

// takeKeys stores a device's identity, its signed key and one-time keys. s.mu is held.
func (d *device) takeKeys(n *binary.Node) {
	d.register = bytesOf(n.GetChildByTag("registration"))
	d.identity = bytesOf(n.GetChildByTag("identity"))
	d.signed = n.GetChildByTag("skey")
	d.prekeys = append(d.prekeys, n.GetChildByTag("list").Content.([]binary.Node)...)
}

// handOut gives one prekey of each device asked for, once each. s.mu is held.
func (s *Server) handOut(asked binary.Node) []binary.Node {
	var users []binary.Node
	for _, u := range asked.GetChildren() {
		j := jid(&u, "jid")
		user := binary.Node{Tag: "user", Attrs: binary.Attrs{"jid": j, "t": stamp(s.now())}}
		if keys := s.bundle(j); keys != nil {
			user.Content = keys
		} else {
			user.Content = []binary.Node{{Tag: "error", Attrs: binary.Attrs{"code": "404", "text": "item-not-found"}}}
		}
		users = append(users, user)
	}
	return users
}

// bundle is what one needs to write to a device for the first time, nil if
// there is no such device. s.mu is held.
func (s *Server) bundle(j types.JID) []binary.Node {
	p := s.find(j)
	if p == nil {
		return nil
	}
	if j.Device == 0 {
		return p.bundle()
	}
	d := p.devices[j.Device]
	if d == nil || d.register == nil {
		return nil
	}
	nodes := []binary.Node{
		{Tag: "registration", Content: d.register}, {Tag: "type", Content: []byte{5}},
		{Tag: "identity", Content: d.identity}, d.signed,
	}
	if len(d.prekeys) > 0 {
		nodes = append(nodes, d.prekeys[0])
		d.prekeys = d.prekeys[1:]
	}
	if len(d.prekeys) < fewKeys && d.active {
		s.iqs++
		d.conn.send(binary.Node{Tag: "notification", Attrs: binary.Attrs{"from": types.ServerJID, "type": "encrypt", "id": "n" + strconv.Itoa(s.iqs), "t": stamp(s.now())},
			Content: []binary.Node{{Tag: "count", Attrs: binary.Attrs{"value": strconv.Itoa(len(d.prekeys))}}}})
	}
	return nodes
}

func (p *Phone) deviceList() binary.Node {
	list := []binary.Node{{Tag: "device", Attrs: binary.Attrs{"id": "0"}}}
	for _, d := range p.sorted() {
		n := strconv.Itoa(int(d.id))
		list = append(list, binary.Node{Tag: "device", Attrs: binary.Attrs{"id": n, "key-index": n}})
	}
	return binary.Node{Tag: "devices", Content: []binary.Node{{Tag: "device-list", Attrs: binary.Attrs{"hash": "2:loopback"}, Content: list}}}
}
