package message

import (
	"slices"
	"strconv"
	"strings"

	"ventanilla/channels"
)

// LoopHeader marks every mail of the desk; its value is the desk's domain, so
// that another Ventanilla's mail is not taken for our own.
const LoopHeader = "X-Ventanilla-Loop"

var loopField = strings.ToLower(LoopHeader)

// judge decides who speaks, by header rules. What is not known to be a machine
// is a person: a machine's mail shown is a nuisance, a person's mail put aside
// a loss.
func (m *Mail) judge(o Options) {
	m.recipients(o.Envelope)
	if m.From.Value == "" && o.Envelope != nil {
		m.From.Value, m.From.Medium = Canonical(o.Envelope.MailFrom), channels.Email
	}
	m.Kind, m.Why = m.kind(o)
	m.Listed = m.Kind == channels.List && m.distributed()
	if m.written.Value != "" && m.Kind != channels.Human { // no person to be answered: it is who it says
		m.From = m.written
	}
	m.NoReply = m.Kind != channels.Human || m.From.Value == "" || noReplyAddress(m.From.Value) ||
		owns(o.Own, m.From.Value) || m.nullSender(o.Envelope) || autoSubject(m.Subject) || suppress(m.head.get("x-auto-response-suppress"))
}

func (m *Mail) kind(o Options) (k channels.Kind, why string) {
	switch {
	case m.ownLoop(o.Own):
		return channels.Loop, WhyLoop
	case m.deliveryReport():
		return m.deliveryKind(), WhyReport
	case m.hasReport("message/disposition-notification"):
		return m.receipt(), WhyReceipt
	case m.hasReport("message/feedback-report"):
		return channels.Feedback, WhyFeedback
	}
	if why = m.freeBounce(o.Envelope); why != "" {
		return channels.Bounce, why
	}
	if why = m.autoReply(o.Envelope); why != "" {
		return channels.AutoReply, why
	}
	if why = spamVerdict(m.head); why != "" {
		return channels.Spam, why
	}
	if why = m.list(o.Own); why != "" {
		return channels.List, why
	}
	if m.junk || m.From.Value == "" && m.Text == "" && len(m.Files) == 0 && m.Subject == "" {
		return channels.None, ""
	}
	return channels.Human, ""
}

// Why a mail is taken for a machine's: a header field's name, or one of these.
const (
	WhyLoop       = "own-loop"
	WhyReport     = "delivery-status"
	WhyReceipt    = "disposition-notification"
	WhyFeedback   = "feedback-report"
	WhyNullSender = "null-sender" // no return path
	WhyDaemon     = "daemon"      // a mail system's address, and words of a bounce
	WhyWords      = "words"       // subject and first words of a bounce
	WhySubject    = "subject"     // what only responders put before a subject
	WhyChallenge  = "challenge"
)

func (m *Mail) hasReport(typ string) bool {
	for _, r := range m.reports {
		if r.typ == typ {
			return true
		}
	}
	return false
}

// nullSender tells whether the envelope, or the Return-Path written from it, is
// "<>", or the "MAILER-DAEMON" that some servers make of it.
func (m *Mail) nullSender(e *Envelope) bool {
	from := ""
	if e != nil {
		from = e.MailFrom
	} else if rp := m.head.all("return-path"); len(rp) == 0 {
		return false
	} else {
		from = strings.Trim(rp[0], "<> \t")
	}
	return from == "" || strings.HasPrefix(strings.ToLower(from), "mailer-daemon")
}

// ownLoop recognises what the desk itself sent. The header is only in the mail
// itself: answers and bounces carry it, if at all, in an attached original.
func (m *Mail) ownLoop(own []string) bool {
	if m.head.has(loopField) {
		return len(own) == 0 || ownsDomain(own, strings.ToLower(m.head.get(loopField)))
	}
	auto := firstWord(m.head.get("auto-submitted"))
	_, domain, _ := strings.Cut(m.MessageID, "@")
	return auto != "" && auto != "no" && auto != "auto-forwarded" && owns(own, m.From.Value) && ownsDomain(own, strings.ToLower(domain))
}

