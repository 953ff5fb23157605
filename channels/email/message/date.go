package message

import (
	"net/mail"
	"strings"
	"time"
)

// dateLayouts are what else than RFC 5322 is found in Date fields.
var dateLayouts = []string{
	"2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04 -0700", "2 Jan 2006 15:04:05",
	"2 Jan 06 15:04:05 -0700", "Jan 2 15:04:05 2006", "Jan 2 2006 15:04:05 -0700",
	"2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", "02/01/2006 15:04:05", "2-Jan-2006 15:04:05 -0700",
}

var spanishMonths = strings.NewReplacer("ene", "Jan", "abr", "Apr", "ago", "Aug", "set", "Sep", "sept", "Sep", "dic", "Dec", "gmt", "", "utc", "+0000")

// parseDate reads a Date field; zero if it cannot, or if the year is absurd.
func parseDate(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse("Mon, 2 Jan 2006 15:04:05 -0700", s) // what nearly all write; mail.ParseDate tries it last
	if err != nil {
		t, err = mail.ParseDate(s)
	}
	if err != nil {
		t = looseDate(s)
	}
	if y := t.Year(); y < 1980 || y > 2200 {
		return time.Time{}
	}
	return t
}

func looseDate(s string) time.Time {
	s, _, _ = strings.Cut(s, "(")
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, ','); i >= 0 && i < 12 {
		s = s[i+1:]
	} else if f := strings.Fields(s); len(f) > 4 && len(f[0]) == 3 && f[0][0] > '9' {
		s = strings.Join(f[1:], " ")
	}
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, ".", " ")), " ")
	for _, v := range []string{s, strings.Join(strings.Fields(spanishMonths.Replace(strings.ToLower(s))), " ")} {
		for _, l := range dateLayouts {
			if t, err := time.Parse(l, v); err == nil {
				return t
			}
		}
	}
	return time.Time{}
}
