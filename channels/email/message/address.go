package message

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"ventanilla/channels"
)

// quotedLocal matches a quoted local part that needs its quotes.
var quotedLocal = regexp.MustCompile(`^"[a-z0-9._%+-]+(?: [a-z0-9._%+-]+){1,4}"$`)

var missingComma = regexp.MustCompile(`^[^<>"]*<[^<>\s@]+@[^<>\s@]+>`)

// maxAddresses bounds a list of recipients.
const maxAddresses = 500

// addresses reads an address list (RFC 5322 §3.4) as mail programs write it:
// names with commas and without quotes, "a@b (Name)", groups, raw 8-bit,
// encoded words anywhere. An entry without a readable address keeps its name.
func (p *parser) addresses(s, hint string) []channels.Address {
	if s == "" {
		return nil
	}
	s = p.header8bit(s, hint)
	var out []channels.Address
	carry := "" // piece of a name that had a comma in it
	for s != "" && len(out) < maxAddresses {
		var piece string
		piece, s = cutAddress(s)
		if strings.TrimSpace(piece) == "" {
			continue
		}
		if !strings.Contains(piece, "@") && s != "" && len(carry) < 500 {
			carry += strings.TrimSpace(piece) + ", "
			continue
		}
		if carry != "" && !strings.Contains(piece, "<") {
			carry = "" // "Juan, pedro@x": two entries, the first one without an address
		}
		if a := p.address(carry+piece, hint); a.Value != "" || a.Name != "" {
			out = append(out, a)
		}
		carry = ""
	}
	return out
}

// cutAddress cuts at the next comma or semicolon outside quotes, comments and
// angle brackets; a group's "name:" is dropped.
func cutAddress(s string) (piece, rest string) {
	quoted, angle, depth, start := false, false, 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && (quoted || depth > 0):
			i++
		case c == '"' && depth == 0:
			quoted = !quoted && strings.IndexByte(s[i+1:], '"') >= 0
		case quoted:
		case c == '(' && strings.IndexByte(s[i:], ')') > 0:
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth > 0:
		case c == '<':
			angle = strings.IndexByte(s[i:], '>') > 0
		case c == '>':
			angle = false
		case c == ':' && !angle && !strings.Contains(s[start:i], "@") && !strings.Contains(s[start:i], "=?"):
			start = i + 1
		case (c == ',' || c == ';') && !angle:
			return s[start:i], s[i+1:]
		}
	}
	return s[start:], ""
}

// address reads one mailbox.
func (p *parser) address(s, hint string) channels.Address {
	s = strings.TrimSpace(s)
	name, spec := "", s
	if before, _, ok := strings.Cut(s, "<"); ok && !strings.Contains(s, "@") && strings.Trim(before, `" `) != "" {
		name, spec = before, "" // "Mail System <MAILER-DAEMON>"
	} else if !strings.Contains(s, "@") && !strings.Contains(s, "=?") {
		name, spec = strings.Trim(strings.NewReplacer("<", " ", ">", " ").Replace(s), " "), ""
	} else if i := strings.LastIndexByte(s, '<'); i >= 0 {
		if strings.IndexByte(s, '<') < i {
			if two := missingComma.FindStringIndex(s); two != nil {
				s = s[:two[1]] // "Ana <a@x> Luis <l@x>"
				i = strings.LastIndexByte(s, '<')
			}
		}
		name, spec = s[:i], s[i+1:]
		if j := strings.IndexByte(spec, '>'); j >= 0 {
			spec = spec[:j]
		}
	} else if i := strings.IndexByte(s, '('); i > 0 {
		spec, name = s[:i], strings.Trim(s[i:], "() ")
	} else if !strings.Contains(s, "@") {
		name, spec = s, ""
	}
	a := channels.Address{Medium: channels.Email, Value: Canonical(spec)}
	if a.Value == "" && strings.Contains(spec, "@") {
		if v := Canonical(addressIn(p.words(spec, hint))); v != "" { // a spec in encoded words, or with words around it
			a.Value = v
		} else if name == "" {
			name = spec
		}
	}
	name = unquote(strings.TrimSpace(name))
	a.Name = shorten(strings.Trim(collapse(p.words(name, hint)), `"' `), 200)
	if strings.EqualFold(a.Name, a.Value) {
		a.Name = ""
	}
	return a
}

