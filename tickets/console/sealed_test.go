package console_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"ventanilla/tickets/privacy"
	"ventanilla/tickets/store"
)

// TestCallersSecretIsSealed: what a caller told and was written down is hidden
// in the case and the ledger, and its raw form opens for a reason only.
func TestCallersSecretIsSealed(t *testing.T) {
	o := open(t)
	b := o.login("operador")
	res := b.post("/llamada", "numero", "71234567", "nombre", "Juan Supuesto", "asunto", "clave Luna99x", "dicho", "Dice que su clave es Luna99x y no entra")
	if res.StatusCode != 303 {
		t.Fatal(res.StatusCode, body(t, res))
	}
	page := res.Header.Get("Location")
	code := strings.Split(strings.TrimPrefix(page, "/casos/"), "?")[0]
	b.post("/casos/"+code+"/note", "version", "1", "text", "repitió: la clave es Luna99x")
	for _, path := range []string{"/casos/" + code, "/casos/" + code + "?ver=historia", "/casos/" + code + "/expediente", "/bandeja", "/libro"} {
		text := body(t, b.get(path))
		if strings.Contains(text, "Luna99x") || !strings.Contains(text, strings.TrimPrefix(privacy.PasswordMark, "[")) {
			t.Errorf("%s shows the password, or no mark", path)
		}
	}
	list, err := o.st.Ledger(context.Background(), store.LedgerFilter{})
	if err != nil || len(list) != 1 || list[0].Secrets == 0 {
		t.Fatalf("%+v, %v", list, err)
	}
	original := fmt.Sprintf("/libro/%d/original", list[0].ID)
	auditor := o.login("auditor")
	if res := auditor.post(original, "reason", "  "); res.StatusCode != 400 {
		t.Errorf("opened without a reason: %d", res.StatusCode)
	}
	res = auditor.post(original, "reason", "pedido de la jefatura")
	if text := body(t, res); res.StatusCode != 200 || text != "Dice que su clave es Luna99x y no entra" {
		t.Errorf("%d: %q", res.StatusCode, text)
	}
	log, err := o.st.AuditLog(context.Background(), store.AuditFilter{Target: fmt.Sprint(list[0].ID)})
	if err != nil || len(log) != 1 || log[0].Act != "raw.open" || log[0].Details["reason"] != "pedido de la jefatura" {
		t.Errorf("%+v, %v", log, err)
	}
}
