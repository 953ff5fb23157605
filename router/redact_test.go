package router_test

import (
	"strings"
	"testing"

	"ventanilla/tickets"
	"ventanilla/tickets/privacy"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

const secretMail = `From: Ana Quispe <ana@ejemplo.bo>
To: ` + ours + `
Subject: mi clave es Illimani#77
Message-ID: <secreto@ejemplo.bo>
Date: Mon, 02 Nov 2026 10:00:00 -0400
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset=utf-8

No puedo entrar con Illimani#77 y el codigo que me llego es 482913.

El lunes escribieron:
> Contraseña: Illimani#77

--a
Content-Type: text/html; charset=utf-8

<p>No puedo entrar con <b>Illimani</b>#77 y el c&oacute;digo que me lleg&oacute; es <i>482913</i>.</p>
--a--
--m
Content-Type: image/png; name="pin 9876.png"
Content-Disposition: attachment; filename="pin 9876.png"

x
--m--
`

// TestSecretsAreNowhere: a password, a code and a PIN stand in the sealed raw
// form alone.
func TestSecretsAreNowhere(t *testing.T) {
	each(t, func(h *house) {
		e := h.mail(secretMail)
		if e.Fate != store.FateCase || e.Secrets < 4 {
			t.Fatalf("%+v", e)
		}
		secrets := []string{"Illimani#77", "482913", "9876"}
		free := func(what, text string) {
			t.Helper()
			for _, s := range secrets {
				if strings.Contains(text, s) {
					t.Errorf("%s shows %s: %s", what, s, text)
				}
			}
		}
		free("the ledger", e.Subject+e.Sender)
		c, err := h.st.Ticket(t.Context(), e.Ticket)
		if err != nil {
			t.Fatal(err)
		}
		free("the case", c.Subject+c.Problem)
		row, err := h.st.Row(t.Context(), e.Ticket)
		if err != nil {
			t.Fatal(err)
		}
		free("the list", row.Subject+row.Snippet)
		thread, err := h.st.Thread(t.Context(), e.Ticket)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range thread {
			free("the thread", m.Subject+m.Said+m.Text)
			for _, f := range m.Files {
				free("a file's name", f.Name)
			}
			if m.HTML != "" {
				html, err := h.st.Blob(t.Context(), m.HTML)
				if err != nil {
					t.Fatal(err)
				}
				free("the HTML part", string(html))
			}
		}
		if m := thread[0]; !strings.Contains(m.Said, privacy.PasswordMark) || !strings.Contains(m.Said, privacy.CodeMark) || !strings.Contains(m.Text, "> Contraseña: "+privacy.PasswordMark) || m.Files[0].Name != "pin "+privacy.PINMark+".png" {
			t.Errorf("%q %q %q", m.Said, m.Text, m.Files[0].Name)
		}
		for _, s := range []string{"Illimani", "482913", "9876"} {
			if found, err := h.st.Search(t.Context(), store.SearchFilter{Text: s + " "}); err != nil || len(found) > 0 {
				t.Errorf("the search finds %s: %d, %v", s, len(found), err)
			}
		}
		events, err := h.st.History(t.Context(), e.Ticket, tickets.Actor{Roles: []tickets.Role{tickets.Auditor}})
		if err != nil {
			t.Fatal(err)
		}
		for _, ev := range events {
			for _, v := range ev.Record {
				free("the history", v)
			}
		}
		raw, err := h.st.RawOf(t.Context(), e.ID)
		if err != nil || string(raw.Body) != strings.ReplaceAll(secretMail, "\n", "\r\n") {
			t.Errorf("the raw form is not as delivered: %v", err)
		}
	})
}

// TestASecretInTheNextBubble: what one message of a chat announces and the next
// one holds is hidden, within a burst and in a case that goes on.
func TestASecretInTheNextBubble(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		k := newTalk(t, st)
		k.say(ana + "no puedo entrar a ciudadania digital, le mando para que vea. mi contraseña es:")
		first := k.placed(k.say(ana + "Illimani77"))
		if first.Secrets == 0 {
			t.Error("the ledger does not say that a secret was hidden")
		}
		k.placed(k.say(ana + "sigue igual, mi clave nueva es"))
		second := k.placed(k.say(ana + "Sajama6542"))
		thread, err := st.Thread(t.Context(), first.Ticket)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range thread {
			if strings.Contains(m.Said+m.Text, "Illimani77") || strings.Contains(m.Said+m.Text, "Sajama6542") {
				t.Errorf("the case shows %q", m.Said)
			}
		}
		if second.Ticket != first.Ticket {
			t.Errorf("the second secret is in another case: %s", second.Fate)
		}
	})
}
