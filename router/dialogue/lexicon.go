package dialogue

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"ventanilla/tickets/words"
)

//go:embed phrases.tsv
var phrasesTSV string

//go:embed matters.tsv
var mattersTSV string

//go:embed names.txt
var namesTXT string

// sign is something that a message does, as phrases.tsv lists it.
type sign uint32

const (
	greets sign = 1 << iota
	opens
	thanks
	acks
	nudges
	continues // "sigue igual"
	again     // "otra vez"
	sends     // "le mando"
	back      // tells what came of an answer: "me dijeron", "probé"
	links     // "y", "pero"
	switches
	adds
	solved
	asks
	relates
	others
	wishes   // wants it otherwise: "quisiera que", "deberia"
	fails    // a service does not answer
	blocked  // "no puedo", "no me deja"
	learns   // "como", "donde", "que requisitos"
	checks   // "ya esta?", "cuando sale"
	orders   // "necesito que me creen"
	refers   // "eso", "asi", "ahi": to what was said before
	complete // the desk tells that it is done: "corregido"
	cancels  // "ya no es necesario"
	demands  // the desk asks without a question: "envíe los correos"
	invites  // the desk asks for the matter: "¿en qué le ayudamos?"
	several  // tells that more than one matter follows: "dos consultas"
	faulty   // what came of an answer is wrong: "viene sin sello"
)

// intents are what a person may want of the desk; one case has one of them
// as a rule.
const intents = wishes | fails | blocked | learns | checks | orders

var signNames = map[string]sign{
	"greeting": greets, "opener": opens, "thanks": thanks, "ack": acks, "nudge": nudges, "continue": continues, "again": again, "sends": sends, "back": back, "link": links,
	"switch": switches, "aside": adds, "solved": solved, "asks": asks, "relation": relates, "other": others,
	"wish": wishes, "fails": fails, "blocked": blocked, "learns": learns, "checks": checks, "orders": orders, "refers": refers, "complete": complete, "cancels": cancels, "demands": demands,
	"invites": invites, "several": several, "faulty": faulty,
}

// courtesies are the signs whose words say nothing of a matter.
const courtesies = greets | opens | thanks | acks | nudges | solved

// entry is one phrase: its words after the first, and what it means.
type entry struct {
	rest   []string
	prefix bool // the last word stands for all that begin so
	sign   sign
	matter int // index in matterNames, for matters.tsv
	weight int
}

// lexicon finds phrases by their first word.
type lexicon map[string][]entry

var (
	phrases     lexicon
	prefixes    []entry // phrases of one unfinished word; rest[0] is its beginning
	matters     lexicon
	matterNames []string
	givenNames  = map[string]bool{}
	common      = map[string]bool{} // stems that every second message has, whatever it is about
)

// commonWords say little of what a message is about.
const commonWords = `sistema sistemas error pagina entidad usuario dice decir sale salir aparece opcion numero hacer hace poder puedo puede
pueden podria quiero quisiera queria necesito necesita tengo tiene favor gracias buenos buenas dia dias tarde noche hola ayer hoy ahora
ver veo esta estoy ser problema consulta pregunta saber ingresar entrar entro ingreso llego llega mandar mando enviar envio hay nada
mismo misma otro otra dar doy pide pedir solicito solicita solicitar señor señora llama funciona mensaje foto cosa vez caso persona
gestion bien mal oficina`

func init() {
	phrases, matters = lexicon{}, lexicon{}
	for fields := range rows(phrasesTSV, 2) {
		s, ok := signNames[fields[0]]
		if !ok {
			panic("dialogue: phrases.tsv knows no sign " + fields[0])
		}
		for p := range strings.SplitSeq(fields[1], "|") {
			phrases.add(words.Tokens(p), entry{sign: s, prefix: strings.HasSuffix(p, "*")})
		}
	}
	known := map[string]int{}
	for fields := range rows(mattersTSV, 3) {
		n, ok := known[fields[0]]
		if !ok {
			n = len(matterNames)
			known[fields[0]] = n
			matterNames = append(matterNames, fields[0])
		}
		weight, err := strconv.Atoi(fields[1])
		if err != nil {
			panic("dialogue: matters.tsv: " + err.Error())
		}
		for p := range strings.SplitSeq(fields[2], "|") {
			matters.add(stems(words.Tokens(p)), entry{matter: n, weight: weight})
		}
	}
	for w := range strings.FieldsSeq(commonWords) {
		common[words.Stem(w)] = true
	}
	for name := range strings.FieldsSeq(namesTXT) {
		givenNames[name] = true
	}
}

// rows reads the lines of an embedded table of n columns.
func rows(table string, n int) func(func([]string) bool) {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(table) {
			line = strings.TrimRight(line, "\n")
			if line == "" || line[0] == '#' {
				continue
			}
			fields := strings.Split(line, "\t")
			if len(fields) != n {
				panic(fmt.Sprintf("dialogue: a row of %d columns, want %d: %q", len(fields), n, line))
			}
			if !yield(fields) {
				return
			}
		}
	}
}

func (l lexicon) add(phrase []string, e entry) {
	if len(phrase) == 0 {
		return
	}
	if e.prefix && len(phrase) == 1 {
		e.rest = phrase
		prefixes = append(prefixes, e)
		return
	}
	e.rest = phrase[1:]
	l[phrase[0]] = append(l[phrase[0]], e)
}

// at gives every phrase that stands at the beginning of tokens, with its length in words.
func (l lexicon) at(tokens []string, found func(e *entry, n int)) {
	list := l[tokens[0]]
	for i := range list {
		e := &list[i]
		if len(e.rest) >= len(tokens) {
			continue
		}
		ok := true
		for k, w := range e.rest {
			if tokens[k+1] != w && !(e.prefix && k == len(e.rest)-1 && strings.HasPrefix(tokens[k+1], w)) {
				ok = false
				break
			}
		}
		if ok {
			found(e, 1+len(e.rest))
		}
	}
}

func stems(tokens []string) []string {
	out := make([]string, len(tokens))
	for i, t := range tokens {
		out[i] = words.Stem(t)
	}
	return out
}
