package console_test

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
)

// TestIdleAccounts: the list of accounts says, in local time and in either
// language, when each person signed in, or that they never did; a wrong password
// is no sign-in; on request those come first whom nobody has seen for longest.
func TestIdleAccounts(t *testing.T) {
	o := open(t)
	o.hires("aida", "Aída Nunca", true, tickets.Operador)
	o.hires("abel", "Abel Retirado", false, tickets.Operador)
	o.browser().post("/entrar", "login", "aida", "password", "no es esta frase")
	o.login("uit")
	admin := o.login("administrador")
	rows := func(path string) (names []string, page string) {
		page = body(t, admin.get(path))
		for _, m := range regexp.MustCompile(`href="/usuarios/[^"]+"><b>([^<]+)`).FindAllStringSubmatch(page, -1) {
			names = append(names, m[1])
		}
		return names, page
	}
	at := func(names []string, who string) int { return slices.Index(names, who) }

	names, page := rows("/usuarios")
	if at(names, "Abel Retirado") != 0 || !strings.Contains(page, "Último ingreso") || !strings.Contains(page, "Nunca ingresó") {
		t.Errorf("by name the list begins with %v, or does not tell sign-ins", names[:2])
	}
	u, err := o.st.StaffByLogin(context.Background(), "uit")
	if err != nil || time.Since(u.Entered) > time.Hour || !strings.Contains(page, ">"+u.Entered.In(calendar.Zone).Format("15:04")+"</time>") {
		t.Errorf("the sign-in at %v is not told in local time: %v", u.Entered, err)
	}
	names, page = rows("/usuarios?orden=ingreso")
	last := len(names) - 1
	if at(names, "Abel Retirado") != last || at(names, "Ada Inventada") != last-1 || at(names, "Iván Prueba") != last-2 || at(names, "Aída Nunca") > last-3 || !strings.Contains(page, `aria-sort="ascending"`) {
		t.Errorf("who was away longest: %v; want those who never signed in, then by when, then who may not enter", names)
	}
	if res := admin.post("/cuenta/idioma", "language", "en"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("choosing English: status %d", res.StatusCode)
	}
	if _, page = rows("/usuarios"); !strings.Contains(page, "Last sign-in") || !strings.Contains(page, "Never signed in") {
		t.Error("in English the list does not tell sign-ins")
	}
}
