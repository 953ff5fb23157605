package message

import (
	"strings"
	"unicode/utf8"
)

// words decodes a header value: encoded words (RFC 2047), also those split in
// the middle of a character, and raw 8-bit text. hint is the charset tried for
// raw bytes that are not UTF-8.
func (p *parser) words(s, hint string) string {
	s = p.header8bit(s, hint)
	if !strings.Contains(s, "=?") {
		return s
	}
	var out strings.Builder
	var pending []byte // bytes of adjacent words in one charset
	var charset string
	flush := func() {
		if len(pending) > 0 {
			t, ok := toUTF8(pending, charset)
			if !ok {
				p.defect(DefectCharset + ":" + shortLabel(charset))
			}
			out.WriteString(t)
			pending = pending[:0]
		}
	}
	for {
		i := strings.Index(s, "=?")
		if i < 0 {
			break
		}
		cs, data, rest, ok := encodedWord(s[i:])
		if !ok {
			flush()
			out.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		gap := s[:i]
		if strings.Trim(gap, " \t\r\n") != "" || len(pending) == 0 {
			flush()
			out.WriteString(gap)
		}
		if !strings.EqualFold(cs, charset) {
			flush()
			charset = cs
		}
		pending = append(pending, data...)
		s = rest
	}
	flush()
	out.WriteString(s)
	return strings.ToValidUTF8(out.String(), "\uFFFD")
}

func (p *parser) header8bit(s, hint string) string {
	if utf8.ValidString(s) {
		return s
	}
	t, ok := toUTF8([]byte(s), hint)
	if !ok {
		p.defect(DefectCharset + ":" + shortLabel(hint))
	}
	return t
}

// encodedWord reads "=?charset?enc?text?=" at the start of s.
func encodedWord(s string) (charset string, data []byte, rest string, ok bool) {
	body := s[2:]
	q := strings.IndexByte(body, '?')
	if q <= 0 || q > 60 || len(body) < q+3 || body[q+2] != '?' {
		return
	}
	charset, _, _ = strings.Cut(body[:q], "*") // RFC 2231 §5: language after "*"
	enc := body[q+1]
	body = body[q+3:]
	end := strings.Index(body, "?=")
	if end < 0 {
		return
	}
	text := body[:end]
	switch enc {
	case 'B', 'b':
		data, _ = decodeBase64([]byte(text))
	case 'Q', 'q':
		data, _ = decodeQP([]byte(strings.ReplaceAll(text, "_", " ")), true)
	default:
		return
	}
	return charset, data, body[end+2:], true
}

func shortLabel(s string) string {
	s = collapse(strings.ToValidUTF8(label(s), "?"))
	if len(s) > 30 {
		s = strings.ToValidUTF8(s[:30], "")
	}
	return s
}
