package console_test

import (
	"bytes"
	"context"
	"fmt"
	"image/jpeg"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// pdf is a one-page document that says what it is told to.
func pdf(says string) []byte {
	var b bytes.Buffer
	var at []int
	b.WriteString("%PDF-1.4\n")
	text := "BT /F1 24 Tf 40 100 Td (" + says + ") Tj ET"
	for i, obj := range []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(text), text), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, obj)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

// TestMedia: a voice note is played under a type of ours, a PDF shows its first
// page, and what only claims to be one of them is a download and nothing more.
func TestMedia(t *testing.T) {
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		t.Fatalf("pdftoppm is missing (.ci/peers installs it): %v", err)
	}
	o := open(t)
	id := o.report(time.Hour, "whatsapp", "+59171234567", "Juan Supuesto", "", "le mando el audio", tickets.Suggestion{})
	err := o.st.Write(context.Background(), func(tx *store.Tx) error {
		return tx.AddMessage(id, &store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.WhatsApp, Said: "audio", Files: []store.File{
			{Name: "nota.ogg", Type: "audio/ogg; codecs=opus", Data: []byte("OggS\x00voz")},
			{Name: "carta.pdf", Type: "application/pdf", Data: pdf("Carta de ejemplo")},
			{Name: "mala.pdf", Type: "application/pdf", Data: []byte("%PDF-1.7\nno es nada")},
			{Name: "p.html", Type: "audio/html", Data: []byte("<script>alert(1)</script>")},
		}})
	})
	if err != nil {
		t.Fatal(err)
	}
	b, code := o.login("operador"), o.code(id)
	page := body(t, b.get("/casos/"+code))
	base := "/casos/" + code
	for _, want := range []string{`<audio controls preload="none" src="` + base + `/sonidos/`, base + `/paginas/` + id + `-2/2"`, "Primera página de carta.pdf"} {
		if !strings.Contains(page, want) {
			t.Errorf("the thread lacks %s", want)
		}
	}
	get := func(path string, status int, kind string) []byte {
		t.Helper()
		res := b.get(base + path)
		data, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != status || status == http.StatusOK && (res.Header.Get("Content-Type") != kind || !strings.Contains(res.Header.Get("Content-Security-Policy"), "sandbox")) {
			t.Errorf("%s: status %d as %q under %q (%v)", path, res.StatusCode, res.Header.Get("Content-Type"), res.Header.Get("Content-Security-Policy"), err)
		}
		return data
	}
	if data := get("/sonidos/"+id+"-2/1", 200, "audio/ogg"); string(data) != "OggS\x00voz" {
		t.Errorf("the voice note is %q", data)
	}
	img, err := jpeg.Decode(bytes.NewReader(get("/paginas/"+id+"-2/2", 200, "image/jpeg")))
	if err != nil || img.Bounds().Dx() != 900 {
		t.Fatalf("the first page: %v", err)
	}
	dark := 0
	for x := range img.Bounds().Dx() {
		for y := range img.Bounds().Dy() {
			if r, _, _, _ := img.At(x, y).RGBA(); r < 0x4000 {
				dark++
			}
		}
	}
	if dark < 200 {
		t.Errorf("the page shows nothing: %d dark points", dark)
	}
	get("/paginas/"+id+"-2/3", 404, "")
	get("/sonidos/"+id+"-2/4", 404, "")
	get("/sonidos/"+id+"-2/2", 404, "")
	if res := o.login("telefonista").get(base + "/sonidos/" + id + "-2/1"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a telephonist hears another channel's note: status %d", res.StatusCode)
	}
}

