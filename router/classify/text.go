package classify

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ventanilla/tickets/words"
)

// What is read of a report: people say what they want at the beginning and at
// the end; between the two lie logs.
const (
	headBytes    = 3000
	tailBytes    = 800
	subjectBytes = 300
	maxTokens    = 700
)

// text is a report made ready for features.
type text struct {
	tokens   []string // folded, abbreviations written out, numbers in classes
	stems    []string // stems[i] of tokens[i]
	subject  int      // tokens[:subject] are the subject's
	declared [2]int   // tokens of "Motivo declarado: …", a half-open range
	question bool     // a question mark, or words that ask
	lastAsks bool     // the last sentence asks
	past     bool     // tells what the person did: "olvidé", "escribí"
	wishes   bool     // a sentence begins with "que": "que salga el total"
	codes    []string // HTTP status codes as found ("502")
	figures  []figure // numbers that may be HTTP status codes
	doubtful bool     // binary, or cut so much that the rest is unknown
}

// read normalises a report. It reads at most some 4 kB of it.
func read(in Input) *text {
	t := &text{}
	body := in.Text
	if len(body) > headBytes+tailBytes {
		body = trimRunes(body[:headBytes], false) + "\n" + trimRunes(body[len(body)-tailBytes:], true)
	}
	subject := in.Subject
	if len(subject) > subjectBytes {
		subject = trimRunes(subject[:subjectBytes], false)
	}
	t.doubtful = binary(body) || len(in.Text) > 100<<10
	t.add(subject)
	t.subject = len(t.tokens)
	t.add(body)
	t.question = strings.ContainsAny(body+subject, "?¿")
	trimmed := strings.TrimRightFunc(body, func(r rune) bool { return unicode.IsSpace(r) || r == '.' || r == '!' })
	t.lastAsks = strings.HasSuffix(trimmed, "?")
	t.past = firstPerson(body)
	t.settleCodes()
	t.markDeclared()
	for i := t.subject; i+3 < len(t.tokens); i++ {
		if t.tokens[i] == "que" && (i == 0 || t.tokens[i-1] == ".") && !strings.Contains(body, "¿") {
			t.wishes = true
		}
	}
	t.stems = make([]string, len(t.tokens))
	for i, tok := range t.tokens {
		if t.stems[i] = tok; tok[0] != '#' && tok != "." {
			t.stems[i] = words.Stem(tok)
		}
	}
	return t
}

// add appends the words of s. A sentence ends with the token ".", so that
// word pairs do not reach across it.
func (t *text) add(s string) {
	for _, sentence := range sentences(words.Greetings(s)) {
		for _, tok := range words.Tokens(sentence) {
			if len(t.tokens) >= maxTokens {
				return
			}
			t.addToken(tok)
		}
		if n := len(t.tokens); n > 0 && t.tokens[n-1] != "." {
			t.tokens = append(t.tokens, ".")
		}
	}
}

func (t *text) addToken(tok string) {
	if long, ok := abbreviations[tok]; ok {
		t.tokens = append(t.tokens, strings.Fields(long)...)
		return
	}
	if tok[0] >= '0' && tok[0] <= '9' {
		tok = t.number(tok)
	} else if strings.HasPrefix(tok, "jaj") || strings.HasPrefix(tok, "jej") {
		return
	} else {
		tok = squeeze(tok)
	}
	t.tokens = append(t.tokens, tok)
}

// number gives the class of a number: the figure itself says nothing, except
// where it is an HTTP status.
func (t *text) number(tok string) string {
	switch {
	case len(tok) == 3 && tok[0] == '5' && tok < "530" && tok != "510" && tok != "515":
		t.figures = append(t.figures, figure{len(t.tokens), tok})
		return "#5xx"
	case tok == "400" || tok == "401" || tok == "403" || tok == "404" || tok == "408" || tok == "409" || tok == "422" || tok == "429":
		t.figures = append(t.figures, figure{len(t.tokens), tok})
		return "#4xx"
	case tok == "0" || tok == "1":
		return "#" + tok
	case len(tok) <= 2:
		return "#few"
	case len(tok) == 4 && (strings.HasPrefix(tok, "19") || strings.HasPrefix(tok, "20")):
		return "#year"
	case len(tok) <= 4:
		return "#many"
	}
	return "#id"
}

// figure is a number that looks like an HTTP status, and where it stands.
type figure struct {
	token int
	digit string
}

// settleCodes tells status codes from counts and names: "500 usuarios",
// "404 bolivianos", "formulario 500" are none.
func (t *text) settleCodes() {
	for _, f := range t.figures {
		before, after := "", ""
		if f.token > 0 {
			before = t.tokens[f.token-1]
		}
		if f.token+1 < len(t.tokens) {
			after = t.tokens[f.token+1]
		}
		counts := len(after) > 3 && strings.HasSuffix(after, "s") && !words.Stop(after)
		switch before {
		case "formulario", "oficina", "articulo", "ley", "aula", "piso", "ruta", "solo", "bolivianos":
			counts = true
		}
		if counts {
			t.tokens[f.token] = "#many"
		} else {
			t.codes = append(t.codes, f.digit)
		}
	}
}

