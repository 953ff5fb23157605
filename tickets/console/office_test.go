package console_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/channels/phone"
	"ventanilla/tickets"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/console"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

const password = "una frase bien larga"

var hashed = sync.OnceValue(func() string { return console.HashPassword(password) })

// office is a console on a real store, with one person of every role.
type office struct {
	t    *testing.T
	url  string // of the database
	st   *store.Store
	con  *console.Console
	srv  *httptest.Server
	who  map[string]tickets.Actor
	time time.Time

	linked          []console.Account // numbers linked to a phone
	coded, unlinked []string          // for which a code was asked, which were unlinked
	paired          []string          // asked for codes
	more            []func(*office, *console.Options)
}

var roles = []tickets.Role{tickets.Operador, tickets.Supervisor, tickets.Telefonista, tickets.RoleUIT, tickets.RoleUPAT, tickets.RoleACGII, tickets.RoleADT, tickets.Jefatura, tickets.Auditor, tickets.Administrador}

var called = map[tickets.Role]string{
	tickets.Operador: "Rosa Ejemplo", tickets.Supervisor: "Julio Modelo", tickets.Telefonista: "Elsa Muestra", tickets.RoleUIT: "Iván Prueba", tickets.RoleUPAT: "Nilda Ensayo",
	tickets.RoleACGII: "Saúl Supuesto", tickets.RoleADT: "Dora Diseño", tickets.Jefatura: "Hugo Figurado", tickets.Auditor: "Alba Ficticia", tickets.Administrador: "Ada Inventada",
}

// open starts an office; more changes what the console is given.
func open(t *testing.T, more ...func(*office, *console.Options)) *office {
	t.Helper()
	return openAt(t, storetest.SQLite(t), more...)
}

