package router

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
)

// Letters to citizens: plain Spanish, usted, no unit names, the code once, what
// happens next (look.md of the console applies to what leaves it too). Each is
// text: a channel dresses it as a mail or a chat message.

//go:embed letters_es.tmpl
var lettersES string

// letter is what the templates may say.
type letter struct {
	Name      string // the person's name, empty if unknown
	Code      string
	Office    string
	Text      string // an operator's words, or the start of the citizen's
	NextOpen  string // when the desk opens, empty in attention hours
	Privacy   bool   // first message to this person
	ByPhone   bool
	SubjectOf string
	Outage    bool   // the report fits an outage that people have confirmed
	Link      string // the citizen's page of the case; empty where none is sent
}

// blankLines are what paragraphs left out leave behind.
var blankLines = regexp.MustCompile(`\n{3,}`)

type letters struct{ t *template.Template }

func newLetters() (letters, error) {
	t, err := template.New("").Option("missingkey=error").Funcs(template.FuncMap{"greets": greets}).Parse(lettersES)
	if err != nil {
		return letters{}, fmt.Errorf("reading the letters: %w", err)
	}
	return letters{t}, nil
}

// greets tells whether an operator's words begin with a greeting, as those of the
// templates do: then the letter has none of its own.
func greets(text string) bool {
	text = strings.ToLower(strings.TrimLeft(text, " \n¡"))
	return slices.ContainsFunc([]string{"buen día", "buen dia", "buenos días", "buenos dias", "buenas tardes", "buenas noches", "hola", "estimad", "señor", "dear ", "hello", "good morning", "good afternoon"}, func(g string) bool { return strings.HasPrefix(text, g) })
}

// link is the address of a case's page for its citizen, the same however often
// a letter of that moment is written; empty where the office has no public one.
func (r *Router) link(ticket string, at time.Time) string {
	if r.public == "" {
		return ""
	}
	return r.public + "/c/" + tickets.NewPass(r.sign.key, ticket, at.Add(tickets.PassFor))
}

// on names the form of a letter for a medium: a chat is no place for a letter's
// greeting and signature.
func (l letters) on(medium channels.Medium, name string) string {
	if form := "chat_" + name; medium == channels.WhatsApp && l.t.Lookup(form) != nil {
		return form
	}
	return name
}

func (l letters) write(name string, data letter) (string, error) {
	var b strings.Builder
	if err := l.t.ExecuteTemplate(&b, name, data); err != nil {
		return "", fmt.Errorf("writing the letter %s: %w", name, err)
	}
	return strings.TrimSpace(blankLines.ReplaceAllString(b.String(), "\n\n")) + "\n", nil
}

// Letter is what a mail says that carries text to a person of that name.
func (r *Router) Letter(name, code, text string) (string, error) {
	return r.letters.write(r.letters.on(channels.Email, "message"), letter{Name: name, Code: code, Office: r.office, Text: text})
}

var weekdays = [...]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"}

var months = [...]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}

// longDate writes "lunes 23 de noviembre a las 8:30" in the office's zone.
func longDate(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	return fmt.Sprintf("%s %d de %s a las %d:%02d", weekdays[t.Weekday()], t.Day(), months[t.Month()-1], t.Hour(), t.Minute())
}
