package demo

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// post is the citizens' mail server: a real SMTP server that takes whatever the
// desk sends and keeps it by citizen. It is the desk's relay.
type post struct {
	addr   string
	server *smtp.Server
	now    func() time.Time
	bounce func(l *letter, from, to string) // told of a letter for a full mailbox, after its 250

	mu      sync.Mutex
	boxes   map[string][]*letter
	full    map[string]bool
	changed chan struct{}
}

// openPost starts the server on a free loopback port. Close it.
func openPost(now func() time.Time) (*post, error) {
	p := &post{now: now, boxes: map[string][]*letter{}, full: map[string]bool{}, changed: make(chan struct{})}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("starting the citizens' mail server: %w", err)
	}
	p.addr = ln.Addr().String()
	p.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &delivery{post: p}, nil }))
	p.server.Domain = "correo.ejemplo"
	p.server.MaxMessageBytes = 40 << 20
	p.server.EnableSMTPUTF8 = true
	p.server.ErrorLog = quiet{}
	go p.server.Serve(ln) // ends with Close
	return p, nil
}

// Close stops the server.
func (p *post) Close() error { return p.server.Close() }

// quiet drops what a library would print by itself; the connections it speaks
// of are cut by us when the demo ends.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// delivery is one SMTP session.
type delivery struct {
	post *post
	from string
	to   []string
}

func (d *delivery) Mail(from string, _ *smtp.MailOptions) error { d.from = from; return nil }
func (d *delivery) Reset()                                      { d.from, d.to = "", nil }
func (d *delivery) Logout() error                               { return nil }

// Rcpt takes fictional addresses only: nothing of the demo may look as if it
// reached a real person.
func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	to = strings.ToLower(to)
	if !strings.HasSuffix(to, ".ejemplo") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 2}, Message: "La demo solo entrega a direcciones ficticias (.ejemplo)"}
	}
	d.to = append(d.to, to)
	return nil
}

func (d *delivery) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	l, err := read(raw)
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "No se puede leer el mensaje"}
	}
	for _, to := range d.to {
		d.post.put(l, d.from, to)
	}
	return nil
}

// put files a letter that the server has taken.
func (p *post) put(l *letter, from, to string) {
	p.mu.Lock()
	full := p.full[to]
	if !full {
		p.add(to, l)
	}
	p.mu.Unlock()
	if full && p.bounce != nil {
		go p.bounce(l, from, to)
	}
}

// sent files what a citizen wrote beside what they received.
func (p *post) sent(l *letter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l.Sent = true
	p.add(strings.ToLower(l.From.Address), l)
}

func (p *post) add(box string, l *letter) {
	p.boxes[box] = append(p.boxes[box], l)
	close(p.changed)
	p.changed = make(chan struct{})
}

// setFull makes a mailbox refuse letters (after taking them, as many do).
func (p *post) setFull(box string, full bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.full[box] = full
}

// box lists a citizen's letters, oldest first.
func (p *post) box(address string) []*letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.boxes[strings.ToLower(address)])
}

// owners lists the addresses that have letters.
func (p *post) owners() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var names []string
	for name := range p.boxes {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// wait gives a channel that is closed at the next change of any mailbox.
func (p *post) wait() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.changed
}

// notDelivered is the report by which a server says that a letter it took
// could not be delivered after all (RFC 3464).
func notDelivered(l *letter, to, back string, at time.Time) []byte {
	const line = "ventanilla-demo-rebote"
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: Mail Delivery System <mailer-daemon@correo.ejemplo>\r\nTo: <%s>\r\nDate: %s\r\nMessage-ID: <%s>\r\n",
		back, at.Format(time.RFC1123Z), newMessageID("correo.ejemplo"))
	fmt.Fprintf(&b, "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n")
	fmt.Fprintf(&b, "Content-Type: multipart/report; report-type=delivery-status; boundary=%q\r\n\r\n", line)
	fmt.Fprintf(&b, "--%s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nEl mensaje no pudo entregarse a <%s>: el buzón está lleno.\r\n\r\n", line, to)
	fmt.Fprintf(&b, "--%s\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; correo.ejemplo\r\n\r\nFinal-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: 5.2.2\r\nDiagnostic-Code: smtp; 552 5.2.2 Mailbox full\r\n\r\n", line, to)
	head, _, _ := bytes.Cut(l.Raw, []byte("\r\n\r\n"))
	fmt.Fprintf(&b, "--%s\r\nContent-Type: text/rfc822-headers\r\n\r\n%s\r\n\r\n--%s--\r\n", line, head, line)
	return b.Bytes()
}

// isFull says whether letters to a mailbox come back.
func (p *post) isFull(box string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.full[strings.ToLower(box)]
}

// last is the newest letter that a citizen received, nil if none.
func (p *post) last(address string) *letter {
	for _, l := range slices.Backward(p.box(address)) {
		if !l.Sent {
			return l
		}
	}
	return nil
}
