package console_test

import (
	"context"
	"html"
	"os"
	"strings"
	"testing"
	"time"

	"ventanilla/tickets"
)

// TestRepliesWithoutRelayAreSeenWaiting: nothing sends mail; the page of the
// channels and the case say so, and the reply is not called sent.
func TestRepliesWithoutRelayAreSeenWaiting(t *testing.T) {
	const cause = "no hay un servidor de salida configurado para este canal"
	source, err := os.ReadFile("../../router/outbox.go")
	if err != nil || !strings.Contains(string(source), `"`+cause+`"`) {
		t.Fatalf("the router no longer calls it %q (%v)", cause, err)
	}
	o := open(t)
	ids := o.day()
	o.do(ids["pass"], "operador", tickets.ActReply, "text", "Ya lo estamos viendo.")
	b := o.login("supervisor")
	const banner = "Las respuestas no están saliendo por: correo."
	if strings.Contains(body(t, b.get("/canales")), banner) {
		t.Error("a reply that was not tried yet is said to have no relay")
	}
	due, err := o.st.ClaimOutgoing(context.Background(), "", 100, time.Minute)
	if err != nil || len(due) == 0 {
		t.Fatalf("%d replies are due (%v)", len(due), err)
	}
	for _, r := range due {
		if err := o.st.RetryLater(context.Background(), r, o.time.Add(time.Hour), false, cause); err != nil {
			t.Fatal(err)
		}
	}
	if page := html.UnescapeString(body(t, b.get("/canales"))); !strings.Contains(page, banner) || !strings.Contains(page, `<span class="wrong">`+cause) {
		t.Error("the page of the channels does not say that nothing sends the replies")
	}
	page := html.UnescapeString(body(t, b.get("/casos/"+o.code(ids["pass"]))))
	if !strings.Contains(page, "En cola · "+cause) || strings.Contains(page, "</svg>Enviado") {
		t.Error("the case does not say that its reply waits, and why")
	}
}
