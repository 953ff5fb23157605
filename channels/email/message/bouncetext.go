package message

import (
	"regexp"
	"slices"
	"strings"

	"ventanilla/channels"
)

// Exim, qmail, Exchange, providers and virus gates write their bounces as free
// text. Which of these a mail is, is decided by who sends it (a daemon, or an
// empty return path), what its subject is, and what its first words say; one
// alone proves nothing, because people write about returned mail too.

var (
	textID = regexp.MustCompile(`(?im)^[>\s]*Message-ID:\s*<([^<>\s]{3,900})>`)
	// an address as it stands in prose
	textAddr = regexp.MustCompile(`[A-Za-z0-9._%+=&'/#!~*-]{1,64}@[A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,24}`)
	// an address where reports put the failed one: at the beginning of a line,
	// perhaps after a code, a sign or a word that ends in a colon
	rcptLine = regexp.MustCompile(`(?i)^[\s>*"'<(\[•-]*(?:\d{3}[ -](?:\d\.\d{1,3}\.\d{1,3} )?)?(?:(?:rcpt )?to:|[\pL ()-]{3,40}:|smtp;)?[\s<"'(\[]*([\p{Latin}0-9._%+=&'/#!~*-]{1,64}@[A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,24})`)
	// an address with which the sentence that says the failure ends
	rcptWords = regexp.MustCompile(`(?i)(?:deliver(?:ed|y|)\b.{0,40}\bto|message to|mail to|recipients?:?|address(?:ee|es|ed)?:?|user|account|entrega[rd]o? a|destinatarios?:?|rcpt to:?)[\s:,<"'(]{1,5}([\p{Latin}0-9._%+=&'/#!~*-]{1,64}@[A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,24})`)
	bareWord  = regexp.MustCompile(`^\s*"?([A-Za-z0-9][A-Za-z0-9._-]{1,40})"?\s*$`)
	// fields of the original that stand in the report
	notRcpt = regexp.MustCompile(`(?i)^[\s>(]*(?:from|de|von|sender|(?:original )?sender|return-path|reply-to|message-?id|mail from|subject|asunto|betreff|date|sent|cc|reporting-mta|in-reply-to|references|x-[a-z-]+|list-[a-z-]+|errors-to)\s*:`)
	toField = regexp.MustCompile(`(?i)^[\s>]*to\s*:`)
)

const maxReport = 64 << 10 // bytes of a report that are looked at

// freeBounce recognises bounces without a delivery-status part.
func (m *Mail) freeBounce(e *Envelope) (why string) {
	subject := strings.ToLower(m.Subject)
	if forwards(subject) {
		return ""
	}
	if why = m.bounceSign(subject, e); why != "" {
		m.Bounces = m.guessBounce()
	}
	return why
}

func (m *Mail) bounceSign(subject string, e *Envelope) (why string) {
	switch {
	case m.head.has("x-failed-recipients"):
		return "x-failed-recipients"
	case strings.Contains(strings.ToLower(m.head.get("content-type")), "delivery-status"):
		return WhyReport
	}
	if m.mailerDaemon() && m.carriesOriginal() {
		return WhyDaemon // nobody writes as that, whatever its words
	}
	daemon, null := m.daemon(), m.nullSender(e)
	bouncing := subjectsOfBounces.in(subject)
	if !daemon && !null && !bouncing {
		return ""
	}
	first := strings.ToLower(collapse(shorten(reportOf(m.Text), 1500)))
	says := slices.ContainsFunc(bouncePhrases, func(s string) bool { return strings.Contains(first, s) })
	switch {
	case daemon && (bouncing || says || null && !absenceSubject(m.Subject) || firstWord(m.head.get("auto-submitted")) == "auto-replied"):
		return WhyDaemon
	case null && (bouncing || says):
		return WhyNullSender
	case bouncing && says && m.unanswering() && !personal(m.From.Value) && !humanTone(first) && m.machineMade(first):
		return WhyWords
	}
	return ""
}

// machineMade tells whether a mail of which only the words are a bounce's has
// what people who write of one leave out: the original, codes of SMTP, or a
// stranger's address on a line of its own.
func (m *Mail) machineMade(first string) bool {
	if m.carriesOriginal() || noReplyAddress(m.From.Value) || strings.Contains(first, "@") && (statusCode.MatchString(first) || replyCode.MatchString(first)) {
		return true
	}
	own := rcptList{m: m}
	for line := range strings.Lines(shorten(reportOf(m.Text), 1500)) {
		if a := aloneAddr.FindStringSubmatch(line); a != nil {
			own.add(a[1])
		}
	}
	return own.found != nil
}

