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

// TestSealedDays: the keeper of the console says how long sealed originals are
// kept; what is no number of days changes nothing.
func TestSealedDays(t *testing.T) {
	o := open(t)
	const path = "/administracion/acceso/sellados"
	admin := o.login("administrador")
	for _, wrong := range []string{"", "0", "-1", "3651", "30.5", "treinta", "99999999999999999999"} {
		res := admin.post(path, "days", wrong)
		if text := body(t, res); res.StatusCode != 422 || !strings.Contains(text, "de 1 a 3650") {
			t.Errorf("%q: %d", wrong, res.StatusCode)
		}
	}
	if res := o.login("operador").post(path, "days", "1"); res.StatusCode != 403 {
		t.Errorf("an operator sets it: %d", res.StatusCode)
	}
	if days, err := o.st.SealedDays(context.Background()); err != nil || days != 90 {
		t.Fatalf("%d, %v", days, err)
	}
	if res := admin.post(path, "days", " 30 "); res.StatusCode != 303 {
		t.Fatal(res.StatusCode, body(t, res))
	}
	if days, err := o.st.SealedDays(context.Background()); err != nil || days != 30 {
		t.Errorf("%d, %v", days, err)
	}
	if !strings.Contains(body(t, admin.get("/administracion/acceso")), `value="30"`) {
		t.Error("the page does not show it")
	}
	log, err := o.st.AuditLog(context.Background(), store.AuditFilter{Target: store.SealedSetting})
	if err != nil || len(log) != 1 || log[0].Details["days"] != "30" {
		t.Errorf("%+v, %v", log, err)
	}
}
