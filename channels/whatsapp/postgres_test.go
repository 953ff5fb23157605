package whatsapp

import (
	"testing"
	"time"

	"ventanilla/tickets/store/storetest"
)

// The session may live in PostgreSQL, in a schema of its own, and survives a restart.
func TestPostgres(t *testing.T) {
	url := storetest.Postgres(t)
	h := bareHouse(t)
	h.options.Database = url
	h.start()
	h.link()
	h.says("primero")
	h.accepted(1)
	if err := h.send("r1", "diga"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ana.Await(1, time.Minute); err != nil {
		t.Fatal(err)
	}
	h.stop()
	h.says("segundo")
	h.start()
	h.accepted(2)
	h.until("acknowledgement", func() bool { return h.desk.Waiting() == 0 })
}
