package e2e

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"ventanilla/channels/email/mailtest"
)

var complaints = []string{
	"No puedo ingresar al sistema desde ayer: la página queda en blanco después de poner mi contraseña.",
	"El formulario pide un dato que ya no existe y no deja avanzar. ¿Cómo se llena ese campo?",
	"Quisiéramos que el reporte mensual incluya una columna con el nombre del responsable.",
	"El certificado salió con el apellido equivocado y necesito corregirlo para mañana.",
	"La plataforma responde muy lento y a veces muestra un error 502 en el pago.",
}

// report is a citizen's report; every one is from somebody else.
type report struct {
	id, from string
	raw      []byte
}

func newReport(n int) report {
	m := report{id: fmt.Sprintf("r%d@ciudad.test", n), from: fmt.Sprintf("persona%d@ciudad.test", n)}
	text := fmt.Sprintf("Buenos días:\r\n\r\n%s\r\n\r\nReferencia interna %d.\r\nGracias.\r\nPersona %d", complaints[n%len(complaints)], n*7919, n)
	m.raw = mailtest.Mail(fmt.Sprintf("Persona %d <%s>", n, m.from), deskAddress, fmt.Sprintf("Reporte de prueba, asunto %d", n), m.id, text)
	return m
}

// post hands a mail to an SMTP server and gives what it answered.
func post(addr string, m report) error {
	c, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return err
	}
	c.SetDeadline(time.Now().Add(60 * time.Second))
	s := smtp.NewClient(c)
	defer s.Close()
	if err := s.SendMail(m.from, []string{deskAddress}, bytes.NewReader(m.raw)); err != nil {
		return err
	}
	s.Quit() // taken already, whatever comes of this
	return nil
}

// postman tries every mail again until the server took it, as a mail server
// does, and remembers which it took.
type postman struct {
	addr string
	mu   sync.Mutex
	took map[string]bool
	wg   sync.WaitGroup
	slot chan struct{}
}

func newPostman(addr string) *postman {
	return &postman{addr: addr, took: map[string]bool{}, slot: make(chan struct{}, 8)}
}

func (p *postman) give(mails ...report) {
	for _, m := range mails {
		p.wg.Go(func() {
			p.slot <- struct{}{}
			defer func() { <-p.slot }()
			for post(p.addr, m) != nil {
				time.Sleep(50*time.Millisecond + rand.N(100*time.Millisecond))
			}
			p.mu.Lock()
			p.took[m.id] = true
			p.mu.Unlock()
		})
	}
}

// done waits until everything was taken.
func (p *postman) done(t testing.TB, within time.Duration) {
	t.Helper()
	all := make(chan struct{})
	go func() { p.wg.Wait(); close(all) }()
	select {
	case <-all:
	case <-time.After(within):
		t.Fatalf("not every mail was taken within %v: %d were", within, len(p.took))
	}
}
