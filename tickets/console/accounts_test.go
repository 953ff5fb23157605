package console_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"ventanilla/tickets/console"
)

func TestThePhoneIsLinkedByThoseWhoKeepTheChannels(t *testing.T) {
	o := open(t)
	o.linked = []console.Account{
		{Name: "mesa", State: "unlinked"},
		{Name: "otra", State: "pairing", QR: "2@código-de-vinculación,abc,def", Detail: `<script>alert(1)</script>`},
	}
	page := func(login string) string {
		return body(t, o.login(login).get("/canales"))
	}
	boss := page("supervisor")
	for _, want := range []string{`<svg class="qr"`, "/canales/mesa/vincular", "Sin teléfono vinculado", "hx-trigger=\"every 5s\"", "&lt;script&gt;"} {
		if !strings.Contains(boss, want) {
			t.Errorf("the supervisor's page lacks %q", want)
		}
	}
	if strings.Contains(boss, "/canales/otra/vincular") {
		t.Error("a number that is being linked offers to be linked")
	}
	if op := page("operador"); strings.Contains(op, `class="qr"`) || strings.Contains(op, "/vincular") {
		t.Error("an operator sees the code or may ask for one")
	}
	if res := o.login("operador").post("/canales/mesa/vincular"); res.StatusCode != http.StatusForbidden {
		t.Errorf("an operator's request for a code: %s", res.Status)
	}
	if res := o.login("supervisor").post("/canales/nadie/vincular"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a number that is not configured: %s", res.Status)
	}
	o.login("supervisor").post("/canales/mesa/vincular")
	if !slices.Equal(o.paired, []string{"nadie", "mesa"}) {
		t.Errorf("asked for codes: %v", o.paired)
	}
}
