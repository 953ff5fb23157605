package tickets

import (
	"testing"
	"time"
)

func TestWorkTime(t *testing.T) {
	for v, want := range map[string]time.Duration{
		"1.5": 90 * time.Minute, "1,5": 90 * time.Minute, "4 h": 4 * time.Hour, "4h30": 4*time.Hour + 30*time.Minute, "4 h 30 min": 4*time.Hour + 30*time.Minute,
		"90 min": 90 * time.Minute, "2 días": 16 * time.Hour, "2 DIAS HABILES": 16 * time.Hour, "dos días y 3 horas": 19 * time.Hour, "media hora": 30 * time.Minute,
		"un día y medio": 12 * time.Hour, "día y medio": 12 * time.Hour, "medio día": 4 * time.Hour, "hora y media": 90 * time.Minute, "una semana": 40 * time.Hour,
		"unas 3 horas": 3 * time.Hour, "1,5 días": 12 * time.Hour, " 8 ": 8 * time.Hour, "0,5": 30 * time.Minute, "una semana de trabajo": 40 * time.Hour,
		"": 0, "pronto": 0, "0": 0, "-3": 0, "3 3": 0, "mañana": 0, "2 días 3": 0, "99999": 0, "NaN": 0, "Inf h": 0, "1e9": 0, "3 meses": 0, "h h": 0, "💥": 0,
	} {
		if got, ok := WorkTime(v); got != want && ok || ok != (want > 0) {
			t.Errorf("%q: %s (%v), want %s", v, got, ok, want)
		}
	}
}
