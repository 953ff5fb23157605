package message

import (
	"bytes"
	"strings"
)

// field is one header field; value is still folded and encoded.
type field struct {
	name  string // lower case
	value []byte
}

type header []field

// maxFields bounds a header's fields; more are skipped.
const maxFields = 2000

// known are the names that prove that a line belongs to a header rather than
// to a text with a colon in it.
var known = map[string]bool{
	"from": true, "to": true, "cc": true, "bcc": true, "subject": true, "date": true, "sender": true,
	"message-id": true, "mime-version": true, "received": true, "return-path": true, "reply-to": true,
	"in-reply-to": true, "references": true, "delivered-to": true, "importance": true, "priority": true,
	"precedence": true, "auto-submitted": true, "user-agent": true, "thread-topic": true, "thread-index": true,
	"dkim-signature": true, "authentication-results": true, "list-id": true, "list-unsubscribe": true,
	"disposition-notification-to": true, "arc-seal": true, "organization": true, "errors-to": true,
}

func isKnown(name string) bool {
	return known[name] || strings.HasPrefix(name, "content-") || strings.HasPrefix(name, "x-") || strings.HasPrefix(name, "resent-")
}

// scanHeader reads the header at the start of b and returns it with the offset
// of the body. stop, if not nil, ends the header at a line (a boundary).
// A block in which no name is known is no header: it is all body, because
// losing a person's words is worse than a missing field.
func (p *parser) scanHeader(b []byte, stop func(line []byte) bool) (h header, body int) {
	pos, start, trusted := 0, -1, false
	room := 32 // fields that servers and programs write
	if stop != nil {
		room = 4 // in a part
	}
	extend := func(end int) { // values are adjacent lines of one buffer
		if start >= 0 {
			h[len(h)-1].value = b[start:end]
		}
	}
	for pos < len(b) {
		line, next := lineAt(b, pos)
		if len(line) == 0 || blank(line) && !fieldLike(b[next:]) && !(start >= 0 && foldedBeforeField(b[next:])) {
			pos = next
			break
		}
		if stop != nil && hasPrefix(line, "--") && stop(line) {
			break
		}
		if h == nil && (line[0] == ' ' || line[0] == '\t') {
			if t := bytes.TrimLeft(line, " \t"); isKnown(fieldName(t)) {
				p.defect(DefectBadLine) // it continues nothing
				line, pos = t, pos+len(line)-len(t)
			}
		}
		switch name := fieldName(line); {
		case line[0] == ' ' || line[0] == '\t':
			extend(next)
		case name != "":
			trusted = trusted || isKnown(name)
			if pos > p.lim.Header || len(h) >= maxFields {
				p.defect(DefectLongHeader)
				start = -1
				break
			}
			if h == nil {
				h = make(header, 0, room)
			}
			start = pos + bytes.IndexByte(line, ':') + 1
			h = append(h, field{name, b[start:next]})
		case knownAhead(b[next:]):
			p.defect(DefectBadLine)
			extend(next) // a folded line that lost its space
		default:
			p.defect(DefectBadLine)
			return h.orNone(trusted, pos)
		}
		pos = next
	}
	return h.orNone(trusted, pos)
}

func (h header) orNone(trusted bool, body int) (header, int) {
	if !trusted && len(h) > 0 {
		return nil, 0
	}
	return h, body
}

// fieldName returns the lower-case name of the field that line starts, "" if none.
func fieldName(line []byte) string {
	i := bytes.IndexByte(line, ':')
	if i <= 0 || i > 100 {
		return ""
	}
	name := bytes.TrimRight(line[:i], " \t")
	var low [100]byte
	for i, c := range name {
		if c <= ' ' || c >= 127 {
			return ""
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		low[i] = c
	}
	return string(low[:len(name)])
}

func fieldLike(b []byte) bool {
	line, _ := cutLine(b)
	return isKnown(fieldName(line))
}

// foldedBeforeField tells whether b begins with indented lines that a known
// field follows: a value that was folded at a line of nothing but spaces.
func foldedBeforeField(b []byte) bool {
	for range 5 {
		line, rest := cutLine(b)
		if blank(line) || line[0] != ' ' && line[0] != '\t' {
			return false
		}
		if fieldLike(rest) {
			return true
		}
		b = rest
	}
	return false
}

// knownAhead tells whether a known field follows within the same block.
func knownAhead(b []byte) bool {
	for range 30 {
		line, rest := cutLine(b)
		if len(line) == 0 {
			return false
		}
		if line[0] != ' ' && isKnown(fieldName(line)) {
			return true
		}
		b = rest
	}
	return false
}

// get returns the first field of that name, unfolded and trimmed.
func (h header) get(name string) string {
	for i := range h {
		if h[i].name == name {
			return unfold(h[i].value)
		}
	}
	return ""
}

func (h header) has(name string) bool {
	for i := range h {
		if h[i].name == name {
			return true
		}
	}
	return false
}

// all returns every field of that name, unfolded.
func (h header) all(name string) []string {
	var l []string
	for i := range h {
		if h[i].name == name {
			l = append(l, unfold(h[i].value))
		}
	}
	return l
}

// joined returns all fields of that name as one list.
func (h header) joined(name string) string {
	list, n := "", 0
	for i := range h {
		if h[i].name != name {
			continue
		}
		if n++; n > 20 {
			break
		}
		if n > 1 {
			list += ", "
		}
		list += unfold(h[i].value)
	}
	return list
}

// unfold joins folded lines (RFC 5322 §2.2.3) and trims; at most 64 KiB.
func unfold(v []byte) string {
	v = bytes.TrimSpace(v)
	if len(v) > 64<<10 {
		v = v[:64<<10]
	}
	if bytes.IndexByte(v, '\n') < 0 {
		return string(v)
	}
	out := make([]byte, 0, len(v))
	for len(v) > 0 {
		line, rest := cutLine(v)
		if len(out) > 0 && len(line) > 0 && line[0] != ' ' && line[0] != '\t' {
			out = append(out, ' ')
		}
		out = append(out, line...)
		v = rest
	}
	return string(out)
}
