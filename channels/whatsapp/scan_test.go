package whatsapp

import (
	"testing"

	"ventanilla/channels/clamd"
	"ventanilla/channels/clamd/clamdtest"
	"ventanilla/router"
	"ventanilla/tickets/store"
)

// TestMediaIsScanned: a document sent in a chat is looked at by the real
// scanner before anybody sees it.
func TestMediaIsScanned(t *testing.T) {
	h, st := newDesk(t, clamd.New(clamd.Options{Network: "unix", Address: clamdtest.Start(t).Socket}))
	if _, err := h.ana.SendDocument(h.desk, []byte("x"+clamdtest.Virus+"x"), "application/pdf", "comprobante.pdf", "mi comprobante"); err != nil {
		t.Fatal(err)
	}
	list := settled(h, st, 2) // the message, and its file, which is fetched after it
	c, e := list[1], list[0]
	if c.Fate != store.FateCase || e.Fate != store.FateHeld || e.Cause != router.CauseVirus+":"+clamdtest.Name || e.Ticket != c.Ticket {
		t.Errorf("the message: %s; its infected document: %s (%s) in %q, want it held with the case as suggestion", c.Fate, e.Fate, e.Cause, e.Ticket)
	}
	if _, err := h.ana.SendDocument(h.desk, []byte("un comprobante"), "application/pdf", "otro.pdf", "aquí está"); err != nil {
		t.Fatal(err)
	}
	settled(h, st, 4)
	thread, err := st.Thread(t.Context(), c.Ticket)
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, m := range thread {
		for _, f := range m.Files {
			files = append(files, f.Name)
		}
	}
	if len(files) != 1 || files[0] != "otro.pdf" {
		t.Errorf("files in the case: %q, want the clean one alone", files)
	}
}
