package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-smtp"
	_ "github.com/mattn/go-sqlite3" // driver "sqlite3"

	"ventanilla/channels/email/mailtest"
	"ventanilla/tickets/store/storetest"
)

const (
	mailboxMails  = 5000
	smtpMails     = 3000
	smtpConns     = 8
	mailsACommit  = 100
	rowsOfOneMail = 3
)

// intakeRuns is how often an intake is measured; the median counts.
var intakeRuns = map[string]int{"sqlite": 3, "postgres": 1}

// intake measures reports per second from mail to case.
func intake(b *bench) {
	for _, engine := range []string{"sqlite", "postgres"} {
		oneIntake(b, engine)
	}
	b.aside(smtpIntake)
}

// oneIntake reads a full mailbox into an empty desk, from the start of the
// program to the moment when every mail is a case that can be found and
// nothing is left to do. Two rivals read the same mails: a client that throws
// them away, and a loop that commits three rows for each.
func oneIntake(b *bench, engine string) {
	b.aside(func(b *bench) {
		box := mailtest.Dovecot(b)
		w := newWriter(b)
		size := 0
		raws := make([][]byte, mailboxMails)
		for i := range raws {
			raws[i] = w.next().Raw
			size += len(raws[i])
		}
		box.Append(raws...)
		fmt.Fprintf(os.Stderr, "%d mails of %d bytes on average\n", len(raws), size/len(raws))
		fetchAll(b, box) // Dovecot makes its index
		var desk, loop, fetched, deskWork, loopWork []float64
		for range intakeRuns[engine] {
			h := newHouse(b, engine)
			h.dovecot = box
			n := h.start()
			desk = append(desk, perSecond(mailboxMails, n.cases(mailboxMails)))
			n.stop()
			deskWork = append(deskWork, milliseconds(n.work())/mailboxMails)
			before := ownWork()
			loop = append(loop, perSecond(mailboxMails, commitLoop(b, engine, raws)))
			loopWork = append(loopWork, milliseconds(ownWork()-before)/mailboxMails)
			fetched = append(fetched, perSecond(mailboxMails, fetchAll(b, box)))
		}
		b.report("intake_dovecot_"+engine, median(desk), "reports/s", "bare loop of three rows a mail, 100 mails a commit, synced", median(loop))
		b.report("intake_dovecot_"+engine, median(desk), "reports/s", "bare client fetching the mailbox", median(fetched))
		// What other programs of the machine do changes the rates, not this.
		b.report("intake_dovecot_"+engine+"_cpu", median(deskWork), "ms/report", "bare loop, without the server's own", median(loopWork))
	})
}

// ownWork is the processor time that this process used.
func ownWork() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u) // cannot fail for oneself
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func perSecond(n int, d time.Duration) float64 { return float64(n) / d.Seconds() }

// fetchAll reads the mailbox and keeps nothing.
func fetchAll(b *bench, s *mailtest.Server) time.Duration {
	began := time.Now()
	c, err := imapclient.DialInsecure(s.Addr, nil)
	b.check(err)
	defer c.Close()
	b.check(c.Login(s.User, s.Password).Wait())
	_, err = c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait()
	b.check(err)
	cmd := c.Fetch(imap.SeqSet{imap.SeqRange{Start: 1}}, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}})
	n := 0
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		for item := msg.Next(); item != nil; item = msg.Next() {
			if body, ok := item.(imapclient.FetchItemDataBodySection); ok {
				_, err := io.Copy(io.Discard, body.Literal)
				b.check(err)
				n++
			}
		}
	}
	b.check(cmd.Close())
	if n != mailboxMails {
		b.fail("the bare client fetched", n, "mails")
	}
	return time.Since(began)
}

