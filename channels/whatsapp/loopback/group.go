package loopback

import (
	"fmt"
	"slices"
	"strconv"

	"go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// group is people who share a chat. The server tells of it and relays nothing:
// a phone speaks in it by Draft.Chat, and the desk never does.
type group struct {
	jid     types.JID
	subject string
	members []*Phone // the first made it
}

// Group makes a group, or renews the one that has the JID, and returns its JID.
func (s *Server) Group(id, subject string, members ...*Phone) types.JID {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &group{types.NewJID(id, types.GroupServer), subject, members}
	s.groups = append(slices.DeleteFunc(s.groups, func(old *group) bool { return old.jid == g.jid }), g)
	return g.jid
}

// groupInfo answers what one group is, or which ones somebody is in. s.mu is held.
func (s *Server) groupInfo(asks *Phone, of types.JID, what string) (content []binary.Node, refused *binary.Node) {
	switch what {
	case "query":
		i := slices.IndexFunc(s.groups, func(g *group) bool { return g.jid == of })
		if i < 0 {
			return nil, notFound
		}
		if !slices.Contains(s.groups[i].members, asks) {
			return nil, notYours
		}
		return []binary.Node{s.groups[i].node(s)}, nil
	case "participating":
		var all []binary.Node
		for _, g := range s.groups {
			if slices.Contains(g.members, asks) {
				all = append(all, g.node(s))
			}
		}
		return []binary.Node{{Tag: "groups", Content: all}}, nil
	}
	return nil, notKnown
}

// node is a group as WhatsApp tells of it since 2026: by hidden ids, the numbers beside them.
func (g *group) node(s *Server) binary.Node {
	var people []binary.Node
	for i, p := range g.members {
		attrs := binary.Attrs{"jid": p.lid, "phone_number": p.pn}
		if i == 0 {
			attrs["type"] = "superadmin"
		}
		people = append(people, binary.Node{Tag: "participant", Attrs: attrs})
	}
	return binary.Node{Tag: "group", Content: people, Attrs: binary.Attrs{
		"id": g.jid.User, "subject": g.subject, "creation": stamp(s.now()), "addressing_mode": "lid", "size": strconv.Itoa(len(people)),
	}}
}

// Publish has a channel that a person follows (a "newsletter") send them a message,
// which is not encrypted and is nobody's in particular. It returns the channel's JID.
func (s *Server) Publish(id string, to *Phone, m *waE2E.Message) (types.JID, error) {
	channel := types.NewJID(id, types.NewsletterServer)
	plain, err := proto.Marshal(m)
	if err != nil {
		return channel, fmt.Errorf("writing a channel's message: %w", err)
	}
	n := binary.Node{Tag: "message", Content: []binary.Node{{Tag: "plaintext", Content: plain}}, Attrs: binary.Attrs{
		"from": channel, "id": NewID(), "server_id": "100", "t": stamp(s.now()), "type": stanzaType(m),
	}}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range to.sorted() {
		d.deliver(n)
	}
	return channel, nil
}