// aloneAddr matches a line that is an address, perhaps with its name.
var aloneAddr = regexp.MustCompile(`^[\s*•-]*(?:"[^"]*"\s*)?<?([\p{Latin}0-9._%+=&'/#!~*-]{1,64}@[A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,24})>?[\s:;,.]*$`)

// author is who the mail says it is from, whomever answers are to go to.
func (m *Mail) author() channels.Address {
	if m.written.Value != "" {
		return m.written
	}
	return m.From
}

// mailerDaemon tells whether the sender is an address that no person has.
func (m *Mail) mailerDaemon() bool {
	local, _, _ := strings.Cut(m.author().Value, "@")
	return strings.HasPrefix(local, "mailer") && strings.HasPrefix(withoutMarks.Replace(local), "mailerdaemon")
}

// carriesOriginal tells whether the mail holds a copy of another, as bounces do.
func (m *Mail) carriesOriginal() bool {
	text := strings.TrimSpace(shorten(m.Text, maxReport))
	return len(m.nested) > 0 || len(reportOf(text)) < len(text) ||
		slices.ContainsFunc(m.reports, func(r report) bool { return strings.HasSuffix(r.typ, "headers") })
}

// daemon tells whether a mail system speaks, by address or by name.
func (m *Mail) daemon() bool {
	author := m.author()
	local, _, _ := strings.Cut(author.Value, "@")
	local = withoutMarks.Replace(local)
	name := strings.ToLower(author.Name)
	for _, p := range [...]string{"mailerdaemon", "postmaster", "maildaemon", "mdaemon", "maildelivery", "systemadministrator", "microsoftexchange"} {
		if strings.HasPrefix(local, p) {
			return true
		}
	}
	for _, p := range [...]string{"mail delivery s", "maildelivery s", "mail deliver s", "mailer-daemon", "mailer daemon", "postmaster", "system administrator", "mail administrator", "microsoft outlook", "microsoft exchange", "administrador del sistema", "mail system", "mail delivery"} {
		if strings.HasPrefix(name, p) {
			return author.Value == "" || p != "microsoft outlook" || strings.HasPrefix(local, "microsoftexchange") || strings.HasPrefix(local, "postmaster")
		}
	}
	from := strings.TrimLeft(strings.Trim(m.head.get("from"), `<>" `), "-_.")
	return from != "" && from[0]|0x20 == 'm' && strings.HasPrefix(withoutMarks.Replace(strings.ToLower(from)), "mailerdaemon")
}

// unanswering tells whether the mail begins a thread, as bounces do and people
// who tell of one often do not.
func (m *Mail) unanswering() bool { return len(m.InReplyTo) == 0 && len(m.References) == 0 }

// humanTone tells whether the first words are those of a person who greets, asks
// or tells of a bounce, rather than of the system that wrote one.
func humanTone(first string) bool {
	return slices.ContainsFunc(humanWords, func(w string) bool { return strings.Contains(first, w) })
}

// personal tells whether the address is at a provider of mailboxes for people.
func personal(addr string) bool {
	_, d, _ := strings.Cut(addr, "@")
	name, _, _ := strings.Cut(d, ".")
	switch name {
	case "gmail", "googlemail", "hotmail", "outlook", "live", "msn", "yahoo", "ymail", "icloud", "me", "aol", "gmx", "proton", "protonmail", "mail":
		return true
	}
	return false
}

// reportOf is text up to the copy of the original.
func reportOf(text string) string {
	text = shorten(text, maxReport)
	pos := 0
	for pos < len(text) {
		line, _, _ := strings.Cut(text[pos:], "\n")
		if pos > 0 && copyBegins(line, text[pos+len(line):]) {
			return text[:pos]
		}
		pos += len(line) + 1
	}
	return text
}

var copyFields = regexp.MustCompile(`(?i)^\n[>\s]*(?:[A-Za-z-]+\s*:|\s)`)

// copyBegins tells whether line stands above the original: a ruler that says
// so, or the first of its header fields. Postfix speaks of "the attached
// returned message" above the recipients.
func copyBegins(line, after string) bool {
	if len(line) > 200 {
		return false
	}
	low := strings.ToLower(strings.TrimLeft(line, " \t>"))
	if strings.HasPrefix(low, "received:") || strings.HasPrefix(low, "return-path:") {
		return copyFields.MatchString(shorten(after, 200))
	}
	if !strings.ContainsAny(low, "-=*_:|.") || strings.Contains(low, "transcript") || strings.Contains(low, "attached returned") {
		return false
	}
	return slices.ContainsFunc(copyPhrases, func(s string) bool { return strings.Contains(low, s) })
}

