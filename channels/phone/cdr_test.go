package phone

import (
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
)

// line writes a record as cdr_csv does.
func line(src, dst, context, clid, dstchannel, app, start, disposition, unique string) string {
	q := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	answer, billsec := "", "0"
	if disposition == "ANSWERED" {
		answer, billsec = start, "65"
	}
	return strings.Join([]string{q(""), q(src), q(dst), q(context), q(clid), q("SIP/trunk-0001"), q(dstchannel), q(app), q("soporte,t"),
		q(start), q(answer), q(start), "100", billsec, q(disposition), q("DOCUMENTATION"), q(unique), q("")}, ",")
}

func TestReadCDR(t *testing.T) {
	c := &CDR{ID: "central", File: "Master.csv"}
	at := "2026-11-23 10:15:00"
	for _, tc := range []struct {
		name, line     string
		from, dir      string
		answered, lost bool
		text           string
	}{
		{"missed", line("71234567", "22184026", "from-trunk", `"Ana Quispe" <71234567>`, "SIP/1001-02", "Dial", at, "NO ANSWER", "1.1"), "+59171234567", "in", false, true, "Nadie contestó"},
		{"busy", line("71234567", "22184026", "from-trunk-tigo", "71234567", "", "Dial", at, "BUSY", "1.2"), "+59171234567", "in", false, true, "ocupada"},
		{"failed", line("71234567", "100", "from-pstn", "71234567", "", "Dial", at, "FAILED", "1.3"), "+59171234567", "in", false, true, "no pudo pasar"},
		{"answered", line("2184026", "100", "from-trunk", "2184026", "SIP/1001-02", "Dial", at, "ANSWERED", "1.4"), "+59122184026", "in", true, false, "atendida por el interno 1001"},
		{"queue answered by a person", line("71234567", "600", "ext-queues", "71234567", "Local/1002@from-queue-01;1", "Queue", at, "ANSWERED", "1.5"), "+59171234567", "in", true, false, "interno 1002"},
		{"queue answered by nobody", line("71234567", "600", "ext-queues", "71234567", "", "Queue", at, "ANSWERED", "1.6"), "+59171234567", "in", false, true, "Nadie contestó"},
		{"voicemail", line("71234567", "100", "from-trunk", "71234567", "SIP/1001-02", "VoiceMail", at, "ANSWERED", "1.7"), "+59171234567", "in", false, true, "buzón de voz"},
		{"hidden", line("anonymous", "100", "from-trunk", "anonymous", "", "Dial", at, "NO ANSWER", "1.8"), "", "in", false, true, "número oculto"},
		{"outgoing", line("1001", "71234567", "from-internal", "1001", "SIP/trunk-2", "Dial", at, "ANSWERED", "1.9"), "", "out", true, false, "Llamada hecha a +591 7123 4567"},
		{"between inner lines", line("1001", "1002", "from-internal", "1001", "SIP/1002-2", "Dial", at, "NO ANSWER", "1.10"), "", "", false, false, "interno 1001"},
		{"unknown context", line("71234567", "100", "mi-contexto", "71234567", "", "Dial", at, "NO ANSWER", "1.11"), "+59171234567", "in", false, true, "Nadie contestó"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rep := c.Read("central", channels.Raw{Body: []byte(tc.line)})
			if rep.Kind != channels.CallEvent || rep.Call == nil {
				t.Fatalf("kind %s, defects %v", rep.Kind, rep.Defects)
			}
			if rep.From.Value != tc.from || rep.Call.Direction != tc.dir || rep.Call.Answered != tc.answered || Missed(rep.Call) != tc.lost {
				t.Errorf("from %q direction %q answered %v missed %v", rep.From.Value, rep.Call.Direction, rep.Call.Answered, Missed(rep.Call))
			}
			if !strings.Contains(rep.Text, tc.text) {
				t.Errorf("text %q lacks %q", rep.Text, tc.text)
			}
			if want := time.Date(2026, 11, 23, 14, 15, 0, 0, time.UTC); !rep.Call.Started.Equal(want) {
				t.Errorf("started %v, want %v", rep.Call.Started.UTC(), want)
			}
		})
	}
}

func TestReadCDRName(t *testing.T) {
	rep := (&CDR{}).Read("c", channels.Raw{Body: []byte(line("71234567", "100", "from-trunk", `"Peña, Rosa" <71234567>`, "", "Dial", "2026-01-02 03:04:05", "NO ANSWER", "9"))})
	if rep.From.Name != "Peña, Rosa" || len(rep.Defects) != 0 {
		t.Errorf("name %q, defects %v", rep.From.Name, rep.Defects)
	}
	latin := []byte(strings.ReplaceAll(line("71234567", "100", "from-trunk", "Pe\xf1a <71234567>", "", "Dial", "2026-01-02 03:04:05", "NO ANSWER", "9"), "ñ", "\xf1"))
	rep = (&CDR{}).Read("c", channels.Raw{Body: latin})
	if rep.From.Name != "Peña" || len(rep.Defects) != 1 {
		t.Errorf("Latin-1: name %q, defects %v", rep.From.Name, rep.Defects)
	}
}

func TestReadCDRGarbage(t *testing.T) {
	for _, s := range []string{"", "garbage", `"unclosed,quote`, "\x00\x01\x02", ",,,,,,,,,,,,,,,,", strings.Repeat("x", 100_000), "\xff\xfe,\xff"} {
		rep := (&CDR{}).Read("c", channels.Raw{Body: []byte(s)})
		if rep.Kind != channels.None || len(rep.Defects) == 0 || !strings.HasPrefix(rep.Defects[0], "call-") || rep.Call != nil {
			t.Errorf("Read(%.20q): kind %s, defects %v", s, rep.Kind, rep.Defects)
		}
	}
}

func TestReadCDRColumns(t *testing.T) {
	c := &CDR{Columns: map[string]int{"start": 0, "src": 1, "dst": 2, "disposition": 3, "billsec": 4, "uniqueid": 5, "dcontext": -1, "clid": -1,
		"channel": -1, "dstchannel": -1, "lastapp": -1, "lastdata": -1, "answer": -1, "duration": -1}, InboundTo: []string{"221840*"}}
	rep := c.Read("c", channels.Raw{Body: []byte("2026-11-23 10:00:00,60123456,22184026,NO ANSWER,0,u1")})
	if rep.Call == nil || rep.Call.ID != "u1" || rep.From.Value != "+59160123456" || !Missed(rep.Call) {
		t.Errorf("call %+v from %q", rep.Call, rep.From.Value)
	}
}

func FuzzReadCDR(f *testing.F) {
	f.Add([]byte(line("71234567", "100", "from-trunk", `"A" <71234567>`, "SIP/1-2", "Dial", "2026-01-02 03:04:05", "ANSWERED", "1")))
	f.Add([]byte(`a,"b""c`))
	f.Fuzz(func(t *testing.T, b []byte) {
		rep := (&CDR{}).Read("c", channels.Raw{Body: b})
		if rep.Kind == channels.None && len(rep.Defects) == 0 {
			t.Fatal("an unread line without a reason")
		}
		if (rep.Kind == channels.CallEvent) != (rep.Call != nil) {
			t.Fatal("a call without its facts")
		}
	})
}
