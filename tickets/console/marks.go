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

// longestMarked bounds, in bytes, how far a sign's partner is looked for, so
// that a text of nothing but signs costs no more than another.
const longestMarked = 4096

// chatText is a text of WhatsApp as a phone shows it: *bold*, _italic_,
// ~struck~ and ```mono```. Signs without a partner at the edges of words stay
// as they are. All else is escaped.
func chatText(text string) template.HTML {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, fence)
		code, after, closed := strings.Cut(rest, fence)
		if !ok || !closed || strings.TrimSpace(code) == "" {
			break
		}
		writeMarked(&b, before)
		b.WriteString("<code>" + template.HTMLEscapeString(code) + "</code>")
		text = after
	}
	writeMarked(&b, text)
	return template.HTML(b.String())
}

// writeMarked writes a text without fences.
func writeMarked(b *strings.Builder, s string) {
	plain := 0
	for i := 0; i < len(s); i++ {
		tag := chatMarks[s[i]]
		if tag == "" {
			continue
		}
		n := enclosed(s, i)
		if n == 0 {
			continue
		}
		b.WriteString(template.HTMLEscapeString(s[plain:i]) + "<" + tag + ">")
		writeMarked(b, s[i+1:i+1+n])
		b.WriteString("</" + tag + ">")
		i += n + 1
		plain = i + 1
	}
	b.WriteString(template.HTMLEscapeString(s[plain:]))
}

// enclosed is how many bytes the sign at i encloses with its partner in the same
// line; 0 if it has none.
func enclosed(s string, i int) int {
	if before, _ := utf8.DecodeLastRuneInString(s[:i]); i > 0 && ofWord(before) {
		return 0
	}
	line, _, _ := strings.Cut(s[i+1:], "\n")
	if first, _ := utf8.DecodeRuneInString(line); unicode.IsSpace(first) {
		return 0
	}
	for j := 1; j < min(len(line), longestMarked); j++ {
		if line[j] != s[i] {
			continue
		}
		last, _ := utf8.DecodeLastRuneInString(line[:j])
		next, size := utf8.DecodeRuneInString(line[j+1:])
		if last != rune(s[i]) && !unicode.IsSpace(last) && (size == 0 || !ofWord(next)) {
			return j
		}
	}
	return 0
}

func ofWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
