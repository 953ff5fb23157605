package whatsapp

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longest is how much text one message holds; WhatsApp takes 65,536 characters.
const longest = 60_000

var (
	heading  = regexp.MustCompile(`^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$`)
	bullet   = regexp.MustCompile(`^(\s*)[*•–—+-]\s+(.*)$`)
	numbered = regexp.MustCompile(`^(\s*)(\d{1,3})[.)]\s+(.*)$`)
	link     = regexp.MustCompile(`\[([^\[\]\n]+)\]\(((?:https?://|mailto:|tel:)[^\s()<>]+)\)`)
	angled   = regexp.MustCompile(`<((?:https?://|mailto:)[^\s<>]+)>`)
)

// format writes what an operator composed in WhatsApp's own markup: *bold*,
// _italic_, ~struck~, `code`, lists and quotes. It takes Markdown's forms too
// (**bold**, [words](address), # heading), because people mix them up, and
// leaves marks without a partner as the plain signs they are. Formatting its
// own result changes nothing.
func format(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	fenced := false
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, l := range lines {
		if strings.Count(l, "```")%2 == 1 {
			fenced = !fenced
			continue
		}
		if !fenced && !strings.Contains(l, "```") {
			lines[i] = formatLine(l)
		}
	}
	if fenced {
		lines = append(lines, "```")
	}
	return strings.Join(lines, "\n")
}

func formatLine(l string) string {
	l = strings.TrimRightFunc(l, unicode.IsSpace)
	l = angled.ReplaceAllString(link.ReplaceAllStringFunc(l, plainLink), "$1")
	if m := heading.FindStringSubmatch(l); m != nil && m[1] != "" {
		return "*" + inline(m[1], "*") + "*"
	}
	if m := bullet.FindStringSubmatch(l); m != nil {
		return m[1] + "- " + inline(m[2], "")
	}
	if m := numbered.FindStringSubmatch(l); m != nil {
		return m[1] + m[2] + ". " + inline(m[3], "")
	}
	return inline(l, "")
}

// plainLink writes a link's words and its address, which apps make a link of.
func plainLink(l string) string {
	m := link.FindStringSubmatch(l)
	address := strings.TrimPrefix(strings.TrimPrefix(m[2], "mailto:"), "tel:")
	if m[1] == address || m[1] == m[2] {
		return address
	}
	return m[1] + ": " + address
}

// inline formats within a line; in holds the marks that are open around s.
func inline(s, in string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case strings.HasPrefix(s[i:], "http://") || strings.HasPrefix(s[i:], "https://"):
			n := strings.IndexFunc(s[i:], unicode.IsSpace)
			if n < 0 {
				n = len(s) - i
			}
			n = len(strings.TrimRight(s[i:i+n], "*_~")) // marks around the address
			b.WriteString(s[i : i+n])
			i += n
		case c == '`':
			n := strings.IndexByte(s[i+1:], '`')
			n = max(n, 0) + 1 // the code and its closing mark, or the lone mark
			if n > 1 {
				n++
			}
			b.WriteString(s[i : i+n])
			i += n
		case c == '*' || c == '_' || c == '~':
			n := run(s[i:], c)
			inner, ok := pair(s, i, n)
			if !ok {
				b.WriteString(s[i : i+n])
				i += n
				continue
			}
			before, after, now := marks(c, n, in)
			b.WriteString(before + inline(inner, now) + after)
			i += 2*n + len(inner)
		default:
			_, n := utf8.DecodeRuneInString(s[i:])
			b.WriteString(s[i : i+n])
			i += n
		}
	}
	return b.String()
}

// run counts how often s begins with c.
func run(s string, c byte) (n int) {
	for n < len(s) && s[n] == c {
		n++
	}
	return n
}

// pair finds what n marks at i enclose: they stand at the outer edge of words.
func pair(s string, i, n int) (inner string, ok bool) {
	c := s[i]
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, size := utf8.DecodeRuneInString(s[i+n:])
	if n > 3 || size == 0 || unicode.IsSpace(after) || i > 0 && inWord(before) {
		return "", false
	}
	for j := i + n; j < len(s); {
		if s[j] != c {
			j++
			continue
		}
		m := run(s[j:], c)
		last, _ := utf8.DecodeLastRuneInString(s[:j])
		next, size := utf8.DecodeRuneInString(s[j+m:])
		if m == n && j > i+n && !unicode.IsSpace(last) && (size == 0 || !inWord(next)) {
			return s[i+n : j], true
		}
		j += m
	}
	return "", false
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// marks are WhatsApp's marks for n marks c, without those that are open already.
func marks(c byte, n int, in string) (before, after, now string) {
	want := string(c)
	switch {
	case c == '_' && n == 2:
		want = "*"
	case c != '~' && n == 3:
		want = "*_"
	}
	for _, m := range want {
		if !strings.ContainsRune(in, m) {
			before, after, in = before+string(m), string(m)+after, in+string(m)
		}
	}
	return before, after, in
}

// split cuts a text that is too long for one message, at an end of line or a
// blank where there is one.
func split(text string) []string {
	var parts []string
	for len(text) > longest {
		cut := strings.LastIndexByte(text[:longest], '\n')
		if cut < longest/2 {
			cut = strings.LastIndexByte(text[:longest], ' ')
		}
		if cut < longest/2 {
			cut = longest
			for !utf8.RuneStart(text[cut]) {
				cut--
			}
		}
		parts, text = append(parts, strings.TrimSpace(text[:cut])), strings.TrimSpace(text[cut:])
	}
	return append(parts, text)
}
