package router

import (
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// A late answer on a chat shows what it answers: a notice what was reported,
// other replies what was said last; one that comes at once shows nothing.
func TestQuoted(t *testing.T) {
	at := func(h float64) time.Time {
		return time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC).Add(time.Duration(h * float64(time.Hour)))
	}
	in := func(id, said string, h float64) store.Message {
		return store.Message{Direction: store.In, Medium: channels.WhatsApp, Kind: channels.Human, ExternalID: id, Said: said, At: at(h)}
	}
	other := in("1/X", "por correo", 0)
	other.Medium = channels.Email
	thread := []store.Message{other, in("1/A", "no puedo entrar", 0), in("1/A#file", "[Archivo recibido]", 0.1), in("1/B", "¿alguna novedad?", 3), in("1/C", "gracias", 6)}
	for _, tc := range []struct {
		purpose tickets.Purpose
		h       float64
		want    string
	}{
		{tickets.PurposeReply, 0.5, ""},
		{tickets.PurposeReply, 2, "1/A"},
		{tickets.PurposeReply, 3.5, ""},
		{tickets.PurposeReply, 5, "1/B"},
		{tickets.PurposeNotice, 5, "1/A"},
		{tickets.PurposeNotice, 0.5, ""},
		{tickets.PurposeQuestion, 9, "1/C"},
	} {
		got := ""
		if q := quoted(thread, store.Outgoing{Medium: channels.WhatsApp, Purpose: tc.purpose, Created: at(tc.h)}); q != nil {
			got = q.ExternalID
		}
		if got != tc.want {
			t.Errorf("%s after %v h quotes %q, not %q", tc.purpose, tc.h, got, tc.want)
		}
	}
}

// Who writes a reply chooses what it shows: at once, too, and nothing if that
// was deleted meanwhile or is no message of the case.
func TestQuotedAsChosen(t *testing.T) {
	at := time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)
	in := func(id, external string, gone bool) store.Message {
		return store.Message{ID: id, Direction: store.In, Medium: channels.WhatsApp, Kind: channels.Human, ExternalID: external, Said: external, At: at, Gone: gone}
	}
	thread := []store.Message{in("c-1", "1/A", false), in("c-2", "1/B", true), in("c-3", "1/C", false)}
	for chosen, want := range map[string]string{"c-1": "1/A", "c-2": "", "d-1": "", "c-3": "1/C"} {
		got := ""
		if q := quoted(thread, store.Outgoing{Medium: channels.WhatsApp, Quote: chosen, Created: at.Add(3 * time.Hour)}); q != nil {
			got = q.ExternalID
		}
		if got != want {
			t.Errorf("%s was chosen and %q is quoted, not %q", chosen, got, want)
		}
	}
}

// What was corrected is shown as it reads now, whether chosen or not.
func TestQuotedAsCorrected(t *testing.T) {
	at := time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)
	thread := []store.Message{{ID: "c-1", Direction: store.In, Medium: channels.WhatsApp, Kind: channels.Human, ExternalID: "1/A", Said: "vence el 5", Now: "vence el 15", At: at}}
	for _, chosen := range []string{"", "c-1"} {
		m := quoted(thread, store.Outgoing{Medium: channels.WhatsApp, Quote: chosen, Created: at.Add(3 * time.Hour)})
		if m == nil {
			t.Errorf("chosen %q: nothing is quoted", chosen)
		} else if q := quoteOf(m); q.ID != "1/A" || q.Said != "vence el 15" {
			t.Errorf("chosen %q: %+v", chosen, q)
		}
	}
}
