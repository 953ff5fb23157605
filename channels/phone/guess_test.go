package phone

import (
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
)

// shapes are call logs as exchanges and their reports write them: the same
// missed call of 23 November 2026, 10:15 in La Paz, and an answered one of 75
// seconds at 10:20, each.
var shapes = []struct {
	name, exchange, log string
	dates               DateOrder
	agent               string
}{
	{"Master.csv", Asterisk, `"","71234567","22184026","from-trunk","""Ana Quispe"" <71234567>","SIP/trunk-01","SIP/1001-02","Dial","SIP/1001,30","2026-11-23 10:15:00","","2026-11-23 10:15:20",20,0,"NO ANSWER","DOCUMENTATION","1793800500.1",""
"","71234567","22184026","from-trunk","""Ana Quispe"" <71234567>","SIP/trunk-03","SIP/1001-04","Dial","SIP/1001,30","2026-11-23 10:20:00","2026-11-23 10:20:10","2026-11-23 10:21:25",85,75,"ANSWERED","DOCUMENTATION","1793800800.3",""
`, YearFirst, "1001"},
	{"Master.csv without unique ids", Asterisk, `"","71234567","22184026","from-trunk","71234567","SIP/trunk-01","SIP/1001-02","Dial","SIP/1001,30","2026-11-23 10:15:00","","2026-11-23 10:15:20",20,0,"NO ANSWER","DOCUMENTATION"
"","71234567","22184026","from-trunk","71234567","SIP/trunk-03","SIP/1001-04","Dial","SIP/1001,30","2026-11-23 10:20:00","2026-11-23 10:20:10","2026-11-23 10:21:25",85,75,"ANSWERED","DOCUMENTATION"
`, YearFirst, "1001"},
	{"FreePBX", FreePBX, `"calldate","clid","src","dst","dcontext","channel","dstchannel","lastapp","lastdata","duration","billsec","disposition","amaflags","accountcode","uniqueid","userfield","did","recordingfile","cnum","cnam","outbound_cnum","outbound_cnam","dst_cnam","linkedid","peeraccount","sequence"
"2026-11-23 10:15:00","""Ana Quispe"" <71234567>","71234567","600","ext-queues","PJSIP/tigo-0000001a","","Queue","600,t,,,,,,,,","20","0","NO ANSWER","3","","1793800500.1","","22184026","","71234567","Ana Quispe","","","","1793800500.1","","12"
"2026-11-23 10:20:00","""Ana Quispe"" <71234567>","71234567","600","ext-queues","PJSIP/tigo-0000001b","Local/1001@from-queue-0000000c;1","Queue","600,t,,,,,,,,","85","75","ANSWERED","3","","1793800800.3","","22184026","","71234567","Ana Quispe","","","","1793800800.3","","14"
`, YearFirst, "1001"},
	{"Issabel", Issabel, "Date,Source,Ring Group,Destination,Src. Channel,Account Code,Dst. Channel,Status,Duration\n" +
		"2026-11-23 10:15:00,71234567,,1001,SIP/tigo-0000001a,,SIP/1001-0000001b,NO ANSWER,0s\n" +
		"2026-11-23 10:20:00,71234567,,1001,SIP/tigo-0000001c,,SIP/1001-0000001d,ANSWERED,75s (1m 15s)\n", YearFirst, "1001"},
	{"Issabel in Spanish", Issabel, "Fecha,Origen,Grupo de Timbrado,Destino,Canal Origen,Código de Cuenta,Canal Destino,Estado,Duración\n" +
		"2026-11-23 10:15:00,71234567,,1001,SIP/tigo-0000001a,,SIP/1001-0000001b,NO ANSWER,0s\n" +
		"2026-11-23 10:20:00,71234567,,1001,SIP/tigo-0000001c,,SIP/1001-0000001d,ANSWERED,75s (1m 15s)\n", YearFirst, "1001"},
	{"Grandstream", Grandstream, `AcctId,accountcode,src,dst,dcontext,clid,channel,dstchannel,lastapp,lastdata,start,answer,end,duration,billsec,disposition,amaflags,uniqueid,userfield,channel_ext,dstchannel_ext,service,caller_name,recordfiles
101,,71234567,1001,from-did-direct,"""Ana Quispe"" <71234567>",PJSIP/trunk_1-00000012,PJSIP/1001-00000013,Dial,"PJSIP/1001,30",2026-11-23 10:15:00,,2026-11-23 10:15:20,20,0,NO ANSWER,DOCUMENTATION,1793800500.1,Inbound,trunk_1,1001,s,Ana Quispe,
102,,71234567,1001,from-did-direct,"""Ana Quispe"" <71234567>",PJSIP/trunk_1-00000014,PJSIP/1001-00000015,Dial,"PJSIP/1001,30",2026-11-23 10:20:00,2026-11-23 10:20:10,2026-11-23 10:21:25,85,75,ANSWERED,DOCUMENTATION,1793800800.3,Inbound,trunk_1,1001,s,Ana Quispe,
`, YearFirst, "1001"},
	{"a report in Spanish, from a spreadsheet", "", "\ufeffsep=;\r\nFecha;Hora;Origen;Destino;Interno;Tipo;Estado;Duración\r\n" +
		"23/11/2026;10:15:00;71234567;22184026;;Entrante;No contestada;00:00:20\r\n" +
		"23/11/2026;10:20:00;71234567;22184026;1001;Entrante;Contestada;00:01:15\r\n", DayFirst, "1001"},
	{"a report in English, with months first", "", "Start Time\tCaller\tCalled\tDirection\tAnswered\tTalk Time\tExtension\tCall ID\n" +
		"11/23/2026 10:15 AM\t+591 71234567\t22184026\tInbound\tNo\t0:00\t\ta-1\n" +
		"11/23/2026 10:20 AM\t+591 71234567\t22184026\tInbound\tYes\t1:15\t1001\ta-2\n", MonthFirst, "1001"},
	{"seconds since 1970", "", "id|start|from|to|status|talktime|ext\n" +
		"a-1|1795443300|71234567|22184026|missed|0|\n" +
		"a-2|1795443600|71234567|22184026|answered|75|1001\n", Unix, "1001"},
	{"no heading", "", "23/11/2026 10:15:00;71234567;22184026;PERDIDA;20;0\n23/11/2026 10:20:00;71234567;22184026;ATENDIDA;85;75\n", DayFirst, ""},
}

