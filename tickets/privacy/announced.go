package privacy

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ventanilla/tickets/words"
)

// How far is looked for what a word announces: whoever writes "clave" a
// hundred thousand times must not make every one of them read the whole text.
const (
	reach     = 512 // bytes behind the word
	reachWord = 16  // words between it and the secret
	reachEnd  = 200 // bytes of one token; no secret is as long
)

// scan looks for secrets in one text.
type scan struct {
	text    string
	words   []word
	spans   []span
	covered []bool // of each byte: it is in one of spans; nil while there is none
}

func (s *scan) hide(from, to int, mark string) {
	if from >= to {
		return
	}
	s.spans = append(s.spans, span{from, to, mark})
	if s.covered == nil {
		s.covered = make([]bool, len(s.text))
	}
	for i := from; i < to; i++ {
		s.covered[i] = true
	}
}

func (s *scan) hidden(at int) bool { return s.covered != nil && s.covered[at] }

// upTo is the text from p on, at most n bytes of it and whole characters only.
func (s *scan) upTo(p, n int) string {
	end := min(len(s.text), p+n)
	for end < len(s.text) && end > p && !utf8.RuneStart(s.text[end]) {
		end--
	}
	return s.text[p:end]
}

// fold is the folded word at i, "" beyond the ends.
func (s *scan) fold(i int) string {
	if i < 0 || i >= len(s.words) {
		return ""
	}
	return s.words[i].fold
}

// chain is what stands between the word that announces a secret and what may be it.
type chain struct {
	sign    bool // ":" or "="
	verb    bool // "es", "era", "puse"
	weak    bool // a dash, a bracket, an underscore
	comma   bool // the last thing passed was one
	paused  bool // one was passed
	quoted  bool
	near    bool // nothing but adjectives between
	sms     bool // of a code: it was sent to the person
	from    int  // where the value begins
	to      int
	line    int // lines that were passed
	lonely  span
	ordinal int // tokens since the sign
}

// announced hides what the word at i announces.
func (s *scan) announced(i int) {
	kind := s.trigger(i)
	if kind == "" || s.hidden(s.words[i].from) {
		return
	}
	at := s.words[i].to
	if kind == PasswordMark && s.fold(i) == "contra" && s.fold(i+1) == "sena" {
		at = s.words[i+1].to
	}
	c, ok := s.follow(at)
	if !ok {
		return
	}
	if kind == PasswordMark && s.pair(i) && (c.sign || c.verb) {
		s.second(&c)
	}
	value := s.text[c.from:c.to]
	if strings.HasPrefix(value, "[") && Hides(s.text[c.from:min(len(s.text), c.from+30)]) {
		return
	}
	var accept bool
	switch kind {
	case PasswordMark:
		accept = s.password(i, c, value)
	case PINMark:
		accept = s.pin(i, c, value)
	case CodeMark:
		accept = s.code(i, &c)
	}
	if accept {
		s.hide(c.from, c.to, kind)
	}
}

// trigger is the mark of the kind of secret that a word announces, "" if none.
func (s *scan) trigger(i int) string {
	w := s.words[i].fold
	switch {
	case pinWords[w]:
		return PINMark
	case codeWords[w]:
		return CodeMark
	case w == "contra":
		if s.fold(i+1) == "sena" || own[s.fold(i-1)] {
			return PasswordMark
		}
	case passwordWords[w]:
		if !headOfClave[s.fold(i-1)] {
			return PasswordMark
		}
	case strings.HasPrefix(w, "contrase"), len(w) >= 8 && len(w) <= 12 && (words.Near(w, "contrasena") || words.Near(w, "contrasenas")):
		return PasswordMark
	}
	return ""
}

// follow walks from the word that announces over what people put between it
// and the secret, to the first thing that may be the secret.
func (s *scan) follow(at int) (c chain, ok bool) {
	c.near = true
	passed := 0
	for p := at; p-at < reach && passed <= reachWord; {
		r, size := utf8.DecodeRuneInString(s.text[p:])
		switch {
		case size == 0:
			return s.lone(c)
		case r == '\n' || r == '\r':
			if r == '\n' {
				c.line++
			}
			if !c.sign && !c.verb || c.line > 2 {
				return s.lone(c)
			}
		case unicode.IsSpace(r) || r == '*' || r == '~' || r == '`' || r == '\u200b' || r == '\ufeff':
		case r == ':' || r == '=' || r == '→' || r == '>':
			c.sign, c.ordinal = true, 0
		case r == '-' || r == '–' || r == '—' || r == '/' || r == '|' || r == '_' || r == '(' || r == ')':
			c.weak = true
		case r == ',':
			c.near, c.comma, c.paused = false, true, true
		case r == '…' || strings.HasPrefix(s.text[p:], ".."):
			size = len(s.text[p:]) - len(strings.TrimLeft(s.text[p:], ".…"))
		case strings.ContainsRune("\"'«“‘”", r):
			if q, ok := s.quote(p, size, c); ok {
				return q, true
			}
		case r == '.' || r == ';' || r == '!' && !c.sign && !c.verb || r == '?' && !c.sign && !c.verb:
			return s.lone(c)
		default:
			end := s.tokenEnd(p)
			w := s.wordAt(p)
			if c.comma && !verbs[w.fold] {
				return s.lone(c) // another thought
			}
			c.comma = false
			if w.to == 0 || !s.between(w.fold, &c) || w.to < end && alnumOrSymbol(s.text[w.to:end]) {
				c.from, c.to = p, trimEnd(s.text, p, end)
				return c, c.from < c.to
			}
			size = w.to - p
			passed++
			if c.ordinal++; c.sign && c.ordinal == 1 && len(w.fold) > 3 {
				c.lonely = span{from: w.from, to: w.to}
			} else {
				c.lonely = span{}
			}
		}
		p += size
	}
	return s.lone(c)
}