// guessBounce reads a free-text bounce: recipients, and for each the code and
// the reason that stand next to it.
func (m *Mail) guessBounce() []channels.BounceInfo {
	for i := range m.nested { // a gate may wrap the real report
		if n := &m.nested[i]; n.hasReport("message/delivery-status") && n.deliveryReport() && n.Bounces[0].Recipient != "" {
			return n.Bounces
		}
	}
	if l := m.inFiles(); l != nil {
		return l
	}
	report := reportOf(m.Text)
	if strings.TrimSpace(report) == "" && m.HTML != "" {
		report = reportOf(HTMLText(m.HTML))
	}
	id := m.originalID()
	subject := strings.ToLower(m.Subject)
	final := !delayed(subject + "\n" + strings.ToLower(shorten(report, 4000)))
	rcpts := m.failedRecipients(report)
	low := strings.ToLower(report)
	common := report // what is said of all
	if len(rcpts) > 1 {
		common = before(report, low, rcpts)
	}
	general := precise("", common+"\n"+m.Subject, final)
	because := reason(common, general)
	var out []channels.BounceInfo
	for i, r := range rcpts {
		b := channels.BounceInfo{Recipient: r, OriginalID: id, Final: final}
		near := vicinity(report, low, rcpts, i)
		b.Status = precise("", near, final)
		if strings.HasSuffix(b.Status, ".0.0") && !strings.HasSuffix(general, ".0.0") {
			b.Status = general
		}
		if b.Reason = reason(near, b.Status); b.Reason == "" {
			b.Reason = because
		}
		b.Hard = final && strings.HasPrefix(b.Status, "5")
		out = append(out, b)
	}
	if out == nil {
		out = append(out, channels.BounceInfo{Status: general, OriginalID: id, Final: final, Hard: final && strings.HasPrefix(general, "5"), Reason: because})
	}
	return out
}

// inFiles reads the files of a bounce that by what they hold are delivery
// reports, whatever type a gate gave them.
func (m *Mail) inFiles() (out []channels.BounceInfo) {
	for _, f := range m.Files {
		start := strings.ToLower(string(f.Data[:min(len(f.Data), 4<<10)]))
		if f.Type == "message/rfc822" || f.Type == "message/delivery-status" || !strings.Contains(start, "final-recipient:") {
			continue
		}
		for _, b := range m.statuses(f.Data[:min(len(f.Data), maxReport)]) {
			if b.Recipient != "" && b.action != "delivered" {
				out = append(out, b.BounceInfo)
			}
		}
	}
	return out
}

// vicinity is the part of report that speaks of recipient i: from its first
// mention to that of the next one.
func vicinity(report, low string, rcpts []string, i int) string {
	from := strings.Index(low, rcpts[i])
	if from < 0 || len(low) != len(report) { // some letters are longer in lower case
		return report
	}
	if len(rcpts) == 1 {
		return report[strings.LastIndexByte(report[:from], '\n')+1:]
	}
	to := len(low)
	for j, r := range rcpts {
		if k := strings.Index(low[from+1:], r); j != i && k >= 0 && from+1+k < to {
			to = from + 1 + k
		}
	}
	return report[strings.LastIndexByte(report[:from], '\n')+1 : min(to, len(report))]
}

// before is the part of report above the first of its recipients.
func before(report, low string, rcpts []string) string {
	end := len(report)
	for _, r := range rcpts {
		if i := strings.Index(low, r); i >= 0 && len(low) == len(report) {
			end = min(end, i)
		}
	}
	return report[:end]
}

// failedRecipients names those that X-Failed-Recipients names, else those that
// the report puts where failed addresses stand, else any it speaks of, else
// those that the original was for.
func (m *Mail) failedRecipients(report string) []string {
	l := rcptList{m: m}
	for _, a := range strings.Split(m.head.get("x-failed-recipients"), ",") {
		l.add(a)
	}
	if l.found != nil {
		return l.found
	}
	lines := strings.Split(report, "\n")
	start := afterIntroduction(lines)
	l.inPlace(lines[max(0, start):])
	if l.found == nil && start > 0 {
		l.inPlace(lines)
	}
	if l.found == nil {
		l.traced = true
		l.inPlace(lines)
		l.traced = false
	}
	if len(l.found) > 1 { // "contact postmaster@…"
		l.found = slices.DeleteFunc(l.found, func(a string) bool { return strings.HasPrefix(a, "postmaster@") || strings.HasPrefix(a, "abuse@") })
	}
	if l.found == nil {
		for _, line := range lines {
			if notRcpt.MatchString(shorten(line, 200)) || toField.MatchString(shorten(line, 20)) {
				continue
			}
			line = shorten(line, maxLine)
			for _, at := range textAddr.FindAllStringIndex(line, 20) {
				if !strings.HasSuffix(line[:at[0]], "from ") || strings.HasSuffix(line[:at[0]], "generated from ") {
					l.add(line[at[0]:at[1]])
				}
			}
			if l.found != nil {
				break
			}
		}
	}
	if l.found == nil && start >= 0 {
		l.bare(lines[start:])
	}
	if l.found == nil {
		l.fromOriginal()
	}
	return l.found
}

