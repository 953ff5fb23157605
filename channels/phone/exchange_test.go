package phone

import (
	"testing"

	"ventanilla/channels"
)

// Two exchanges number their calls each for itself; the log and the webhook of
// one tell of the same call.
func TestExchanges(t *testing.T) {
	const unique = "1795454711.7"
	logged := channels.Raw{Body: []byte(line("71234567", "22184026", "from-trunk", "71234567", "", "Dial", "2026-11-23 10:15:00", "NO ANSWER", unique))}
	told := channels.Raw{Envelope: map[string]string{"content_type": "application/json"}, Body: []byte(`{"event":"hangup","callId":"` + unique + `","from":"71234567","to":"22184026","direction":"in"}`)}
	ids := map[string][2]string{}
	for _, exchange := range []string{"", "norte", "sur"} {
		a, b := (&CDR{Exchange: exchange}).Read("a", logged).Call, (&PBX{Exchange: exchange}).Read("b", told).Call
		if a == nil || b == nil {
			t.Fatalf("of exchange %q: %v, %v", exchange, a, b)
		}
		ids[exchange] = [2]string{a.ID, b.ID}
		if a.ID != b.ID {
			t.Errorf("exchange %q has two ids for one call: %q and %q", exchange, a.ID, b.ID)
		}
	}
	if ids[""][0] != unique || ids["norte"] == ids["sur"] {
		t.Errorf("ids: %q", ids)
	}
}
