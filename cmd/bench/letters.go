package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"mime"
	"mime/quotedprintable"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// deskAddress is where citizens write to.
const deskAddress = "soporte@mesa.test"

// letter is a citizen's report.
type letter struct {
	From, Subject, Text string
	Raw                 []byte
}

// writer makes letters of about 3 kB out of the reports that the classifier
// learned from: real words in real proportions, no two the same.
type writer struct {
	rnd      *rand.Rand
	subjects []string
	texts    []string
	n        int
}

func newWriter(b *bench) *writer {
	w := &writer{rnd: rand.New(rand.NewPCG(7, 11))}
	files, err := filepath.Glob("router/classify/data/*.tsv")
	b.check(err)
	for _, f := range files {
		text, err := os.ReadFile(f)
		b.check(err)
		for line := range strings.Lines(string(text)) {
			cells := strings.Split(strings.TrimSpace(line), "\t")
			if len(cells) < 6 || cells[0] == "id" {
				continue
			}
			if cells[4] != "" {
				w.subjects = append(w.subjects, cells[4])
			}
			w.texts = append(w.texts, cells[5])
		}
	}
	if len(w.texts) < 100 || len(w.subjects) < 50 {
		b.fail("no example texts under router/classify/data: run this from the repository")
	}
	return w
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

var (
	first = strings.Fields("Ana Juan María José Rosa Luis Carmen Jorge Elena Víctor Silvia Freddy Patricia Marco Teresa Iván Nelly Óscar Ximena Rubén")
	last  = strings.Fields("Quispe Mamani Flores Condori Choque Rojas Vargas Gutiérrez Apaza Huanca Fernández Suárez Núñez Ticona Cárdenas Peñaranda")
)

// next writes one more letter.
func (w *writer) next() letter {
	w.n++
	r := w.rnd
	name := pick(r, first) + " " + pick(r, last) + " " + pick(r, last)
	l := letter{From: fmt.Sprintf("persona%d@correo%d.test", w.n, w.n%40), Subject: fmt.Sprintf("%s (%d)", pick(r, w.subjects), w.n)}
	var text strings.Builder
	fmt.Fprintf(&text, "Señores de soporte técnico:\n\n%s\n", pick(r, w.texts))
	for text.Len() < 1000 {
		fmt.Fprintf(&text, "\n%s\n", pick(r, w.texts))
	}
	fmt.Fprintf(&text, "\nQuedo atenta a su respuesta. Mi trámite es el %d-%d.\n\n%s\nCelular 7%07d\n", w.n, r.IntN(99999), name, r.IntN(9999999))
	l.Text = text.String()
	l.Raw = w.mail(l, name)
	return l
}

// mail writes a letter as mail clients do: with the trace of two servers, and
// every other time as text and HTML.
func (w *writer) mail(l letter, name string) []byte {
	var b bytes.Buffer
	at := time.Date(2026, 3, 2, 8, 0, w.n, 0, time.FixedZone("", -4*3600)).Format(time.RFC1123Z)
	fmt.Fprintf(&b, "Return-Path: <%s>\r\nReceived: from mx.correo.test (mx.correo.test [203.0.113.%d])\r\n\tby imap.mesa.test (Postfix) with ESMTPS id %08X\r\n\tfor <%s>; %s\r\n", l.From, w.n%250, w.n, deskAddress, at)
	fmt.Fprintf(&b, "Received: by 2002:a05:6402:%x with SMTP id %012x;\r\n\t%s\r\nFrom: %s <%s>\r\nTo: Soporte <%s>\r\nSubject: %s\r\nMessage-ID: <CA%012x@mail.correo.test>\r\nDate: %s\r\nMIME-Version: 1.0\r\nX-Mailer: Correo 16.0\r\n",
		w.n, w.n, at, encoded(name), l.From, deskAddress, encoded(l.Subject), w.n, at)
	if w.n%2 == 0 {
		b.WriteString("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
		b.WriteString(strings.ReplaceAll(l.Text+"\n"+strings.Repeat("-- \nEste mensaje es confidencial y está dirigido solo a su destinatario.\n", 8), "\n", "\r\n"))
		return b.Bytes()
	}
	fmt.Fprintf(&b, "Content-Type: multipart/alternative; boundary=\"b%d\"\r\n\r\n", w.n)
	for _, typ := range []string{"plain", "html"} {
		fmt.Fprintf(&b, "--b%d\r\nContent-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", w.n, typ)
		text := l.Text
		if typ == "html" {
			text = "<div dir=\"ltr\"><p>" + strings.ReplaceAll(text, "\n", "<br>\n") + "</p></div>"
		}
		q := quotedprintable.NewWriter(&b)
		q.Write([]byte(text))
		q.Close()
		b.WriteString("\r\n")
	}
	fmt.Fprintf(&b, "--b%d--\r\n", w.n)
	return b.Bytes()
}

func encoded(s string) string { return mime.QEncoding.Encode("utf-8", s) }
