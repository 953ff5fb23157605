package dialogue

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ventanilla/tickets/words"
)

// Message is one thing said, as far as the rules read it.
type Message struct {
	Text   string
	At     time.Time
	Desk   bool    // said by the desk
	Media  bool    // brings something to look at or listen to: a photo, a voice note, a file, a contact
	Gone   bool    // taken back by who wrote it; its text counts no more
	System string  // the system that the classifier found in it, empty if none
	Class  string  // the class that it would have alone, empty if unknown
	Likely float64 // how sure that class is, 0 to 1
}

// role is what a message is when no case is known.
type role int

const (
	empty  role = iota // nothing: an emoji, a sticker, a deleted message
	opener             // greets or asks for attention; what it is about comes next
	closer             // thanks, agrees, confirms
	nudge              // reminds the desk
	media              // a file without words
	speech             // says something
)

// reading is what a message says.
type reading struct {
	role     role
	signs    sign
	matters  map[int]int     // matter → how telling (2 names it, 1 hints)
	stems    map[string]bool // of the words that mean something
	content  int             // words left when courtesies are taken away
	name     string          // who the writer says to be
	fresh    bool            // begins with a greeting
	and      bool            // begins with "y"
	more     bool            // begins with "además", "también"
	class    string
	likely   float64
	mine     []string // stems of what the writer calls theirs: "mi buzón"
	question bool     // has a question mark, or asks how, where, how much
	named    []string // stems of what has an article or "mi" before it
	pronoun  bool     // says "lo", "ponerlo", of what is understood
	stemmed  []string // of all its words
	act      act      // what kind of thing it says
}

func (r *reading) has(s sign) bool { return r.signs&s != 0 }

// What is read of a long text: its beginning and its end.
const (
	headBytes = 3000
	tailBytes = 800
)

func head(text string) string {
	if len(text) <= headBytes+tailBytes {
		return text
	}
	return strings.ToValidUTF8(text[:headBytes], "") + "\n" + strings.ToValidUTF8(text[len(text)-tailBytes:], "")
}

// short words of chats, written out.
var abbreviations = map[string]string{
	"q": "que", "k": "que", "ke": "que", "xq": "porque", "pq": "porque", "porq": "porque", "tmb": "tambien", "tb": "tambien", "tbn": "tambien",
	"tambn": "tambien", "xfa": "porfa", "porfis": "porfa", "xfavor": "porfavor", "dsd": "desde", "toy": "estoy", "ta": "esta", "pa": "para",
	"cel": "celular", "celu": "celular", "compu": "computadora", "msj": "mensaje", "msm": "mensaje", "contra": "contraseña", "contrasenia": "contraseña",
	"x": "por", "ciu": "ciudadania", "grax": "gracias", "grcs": "gracias", "grasias": "gracias", "kiero": "quiero", "nesecito": "necesito", "nececito": "necesito",
	"necesitp": "necesito", "ntp": "nada", "dnd": "donde", "cmo": "como", "bn": "bien", "tramit": "tramite", "certi": "certificado", "pass": "contraseña",
}

func tokensOf(text string) []string {
	tokens := words.Tokens(words.Greetings(text))
	for i, t := range tokens {
		if long, ok := abbreviations[t]; ok {
			tokens[i] = long
		}
	}
	return tokens
}

// intro is how people say who they are. The name is taken as it is written with
// a capital, or if it is a known given name.
var intro = regexp.MustCompile(`(?:^|[^\p{L}])(?i:soy|habla|me llamo|mi nombre es|les? saluda|les? escribe|les? habla)\s+(?i:(?:el|la|don|doña|sr|sra|señora?|lic|ing|dra?)\.?\s+)?(\p{L}{2,})`)

// introduces are the words that intro looks for: most messages have none and need not be searched.
var introduces = map[string]bool{"soy": true, "habla": true, "llamo": true, "nombre": true, "saluda": true, "escribe": true}

func nameIn(text string) string {
	for _, m := range intro.FindAllStringSubmatch(text, 4) {
		name := words.Fold(m[1])
		if givenNames[name] {
			return name
		}
		if first, _ := utf8.DecodeRuneInString(m[1]); words.Fold(string(first)) != string(first) && m[1] != strings.ToUpper(m[1]) && !words.Stop(name) {
			return name
		}
	}
	return ""
}