// lone takes a single word behind a colon for the secret though it is one that
// often stands between: "contraseña: digital".
func (s *scan) lone(c chain) (chain, bool) {
	if c.lonely.to == 0 {
		return c, false
	}
	c.from, c.to = c.lonely.from, c.lonely.to
	return c, true
}

// quote reads a value in quotation marks, which may hold blanks.
func (s *scan) quote(p, size int, c chain) (chain, bool) {
	rest := s.upTo(p+size, 80)
	end := strings.IndexAny(rest, "\"'»”’\n")
	if end <= 0 || end > 64 || rest[end] == '\n' {
		return c, false
	}
	c.from, c.to, c.quoted = p+size, p+size+end, true
	return c, strings.TrimSpace(rest[:end]) != ""
}

// between says whether a word may stand between announcement and secret, and
// notes what it tells.
func (s *scan) between(w string, c *chain) bool {
	switch {
	case verbs[w]:
		c.verb = true
	case smsWords[w]:
		c.sms, c.near = true, false
	case adjectives[w]:
	case fillers[w]:
		c.near = false
	default:
		return false
	}
	return true
}

// tokenEnd is where the token at p ends, or is as long as no secret is.
func (s *scan) tokenEnd(p int) int {
	token := s.upTo(p, reachEnd)
	if i := strings.IndexFunc(token, unicode.IsSpace); i >= 0 {
		return p + i
	}
	return p + len(token)
}

// wordAt is the word that begins at p, zero if none does.
func (s *scan) wordAt(p int) word {
	lo, hi := 0, len(s.words)
	for lo < hi {
		if mid := (lo + hi) / 2; s.words[mid].from < p {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(s.words) && s.words[lo].from == p {
		return s.words[lo]
	}
	return word{}
}

// alnumOrSymbol says whether what is glued to a word makes it more than a word
// of a sentence: "de:" is one, "es123" and "mi@casa" are not.
func alnumOrSymbol(rest string) bool {
	r, size := utf8.DecodeRuneInString(rest)
	if strings.ContainsRune("@#$%&+!?", r) {
		return true
	}
	next, _ := utf8.DecodeRuneInString(rest[size:])
	return r == '.' && alnum(next)
}

// trimEnd leaves the punctuation of the sentence out of a value.
func trimEnd(text string, from, to int) int {
	return from + len(strings.TrimRight(text[from:to], ".,;:)]}»”\"'*>"))
}

// pair says whether user name and password are announced together: "usuario y contraseña: …".
func (s *scan) pair(i int) bool {
	if s.fold(i) == "credenciales" {
		return true
	}
	j := i - 1
	if f := s.fold(j); f == "y" || f == "e" {
		j--
	} else if i > 0 && !strings.ContainsAny(s.text[s.words[j].to:s.words[i].from], "/|+-,") {
		return false
	}
	return users[s.fold(j)]
}

// second moves on from the user name to the password behind it.
func (s *scan) second(c *chain) {
	token := s.text[c.from:c.to]
	if i := strings.LastIndexAny(token, "/|"); i > 0 && i < len(token)-1 {
		c.from += i + 1
		return
	}
	end := s.tokenEnd(c.from)
	rest := s.text[end:]
	skip := len(rest) - len(strings.TrimLeft(rest, " \t\r\n/|-,;"))
	for _, and := range []string{"y ", "e "} {
		if strings.HasPrefix(rest[skip:], and) {
			skip += len(and)
		}
	}
	from := end + skip
	if from >= len(s.text) {
		return
	}
	to := trimEnd(s.text, from, s.tokenEnd(from))
	if w := s.wordAt(from); from < to && !(w.to == to && ordinary(w.fold)) {
		c.from, c.to = from, to
	}
}
