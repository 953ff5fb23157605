package console_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"ventanilla/tickets"
	"ventanilla/tickets/console"
)

var (
	linked   = regexp.MustCompile(`<a [^>]*?href="(/[^"#]*)`)
	posts    = regexp.MustCompile(`<form [^>]*?method="post"[^>]*? action="(/[^"#]*)`)
	oneOf    = regexp.MustCompile(`AIT-\d{4}-\d{6}-[A-Z0-9]|[0-9a-f]{8,}[0-9a-f-]*|\d+|=[^&]*`)
	download = regexp.MustCompile(`\.(csv|json)\b|/(archivos|imagenes|sonidos|paginas)/`)
)

// TestNoLinkLeadsNowhere follows, as every role, the links of the pages that it
// comes to: none is refused for the role, and none is of something that is not
// there; nor is a form shown that the role may not send. Of addresses that differ by a number or a choice only it follows three.
func TestNoLinkLeadsNowhere(t *testing.T) {
	o := open(t)
	ids := o.day()
	o.screens(ids)
	for _, role := range roles {
		b, from := o.login(string(role)), map[string]string{"/": "", "/cuenta": ""}
		if role != tickets.Administrador {
			from["/bandeja?v=abiertos"] = ""
		}
		todo, alike, seen, forms := []string{}, map[string]int{}, 0, 0
		for path := range from {
			todo = append(todo, path)
		}
		for len(todo) > 0 {
			path := todo[0]
			todo = todo[1:]
			res := b.get(path)
			for hops := 0; res.StatusCode == http.StatusSeeOther && hops < 3; hops++ {
				res.Body.Close()
				res = b.get(res.Header.Get("Location"))
			}
			page := body(t, res)
			seen++
			if res.StatusCode != http.StatusOK {
				t.Errorf("%s: status %d at %s, to which %s leads", role, res.StatusCode, path, from[path])
				continue
			}
			for _, m := range posts.FindAllStringSubmatch(page, -1) {
				if to := html.UnescapeString(m[1]); !console.MayPost(o.who[string(role)], to) {
					t.Errorf("%s: %s has a form for %s, which this role may not send", role, path, to)
				}
				forms++
			}
			for _, m := range linked.FindAllStringSubmatch(page, -1) {
				to := html.UnescapeString(m[1])
				if _, ok := from[to]; ok || download.MatchString(to) {
					continue
				}
				kind := oneOf.ReplaceAllString(to, "*")
				if alike[kind]++; alike[kind] > 3 {
					continue
				}
				from[to] = path
				todo = append(todo, to)
			}
		}
		if seen < 5 || forms == 0 || role == tickets.Operador && !strings.Contains(strings.Join(sortedKeys(from), " "), "/devoluciones") {
			t.Errorf("%s comes to %d pages: the links are not found", role, seen)
		}
		t.Logf("%s: %d pages, %d forms", role, seen, forms)
	}
}

func sortedKeys(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	return out
}