// autoReply recognises RFC 3834 responders and their relatives.
// "auto-forwarded" is a person's mail on its way.
func (m *Mail) autoReply(e *Envelope) (why string) {
	h := m.head
	switch firstWord(h.get("auto-submitted")) {
	case "auto-replied", "auto-generated", "auto-notified":
		return "auto-submitted"
	}
	for i := range h {
		if n := h[i].name; responderField(n) {
			if v := strings.ToLower(h.get(n)); v != "no" && v != "false" {
				return n
			}
		}
	}
	if suppress(h.get("x-auto-response-suppress")) && !h.has("list-id") {
		return "x-auto-response-suppress" // services that pass on what their members write forbid answers too
	}
	switch strings.ToLower(h.get("precedence")) {
	case "auto_reply", "auto-reply", "autoreply":
		return "precedence"
	}
	null := m.nullSender(e)
	switch {
	case m.mailerDaemon():
		return WhyDaemon
	case m.From.Value != "" && Canonical(h.get("x-loop")) == m.From.Value:
		return "x-loop" // a responder that knows its own mail by it; a forward has another's address there
	case strings.HasPrefix(strings.ToLower(h.get("x-delivered-by-autoreply")), "y"):
		return "x-delivered-by-autoreply"
	case strings.EqualFold(h.get("delivered-to"), "autoresponder"):
		return "delivered-to"
	case autoSubject(m.Subject) && !m.answered() && (colon(m.Subject) >= 0 || m.Subject[0] == '[' || absent(m.Text)):
		return WhySubject
	case challenge(m):
		return WhyChallenge
	case null:
		return WhyNullSender
	case (bulk(h.get("precedence")) || noReplyAddress(m.From.Value)) && absenceSubject(m.Subject) && !reply(m.Subject) && (!h.has("list-id") || absent(m.Text)):
		return WhySubject
	}
	return ""
}

// answered tells whether a mail of which only the subject is a responder's is a
// person's all the same, who took it over from one or whose program put no
// "Re:" before it: he asks something, has a mail below his words as programs for
// people put it there, or says nothing that responders say.
func (m *Mail) answered() bool {
	own := said("", m.Text)
	if absent(own) {
		return strings.Contains(shorten(own, 1500), "¿") && len(own) < len(m.Text)
	}
	machine := responds(own)
	return strings.ContainsAny(shorten(own, 1500), "¿?") || len(own) < len(m.Text) && !machine || !machine && knownWords(m.Subject)
}

// knownWords tells whether a responder's subject is in a language of which
// responds knows the words.
func knownWords(subject string) bool {
	s := strings.ToLower(shorten(subject, 80))
	return slices.ContainsFunc([]string{"respuesta", "contestación", "oficina", "response", "automatic reply", "automated reply", "autoreply", "auto-reply", "auto reply", "out of office"}, func(w string) bool { return strings.Contains(s, w) })
}

// responds tells whether the first words are those of responders: who is away,
// or that a mail has arrived. In a mail whose subject is not a responder's they
// prove nothing.
func responds(text string) bool {
	first := strings.ToLower(collapse(shorten(text, 500)))
	return first == "" || slices.ContainsFunc([]string{
		"fuera de la oficina", "fuera de oficina", "de vacaciones", "de viaje", "con licencia", "de licencia", "ausente", "mi ausencia", "acceso limitado", "sin acceso al correo", "reincorpor", "me encuentro", "me encontrar", "en comisión", "de baja", "no estoy disponible", "horario de atención",
		"mensaje automático", "mensaje automatico", "es una respuesta automática", "es una respuesta automatica", "correo automático", "generado automáticamente", "generada automáticamente", "no responda", "no responder", "hemos recibido", "recibimos su", "recibido su", "ha sido recibid", "fue recibid", "será atendid", "a la brevedad", "gracias por su mensaje", "gracias por contactar", "gracias por comunicarse", "gracias por escribir",
		"out of office", "out of the office", "on leave", "annual leave", "on vacation", "on holiday", "am away", "be away", "my absence", "maternity", "not in the office", "be back", "am unavailable", "no longer with", "no longer work", "is an auto", "automated re", "automatic re", "automated mess", "automatic mess", "do not reply", "have received your", "has been received", "received your", "thank you for your e", "thank you for your m", "thank you for contact", "thanks for your",
	}, func(w string) bool { return strings.Contains(first, w) })
}

