package console

import (
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"
)

// chatMarks are the signs with which WhatsApp formats a text, and what they mean.
var chatMarks = map[byte]string{'*': "b", '_': "i", '~': "s"}

const fence = "```"

// chatText is a text of WhatsApp as a phone shows it: *bold*, _italic_,
// ~struck~ and ```mono```. Signs without a partner at the edges of words stay
// as they are. All else is escaped.
func chatText(text string) template.HTML {
	m := marker{tag: func(b *strings.Builder, name string) { b.WriteString("<" + name + ">") }, text: template.HTMLEscapeString}
	return template.HTML(m.marked(text))
}

// chatPlain is the same text without the signs that format it, for where there
// is room for a few words only.
func chatPlain(text string) string {
	m := marker{tag: func(*strings.Builder, string) {}, text: func(s string) string { return s }}
	return m.marked(text)
}

// marker writes a text of WhatsApp with tags ("b", "/b") in the place of its signs.
type marker struct {
	tag  func(b *strings.Builder, name string)
	text func(string) string
}

func (m marker) marked(text string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, fence)
		code, after, closed := strings.Cut(rest, fence)
		if !ok || !closed || strings.TrimSpace(code) == "" {
			break
		}
		m.write(&b, before)
		m.tag(&b, "code")
		b.WriteString(m.text(code))
		m.tag(&b, "/code")
		text = after
	}
	m.write(&b, text)
	return b.String()
}

// write writes a text without fences.
func (m marker) write(b *strings.Builder, s string) {
	plain := 0
	var barren [256]int // by sign: up to where it is known to have no partner
	for i := 0; i < len(s); i++ {
		tag := chatMarks[s[i]]
		if tag == "" || i < barren[s[i]] || !opens(s, i) {
			continue
		}
		n, found := partner(s, i)
		if !found {
			barren[s[i]] = i + 1 + n
			continue
		}
		b.WriteString(m.text(s[plain:i]))
		m.tag(b, tag)
		m.write(b, s[i+1:i+1+n])
		m.tag(b, "/"+tag)
		i += n + 1
		plain = i + 1
	}
	b.WriteString(m.text(s[plain:]))
}

// opens says whether the sign at i stands before a word and not within one.
func opens(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+1:])
	return (i == 0 || !ofWord(before)) && !unicode.IsSpace(after)
}

// partner finds the sign that closes the one at i in the same line, and gives
// how many bytes lie between them; without one, how many are left in the line.
func partner(s string, i int) (n int, found bool) {
	line, _, _ := strings.Cut(s[i+1:], "\n")
	for j := 1; j < len(line); j++ {
		if line[j] != s[i] {
			continue
		}
		last, _ := utf8.DecodeLastRuneInString(line[:j])
		next, size := utf8.DecodeRuneInString(line[j+1:])
		if last != rune(s[i]) && !unicode.IsSpace(last) && (size == 0 || !ofWord(next)) {
			return j, true
		}
	}
	return len(line), false
}

func ofWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
