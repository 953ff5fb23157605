package message

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"ventanilla/channels"
)

// deliveryReport reads message/delivery-status parts (RFC 3464) into
// m.Bounces; false if there is none.
func (m *Mail) deliveryReport() bool {
	if !m.hasReport("message/delivery-status") {
		return false
	}
	for _, r := range m.reports {
		if r.typ == "message/delivery-status" {
			for _, b := range m.statuses(r.data) {
				m.Bounces = append(m.Bounces, b.BounceInfo)
				m.reported = append(m.reported, b.action)
			}
		}
	}
	if !slices.ContainsFunc(m.Bounces, func(b channels.BounceInfo) bool { return b.Recipient != "" }) {
		m.fromWords()
	} else if b := &m.Bounces[0]; len(m.Bounces) == 1 && strings.HasSuffix(b.Status, ".0.0") && b.Final && m.reported[0] == "failed" {
		b.Status = precise(b.Status, shorten(reportOf(m.Text), 4000), true)
		b.Hard = strings.HasPrefix(b.Status, "5")
	}
	return true
}

// statuses reads what a delivery-status body says of each recipient.
func (m *Mail) statuses(data []byte) (out []statusOf) {
	original := m.originalID()
	for _, g := range statusGroups(data) {
		if b, ok := bounceOf(g); ok && len(m.Bounces)+len(out) < 100 {
			b.OriginalID = original
			out = append(out, b)
		}
	}
	return out
}

// fromWords fills in what the report for machines leaves out and the words for
// people say: the recipients.
func (m *Mail) fromWords() {
	said, action := m.guessBounce(), "failed"
	if len(m.Bounces) > 0 {
		action = m.reported[0]
		for i := range said {
			said[i].Status = cmp.Or(m.Bounces[0].Status, said[i].Status)
			said[i].Hard, said[i].Final = m.Bounces[0].Hard, m.Bounces[0].Final
		}
	}
	m.Bounces, m.reported = said, slices.Repeat([]string{action}, len(said))
}

// deliveryKind is Delivered if every recipient was reached, else Bounce. Then
// only those that were not remain in m.Bounces; a delay is a soft bounce.
func (m *Mail) deliveryKind() channels.Kind {
	var kept []channels.BounceInfo
	for i, b := range m.Bounces {
		if a := m.reported[i]; a == "delivered" || a == "relayed" || a == "expanded" {
			continue
		}
		kept = append(kept, b)
	}
	if len(kept) == 0 {
		if len(m.Bounces) > 0 {
			m.answers(m.Bounces[0].OriginalID)
		}
		m.Bounces = nil
		return channels.Delivered
	}
	m.Bounces = kept
	return channels.Bounce
}

// answers puts id first among the ids that the mail answers.
func (m *Mail) answers(id string) {
	if id != "" && !slices.Contains(m.InReplyTo, id) {
		m.InReplyTo = append([]string{id}, m.InReplyTo...)
	}
}

// receipt reads a read receipt (RFC 8098). A mail that a server deleted and
// says to have rejected (RFC 5429 §2.2.1) is a bounce.
func (m *Mail) receipt() channels.Kind {
	rejected := firstWord(m.head.get("auto-submitted")) == "auto-replied" || strings.Contains(strings.ToLower(m.Subject), "reject") || strings.Contains(strings.ToLower(m.Subject), "rechaza")
	kind := channels.Delivered
	for _, r := range m.reports {
		if r.typ != "message/disposition-notification" {
			continue
		}
		for _, g := range statusGroups(r.data) {
			m.answers(firstID(g["original-message-id"]))
			d := strings.ToLower(g["disposition"])
			if !rejected || !strings.Contains(d, "deleted") && !strings.Contains(d, "denied") && !strings.Contains(d, "failed") {
				continue
			}
			kind = channels.Bounce
			b := channels.BounceInfo{Recipient: Canonical(afterSemicolon(cmp.Or(g["original-recipient"], g["final-recipient"]))), Final: true, Hard: true}
			b.Status = precise("", "rejected "+shorten(m.Text, 2000), true)
			b.Reason, b.OriginalID = shorten(collapse(shorten(m.Text, 2000)), 500), cmp.Or(firstID(g["original-message-id"]), m.originalID())
			m.Bounces = append(m.Bounces, b)
		}
	}
	m.answers(m.originalID())
	return kind
}