// TestGuess: what is guessed of each shape reads both calls rightly.
func TestGuess(t *testing.T) {
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			lines := Lines([]byte(s.log))
			l, exchange := Guess(lines)
			if exchange != s.exchange || l.Dates != s.dates || len(l.Missing()) > 0 {
				t.Fatalf("exchange %q, dates %q, layout %+v", exchange, l.Dates, l)
			}
			rows := (&CDR{ID: "central"}).Try(l, lines)
			if len(rows) != 2 {
				t.Fatalf("%d rows of %+v", len(rows), l)
			}
			ids := map[string]bool{}
			for i, row := range rows {
				c := row.Report.Call
				if len(row.Problems) > 0 || c == nil {
					t.Fatalf("line %d of %+v: %v", row.Line, l, row.Problems)
				}
				ids[c.ID] = true
				at := time.Date(2026, 11, 23, 14, 15+5*i, 0, 0, time.UTC)
				if !c.Started.Equal(at) || row.Report.From.Value != "+59171234567" || c.Direction != "in" || c.Answered != (i == 1) || Missed(c) != (i == 0) {
					t.Errorf("line %d by %+v: %+v from %q", row.Line, l, c, row.Report.From.Value)
				}
				if i == 1 && (c.Talk != 75*time.Second || c.Agent != s.agent) {
					t.Errorf("an answered call of %v by %q", c.Talk, c.Agent)
				}
			}
			if len(ids) != 2 || ids[""] {
				t.Errorf("the calls are told apart by %v", ids)
			}
		})
	}
}

