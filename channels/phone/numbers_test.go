package phone

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		raw, area, want string
		kind            NumberKind
	}{
		{"71234567", "", "+59171234567", Mobile},
		{"61234567", "", "+59161234567", Mobile},
		{" 7123-4567 ", "", "+59171234567", Mobile},
		{"712 34 567", "", "+59171234567", Mobile},
		{"+591 71234567", "", "+59171234567", Mobile},
		{"+591-7-1234567", "", "+59171234567", Mobile},
		{"591 71234567", "", "+59171234567", Mobile},
		{"(591) 71234567", "", "+59171234567", Mobile},
		{"0059171234567", "", "+59171234567", Mobile},
		{"00 10 591 71234567", "", "+59171234567", Mobile},
		{"+591 (0) 71234567", "", "+59171234567", Mobile},
		{"0-71234567", "", "+59171234567", Mobile},
		{"0-10-71234567", "", "+59171234567", Mobile},
		{"01771234567", "", "+59171234567", Mobile},
		{"591/71234567", "", "+59171234567", Mobile},
		{"Cel. 71234567", "", "+59171234567", Mobile},
		{"71234567 (mamá)", "", "+59171234567", Mobile},
		{"７１２３４５６７", "", "+59171234567", Mobile},
		{"22184026", "", "+59122184026", Fixed},
		{"2-2184026", "", "+59122184026", Fixed},
		{"2/2184026", "", "+59122184026", Fixed},
		{"02 2184026", "", "+59122184026", Fixed},
		{"(591-2) 2184026", "", "+59122184026", Fixed},
		{"0-11-2-2184026", "", "+59122184026", Fixed},
		{"2184026", "", "+59122184026", Fixed},
		{"4251234", "4", "+59144251234", Fixed},
		{"3361234", "3", "+59133361234", Fixed},
		{"2184026 int. 12", "", "+59122184026", Fixed},
		{"800101234", "", "+591800101234", TollFree},
		{"800-17-1234", "", "+591800171234", TollFree},
		{"+34 612 345 678", "", "+34612345678", Foreign},
		{"0034612345678", "", "+34612345678", Foreign},
		{"001034612345678", "", "+34612345678", Foreign},
		{"0012025550123", "", "+12025550123", Foreign},
		{"5491123456789", "", "+5491123456789", Foreign},
		{"sip:71234567@10.0.0.1;user=phone", "", "+59171234567", Mobile},
		{"tel:+591-7123-4567", "", "+59171234567", Mobile},
		{`"Ana Quispe" <71234567>`, "", "+59171234567", Mobile},
		{"59171234567:12@s.whatsapp.net", "", "+59171234567", Mobile},
		{"71234567/2184026", "", "+59171234567", Mobile},
		{"2184026/27", "", "+59122184026", Fixed},
		{"71234567 o 60123456", "", "+59171234567", Mobile},
		{"", "", "", Hidden},
		{"anonymous", "", "", Hidden},
		{"Anonymous <anonymous@anonymous.invalid>", "", "", Hidden},
		{"Número privado", "", "", Hidden},
		{"+266696687", "", "", Hidden},
		{"1001", "", "", Extension},
		{"110", "", "", Extension},
		{"2184026", "-", "", Unknown},
		{"11234567", "", "", Unknown},
		{"711234567", "", "", Unknown},
		{"71234567712", "", "", Unknown},
		{"+591 1234", "", "", Unknown},
		{"+0123456789", "", "", Unknown},
		{"+1234567890123456", "", "", Unknown},
		{"no tiene", "", "", Unknown},
		{"\xff\xfe\x00", "", "", Unknown},
	} {
		n := Plan{Area: c.area}.Parse(c.raw)
		if n.E164 != c.want || n.Kind != c.kind || n.Raw != c.raw {
			t.Errorf("Parse(%q) = %q %s (raw %q), want %q %s", c.raw, n.E164, n.Kind, n.Raw, c.want, c.kind)
		}
	}
}

func TestParseKeepsTheRest(t *testing.T) {
	if n := (Plan{}).Parse("2184026 / 71234567"); len(n.Others) != 1 || n.Others[0] != "+59171234567" {
		t.Errorf("others = %q, want the mobile", n.Others)
	}
	if n := (Plan{}).Parse("22184026 interno 305"); n.Inner != "305" || !n.OK() {
		t.Errorf("inner = %q ok=%v, want 305", n.Inner, n.OK())
	}
}

func TestFormat(t *testing.T) {
	for in, want := range map[string]string{
		"+59171234567":   "+591 7123 4567",
		"+59122184026":   "+591 2 218 4026",
		"+591800101234":  "800 10 1234",
		"+34612345678":   "+34 612 345 678",
		"+5491123456789": "+54 9 11 2345 6789",
		"+8613912345678": "+8613912345678",
		"anonymous":      "anonymous",
		"":               "",
	} {
		if got := Format(in); got != want {
			t.Errorf("Format(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"71234567", "+591 7123-4567", "0-10-71234567", "sip:1@2", "2184026/7", "<", "int", "００５９１"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		n := Plan{}.Parse(raw)
		if n.Raw != raw {
			t.Fatalf("raw lost: %q became %q", raw, n.Raw)
		}
		if !n.OK() {
			return
		}
		if d := strings.TrimPrefix(n.E164, "+"); len(d) < 7 || len(d) > 15 || strings.Trim(d, "0123456789") != "" {
			t.Fatalf("Parse(%q) = %q: no E.164 number", raw, n.E164)
		}
		again := Plan{}.Parse(n.E164)
		if again.E164 != n.E164 || again.Kind != n.Kind {
			t.Fatalf("Parse(%q) = %q %s, read again %q %s", raw, n.E164, n.Kind, again.E164, again.Kind)
		}
		if shown := (Plan{}).Parse(Format(n.E164)); shown.E164 != n.E164 {
			t.Fatalf("Format(%q) = %q reads back as %q", n.E164, Format(n.E164), shown.E164)
		}
	})
}
