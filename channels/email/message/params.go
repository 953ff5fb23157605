package message

import (
	"net/url"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// parseParams reads "value; name=value; …" as Content-Type and
// Content-Disposition have it, with RFC 2231 continuations and charsets. It
// takes what mail programs write: unquoted spaces, raw 8-bit, encoded words,
// missing quotes. Names are lower case; at most 100 are read.
func parseParams(s string) (value string, params parameters) {
	value, s = cutOutside(s, ';')
	value = strings.ToLower(strings.TrimSpace(value))
	if s == "" {
		return value, nil
	}
	params = make(parameters, 0, 2)
	var split map[string][]segment
	for n := 0; s != "" && n < 100; n++ {
		var one string
		one, s = cutOutside(s, ';')
		name, v, found := strings.Cut(one, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if !found || name == "" {
			continue
		}
		v = strings.TrimSpace(v)
		if end := strings.IndexByte(strings.TrimPrefix(v, `"`), '"'); name == "boundary" && end > 0 && v[0] == '"' {
			v = v[:end+2] // another field may stand behind it on its line
		}
		v = unquote(v)
		if base, rest, star := strings.Cut(name, "*"); star {
			if split == nil {
				split = map[string][]segment{}
			}
			split[base] = append(split[base], newSegment(rest, v))
		} else if params.at(name) < 0 {
			params = append(params, parameter{name, v})
		}
	}
	for name, segs := range split {
		one := parameter{name, joinSegments(segs)}
		if i := params.at(name); i >= 0 {
			params[i] = one
		} else {
			params = append(params, one)
		}
	}
	return value, params
}

// parameters are the few of one field, each name once.
type parameters []parameter

type parameter struct{ name, value string }

// at is where the parameter of that name is, -1 if there is none.
func (l parameters) at(name string) int {
	for i := range l {
		if l[i].name == name {
			return i
		}
	}
	return -1
}

func (l parameters) get(name string) string {
	if i := l.at(name); i >= 0 {
		return l[i].value
	}
	return ""
}

// segment is one "name*N*=value" of RFC 2231.
type segment struct {
	n       int
	encoded bool
	value   string
}

func newSegment(rest, v string) segment {
	num, enc := strings.CutSuffix(rest, "*")
	if rest == "" { // name*=charset'lang'value
		return segment{0, true, v}
	}
	n, err := strconv.Atoi(num)
	if err != nil || n < 0 {
		n = 999
	}
	return segment{n, enc, v}
}

func joinSegments(segs []segment) string {
	sort.SliceStable(segs, func(i, j int) bool { return segs[i].n < segs[j].n })
	var charset string
	var b []byte
	for i, s := range segs {
		v := s.value
		if i == 0 && s.encoded {
			if parts := strings.SplitN(v, "'", 3); len(parts) == 3 {
				charset, v = parts[0], parts[2]
			}
		}
		if s.encoded {
			v = percentDecode(v)
		}
		b = append(b, v...)
	}
	out, _ := toUTF8(b, charset)
	return out
}

func percentDecode(s string) string {
	if d, err := url.PathUnescape(s); err == nil {
		return d
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0 {
			out = append(out, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return string(out)
}

// cutOutside cuts s at the first sep that is not inside quotes. A quote that is
// never closed counts as an ordinary character.
func cutOutside(s string, sep byte) (before, after string) {
	quoted, open := false, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			if !quoted && strings.IndexByte(s[i+1:], '"') < 0 {
				continue
			}
			quoted, open = !quoted, i
		case c == sep && !quoted:
			return s[:i], s[i+1:]
		}
	}
	if quoted { // broken escaping: do not let it swallow the rest
		if i := strings.IndexByte(s[open:], sep); i >= 0 {
			return s[:open+i], s[open+i+1:]
		}
	}
	return s, ""
}

// unquote removes quotes; only \" and \\ are escapes, so that Windows paths survive.
func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' {
		return strings.Trim(s, `"`)
	}
	s = strings.TrimSuffix(s[1:], `"`)
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(s)
}

// fileName makes a name fit to show and to save: no path, no controls, no
// characters that reverse the reading order, at most 150 characters.
func (p *parser) fileName(s string) string {
	s = collapse(p.words(s, ""))
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		s = s[i+1:]
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == 0xFFFD || r == 0xFEFF {
			return -1
		}
		if strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, s)
	s = strings.TrimLeft(strings.TrimSpace(s), ".")
	if n := utf8.RuneCountInString(s); n > 150 {
		r := []rune(s)
		ext := ""
		if i := strings.LastIndexByte(s, '.'); i >= 0 && len(s)-i <= 10 {
			ext = s[i:]
		}
		s = string(r[:150-utf8.RuneCountInString(ext)]) + ext
	}
	return s
}