// openAt starts an office on an empty database.
func openAt(t *testing.T, url string, more ...func(*office, *console.Options)) *office {
	t.Helper()
	o := &office{t: t, url: url, st: storetest.Open(t, url, nil), who: map[string]tickets.Actor{}, time: time.Now(), more: more}
	err := o.st.Write(context.Background(), func(tx *store.Tx) error {
		for _, r := range roles {
			u := store.Staff{Login: string(r), Name: called[r], Hash: hashed(), Roles: []tickets.Role{r}, Active: true, Language: "es"}
			if err := tx.AddStaff(&u); err != nil {
				return err
			}
			o.who[string(r)] = u.Actor(tx.Now())
		}
		for i, name := range []string{"Ciudadanía Digital", "Plataforma de Interoperabilidad", "Portal gob.bo", "Pasarela de pagos"} {
			if err := tx.SaveSystem(store.Supported{ID: []string{"cd", "interop", "gob.bo", "ppte"}[i], Name: name, Status: "verified", Place: i}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	o.con = o.newConsole()
	o.srv = httptest.NewServer(o.con)
	t.Cleanup(func() { o.con.Close(); o.srv.Close() })
	return o
}

// another is a browser at a second node of the same office.
func (o *office) another() *browser {
	o.t.Helper()
	second := *o
	second.con = o.newConsole()
	second.srv = httptest.NewServer(second.con)
	o.t.Cleanup(func() { second.con.Close(); second.srv.Close() })
	return second.browser()
}

func (o *office) newConsole() *console.Console {
	o.t.Helper()
	cal := calendar.LaPaz()
	opt := console.Options{
		Store: o.st, Log: zerolog.New(zerolog.NewTestWriter(o.t)).Level(zerolog.WarnLevel), Calendar: cal, Health: o.health,
		NormalizeNumber: func(raw string) (string, string, bool) {
			d := strings.NewReplacer(" ", "", "+591", "", "-", "").Replace(raw)
			return "+591" + d, "+591 " + d[:min(4, len(d))] + " " + d[min(4, len(d)):], len(d) == 8
		},
		Suggest: func(string, string) tickets.Suggestion {
			return tickets.Suggestion{Class: tickets.Support, Confidence: 0.84, Sure: true, System: "cd", Reasons: []string{"dice «contraseña»"}}
		},
		Letter: letterOf,
		Facts: func(_, text string) []console.Fact {
			if !strings.HasPrefix(text, "signos") {
				return nil
			}
			return []console.Fact{{"security", "", "hackearon la página"}, {"sensitive", "corrupcion", "coima"}, {"formal", "GAMV/SIS/044/2026", "GAMV/SIS/044/2026"}, {"preferential", "", "adulto mayor"},
				{"language", "qu", ""}, {"intermediary", "", "llamo por mi mamá"}, {"entity", "GAM de Viacha", "alcaldía de Viacha"}, {"status", "502", "error 502"}, {"case", "AIT-2026-000123-K", ""}, {"phone", "+59171234567", ""},
				{"ci", "4839201 LP", ""}, {"url", "gob.bo", ""}, {"error", "ECONNREFUSED", ""}, {"route", "4512/2026", ""}, {"cite", "GAMV/SIS/044/2026", ""}, {"email", "a@ejemplo.bo", ""}}
		},
		Release:  func(context.Context, int64, string, tickets.Actor) error { return nil },
		CallLogs: []*phone.CDR{{ID: "central", File: "/var/log/asterisk/cdr-csv/Master.csv"}},
		Accounts: func() []console.Account { return o.linked },
		PairCode: func(_ context.Context, name, number string) error {
			o.coded = append(o.coded, name+" "+number)
			return nil
		},
		Unlink: func(_ context.Context, name string) error { o.unlinked = append(o.unlinked, name); return nil },
		Pair:   func(name string) bool { o.paired = append(o.paired, name); return name == "mesa" },
	}
	for _, change := range o.more {
		change(o, &opt)
	}
	con, err := console.New(opt)
	if err != nil {
		o.t.Fatal(err)
	}
	return con
}

func (o *office) health() []console.ChannelHealth {
	now := time.Now()
	return []console.ChannelHealth{
		{Name: "correo", Medium: "email", State: "running", Since: now.Add(-3 * time.Hour), LastSuccess: now.Add(-12 * time.Second)},
		{Name: "entrada", Medium: "email", State: "running", Since: now.Add(-3 * time.Hour), LastSuccess: now.Add(-4 * time.Minute), Backlog: 2},
		{Name: "telefono", Medium: "phone", State: "failed", Since: now.Add(-10 * time.Minute), LastSuccess: now.Add(-40 * time.Minute), LastError: "no se puede leer /var/log/asterisk/cdr.csv"},
	}
}

// report opens a case as the gateway would, ago before now.
func (o *office) report(ago time.Duration, medium, address, name, subject, said string, s tickets.Suggestion) string {
	o.t.Helper()
	var id string
	at := o.time.Add(-ago)
	err := o.st.Write(context.Background(), func(tx *store.Tx) error {
		c := tickets.Contact{Medium: medium, Value: address, Name: name}
		person, err := tx.PersonOf(c)
		if err != nil {
			return err
		}
		n, err := tx.NextNumber(tickets.CodeYear(at))
		if err != nil {
			return err
		}
		t := tickets.Open(tickets.NewCase{ID: tx.NewID(), Code: tickets.FormatCode(tickets.CodeYear(at), n), Channel: map[string]string{"email": "correo", "phone": "telefono", "whatsapp": "whatsapp"}[medium], Contact: c, Person: person, Subject: subject, Opened: at, Suggestion: s})
		id = t.ID
		m := store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.Medium(medium), Author: person, AuthorName: name, Address: address, Subject: subject, Said: said, ReceivedAt: at, At: at}
		return tx.NewTicket(t, &m)
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return id
}

// do does an act as someone of the office.
func (o *office) do(id, login string, act tickets.Act, pairs ...string) {
	o.t.Helper()
	rec := tickets.Record{}
	for i := 0; i+1 < len(pairs); i += 2 {
		rec[pairs[i]] = pairs[i+1]
	}
	err := o.st.Update(context.Background(), id, func(t *tickets.Ticket) error { return t.Do(act, o.who[login], rec, o.time) })
	var refused *tickets.Refusal
	if errors.As(err, &refused) {
		o.t.Fatalf("%s by %s: %v", act, login, refused)
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

// deliver tells the case and the outbox that the channel took the newest notice.
func (o *office) deliver(id string) {
	o.t.Helper()
	t := o.ticket(id)
	reply := t.Notices[len(t.Notices)-1].ReplyID
	err := o.st.Write(context.Background(), func(tx *store.Tx) error {
		if _, _, err := tx.Moved(reply, channels.Sent, o.time, ""); err != nil {
			return err
		}
		return tx.Update(id, func(t *tickets.Ticket) error { return t.Delivery(reply, "sent", o.time, "") })
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) ticket(id string) *tickets.Ticket {
	o.t.Helper()
	t, err := o.st.Ticket(context.Background(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	return t
}

func (o *office) code(id string) string { return o.ticket(id).Code }

// browser is a person's browser: cookies, no redirects followed by itself.
type browser struct {
	*http.Client
	o *office
}

func (o *office) browser() *browser {
	jar, _ := cookiejar.New(nil) // fails only for options we do not give
	return &browser{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, o}
}

func (o *office) login(login string) *browser {
	o.t.Helper()
	b := o.browser()
	res := b.post("/entrar", "login", login, "password", password)
	if res.StatusCode != http.StatusSeeOther {
		o.t.Fatalf("login as %s: status %d", login, res.StatusCode)
	}
	return b
}

func (b *browser) post(path string, pairs ...string) *http.Response {
	b.o.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	req, _ := http.NewRequest("POST", b.o.srv.URL+path, strings.NewReader(v.Encode())) // fails only for a bad address
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", b.o.srv.URL)
	res, err := b.Do(req)
	if err != nil {
		b.o.t.Fatal(err)
	}
	return res
}

func (b *browser) get(path string) *http.Response {
	b.o.t.Helper()
	res, err := b.Get(b.o.srv.URL + path)
	if err != nil {
		b.o.t.Fatal(err)
	}
	return res
}

// browserCookies is the session that a browser holds.
func (o *office) browserCookies(b *browser) string {
	u, err := url.Parse(o.srv.URL)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, c := range b.Jar.Cookies(u) {
		if c.Name == "ventanilla" {
			return c.Value
		}
	}
	o.t.Fatal("no session cookie")
	return ""
}

// pane asks for a part of a page, as the script does.
func (b *browser) pane(path string) *http.Response {
	b.o.t.Helper()
	req, _ := http.NewRequest("GET", b.o.srv.URL+path, nil) // fails only for a bad address
	req.Header.Set("HX-Request", "true")
	res, err := b.Do(req)
	if err != nil {
		b.o.t.Fatal(err)
	}
	return res
}
