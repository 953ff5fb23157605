// Package email is the desk's electronic mail: Mailbox reads an IMAP folder,
// Listener takes mail by SMTP or LMTP, Relay sends by SMTP. What the bytes
// mean is the business of the pure package message below it; Read joins the
// two.
//
// Decisions. A mailbox's progress is a UID under a UIDVALIDITY and nothing
// else: flags, dates and positions are other programs' to change. The mark is
// stored in the same commit as the mails, so that a crash repeats or continues
// but never skips; what is repeated has the same Dedupe. The listener says 250
// only when Host.Accept has returned nil; with the store down it says 451 and
// the sending server keeps the mail. Ways without TLS exist on loopback only.
//
// Sources: RFC 3501 and 9051 (IMAP), 2177 (IDLE), 4315 (UIDPLUS), 6851 (MOVE),
// 5321 (SMTP), 2033 (LMTP), 3207 (STARTTLS), 4954 (AUTH), 3463 (status codes),
// 3834 (automatic replies).
package email

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ventanilla/channels"
	"ventanilla/channels/email/message"
)

// Keys of Raw.Envelope that this package writes and reads.
const (
	EnvMailFrom = "mail_from"     // present and empty: the null sender
	EnvRcptTo   = "rcpt_to"       // joined by commas
	EnvPeer     = "peer"          // IP address of the sending server
	EnvHelo     = "helo"          // what it called itself
	EnvDate     = "internal_date" // IMAP INTERNALDATE, RFC 3339
	EnvTooLarge = "too_large"     // size in bytes; Body is only the header
	EnvUnread   = "unreadable"    // the server's words; Body is empty
)

// Defects that this package adds to those of package message.
const (
	DefectTooLarge = "too-large"  // "too-large:62914560": only the header was fetched
	DefectUnread   = "unreadable" // the server could not give the mail
)

// Read turns a raw mail into a report. It does no I/O and never fails (see
// channels.Reader). own are the desk's addresses and domains, lower case.
func Read(channel string, r channels.Raw, own []string) channels.Report {
	m := message.Parse(r.Body, message.Options{Own: own, Envelope: envelope(r.Envelope)})
	rep := channels.Report{
		Channel: channel, Medium: channels.Email, Kind: m.Kind,
		ExternalID: m.MessageID, From: m.From, To: m.To, Cc: m.Cc,
		Subject: m.Subject, Text: m.Text, Said: m.Said, HTML: m.HTML, Files: m.Files,
		SentAt: m.Date, ReceivedAt: received(r), Answers: answers(m),
		Token: m.Token, NoReply: m.NoReply, Listed: m.Listed, Bounces: m.Bounces, Defects: m.Defects,
	}
	if rep.Text == "" {
		rep.Text = encryptedText(rep.Defects)
		rep.Said = rep.Text
	}
	if size := r.Envelope[EnvTooLarge]; size != "" {
		rep.Defects = append(rep.Defects, DefectTooLarge+":"+size)
		rep.Text = tooLargeText(size)
		rep.Said = rep.Text
	}
	if why := r.Envelope[EnvUnread]; why != "" {
		rep.Defects = append(rep.Defects, DefectUnread)
		rep.Kind, rep.Text = channels.None, "[El servidor de correo no pudo entregar este mensaje. Sigue en el buzón.]"
		rep.Said = rep.Text
	}
	return rep
}

// encryptedText stands for the words that only another can read.
func encryptedText(defects []string) string {
	for _, d := range defects {
		switch d {
		case message.DefectSMIME:
			return "[Este correo está cifrado con S/MIME y no se puede leer aquí. Pida a la persona que lo envíe sin cifrar.]"
		case message.DefectPGP:
			return "[Este correo está cifrado con PGP y no se puede leer aquí. Pida a la persona que lo envíe sin cifrar.]"
		}
	}
	return ""
}

// tooLargeText stands for the words that were not fetched.
func tooLargeText(size string) string {
	n, _ := strconv.ParseInt(size, 10, 64)
	return fmt.Sprintf("[Este correo pesa %.1f MB y supera el límite de lectura. Aquí está solo su encabezado; el mensaje completo sigue en el buzón.]", float64(n)/1e6)
}

func envelope(env map[string]string) *message.Envelope {
	from, ok := env[EnvMailFrom]
	if !ok {
		return nil
	}
	e := &message.Envelope{MailFrom: from}
	if to := env[EnvRcptTo]; to != "" {
		e.RcptTo = strings.Split(to, ",")
	}
	return e
}

// received is when the mail reached the institution: INTERNALDATE where the
// mailbox knows it and it is not in the future.
func received(r channels.Raw) time.Time {
	if t, err := time.Parse(time.RFC3339, r.Envelope[EnvDate]); err == nil && (r.Received.IsZero() || !t.After(r.Received)) {
		return t
	}
	return r.Received
}

// answers lists the ids that the mail answers, the nearest first (RFC 5322 §3.6.4).
func answers(m message.Mail) []string {
	out := append([]string(nil), m.InReplyTo...)
	for i := len(m.References) - 1; i >= 0; i-- {
		if id := m.References[i]; !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
