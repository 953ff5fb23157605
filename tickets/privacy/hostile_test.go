package privacy_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"ventanilla/tickets/privacy"
)

// spent is the processor time of this process: what others do on the machine
// does not count.
func spent(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A mail made of nothing but announcements must cost what any mail of its size
// costs, not its square: one such would stop the intake.
func TestRedactHostile(t *testing.T) {
	const size = 1 << 20
	fill := func(part string) string { return strings.Repeat(part, size/len(part)) }
	var distinct strings.Builder
	for i := 0; distinct.Len() < size; i++ {
		fmt.Fprintf(&distinct, "clave: Abc%07d ", i)
	}
	baits := map[string]string{
		"announced only":    fill("clave: "),
		"secrets":           fill("clave: Abc12345 "),
		"distinct secrets":  distinct.String(),
		"pins":              fill("pin "),
		"one token":         fill("clave:"),
		"one token of pins": fill("pin:"),
		"both kinds":        fill("otp "),
		"fillers":           fill("token de "),
		"open quotes":       fill("clave: “"),
		"sent codes":        fill("me llegó código 482913 "),
		"pairs":             fill("usuario y clave: "),
		"dots":              fill("pin .") + strings.Repeat(".", size/2),
		"closing brackets":  "clave:" + fill("clave:)") + strings.Repeat(")", size/2),
		"blanks":            fill("clave: a") + strings.Repeat(" ", size/2),
	}
	ordinary := fill("no me llega el código de verificación a mi celular, la contraseña es incorrecta ")
	cost := func(f func()) time.Duration {
		from := spent(t)
		f()
		return spent(t) - from
	}
	inHTML := func(text string) string {
		doc := "<p>" + strings.ReplaceAll(text, " ", " <b></b>")
		return doc[:min(size, len(doc))] + "</p>"
	}
	text := max(cost(func() { privacy.Redact(ordinary) }), cost(func() { privacy.Redact(ordinary) }))
	doc := cost(func() { new(privacy.Secrets).RedactHTML(inHTML(ordinary)) })
	const most = 20 // times what ordinary text costs; where every word reads the whole text it is hundreds of times
	for name, bait := range baits {
		redact := func() { privacy.Redact(bait) }
		redactHTML := func() { new(privacy.Secrets).RedactHTML(inHTML(bait)) }
		if got := cost(redact); got > most*text && cost(redact) > most*text {
			t.Errorf("%s: text takes %v, an ordinary one %v", name, got, text)
		}
		if got := cost(redactHTML); got > most*doc && cost(redactHTML) > most*doc {
			t.Errorf("%s: HTML takes %v, an ordinary one %v", name, got, doc)
		}
	}
}
