package message

import (
	"html"
	"regexp"
	"strings"
)

// A mail of the desk carries its reply token in its words too, because mail
// programs lose ids and plus addresses, but quote: as a last line "Ref: …",
// and in the HTML once more as the name of an empty anchor, which stays where
// a program shortens what it quotes to the eye.
const (
	markerWord   = "Ref: "
	markerAnchor = "ref-"
)

// markerForm is the form of a token: an outgoing id and 16 characters of proof.
const markerForm = `([A-Za-z0-9-]{1,60}(?:\.[A-Za-z0-9-]{1,60}){0,3}\.[a-km-np-zA-KM-NP-Z2-9]{16})`

var (
	markerLine = regexp.MustCompile(`^Ref:\s{0,3}<?` + markerForm + `>?\s*$`)
	markerHTML = regexp.MustCompile(`(?:name|id)=(?:3D)?["']?[A-Za-z0-9_-]{0,40}` + markerAnchor + markerForm + `["'\s>]`)
)

// withMarker is text with token in it, plain and as HTML.
func withMarker(text, token string) (plain, page string) {
	if token == "" {
		return text, simpleHTML(text, "")
	}
	t := html.EscapeString(token)
	return strings.TrimRight(text, "\n") + "\n\n" + markerWord + token,
		simpleHTML(text, `<p><a name="`+markerAnchor+t+`"></a><small>`+markerWord+t+"</small></p>\n")
}

// marker finds the token in what the mail quotes, the nearest quote first.
func (m *Mail) marker() string {
	rest := m.Text
	for range 50 {
		i := strings.Index(rest, "Ref:")
		if i < 0 {
			break
		}
		line, after, _ := strings.Cut(rest[i:], "\n")
		if t := markerLine.FindStringSubmatch(shorten(line, 300)); t != nil {
			return strings.ToLower(t[1])
		}
		rest = after
	}
	rest = m.HTML
	for range 50 {
		i := strings.Index(rest, markerAnchor)
		if i < 0 {
			return ""
		}
		near := rest[max(0, i-60):min(len(rest), i+300)]
		if t := markerHTML.FindStringSubmatch(near); t != nil {
			return strings.ToLower(t[1])
		}
		rest = rest[i+len(markerAnchor):]
	}
	return ""
}