// reply tells whether a subject is that of an answer.
func reply(subject string) bool {
	s := strings.ToLower(strings.TrimSpace(shorten(subject, 40)))
	return strings.HasPrefix(s, "re:") || strings.HasPrefix(s, "re[") || strings.HasPrefix(s, "rv:") || strings.HasPrefix(s, "aw:") || strings.HasPrefix(s, "rif:")
}

// absent tells whether the first words are those of a note of absence: when one
// is back, or who stands in.
func absent(text string) bool {
	first := strings.ToLower(collapse(shorten(text, 600)))
	return slices.ContainsFunc([]string{"estaré", "estare ", "regres", "retorn", "volver", "vuelvo", "i will", "i'll be", "i am out", "i'm out", "i am away", "return", "limited access", "in my absence", "en mi ausencia", "je serai", "de retour", "abwesend", "zurück", "estarei", "voltar", "até o dia", "al mio ritorno", "afwezig"}, func(w string) bool { return strings.Contains(first, w) })
}

// responderField tells whether only responders write a field of that name.
func responderField(name string) bool {
	switch name {
	case "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-mail-autoreply", "x-autogenerated", "x-fc-machinegenerated", "x-post-messageclass", "x-vacation", "x-ebay-auto-reply", "x-cron-env":
		return true
	}
	return false
}

// autoSubject knows what responders put before the subject that they answer.
// People's answers to it mostly begin with "Re:".
func autoSubject(s string) bool {
	i := colon(s)
	if i < 0 && len(s) > 60 && s[0] != '[' || i > 60 {
		return false
	}
	ok := i >= 0
	s = strings.ToLower(strings.TrimSpace(s))
	if in, _, bracketed := strings.Cut(strings.TrimPrefix(s, "["), "]"); bracketed && s[0] == '[' {
		s, ok = in, true // "[Automatyczna odpowiedź] …"
	}
	if strings.HasPrefix(s, "auto: ") && (strings.Contains(s, " is out of ") || strings.Contains(s, "(returning ") || strings.Contains(s, "(regresa") || strings.Contains(s, "(vuelve")) {
		return true // Lotus Notes
	}
	before, _, _ := strings.Cut(strings.ReplaceAll(s, "：", ":"), ":")
	before = strings.TrimSuffix(strings.TrimRight(before, " "), " re")
	for _, p := range [...]string{"respuesta automática", "respuesta automatica", "autorespuesta", "auto respuesta", "auto-respuesta", "contestación automática", "respuesta automatizada", "auto response", "auto-response", "autoresponse", "automatic response", "automated response", "yahoo! auto response", "automatic reply", "automated reply", "autoreply", "auto-reply", "auto reply", "out of office autoreply", "out of office", "out of office reply", "fuera de la oficina", "fuera de oficina", "ausente de la oficina",
		"resposta automàtica", "resposta automática", "fora do escritório", "réponse automatique", "absence du bureau", "automatische antwort", "abwesenheitsnotiz", "abwesend", "risposta automatica", "fuori sede", "automatisch antwoord", "afwezig", "autosvar", "automatiskt svar", "automatisk svar", "automaattinen vastaus", "automatyczna odpowiedź", "odpowiedź automatyczna", "автоматический ответ", "автоответ", "自动回复", "自動回覆", "自動応答", "자동 회신", "自动答复"} {
		if ok && before == p || s == p {
			return true
		}
	}
	return false
}

// challenge knows the questions by which some systems try whether a sender is a
// person. Answering them is what a person would do.
func challenge(m *Mail) bool {
	for _, f := range m.head {
		if strings.HasPrefix(f.name, "x-bluebottle-") || strings.HasPrefix(f.name, "x-tmda-") || strings.HasPrefix(f.name, "x-spamarrest") || strings.HasPrefix(f.name, "x-boxbe-") || f.name == "x-challenge-response" {
			return f.name != "x-tmda-fingerprint"
		}
	}
	local, _, _ := strings.Cut(m.From.Value, "@")
	if !strings.Contains(local, "challenge") && !strings.HasPrefix(local, "spamblocker") {
		return false
	}
	first := strings.ToLower(shorten(m.Text, 2000))
	return slices.ContainsFunc([]string{"confirm", "verif", "authentic", "click", "http", "reply to this"}, func(w string) bool { return strings.Contains(first, w) })
}