// commitLoop is the least that any desk must do: the raw mail, a case, a message.
func commitLoop(b *bench, engine string, raws [][]byte) time.Duration {
	driver, address := "pgx", ""
	if engine == "sqlite" {
		driver, address = "sqlite3", "file:"+b.TempDir()+"/loop.db?_journal_mode=WAL&_synchronous=FULL"
	} else {
		address = storetest.Postgres(b)
	}
	db, err := sql.Open(driver, address)
	b.check(err)
	defer db.Close()
	bytesType := map[string]string{"pgx": "BYTEA", "sqlite3": "BLOB"}[driver]
	for _, ddl := range []string{
		"CREATE TABLE raw (id BIGINT PRIMARY KEY, at BIGINT NOT NULL, body " + bytesType + " NOT NULL)",
		"CREATE TABLE ticket (id BIGINT PRIMARY KEY, code TEXT NOT NULL, step TEXT NOT NULL, updated BIGINT NOT NULL)",
		"CREATE TABLE message (id BIGINT PRIMARY KEY, ticket BIGINT NOT NULL, said TEXT NOT NULL)",
	} {
		_, err := db.Exec(ddl)
		b.check(err)
	}
	began := time.Now()
	for from := 0; from < len(raws); from += mailsACommit {
		tx, err := db.Begin()
		b.check(err)
		var insert [rowsOfOneMail]*sql.Stmt
		for i, text := range []string{"INSERT INTO raw VALUES ($1, $2, $3)", "INSERT INTO ticket VALUES ($1, $2, '9.1/1', $3)", "INSERT INTO message VALUES ($1, $2, $3)"} {
			insert[i], err = tx.Prepare(text)
			b.check(err)
		}
		for i := from; i < min(from+mailsACommit, len(raws)); i++ {
			_, err := insert[0].Exec(i, began.UnixMicro(), raws[i])
			b.check(err)
			_, err = insert[1].Exec(i, fmt.Sprint("AIT-2026-", i), began.UnixMicro())
			b.check(err)
			_, err = insert[2].Exec(i, i, strings.ToValidUTF8(string(raws[i][len(raws[i])/2:]), "?"))
			b.check(err)
		}
		b.check(tx.Commit())
	}
	return time.Since(began)
}

// smtpIntake sends mails over eight connections at once, each waiting for its
// 250 before the next mail. The rival is the same server without a desk.
func smtpIntake(b *bench) {
	w := newWriter(b)
	letters := make([]letter, smtpMails)
	for i := range letters {
		letters[i] = w.next()
	}
	h := newHouse(b, "sqlite")
	n := h.start()
	waitPort(b, h.smtp)
	began := time.Now()
	deliver(b, h.smtp, smtpConns, letters)
	accepted := time.Since(began)
	n.cases(smtpMails)
	settled := time.Since(began)
	sink := mailtest.Sink(b)
	began = time.Now()
	deliver(b, sink.Addr, smtpConns, letters)
	bare := time.Since(began)
	b.report("intake_smtp_accepted", perSecond(smtpMails, accepted), "mails/s", "the same SMTP server keeping mails in memory", perSecond(smtpMails, bare))
	b.report("intake_smtp", perSecond(smtpMails, settled), "reports/s", "the same SMTP server keeping mails in memory", perSecond(smtpMails, bare))
}

func waitPort(b *bench, addr string) {
	for range 500 {
		if c, err := smtp.Dial(addr); err == nil {
			c.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.fail("nothing listens on", addr)
}

// deliver sends letters over some connections, every one used for many.
func deliver(b *bench, addr string, conns int, letters []letter) {
	next := make(chan letter)
	var wg sync.WaitGroup
	for range conns {
		wg.Go(func() {
			c, err := smtp.Dial(addr)
			b.check(err)
			defer c.Close()
			for l := range next {
				b.check(c.SendMail(l.From, []string{deskAddress}, bytes.NewReader(l.Raw)))
			}
			b.check(c.Quit())
		})
	}
	for _, l := range letters {
		next <- l
	}
	close(next)
	wg.Wait()
}
