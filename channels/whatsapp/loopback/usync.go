package loopback

import (
	"strings"

	"go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// usync answers what is known of people: whether they have WhatsApp, their
// devices, their hidden id. A user is named by a JID, which the answer repeats,
// or by a number. s.mu is held.
func (s *Server) usync(asked binary.Node) (content []binary.Node, refused *binary.Node) {
	query, list := asked.GetChildByTag("query"), asked.GetChildByTag("list")
	var users []binary.Node
	for _, u := range list.GetChildren() {
		p, user := s.userOf(u)
		for _, q := range query.GetChildren() {
			part, known := s.userPart(q.Tag, u, p)
			if !known {
				return nil, notKnown
			}
			if part != nil {
				user.Content = append(user.GetChildren(), *part)
			}
		}
		users = append(users, user)
	}
	return []binary.Node{{Tag: "usync", Attrs: asked.Attrs, Content: []binary.Node{{Tag: "result"}, {Tag: "list", Content: users}}}}, nil
}

// userOf finds who was asked for, nil if nobody, and begins the answer. s.mu is held.
func (s *Server) userOf(u binary.Node) (*Phone, binary.Node) {
	if number, ok := contactOf(u); ok {
		if p := s.find(types.NewJID(number, types.DefaultUserServer)); p != nil {
			return p, binary.Node{Tag: "user", Attrs: binary.Attrs{"jid": p.lid, "pn_jid": p.pn}}
		}
		return nil, binary.Node{Tag: "user", Attrs: binary.Attrs{"pn_jid": types.NewJID(number, types.DefaultUserServer)}}
	}
	j := jid(&u, "jid")
	return s.find(j), binary.Node{Tag: "user", Attrs: binary.Attrs{"jid": j}}
}

// contactOf is the number that a user is asked for by, as "+591…@c.us".
func contactOf(u binary.Node) (number string, ok bool) {
	c, ok := u.GetOptionalChildByTag("contact")
	if !ok {
		return "", false
	}
	number, _, _ = strings.Cut(strings.TrimPrefix(string(bytesOf(c)), "+"), "@")
	return number, true
}

// userPart is one thing that is known of a person, nil if nothing is; p is nil
// for who has no WhatsApp. s.mu is held.
func (s *Server) userPart(what string, asked binary.Node, p *Phone) (part *binary.Node, known bool) {
	switch what {
	case "contact":
		in := "out"
		if p != nil {
			in = "in"
		}
		c := asked.GetChildByTag("contact")
		return &binary.Node{Tag: what, Attrs: binary.Attrs{"type": in}, Content: c.Content}, true
	case "business", "picture", "disappearing_mode", "username": // nobody here has any
		return nil, true
	case "devices", "lid", "status":
	default:
		return nil, false
	}
	if p == nil {
		return nil, true
	}
	switch what {
	case "devices":
		list := p.deviceList()
		return &list, true
	case "lid":
		return &binary.Node{Tag: what, Attrs: binary.Attrs{"val": p.lid}}, true
	}
	return &binary.Node{Tag: what, Content: []byte("")}, true
}