// suppress reads X-Auto-Response-Suppress (MS-OXCMAIL §2.1.3.2.20): a sender
// that forbids every answer, or out-of-office ones, is a machine.
func suppress(v string) bool {
	for _, w := range strings.FieldsFunc(strings.ToLower(v), func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		if w == "all" || w == "oof" || strings.HasPrefix(w, "autoreply") {
			return true
		}
	}
	return false
}

// absenceSubject knows the subjects of absence notes. Alone it proves nothing.
func absenceSubject(s string) bool {
	s = strings.ToLower(s)
	for _, p := range [...]string{"respuesta automática", "respuesta automatica", "automatic reply", "auto reply", "autoreply", "auto-reply", "out of office",
		"fuera de la oficina", "fuera de oficina", "ausente", "ausencia", "de vacaciones", "vacation", "resposta automàtica", "resposta automática", "autorespuesta", "away from"} {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// spamVerdict reads what the receiving server said (SpamAssassin, Rspamd, Exchange).
func spamVerdict(h header) (why string) {
	for _, n := range [...]string{"x-spam-flag", "x-spam-status", "x-spam", "x-spam-classification"} {
		switch firstWord(h.get(n)) {
		case "yes", "true", "spam":
			return n
		}
	}
	if v := h.get("x-ms-exchange-organization-scl"); v != "" {
		if scl, err := strconv.Atoi(v); err == nil && scl >= 5 {
			return "x-ms-exchange-organization-scl"
		}
	}
	if strings.EqualFold(h.get("x-rspamd-action"), "reject") {
		return "x-rspamd-action"
	}
	return ""
}

// noReplyAddress knows addresses behind which nobody reads.
func noReplyAddress(a string) bool {
	local, _, _ := strings.Cut(a, "@")
	switch local {
	case "", "mailer-daemon", "postmaster", "maildaemon", "noreply", "nobody", "root", "abuse", "bounce", "bounces", "daemon", "cron", "www-data", "apache", "nginx", "nagios", "zabbix", "system", "listserv", "majordomo", "mailman", "mailer", "newsletter", "newsletters", "notification", "notifications", "notificaciones", "notify", "alert", "alerts", "alertas", "vacation":
		return true
	}
	if strings.HasSuffix(local, "-request") || strings.HasSuffix(local, "-bounces") || strings.HasPrefix(local, "owner-") || strings.HasPrefix(local, "bounce-") || strings.HasPrefix(local, "bounces+") {
		return true
	}
	local = withoutMarks.Replace(local)
	for _, p := range [...]string{"noreply", "donotreply", "dontreply", "noresponder", "noresponda", "nonrispondere", "naoresponda", "naoresponder", "nepasrepondre", "keineantwort"} {
		if strings.Contains(local, p) {
			return true
		}
	}
	return strings.HasPrefix(local, "mailerdaemon") || strings.HasPrefix(local, "autorespond") || strings.HasPrefix(local, "autoreply") || strings.HasPrefix(local, "autoconfirm")
}

var withoutMarks = strings.NewReplacer("-", "", "_", "", ".", "")

// owns tells whether addr is one of our addresses, plus part aside.
func owns(own []string, addr string) bool {
	if addr == "" {
		return false
	}
	base := withoutPlus(addr)
	for _, o := range own {
		if o == addr || o == base {
			return true
		}
	}
	return false
}

// ownsDomain tells whether domain is that of one of our addresses, or listed.
func ownsDomain(own []string, domain string) bool {
	for _, o := range own {
		if _, d, ok := strings.Cut(o, "@"); ok && d == domain || o == domain {
			return domain != ""
		}
	}
	return false
}

func firstWord(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if i := strings.IndexAny(s, " ;,(\t"); i >= 0 {
		s = s[:i]
	}
	return s
}
