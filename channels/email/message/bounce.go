package message

import (
	"bytes"
	"regexp"
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
	original := m.originalID()
	for _, r := range m.reports {
		if r.typ != "message/delivery-status" {
			continue
		}
		for _, g := range statusGroups(r.data) {
			if b, ok := bounceOf(g); ok && len(m.Bounces) < 100 {
				b.OriginalID = original
				m.Bounces = append(m.Bounces, b.BounceInfo)
				m.reported = append(m.reported, b.action)
			}
		}
	}
	if len(m.Bounces) == 0 {
		m.Bounces = m.guessBounce()
		m.reported = []string{"failed"}
	}
	return true
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

// receipt reads a read receipt (RFC 8098).
func (m *Mail) receipt() {
	for _, r := range m.reports {
		if r.typ == "message/disposition-notification" {
			for _, g := range statusGroups(r.data) {
				m.answers(firstID(g["original-message-id"]))
			}
		}
	}
	m.answers(m.originalID())
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
	rcpt := afterSemicolon(g["original-recipient"])
	if Canonical(rcpt) == "" {
		rcpt = afterSemicolon(g["final-recipient"])
	}
	if rcpt == "" && g["action"] == "" {
		return statusOf{}, false
	}
	b := statusOf{action: firstWord(g["action"])}
	b.Recipient = Canonical(rcpt)
	b.Status = statusCode.FindString(g["status"])
	b.Reason = shorten(afterSemicolon(g["diagnostic-code"]), 500)
	if s := statusCode.FindString(b.Reason); s != "" && (b.Status == "" || strings.HasSuffix(b.Status, ".0.0")) {
		b.Status = s
	}
	b.Hard = b.action != "delayed" && !strings.HasPrefix(b.Status, "4")
	return b, true
}

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

var (
	statusCode = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)
	replyCode  = regexp.MustCompile(`(?:^|[\s:(#])([45]\d\d)[ \-#]`)
	textID     = regexp.MustCompile(`(?im)^[>\s]*Message-ID:\s*<([^<>\s]{3,900})>`)
	textAddr   = regexp.MustCompile(`[A-Za-z0-9._%+=&'/-]{1,64}@[A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,24}`)
)

// bounceSubjects are the beginnings of subjects of free-text bounces; they
// count only from a machine's address or with a null sender.
var bounceSubjects = []string{
	"undeliver", "undelivered mail", "mail delivery", "delivery status notification", "delivery failure", "delivery has failed", "failure notice", "returned mail",
	"mail system error", "message not delivered", "non-delivery", "nondeliverable", "warning: message", "warning: could not send", "delayed mail", "mail could not be delivered",
	"no se puede entregar", "no se pudo entregar", "no entregado", "no se ha podido entregar", "mensaje no entregado", "error de entrega", "correo devuelto",
	"entrega fallida", "fallo en la entrega", "fallo de entrega", "notificación de estado de entrega", "devuelto", "aviso de retraso", "delivery delayed", "message delayed", "retrasado",
}

// freeBounce recognises bounces without a delivery-status part: Exim, qmail,
// Exchange and providers write free text.
func (m *Mail) freeBounce(e *Envelope) bool {
	failed := m.head.get("x-failed-recipients")
	local, _, _ := strings.Cut(m.From.Value, "@")
	local = strings.ReplaceAll(local, "_", "-")
	daemon := strings.HasPrefix(local, "mailer-daemon") || local == "postmaster" || local == "maildaemon" || local == "mdaemon" || local == "mail-daemon"
	subject := strings.ToLower(m.Subject)
	bouncing := slices.ContainsFunc(bounceSubjects, func(s string) bool { return strings.HasPrefix(subject, s) || strings.Contains(subject, ": "+s) })
	null := m.nullSender(e)
	isReport := strings.Contains(strings.ToLower(m.head.get("content-type")), "delivery-status")
	switch {
	case failed != "", isReport:
	case daemon && (null || bouncing):
	case bouncing && null:
	case daemon && firstWord(m.head.get("auto-submitted")) == "auto-replied":
	default:
		return false
	}
	m.Bounces = m.guessBounce()
	return true
}

// guessBounce reads a free-text bounce: recipients, code and reason.
func (m *Mail) guessBounce() []channels.BounceInfo {
	text := shorten(m.Text, 64<<10)
	report, _, _ := strings.Cut(text, "\nReceived: ") // below it is a copy of the original
	id := m.originalID()
	status := statusCode.FindString(report)
	code := ""
	if l := replyCode.FindStringSubmatch(report); l != nil {
		code = l[1]
	}
	subject := strings.ToLower(m.Subject)
	soft := strings.HasPrefix(status, "4") || status == "" && strings.HasPrefix(code, "4") ||
		strings.HasPrefix(subject, "warning") || strings.Contains(subject, "delay") || strings.Contains(subject, "retras")
	b := channels.BounceInfo{Status: status, Hard: !soft, OriginalID: id, Reason: reason(report, code, status)}
	var out []channels.BounceInfo
	for _, r := range m.failedRecipients(report) {
		b.Recipient = r
		out = append(out, b)
	}
	if out == nil {
		out = append(out, b)
	}
	return out
}

// failedRecipients takes X-Failed-Recipients, else the addresses in the report
// before its first blank line after one was found.
func (m *Mail) failedRecipients(report string) []string {
	var out []string
	add := func(s string) {
		a := Canonical(s)
		skip := a == "" || a == m.From.Value || noReplyAddress(a) || slices.Contains(out, a) || slices.Contains(m.Recipients, a) || len(out) >= 50 ||
			slices.ContainsFunc(m.To, func(t channels.Address) bool { return t.Value == a })
		if !skip {
			out = append(out, a)
		}
	}
	for _, a := range strings.Split(m.head.get("x-failed-recipients"), ",") {
		add(a)
	}
	if out != nil {
		return out
	}
	for _, para := range strings.Split(report, "\n\n") {
		for _, a := range textAddr.FindAllString(para, 20) {
			add(a)
		}
		if out != nil {
			return out
		}
	}
	return out
}

// reason is the line of the report that holds the code.
func reason(report, code, status string) string {
	for _, l := range strings.Split(report, "\n") {
		if status != "" && strings.Contains(l, status) || status == "" && code != "" && strings.Contains(l, code) {
			return shorten(collapse(l), 500)
		}
	}
	return ""
}