// markDeclared finds an operator's "Motivo declarado: A. Detalle: B": what the
// caller called it (A) is weaker evidence than what it was (B).
func (t *text) markDeclared() {
	for i, tok := range t.tokens {
		if tok != "detalle" || i == 0 {
			continue
		}
		for j := i - 1; j >= t.subject; j-- {
			if t.tokens[j] == "declarado" || t.tokens[j] == "segun" {
				t.declared = [2]int{j + 1, i}
				return
			}
		}
	}
}

// sentences splits at marks that end a thought; a period inside a number, an
// address or a file name does not.
func sentences(s string) []string {
	var out []string
	start := 0
	for i := 0; i < len(s); i++ {
		end := false
		switch s[i] {
		case '\n', '?', '!', ';', ':':
			end = true
		case '.':
			end = i+1 == len(s) || s[i+1] == ' ' || s[i+1] == '\n' || s[i+1] == '"'
		}
		if end {
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

// squeeze takes out the repeated letters of "holaaaa" and "urgenteee"; Spanish
// doubles c, l, n, r and a few vowels at most once.
func squeeze(tok string) string {
	run := 1
	for i := 1; i < len(tok); i++ {
		if tok[i] == tok[i-1] {
			run++
		} else {
			run = 1
		}
		if run == 3 {
			return squeezed(tok)
		}
	}
	return tok
}

func squeezed(tok string) string {
	var b strings.Builder
	var last rune
	for _, r := range tok {
		if r != last {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// trimRunes cuts a broken rune off the end (or the start) of a slice of a text.
func trimRunes(s string, start bool) string {
	for range utf8.UTFMax {
		if s == "" {
			return s
		}
		var r rune
		var size int
		if start {
			r, size = utf8.DecodeRuneInString(s)
		} else {
			r, size = utf8.DecodeLastRuneInString(s)
		}
		if r != utf8.RuneError || size > 1 {
			return s
		}
		if start {
			s = s[1:]
		} else {
			s = s[:len(s)-1]
		}
	}
	return s
}

// binary reports whether s holds bytes that no text has.
func binary(s string) bool {
	bad := 0
	for _, r := range s {
		if r == utf8.RuneError || r < ' ' && r != '\n' && r != '\r' && r != '\t' {
			bad++
		}
	}
	return bad*20 > len(s)
}

// spanish reports whether enough of the words are those every Spanish text
// has. Short texts get the benefit of the doubt.
func (t *text) spanish() bool {
	n, common := 0, 0
	for _, tok := range t.tokens {
		if tok == "." || tok[0] == '#' {
			continue
		}
		n++
		if words.Stop(tok) {
			common++
		}
	}
	return n > 0 && (n < 6 || common*100 >= n*12)
}

// abbreviations are written out as the words the model knows.
var abbreviations = map[string]string{
	"q": "que", "k": "que", "ke": "que", "xq": "porque", "pq": "porque", "porq": "porque", "xfa": "por favor",
	"xfavor": "por favor", "porfa": "por favor", "porfis": "por favor", "pf": "por favor", "tmb": "tambien", "tb": "tambien",
	"tbn": "tambien", "dsd": "desde", "nose": "no se", "wsp": "whatsapp", "wpp": "whatsapp", "wasap": "whatsapp",
	"guasap": "whatsapp", "ola": "hola", "x": "por", "bn": "bien", "msj": "mensaje", "msg": "mensaje", "sms": "mensaje",
	"cel": "celular", "celu": "celular", "compu": "computadora", "pc": "computadora", "lap": "computadora",
	"laptop": "computadora", "pass": "contraseña", "password": "contraseña", "contrasena": "contraseña",
	"contrasenia": "contraseña", "contraseñia": "contraseña", "user": "usuario", "app": "aplicacion", "d": "de", "aki": "aqui", "toy": "estoy",
	"kiero": "quiero", "kisiera": "quisiera", "ps": "pues", "pe": "pues", "puej": "pues", "grax": "gracias",
	"grs": "gracias", "ntp": "no te preocupes", "bs": "bolivianos", "tel": "telefono", "telf": "telefono", "nro": "numero",
	"num": "numero", "info": "informacion", "dir": "direccion", "depto": "departamento", "ofi": "oficina", "sr": "señor",
	"sra": "señora", "sta": "esta", "sirv": "servicio", "sist": "sistema", "cd": "ciudadania digital", "ud": "usted", "uds": "ustedes",
	"asi": "asi", "pa": "para", "bb": "base de datos", "bd": "base de datos", "bbdd": "base de datos", "ci": "carnet",
	"admin": "administrador", "func": "funcionario", "aver": "a ver", "haber": "haber", "ahi": "ahi", "ay": "hay",
	"anda": "anda", "mjs": "mensaje", "internt": "internet", "urg": "urgente",
}

// firstPerson reports whether a verb stands in the first person of the past.
func firstPerson(s string) bool {
	for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if !strings.HasSuffix(w, "é") && !strings.HasSuffix(w, "í") {
			continue
		}
		switch strings.ToLower(w) {
		case "qué", "sí", "así", "aquí", "ahí", "allí", "mí", "té", "café", "sé", "porqué", "acá", "caí", "ají", "quiché", "comité", "potosí", "josé", "bebé":
		default:
			if len(w) > 4 {
				return true
			}
		}
	}
	return false
}
