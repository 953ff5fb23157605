package console_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"ventanilla/tickets/store"
)

func TestACallOfThisMomentIsOfferedOnEveryPage(t *testing.T) {
	o := open(t)
	now := time.Now()
	err := o.st.Write(context.Background(), func(tx *store.Tx) error {
		for _, c := range []store.Call{
			{ID: "a", Channel: "central", Number: "+59171230001", Name: "Berta Ejemplo", Direction: "in", Started: now.Add(-10 * time.Second), State: store.CallRinging},
			{ID: "b", Channel: "central", Number: "+59171230002", Direction: "in", Started: now.Add(-time.Minute), Answered: true, State: store.CallOpen},
			{ID: "c", Channel: "central", Number: "+59171230003", Direction: "in", Started: now.Add(-time.Hour), State: store.CallRinging},
		} {
			if err := tx.SaveCall(c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/bandeja", "/devoluciones", "/pulso"} {
		page := body(t, o.login("operador").get(path))
		for _, want := range []string{"Llamada entrante:", "Berta Ejemplo", `href="/llamada?llamada=a"`, "Llamada atendida, sin anotar:", `href="/llamada?llamada=b"`} {
			if !strings.Contains(page, want) {
				t.Errorf("%s lacks %q", path, want)
			}
		}
		if _, strip, _ := strings.Cut(page, `id="ringing"`); strings.Contains(strings.SplitN(strip, "<main", 2)[0], "llamada=c") {
			t.Errorf("%s offers a call of an hour ago as of this moment", path)
		}
	}
	if page := body(t, o.login("supervisor").get("/bandeja")); strings.Contains(page, "Llamada entrante") {
		t.Error("someone who takes no calls is told of them")
	}
	if form := body(t, o.login("telefonista").get("/llamada?llamada=a")); !strings.Contains(form, "7123") {
		t.Error("the form opened by the call lacks its number")
	}
}