// statusGroups splits the blocks of fields of a delivery-status body.
func statusGroups(data []byte) []map[string]string {
	var out []map[string]string
	p := parser{lim: Limits{}.orDefault()}
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	for _, block := range bytes.SplitN(data, []byte("\n\n"), 200) {
		g := map[string]string{}
		name := ""
		for len(block) > 0 {
			var line []byte
			line, block = cutLine(block)
			if n := fieldName(line); n != "" && line[0] != ' ' && line[0] != '\t' {
				name = n
				g[name] = string(bytes.TrimSpace(line[bytes.IndexByte(line, ':')+1:]))
			} else if name != "" && len(g[name]) < 2000 {
				g[name] += " " + string(bytes.TrimSpace(line))
			}
		}
		for k, v := range g {
			g[k] = collapse(p.header8bit(v, ""))
		}
		if len(g) > 0 {
			out = append(out, g)
		}
	}
	return out
}

type statusOf struct {
	channels.BounceInfo
	action string
}

// bounceOf reads a per-recipient block (RFC 3464 §2.3).
func bounceOf(g map[string]string) (statusOf, bool) {
	b := statusOf{action: firstWord(g["action"])}
	for _, field := range [...]string{"original-recipient", "final-recipient", "x-actual-recipient"} {
		if b.Recipient == "" {
			b.Recipient = statusAddress(g[field])
		}
	}
	if b.Recipient == "" && b.action == "" && afterSemicolon(g["original-recipient"]+g["final-recipient"]) == "" {
		return statusOf{}, false
	}
	_, comment, _ := strings.Cut(strings.TrimSuffix(g["status"], ")"), "(")
	b.Reason = shorten(cmp.Or(afterSemicolon(g["diagnostic-code"]), comment), 500)
	b.Final = b.action != "delayed"
	b.Status = precise(statusCode.FindString(g["status"]), b.Reason, b.Final)
	b.Hard = b.Final && strings.HasPrefix(b.Status, "5")
	return b, true
}

// statusAddress is the address of a recipient field, "rfc822; ana@correo.bo",
// which some systems write as in a header, with a name or a comment, and in
// which others leave the xtext (RFC 3461 §4) of the client.
func statusAddress(field string) string {
	s := xtext.Replace(afterSemicolon(field))
	return cmp.Or(Canonical(s), Canonical(addressIn(s)))
}

// xtext has the characters of an address that must be written otherwise there.
var xtext = strings.NewReplacer("+2B", "+", "+3D", "=")

func afterSemicolon(s string) string {
	if _, after, ok := strings.Cut(s, ";"); ok {
		return strings.TrimSpace(after)
	}
	return strings.TrimSpace(s)
}

// originalID finds the Message-ID of the mail that a report speaks of: in the
// attached original or its header, else in the text.
func (m *Mail) originalID() string {
	for i := range m.nested {
		if id := m.nested[i].MessageID; id != "" {
			return id
		}
	}
	for _, r := range m.reports {
		if strings.HasSuffix(r.typ, "headers") {
			p := parser{lim: Limits{}.orDefault()}
			h, _ := p.scanHeader(r.data, nil)
			if id := firstID(h.get("message-id")); id != "" {
				return id
			}
		}
	}
	if l := textID.FindStringSubmatch(m.Text); l != nil {
		return l[1]
	}
	return first2(m.InReplyTo, m.References)
}

func first2(lists ...[]string) string {
	for _, l := range lists {
		if len(l) > 0 {
			return l[len(l)-1]
		}
	}
	return ""
}