// TestLayoutThroughTheLog: a saved layout goes before the configured columns
// for what is written from then on, heading and all, and may be taken back.
func TestLayoutThroughTheLog(t *testing.T) {
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			c, h := log(t), newLedger()
			l, _ := Guess(Lines([]byte(s.log)))
			c.Columns = map[string]int{"src": 90}
			c.Use(l)
			appendTo(t, c.File, s.log)
			c.mustCatchUp(t, h)
			if h.count() != 2 {
				t.Fatalf("%d lines are taken, want the two calls: %q", h.count(), h.bodies())
			}
			for _, raw := range h.raws {
				if rep := c.Read("central", raw); rep.Kind != channels.CallEvent || rep.From.Value != "+59171234567" {
					t.Errorf("%s: %q is read as %s from %q", s.name, raw.Body, rep.Kind, rep.From.Value)
				}
			}
			c.Use(Layout{})
			if got := c.layout().Columns["src"]; got != 90 {
				t.Errorf("without a saved layout the caller is in column %d, want the configured 90", got)
			}
		})
	}
}

func TestProblems(t *testing.T) {
	l := Layout{Separator: ";", Dates: DayFirst, Columns: map[string]int{"start": 0, "src": 1, "disposition": 2, "duration": 3}}
	for _, tc := range []struct{ line, want string }{
		{"23/11/2026 10:15:00;71234567;contestada;20", ""},
		{"31/02/2026 10:15:00;71234567;contestada;20", "start"},
		{"23/11/2026;71234567;contestada;20", "start"}, // a day is not yet a moment
		{"23/11/2026 10:15;71234567;contestada", "short"},
		{"23/11/2026 10:15;;contestada;20", "src"},
		{"23/11/2026 10:15;71234567;quién sabe;mucho", "disposition duration"},
		{`23/11/2026 10:15;71234567;contestada;"20`, "quotes"},
		{"23/11/2026 10:15;71234567;contestada;20\x00", "nul"},
		{"23/11/2026 10:15;Pe\xf1a 71234567;contestada;20", "charset"},
	} {
		rows := (&CDR{}).Try(l, []string{tc.line})
		var got []string
		for _, p := range rows[0].Problems {
			got = append(got, p.Code)
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%q: %v, want %s", tc.line, rows[0].Problems, tc.want)
		}
	}
}

func TestMoments(t *testing.T) {
	at := time.Date(2026, 3, 4, 15, 5, 0, 0, time.UTC)
	for _, tc := range []struct {
		text  string
		order DateOrder
		want  time.Time
	}{
		{"2026-03-04 15:05:00", "", at},
		{"2026-03-04T15:05:00", MonthFirst, at},
		{"2026-03-04T11:05:00-04:00", DayFirst, at},
		{"04/03/2026 15:05", DayFirst, at},
		{"04-03-26 3:05 PM", DayFirst, at},
		{"4.3.2026 3:05 p. m.", DayFirst, at},
		{"03/04/2026 03:05:00 PM", MonthFirst, at},
		{"1772636700", Unix, at},
		{"1772636700000", Unix, at},
		{"2026/03/04 12:05 AM", YearFirst, at.Add(-15 * time.Hour)},
		{"04/13/2026 10:00", DayFirst, time.Time{}},
		{"2026-03-04 25:00", YearFirst, time.Time{}},
		{"2026-03-04 NaN:00:NaN", YearFirst, time.Time{}},
		{"NaN", Unix, time.Time{}},
		{"04/03/2026", DayFirst, time.Time{}},
	} {
		if got := moment(tc.text, tc.order, time.UTC); !got.Equal(tc.want) {
			t.Errorf("%q as %q is %v, want %v", tc.text, tc.order, got, tc.want)
		}
	}
	for text, want := range map[string]time.Duration{"75": 75 * time.Second, "1:15": 75 * time.Second, "00:01:15": 75 * time.Second, "75s (1m 15s)": 75 * time.Second, "1 min 15 seg": 75 * time.Second, "1h": time.Hour, "0": 0, "-1": -1, "": -1, "NaN": -1, "1:NaN": -1, "mucho": -1, "99999999": -1} {
		got, ok := spanOf(text)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
}

func FuzzGuess(f *testing.F) {
	for _, s := range shapes {
		f.Add([]byte(s.log))
	}
	f.Fuzz(func(t *testing.T, sample []byte) {
		lines := Lines(sample)
		l, _ := Guess(lines)
		for _, row := range (&CDR{}).Try(l, lines) {
			if row.Report.Kind == channels.None && len(row.Problems) == 0 {
				t.Fatalf("%q is not read and nothing is wrong with it", row.Text)
			}
		}
	})
}
