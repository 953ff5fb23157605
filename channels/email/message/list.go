package message

import "strings"

func bulk(v string) bool {
	v = strings.ToLower(v)
	return v == "bulk" || v == "junk" || v == "list"
}

// list recognises mailing lists and bulk mail (RFC 2919, 2369). A list that is
// one of our own addresses is the way in for people.
func (m *Mail) list(own []string) (why string) {
	h := m.head
	for _, n := range [...]string{"list-id", "list-post", "list-unsubscribe", "mailing-list", "x-mailing-list"} {
		if h.has(n) {
			why = n
			break
		}
	}
	if why == "" && bulk(h.get("precedence")) {
		why = "precedence"
	}
	if why == "" {
		return ""
	}
	post := strings.ToLower(h.get("list-post") + " " + h.get("mailing-list") + " " + strings.Replace(h.get("list-id"), ".", "@", 1))
	for _, a := range own {
		if strings.Contains(a, "@") && strings.Contains(post, a) {
			return ""
		}
	}
	return why
}

// distributed tells what a person may have written to a list, which passed it
// on to the desk, from what is sent to thousands. A list that takes posts, or
// leaves no way to unsubscribe, distributes its members' words; a sender nobody
// can answer, and the marks of the services for mass mail, speak against it.
func (m *Mail) distributed() bool {
	h := m.head
	if m.From.Value == "" || m.written.Value != "" || noReplyAddress(m.From.Value) || massMail(h) {
		return false
	}
	return h.has("mailing-list") || h.has("x-mailing-list") || h.has("x-beenthere") ||
		strings.Contains(h.get("list-post"), "@") || !h.has("list-unsubscribe")
}

// massMail knows the fields of services that send one text to thousands:
// RFC 8058, the feedback loops of the large mailbox providers, and their own.
func massMail(h header) bool {
	for _, f := range h {
		switch f.name {
		case "list-unsubscribe-post", "feedback-id", "x-csa-complaints", "x-report-abuse", "x-mailer-lid", "x-job", "x-mc-user", "x-sg-eid", "x-mailgun-sid", "x-ses-outgoing", "x-mandrill-user", "x-cmail-gateway", "x-roving-id", "x-rpcampaign":
			return true
		}
		if strings.HasPrefix(f.name, "x-campaign") {
			return true
		}
	}
	return false
}

// behindList finds the person in mail that a list of the desk's own sends in
// its own name, as lists do for domains that forbid others to send for them
// (DMARC). Elsewhere the fields prove nothing and are not read.
func (p *parser) behindList(m *Mail, own []string) {
	if !owns(own, m.From.Value) || m.list(nil) == "" {
		return
	}
	for _, n := range [...]string{"x-original-from", "x-original-sender", "reply-to"} {
		for _, a := range p.addresses(m.head.joined(n), "") {
			if a.Value == "" || owns(own, a.Value) || noReplyAddress(a.Value) {
				continue
			}
			if a.Name == "" {
				a.Name, _, _ = strings.Cut(m.From.Name, " via ")
				a.Name = strings.Trim(a.Name, `'"`)
			}
			m.From = a
			return
		}
	}
}