// Canonical makes the lower-case addr-spec of s, "" if it is none that a reply
// could reach.
func Canonical(s string) string {
	s = strings.ToLower(trimAddress(s))
	s = strings.TrimPrefix(s, "mailto:")
	if strings.HasPrefix(s, "@") { // source route, RFC 5322 §4.4
		if i := strings.IndexByte(s, ':'); i >= 0 {
			s = s[i+1:]
		}
	}
	s = strings.TrimRight(s, ".")
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || at == len(s)-1 || len(s) > 254 || !utf8.ValidString(s) {
		return ""
	}
	local, domain := s[:at], s[at+1:]
	if strings.HasPrefix(local, `"`) || strings.HasSuffix(local, `"`) {
		local = strings.Trim(local, `"`)
	}
	if s[0] == '"' && quotedLocal.MatchString(s[:at]) {
		return s // RFC 5321 §4.1.2: a local part with a space is one only within quotes
	}
	for _, r := range local + domain {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' {
			continue
		}
		if r <= ' ' || r == 0x7f || unicode.IsControl(r) || unicode.IsSpace(r) || strings.ContainsRune(`<>(),;:\"[]`, r) && !(r == ':' || r == '[' || r == ']') {
			return ""
		}
	}
	if local == "" || strings.Contains(local, "@") || strings.HasPrefix(domain, ".") || strings.Contains(domain, "..") {
		return ""
	}
	return local + "@" + domain
}

// trimAddress removes what is around an address; quotes around a local part
// belong to it.
func trimAddress(s string) string {
	s = strings.Trim(strings.TrimSpace(s), "<>' \t,;")
	if strings.HasPrefix(s, `"`) && strings.Contains(s, `"@`) {
		return s
	}
	return strings.Trim(s, `<>'" `+"\t,;")
}

// addressIn finds the first word of s that looks like an address.
func addressIn(s string) string {
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<>(),;\"'[]", r) }) {
		if at := strings.IndexByte(w, '@'); at > 0 && at < len(w)-1 {
			return w
		}
	}
	return ""
}

// firstID returns the first message id in s, without brackets.
func firstID(s string) string {
	if l := ids(s, 1); len(l) > 0 {
		return l[0]
	}
	return ""
}

// ids returns the message ids in s, without brackets, the last max of them.
// Words without brackets count if they have an "@" and nothing has brackets.
func ids(s string, max int) []string {
	var l []string
	add := func(id string) {
		id = strings.Map(func(r rune) rune {
			if r <= ' ' || r == 0x7f || unicode.IsSpace(r) || r == utf8.RuneError {
				return -1
			}
			return r
		}, id)
		if id == "" || len(id) > 900 {
			return
		}
		for _, have := range l {
			if have == id {
				return
			}
		}
		l = append(l, id)
	}
	rest := s
	for len(l) < 1000 {
		_, after, ok := strings.Cut(rest, "<")
		if !ok {
			break
		}
		id, next, closed := strings.Cut(after, ">")
		if i := strings.LastIndexByte(id, '<'); i >= 0 {
			id = id[i+1:]
		}
		add(id)
		if rest = next; !closed {
			break
		}
	}
	if len(l) == 0 {
		for _, w := range strings.Fields(s) {
			if w = strings.Trim(w, `<>,;"()`); strings.Contains(w, "@") || max == 1 {
				if add(w); len(l) >= max {
					break
				}
			}
		}
	}
	if len(l) > max {
		if max == 1 {
			return l[:1]
		}
		l = l[len(l)-max:]
	}
	return l
}

func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
