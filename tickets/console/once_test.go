package console_test

import (
	"context"
	"net/http"
	"regexp"
	"testing"

	"ventanilla/tickets/store"
)

var onceInput = regexp.MustCompile(`name="once" value="([A-Z2-7]{20,})"`)

// once opens a page and gives the number of its last form.
func (b *browser) once(path string) string {
	b.o.t.Helper()
	all := onceInput.FindAllStringSubmatch(body(b.o.t, b.get(path)), -1)
	if len(all) == 0 {
		b.o.t.Fatalf("no form at %s has a number", path)
	}
	return all[len(all)-1][1]
}

// TestSentTwiceIsDoneOnce: every form that makes something new, sent twice, makes
// it once and leads to the same place; the same words in another form, and other
// words in the same form, are something new.
func TestSentTwiceIsDoneOnce(t *testing.T) {
	o := open(t)
	ids := o.day()
	ctx := context.Background()
	count := func(what string, n int, err error) int {
		t.Helper()
		if err != nil {
			t.Fatal(what, err)
		}
		return n
	}
	self := "/casos/" + o.code(ids["pass"])
	notice := o.ticket(ids["callback"]).Notices[0].ReplyID
	said := func() int {
		list, err := o.st.History(ctx, ids["pass"], o.who["operador"])
		return count("history", len(list), err)
	}
	for _, c := range []struct {
		what, page, post string
		same, other      []string
		made             func() int
	}{
		{"a reply", self, self + "/reply", []string{"version", "1", "text", "Gracias por escribir."}, []string{"version", "1", "text", "Una cosa más."}, said},
		{"a note", self + "?escribir=nota", self + "/note", []string{"version", "1", "text", "Llamó otra vez."}, []string{"version", "1", "text", "Y otra."}, said},
		{"a call", "/llamada", "/llamada", []string{"numero", "71234567", "dicho", "No puede entrar"}, []string{"numero", "71234567", "dicho", "No puede firmar"}, func() int {
			page, err := o.st.List(ctx, store.Filter{Limit: 100})
			return count("cases", len(page.Rows), err)
		}},
		{"a try to call back", "/devoluciones", "/devoluciones/" + notice, []string{"outcome", "no_answer", "note", "suena"}, []string{"outcome", "busy"}, func() int {
			list, err := o.st.Attempts(ctx, notice)
			return count("tries", len(list), err)
		}},
		{"an article", "/conocimiento/nuevo", "/conocimiento", []string{"version", "0", "distinto", "yes", "title", "Clave", "body", "Cámbiela.", "visibility", "desk", "state", "published", "unit", "AIT"},
			[]string{"version", "0", "distinto", "yes", "title", "Clave", "body", "Cámbiela ya.", "visibility", "desk", "state", "published", "unit", "AIT"}, func() int {
				list, err := o.st.Articles(ctx, store.ArticleFilter{Desk: true, Limit: 100})
				return count("articles", len(list), err)
			}},
	} {
		t.Run(c.what, func(t *testing.T) {
			b := o.login("operador")
			before := c.made()
			number := b.once(c.page)
			var leads []string
			send := func(number string, typed []string, want int) {
				t.Helper()
				res := b.post(c.post, append([]string{"once", number}, typed...)...)
				if res.StatusCode != http.StatusSeeOther {
					t.Fatalf("status %d, want 303", res.StatusCode)
				}
				leads = append(leads, res.Header.Get("Location"))
				if n := c.made() - before; n != want {
					t.Fatalf("%d made, want %d", n, want)
				}
			}
			send(number, c.same, 1)
			send(number, c.same, 1)
			if leads[0] != leads[1] {
				t.Errorf("sent again it leads to %s, the first time to %s", leads[1], leads[0])
			}
			send(b.once(c.page), c.same, 2)
			send(number, c.other, 3)
		})
	}
}

// TestRefusedFormMayBeSentAgain: a form that was refused was not done.
func TestRefusedFormMayBeSentAgain(t *testing.T) {
	o := open(t)
	ids := o.day()
	b, c := o.login("operador"), o.ticket(ids["pass"])
	number := b.once("/casos/" + c.Code + "?acto=ask")
	send := func(version int64) int {
		return b.post("/casos/"+c.Code+"/ask", "once", number, "version", itoa(version), "question", "¿Desde cuándo?").StatusCode
	}
	if got := send(c.Version + 7); got != http.StatusConflict {
		t.Errorf("a stale form: status %d, want 409", got)
	}
	for range 2 {
		if got := send(c.Version); got != http.StatusSeeOther {
			t.Errorf("the form at the right version: status %d, want 303", got)
		}
	}
	if after := o.ticket(ids["pass"]); after.Waiting == nil || after.Version != c.Version+1 {
		t.Errorf("asked: waiting %v, version %d, want one more than %d", after.Waiting != nil, after.Version, c.Version)
	}
}
