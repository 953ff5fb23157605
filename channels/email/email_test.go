package email

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ventanilla/channels"
)

func TestRead(t *testing.T) {
	body := "From: Ana <ana@correo.bo>\r\nTo: soporte+k7x@agetic.gob.bo\r\nSubject: Re: Caso\r\nMessage-ID: <m1@correo.bo>\r\nIn-Reply-To: <c@x>\r\nReferences: <a@x> <b@x> <c@x>\r\nDate: Tue, 3 Nov 2026 10:30:00 -0400\r\n\r\nSigue igual.\r\n\r\n-- \r\nAna\r\n"
	at := time.Date(2026, 11, 3, 15, 0, 0, 0, time.UTC)
	own := []string{"soporte@agetic.gob.bo"}
	raw := func(env map[string]string) channels.Raw {
		return channels.Raw{Medium: channels.Email, Body: []byte(body), Received: at, Envelope: env}
	}
	rep := Read("mesa", raw(nil), own)
	if d := cmp.Diff([]string{"c@x", "b@x", "a@x"}, rep.Answers); d != "" {
		t.Errorf("answers, nearest first: %s", d)
	}
	if rep.Token != "k7x" || rep.Said != "Sigue igual." || rep.Kind != channels.Human || rep.NoReply || rep.ExternalID != "m1@correo.bo" || rep.Channel != "mesa" || !rep.ReceivedAt.Equal(at) {
		t.Errorf("%+v", rep)
	}
	if d := cmp.Diff(rep, Read("mesa", raw(nil), own)); d != "" {
		t.Errorf("the same bytes, another report: %s", d)
	}
	for _, c := range []struct {
		name string
		env  map[string]string
		ok   func(channels.Report) bool
	}{
		{"null sender", map[string]string{EnvMailFrom: ""}, func(r channels.Report) bool { return r.Kind == channels.AutoReply && r.NoReply }},
		{"a sender", map[string]string{EnvMailFrom: "ana@correo.bo"}, func(r channels.Report) bool { return r.Kind == channels.Human && !r.NoReply }},
		{"token of the envelope", map[string]string{EnvMailFrom: "a@b.bo", EnvRcptTo: "soporte+otra@agetic.gob.bo"}, func(r channels.Report) bool { return r.Token == "otra" }},
		{"INTERNALDATE", map[string]string{EnvDate: "2026-11-01T08:00:00-04:00"}, func(r channels.Report) bool { return r.ReceivedAt.Equal(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)) }},
		{"INTERNALDATE in the future", map[string]string{EnvDate: "2027-11-01T08:00:00-04:00"}, func(r channels.Report) bool { return r.ReceivedAt.Equal(at) }},
		{"too large", map[string]string{EnvTooLarge: "62914560"}, func(r channels.Report) bool {
			return strings.Contains(r.Text, "62.9 MB") && r.Subject == "Re: Caso" && r.Defects[len(r.Defects)-1] == "too-large:62914560"
		}},
		{"unreadable", map[string]string{EnvUnread: "NO"}, func(r channels.Report) bool { return r.Kind == channels.None && r.Text != "" }},
	} {
		if r := Read("mesa", raw(c.env), own); !c.ok(r) {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
	secret := channels.Raw{Body: []byte("From: ana@correo.bo\r\nContent-Type: multipart/encrypted; boundary=x\r\n\r\n--x\r\nContent-Type: application/octet-stream\r\n\r\nabc\r\n--x--\r\n")}
	if r := Read("mesa", secret, own); !strings.Contains(r.Said, "cifrado con PGP") || r.Text != r.Said {
		t.Errorf("encrypted: %+v", r)
	}
	nobody := channels.Raw{Body: []byte("To: soporte@agetic.gob.bo\r\nSubject: x\r\n\r\nhola"), Envelope: map[string]string{EnvMailFrom: "luis@correo.bo"}}
	if r := Read("mesa", nobody, own); r.From.Value != "luis@correo.bo" || r.NoReply {
		t.Errorf("without From the envelope's sender is the person: %+v", r)
	}
}