// fileName is what a file is called, which says little of why it was sent.
var fileName = regexp.MustCompile(`(?i)\S+\.(?:pdf|jpe?g|png|gif|webp|docx?|xlsx?|odt|ods|pptx?|csv|txt|zip|rar|ogg|opus|mp3|mp4|vcf)\b`)

// read finds out what one message says.
func read(m *Message) *reading {
	r := &reading{matters: map[int]int{}, stems: map[string]bool{}}
	text := head(m.Text)
	if m.Gone {
		text = ""
	}
	if m.Media {
		text = fileName.ReplaceAllString(text, " ")
	}
	tokens := tokensOf(text)
	covered := make([]bool, len(tokens))
	r.fresh = r.find(tokens, covered)
	if len(tokens) > 2 && (tokens[0] == "otra" || tokens[0] == "otro" || tokens[0] == "2" && len(tokens) > 3) && tokens[1] != "vez" {
		r.signs |= switches
	}
	r.and = len(tokens) > 1 && tokens[0] == "y"
	if slices.ContainsFunc(tokens, func(t string) bool { return introduces[t] }) {
		r.name = nameIn(text)
	}
	stemmed := stems(tokens)
	for i := range stemmed {
		matters.at(stemmed[i:], func(e *entry, _ int) { r.matters[e.matter] = max(r.matters[e.matter], e.weight) })
	}
	if m.System != "" {
		if n := slices.Index(matterNames, m.System); n >= 0 {
			r.matters[n] = 2
		}
	}
	for i, t := range tokens {
		if covered[i] || words.Stop(t) || t == r.name {
			continue
		}
		r.content++
		if !common[stemmed[i]] {
			r.stems[stemmed[i]] = true
			if i > 0 && possessives[tokens[i-1]] {
				r.mine = append(r.mine, stemmed[i])
			}
		}
	}
	if strings.ContainsAny(text, "?¿") {
		r.signs |= asks
	} else if r.content <= 4 && achieved(tokens) {
		r.signs |= solved
	}
	r.question = strings.ContainsAny(text, "?¿") || r.has(learns|checks)
	r.role = r.judge(m, text, tokens)
	r.stemmed = stemmed
	r.point(tokens, stemmed)
	if r.role == speech && !m.Desk {
		r.act = actOf(r, tokens)
	}
	if advanced(tokens) {
		r.signs |= back
	}
	if !m.Desk && r.content >= 3 {
		r.class, r.likely = m.Class, m.Likely
	}
	return r
}

// articles come before what is called by a name of its own.
var articles = map[string]bool{"el": true, "la": true, "los": true, "las": true, "un": true, "una": true, "unos": true, "unas": true, "del": true, "al": true,
	"mi": true, "mis": true, "su": true, "sus": true, "nuestro": true, "nuestra": true, "nuestros": true, "nuestras": true, "cada": true, "otro": true, "otra": true}

// enclitics are how a verb ends that has its object attached.
var enclitics = []string{"arlo", "arla", "arlos", "arlas", "erlo", "erla", "erlos", "erlas", "irlo", "irla", "irlos", "irlas", "elo", "elos", "andolo", "endolo"}

// point finds what a message names and what it only points to.
func (r *reading) point(tokens, stemmed []string) {
	for i, t := range tokens {
		if i > 0 && articles[tokens[i-1]] && !words.Stop(t) && !common[stemmed[i]] {
			r.named = append(r.named, stemmed[i])
		}
		r.pronoun = r.pronoun || t == "lo" || slices.ContainsFunc(enclitics, func(end string) bool { return len(t) > len(end)+2 && strings.HasSuffix(t, end) })
		if i > 0 && (t == "la" || t == "las" || t == "los") && (tokens[i-1] == "me" || tokens[i-1] == "se" || tokens[i-1] == "ya") {
			r.pronoun = true
		}
	}
}

// notAchieved are words after "ya" that tell of waiting rather than of something done.
var notAchieved = map[string]bool{"no": true, "son": true, "van": true, "es": true, "era": true, "hace": true, "pasaron": true, "paso": true, "pues": true, "llevo": true,
	"estoy": true, "me": true, "ni": true, "que": true, "mismo": true, "vuelvo": true, "veo": true, "sabe": true, "saben": true}

