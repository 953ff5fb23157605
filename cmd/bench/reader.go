package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	gomessage "github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	gomail "github.com/emersion/go-message/mail"

	"ventanilla/channels"
	"ventanilla/channels/email/message"
)

// way is what the servers on its way put before a mail.
var way = strings.Repeat("Received: from mx.correo.bo (mx.correo.bo [192.0.2.1])\r\n\tby mx.agetic.gob.bo with ESMTPS id abc\r\n\tfor <soporte@agetic.gob.bo>; Tue, 3 Nov 2026 10:30:02 -0400\r\n", 5) +
	"DKIM-Signature: v=1; a=rsa-sha256; d=correo.bo;\r\n b=" + strings.Repeat("A", 300) + "\r\n"

// reading measures the reader of mails beside go-message on the same mails,
// those of people in the reader's own collection that both can read, with the
// header of a way through servers: ours also finds files, kinds, bounces and
// quotes, and turns HTML into text; go-message only the header and the parts.
// They take turns, and it is the processor's time that counts, so that what else
// the machine does hits neither.
func reading(b *bench) {
	names, err := filepath.Glob("channels/email/message/testdata/mails/*.eml")
	b.check(err)
	if len(names) == 0 {
		b.fail("no mails: run the bench from the repository")
	}
	own := message.Options{Own: []string{"soporte@agetic.gob.bo", "agetic.gob.bo"}}
	var mails [][]byte
	for _, n := range names {
		raw, err := os.ReadFile(n)
		b.check(err)
		if raw = append([]byte(way), raw...); goMessage(raw) && message.Parse(raw, own).Kind == channels.Human {
			mails = append(mails, raw)
		}
	}
	var ours, theirs time.Duration
	rounds := 0
	for ours+theirs < 6*time.Second {
		began := processorTime(b)
		for _, raw := range mails {
			message.Parse(raw, own)
		}
		between := processorTime(b)
		for _, raw := range mails {
			goMessage(raw)
		}
		ours, theirs = ours+between-began, theirs+processorTime(b)-between
		rounds++
	}
	n := float64(rounds * len(mails))
	b.report("people's mails read", n/ours.Seconds(), "mails per second of processor", "go-message, header and parts alone", n/theirs.Seconds())
}

// processorTime is what this process has had of the processors.
func processorTime(b *bench) time.Duration {
	var u syscall.Rusage
	b.check(syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// goMessage reads header and parts with go-message; false if it fails.
func goMessage(raw []byte) bool {
	r, err := gomail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		return false
	}
	r.Header.Subject()
	r.Header.AddressList("From")
	r.Header.AddressList("To")
	r.Header.Date()
	r.Header.MsgIDList("References")
	for {
		p, err := r.NextPart()
		if err == io.EOF {
			return true
		}
		if err != nil && !gomessage.IsUnknownCharset(err) {
			return false
		}
		if _, err := io.ReadAll(p.Body); err != nil {
			return false
		}
	}
}
