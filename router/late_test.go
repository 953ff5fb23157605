package router

import (
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/channels/clamd"
	"ventanilla/channels/clamd/clamdtest"
	"ventanilla/tickets/store"
)

// TestWhatTakesTheScannerTooLong: with others it waits for another turn; what
// had the time to itself would take as long again, and is for a person.
func TestWhatTakesTheScannerTooLong(t *testing.T) {
	daemon := clamdtest.Start(t)
	r := &Router{scanner: clamd.New(clamd.Options{Network: "unix", Address: daemon.Socket}), scanTime: time.Nanosecond}
	mail := func() reading {
		return reading{Pending: store.Pending{Raw: channels.Raw{Medium: channels.Email, Body: []byte("Subject: hola\r\n\r\nhola")}}}
	}
	several := []reading{mail(), mail()}
	r.scan(t.Context(), several)
	for _, rd := range several {
		if !rd.scan.waits && !rd.scan.late || rd.scan.unscanned != "" {
			t.Errorf("one of several: %+v", rd.scan)
		}
	}
	alone := []reading{{}, mail()}
	alone[0].Raw.Medium = channels.WhatsApp // has no files: nothing to look at
	r.scan(t.Context(), alone)
	if s := alone[1].scan; s.unscanned != "time" || s.late || s.waits || s.down {
		t.Errorf("alone: %+v", s)
	}
}
