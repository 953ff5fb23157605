package console_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"ventanilla/tickets"
)

// pass is the path of a case's page for its citizen.
func (o *office) pass(id string, until time.Time) string {
	o.t.Helper()
	key, err := o.st.SigningKey(context.Background())
	if err != nil {
		o.t.Fatal(err)
	}
	return "/c/" + tickets.NewPass(key, id, until)
}

// TestCitizensPage: stages and answers in plain words, nothing of the office's
// own, small, without a script; the question after the close is answered once.
func TestCitizensPage(t *testing.T) {
	o := open(t)
	ids := o.day()
	until := o.time.Add(time.Hour * 24)
	b := o.browser()
	b.Jar = nil // no cookie is needed
	for key, stage := range map[string]string{"pass": "analysis", "down": "coordination", "review": "notice"} {
		res := b.get(o.pass(ids[key], until))
		text := body(t, res)
		if res.StatusCode != http.StatusOK || len(text) > 30_000 {
			t.Errorf("%s: status %d, %d bytes", key, res.StatusCode, len(text))
		}
		now := strings.Index(text, "estamos aquí")
		want := map[string]string{"analysis": "Recibimos y revisamos", "coordination": "Trabajamos en la solución", "notice": "Le damos la respuesta"}[stage]
		if at := strings.Index(text, want); at < 0 || now < at || now-at > 120 {
			t.Errorf("%s: the stage %q is not shown as the present one", key, want)
		}
		for _, internal := range []string{"UIT", "UPAT", "ACGII", "ADT", "9.1", "9.2", "<script", "operador", "Rosa Ejemplo", "Julio Modelo", "supervisor", "Llamó también", "balanceador", "certificado", "Complételo"} {
			if strings.Contains(text, internal) {
				t.Errorf("%s: the page says %q", key, internal)
			}
		}
		if !strings.Contains(text, o.code(ids[key])) {
			t.Errorf("%s: the page lacks the code", key)
		}
	}
	if text := body(t, b.get(o.pass(ids["review"], until))); !strings.Contains(text, "responda a este mensaje") {
		t.Error("what was said to the person is missing")
	}
	for what, path := range map[string]string{"another key": "/c/" + tickets.NewPass([]byte("x"), ids["pass"], until), "nonsense": "/c/x", "a code": "/c/" + o.code(ids["pass"])} {
		if res := o.another().get(path); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", what, res.StatusCode)
		}
	}
	if res := o.another().get(o.pass(ids["pass"], o.time.Add(-48*time.Hour))); res.StatusCode != http.StatusGone {
		t.Errorf("an old link: status %d, want 410", res.StatusCode)
	}

	closed := o.pass(ids["closed"], until)
	if text := body(t, b.get(closed)); !strings.Contains(text, "¿Cómo le atendimos?") {
		t.Error("a closed case asks nothing")
	}
	if res := b.post(o.pass(ids["pass"], until), "score", "5"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an opinion of an open case: status %d", res.StatusCode)
	}
	for _, score := range []string{"", "0", "6", "x"} {
		if res := b.post(closed, "score", score); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("score %q: status %d", score, res.StatusCode)
		}
	}
	b.post(closed, "score", "2", "comment", "tardaron <b>mucho</b>")
	b.post(closed, "score", "5")
	if op, err := o.st.Opinion(context.Background(), ids["closed"]); err != nil || op.Score != 2 {
		t.Errorf("%+v, %v", op, err)
	}
	if text := body(t, b.get(closed)); strings.Contains(text, "¿Cómo le atendimos?") || !strings.Contains(text, "Gracias por su respuesta") {
		t.Error("the question is asked twice")
	}
}

// TestCitizensPageOfAReservedCase says that the case is attended, and nothing else.
func TestCitizensPageOfAReservedCase(t *testing.T) {
	o := open(t)
	id, _ := o.restricted()
	res := o.browser().get(o.pass(id, o.time.Add(24*time.Hour)))
	if text := body(t, res); res.StatusCode != http.StatusOK || strings.Contains(text, secretWord) || !strings.Contains(text, "con reserva") {
		t.Errorf("status %d; the page of a reserved case tells of it", res.StatusCode)
	}
}

// TestCitizensPageIsRateLimited: one address cannot leaf through passes.
func TestCitizensPageIsRateLimited(t *testing.T) {
	o := open(t)
	id := o.report(time.Hour, "email", "a@ejemplo.bo", "Ana", "Ayuda", "Hola", tickets.Suggestion{})
	b, path, slowed := o.browser(), o.pass(id, o.time.Add(24*time.Hour)), 0
	for range 130 { // more than two minutes' worth: a minute may end in between
		if res := b.get(path); res.StatusCode == http.StatusTooManyRequests {
			slowed++
		}
	}
	if slowed == 0 {
		t.Error("130 pages at once were all answered")
	}
	if res := o.login("operador").get("/bandeja"); res.StatusCode != http.StatusOK {
		t.Errorf("the desk behind the same address: status %d", res.StatusCode)
	}
}

// TestBadLinksDoNotLockTheDeskOut: who leafs through passes waits; the office
// behind the same address logs in.
func TestBadLinksDoNotLockTheDeskOut(t *testing.T) {
	o := open(t)
	b, last := o.browser(), 0
	for range 40 {
		last = b.get("/c/nothing").StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the fortieth bad link: status %d, want 429", last)
	}
	if res := o.login("operador").get("/bandeja"); res.StatusCode != http.StatusOK {
		t.Errorf("the desk behind the same address: status %d", res.StatusCode)
	}
}