// TestReceiptAndDesks: a unit sees who derived the case and why, receives it,
// and the case tells how long it lay where.
func TestReceiptAndDesks(t *testing.T) {
	o := open(t)
	id := o.report(40*time.Hour, "email", "a@ejemplo.bo", "Ana", "Responde 503", "todo responde 503", tickets.Suggestion{})
	o.decided(id, "yes", "no", "Responde 503 en todas las ventanillas.")
	uit, code := o.login("uit"), o.code(id)
	text := body(t, uit.get("/casos/"+code))
	if !strings.Contains(text, "Derivado por Rosa Ejemplo (AIT)") || !strings.Contains(text, "«Responde 503 en todas las ventanillas.»") || !strings.Contains(text, "Recibir el caso") || !strings.Contains(text, "Tiempo hábil en cada unidad") {
		t.Error("the unit does not see the derivation, how to receive it, or the times")
	}
	o.step(uit, id, "take")
	if text := body(t, uit.get("/casos/"+code)); strings.Contains(text, "Nadie lo recibió") || o.ticket(id).Assignee != o.who["uit"].ID {
		t.Error("after receiving it the case is still open to all")
	}
	o.do(id, "uit", tickets.ActAnalyse, "record", "Es el balanceador.")
	o.do(id, "uit", tickets.ActRoute, "to", "uit", "reason", "es nuestro")
	if res := uit.post("/casos/"+code+"/estimate", "version", itoa(o.ticket(id).Version), "hours", "pronto"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an estimate that is no time: status %d", res.StatusCode)
	}
	o.step(uit, id, "estimate", "hours", "día y medio")
	if e := o.ticket(id).Estimates; len(e) != 1 || e[0].Time != 12*time.Hour {
		t.Errorf("the estimate is %+v", e)
	}
	if text := body(t, uit.get("/casos/"+code+"?ver=historia")); !strings.Contains(text, "día y medio (12 h)") {
		t.Error("the history does not have the estimate in the unit's words")
	}
}

// TestObservationsAreTicked: what the supervisor found is a list to tick off.
func TestObservationsAreTicked(t *testing.T) {
	o := open(t)
	id := o.report(40*time.Hour, "email", "a@ejemplo.bo", "Ana", "No llega el código", "no llega", tickets.Suggestion{})
	o.decided(id, "no", "no", "No llega el código")
	o.do(id, "operador", tickets.ActSolve, "type", tickets.Resolved, "solution", "Reinicie.")
	o.do(id, "operador", tickets.ActKB, "decision", "not_needed", "reason", "conocido")
	o.do(id, "operador", tickets.ActNotify, "text", "Reinicie.")
	o.deliver(id)
	o.do(id, "operador", tickets.ActSubmit)
	o.do(id, "supervisor", tickets.ActReturn, "observation", "- Falta decir cuánto esperar\n- El saludo")
	b, code := o.login("operador"), o.code(id)
	if text := body(t, b.get("/casos/"+code)); strings.Count(text, `name="o0.`) != 2 {
		t.Error("two observations are not two boxes")
	}
	b.post("/borrador", "borrador", code+":observaciones", "o0.1", "yes")
	if text := body(t, b.get("/casos/"+code)); !strings.Contains(text, `name="o0.1" value="yes" checked`) {
		t.Error("what was ticked is forgotten")
	}
}

// TestCallFormIsKept: it saves as it goes and is empty again once logged.
func TestCallFormIsKept(t *testing.T) {
	o := open(t)
	b := o.login("telefonista")
	b.post("/borrador", "borrador", "llamada:", "once", "n1", "numero", "71234567", "nombre", "Juan Supuesto", "dicho", "Dice que no pue")
	if text := body(t, b.get("/llamada")); !strings.Contains(text, "Dice que no pue</textarea>") || !strings.Contains(text, "591 7123 4567") {
		t.Error("what was typed of the call is not there, or its number is not looked up")
	}
	b.post("/llamada", "borrador", "llamada:", "once", "n1", "numero", "71234567", "nombre", "Juan Supuesto", "dicho", "Dice que no puede entrar")
	if text := body(t, b.get("/llamada")); strings.Contains(text, "Dice que no pue") {
		t.Error("a logged call is still in the form")
	}
}