// achieved says whether a few words tell of something done: "ya subí", "si ya
// salió", "ahora sí carga".
func achieved(tokens []string) bool {
	for len(tokens) > 0 && (tokens[0] == "si" || tokens[0] == "ok" || tokens[0] == "ah" || tokens[0] == "listo" || tokens[0] == "gracias") {
		tokens = tokens[1:]
	}
	if len(tokens) < 2 || slices.Contains(tokens, "no") {
		return false
	}
	return tokens[0] == "ya" && !notAchieved[tokens[1]] || tokens[0] == "ahora" && tokens[1] == "si" || tokens[0] == "recien" && len(tokens) <= 4
}

// participle says whether a word ends like one that tells of something done.
func participle(word string) bool {
	word = strings.TrimSuffix(word, "s")
	return len(word) > 4 && slices.ContainsFunc([]string{"ado", "ada", "ido", "ida"}, func(end string) bool { return strings.HasSuffix(word, end) })
}

// advanced says whether a message begins with something done since: "buenas, ya
// llenamos el formulario", "pagado, ¿y ahora?".
func advanced(tokens []string) bool {
	if len(tokens) > 1 && participle(tokens[0]) {
		return true
	}
	for i, t := range tokens[:min(4, len(tokens))] {
		if t == "ya" && i+2 < len(tokens) && !notAchieved[tokens[i+1]] {
			return true
		}
	}
	return false
}

var possessives = map[string]bool{"mi": true, "mis": true, "nuestro": true, "nuestra": true, "nuestros": true, "nuestras": true}

// find marks the signs of a message and the words that are courtesies. It says
// whether the message begins with a greeting.
func (r *reading) find(tokens []string, covered []bool) (fresh bool) {
	for i := range tokens {
		mark := func(e *entry, n int) {
			r.signs |= e.sign
			if e.sign&greets != 0 && i < 3 {
				fresh = true
			}
			if e.sign&adds != 0 && i < 4 {
				r.more = true
			}
			if e.sign&courtesies != 0 {
				for k := i; k < i+n; k++ {
					covered[k] = true
				}
			}
		}
		phrases.at(tokens[i:], mark)
		for k := range prefixes {
			if strings.HasPrefix(tokens[i], prefixes[k].rest[0]) {
				mark(&prefixes[k], 1)
			}
		}
	}
	return fresh
}

func (r *reading) judge(m *Message, text string, tokens []string) role {
	switch {
	case m.Gone:
		return empty
	case len(tokens) == 0 && m.Media:
		return media
	case len(tokens) == 0 && strings.ContainsAny(text, "?¿"):
		return nudge
	case len(tokens) == 0:
		return empty
	case r.content <= 4 && (r.name != "" || r.signs&others != 0) && r.signs&(asks|continues|back|sends|solved) == 0 && len(r.matters) <= 1 && !m.Media:
		return opener // says who writes
	case r.content == 1 && r.signs&(thanks|greets) != 0 && r.signs&(asks|continues|back|sends|again|nudges|relates) == 0 && len(r.matters) == 0 && r.signs&opens == 0:
		return closer
	case r.content > 0 || m.Media:
		return speech
	case r.signs&nudges != 0 && (r.signs&greets == 0 || strings.Contains(text, "?")):
		return nudge
	case r.signs&acks != 0 && r.signs&greets == 0 && apologizes(tokens):
		return closer
	case r.signs&(opens|greets) != 0 && r.signs&(solved|thanks) == 0:
		return opener
	case r.signs&(thanks|acks|solved) != 0:
		return closer
	case r.signs&nudges != 0:
		return nudge
	case r.name != "":
		return opener
	}
	return speech // bare words such as "esto"
}

var apologies = map[string]bool{"disculpe": true, "disculpa": true, "disculpen": true, "disculpeme": true, "perdon": true, "perdone": true, "perdonen": true}

// apologizes says whether a few words end with an apology: "ok disculpe".
func apologizes(tokens []string) bool {
	return len(tokens) > 1 && len(tokens) <= 5 && apologies[tokens[len(tokens)-1]]
}

// Telling says whether a message says something of a matter, rather than
// greeting, thanking or reminding.
func Telling(m Message) bool { return read(&m).role == speech }