// afterIntroduction finds where the line that introduces the failed
// recipients is; -1 if there is none.
func afterIntroduction(lines []string) int {
	for i, line := range lines {
		low := strings.ToLower(shorten(line, maxLine))
		if i+1 < len(lines) {
			low += " " + strings.ToLower(shorten(lines[i+1], maxLine))
		}
		if slices.ContainsFunc(rcptIntroductions, func(s string) bool { return strings.Contains(low, s) }) {
			return i
		}
	}
	return -1
}

// rcptList gathers addresses that may be those of failed recipients.
type rcptList struct {
	m      *Mail
	self   bool // the addressee of the bounce itself may be one
	traced bool // one of X-Original-To may be: DMA writes the failed recipient there
	found  []string
}

func (l *rcptList) add(s string) {
	if i := strings.LastIndex(strings.ToLower(s), "smtp="); i >= 0 { // X.400 form, "dda:SMTP=a@b"
		s = s[i+len("smtp="):]
	}
	a := Canonical(s)
	switch {
	case a == "" || a == l.m.From.Value || slices.Contains(l.found, a) || len(l.found) >= 100:
	case !l.self && (!l.traced && slices.Contains(l.m.Recipients, a) || slices.ContainsFunc(l.m.To, func(t channels.Address) bool { return t.Value == a })):
	case strings.HasPrefix(a, "mailer-daemon@"):
	default:
		l.found = append(l.found, a)
	}
}

// inPlace takes the addresses that stand where reports put the failed ones.
func (l *rcptList) inPlace(lines []string) {
	for _, line := range lines {
		line = shorten(line, maxLine)
		if !strings.Contains(line, "@") || notRcpt.MatchString(line) || toField.MatchString(line) {
			continue
		}
		if a := rcptLine.FindStringSubmatch(line); a != nil {
			l.add(a[1])
		}
		for _, a := range rcptWords.FindAllStringSubmatch(line, 20) {
			l.add(a[1])
		}
		if i := strings.Index(strings.ToLower(line), "smtp="); i >= 0 {
			l.add(textAddr.FindString(line[i:]))
		}
	}
}

// bare takes a local part alone on its line, at the domain that speaks.
func (l *rcptList) bare(lines []string) {
	_, domain, ok := strings.Cut(l.m.From.Value, "@")
	for i, line := range lines {
		if w := bareWord.FindStringSubmatch(shorten(line, 100)); ok && i > 0 && w != nil {
			l.add(w[1] + "@" + domain)
			return
		}
	}
}

// fromOriginal takes whom the original was for, if the bounce has a copy.
func (l *rcptList) fromOriginal() {
	l.self = true
	for i := range l.m.nested {
		for _, to := range l.m.nested[i].To {
			l.add(to.Value)
		}
	}
	p := parser{lim: Limits{}.orDefault()}
	for _, r := range l.m.reports {
		if l.found == nil && strings.HasSuffix(r.typ, "headers") {
			h, _ := p.scanHeader(r.data, nil)
			for _, to := range p.addresses(h.joined("to"), "") {
				l.add(to.Value)
			}
		}
	}
	for line := range strings.Lines(shorten(l.m.Text, maxReport)) {
		if l.found != nil {
			return
		}
		if line = shorten(line, maxLine); toField.MatchString(line) || strings.HasPrefix(strings.ToLower(strings.TrimSpace(line)), "rcpt to:") {
			l.add(textAddr.FindString(line))
		}
	}
}

// reason is the line of the report that holds the code, else the one whose
// words it was inferred from.
func reason(report, status string) string {
	inferred := ""
	for _, line := range strings.Split(report, "\n") {
		line = shorten(line, maxLine)
		if status != "" && strings.Contains(line, status) || replyCode.MatchString(line) {
			return shorten(collapse(line), 500)
		}
		if inferred == "" && inWords(strings.ToLower(line)) != "" {
			inferred = shorten(collapse(line), 500)
		}
	}
	return inferred
}
