package privacy

import (
	"io"
	"strings"

	"golang.org/x/net/html"
)

// block are the elements whose text stands on a line of its own.
var block = set("p div br tr li ul ol table h1 h2 h3 h4 h5 h6 blockquote pre section article header footer dt dd hr body")

// silent elements have text that nobody reads.
var silent = set("script style title noscript template")

// RedactHTML hides the secrets that the reader of an HTML document would see,
// also where tags cut through them. A document without any is not touched.
func (s *Secrets) RedactHTML(doc string) string {
	text, pieces, ok := htmlText(doc)
	if !ok {
		return doc
	}
	spans := s.find(text)
	if len(spans) == 0 {
		pieces = nil
	}
	var b strings.Builder
	at := 0
	for _, p := range pieces {
		b.WriteString(doc[at:p.from])
		for len(spans) > 0 && spans[0].to <= p.start { // both are in the order of the text
			spans = spans[1:]
		}
		b.WriteString(html.EscapeString(p.cut(text, spans)))
		at = p.to
	}
	b.WriteString(doc[at:])
	out := b.String()
	for _, k := range s.values { // in addresses and other attributes
		out = replace(out, occurrences(out, k))
	}
	return out
}

// piece is a run of text of a document: doc[from:to], which reads as
// text[start:end].
type piece struct{ from, to, start, end int }

// cut is the piece's text with what is hidden in it replaced, spans being those
// that end behind its start; a secret that runs over several pieces has its mark
// in the first.
func (p piece) cut(text string, spans []span) string {
	var b strings.Builder
	at := p.start
	for _, s := range spans {
		if s.from >= p.end {
			break
		}
		if s.from >= at {
			b.WriteString(text[at:s.from] + s.mark)
		}
		at = min(s.to, p.end)
	}
	b.WriteString(text[at:p.end])
	return b.String()
}

// htmlText is what a document says, and where each part of it stands.
func htmlText(doc string) (string, []piece, bool) {
	z := html.NewTokenizer(strings.NewReader(doc))
	var b strings.Builder
	var pieces []piece
	at, mute := 0, 0
	for {
		kind := z.Next()
		size := len(z.Raw())
		switch kind {
		case html.ErrorToken:
			return b.String(), pieces, z.Err() == io.EOF
		case html.TextToken:
			if mute == 0 {
				start := b.Len()
				b.WriteString(strings.ReplaceAll(html.UnescapeString(string(z.Raw())), "\u00a0", " "))
				pieces = append(pieces, piece{at, at + size, start, b.Len()})
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			tag := string(name)
			switch {
			case silent[tag] && kind == html.StartTagToken:
				mute++
			case silent[tag] && kind == html.EndTagToken && mute > 0:
				mute--
			case block[tag]:
				b.WriteByte('\n')
			case tag == "td" || tag == "th":
				b.WriteByte(' ')
			}
		}
		at += size
	}
}
