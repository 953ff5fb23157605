package demo

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/cmd/ventanilla/desk"
	"ventanilla/tickets/store"
)

// site is a desk in its world with the citizens' page before it, on the real
// clock and without the play.
type site struct {
	t     *testing.T
	desk  *desk.Desk
	world *world
	url   string
	play  *play
}

func openSite(t *testing.T) *site {
	t.Helper()
	clock := newClock(time.Now())
	clock.follow()
	w, err := openWorld(clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	s := &stage{clock: clock, folder: t.TempDir(), world: w}
	cfg, err := s.config("127.0.0.1:0", "secreto")
	if err != nil {
		t.Fatal(err)
	}
	d, err := desk.Open(t.Context(), cfg, desk.Options{Now: clock.Now, DemoPassword: Password, WhatsApp: w.chats.client})
	if err != nil {
		t.Fatal(err)
	}
	w.exchange = newExchange(d.ConsoleURL(), "secreto", clock.Now)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	p := &play{store: d.Store, world: w, clock: clock, counter: newCounter(d.ConsoleURL())}
	if err := p.prepare(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	page, err := newPage(d.Store, w, d.ConsoleURL())
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(page.handler())
	t.Cleanup(srv.Close)
	return &site{t, d, w, srv.URL, p}
}

// get gives a page's text; the status must be the wanted one.
func (s *site) get(path string, want int) string {
	s.t.Helper()
	res, err := http.Get(s.url + path)
	return s.body(res, err, want)
}

func (s *site) post(path string, form url.Values, want int) string {
	s.t.Helper()
	res, err := http.PostForm(s.url+path, form)
	return s.body(res, err, want)
}

func (s *site) body(res *http.Response, err error, want int) string {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if res.StatusCode != want {
		s.t.Fatalf("%s: %s, want %d\n%s", res.Request.URL, res.Status, want, b)
	}
	return string(b)
}

// writeMail fills in the form for a mail, with a file.
func (s *site) writeMail(fields map[string]string, file string, want int) string {
	s.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range fields {
		if err := m.WriteField(k, v); err != nil {
			s.t.Fatal(err)
		}
	}
	if file != "" {
		part, err := m.CreateFormFile("archivo", file)
		if err != nil {
			s.t.Fatal(err)
		}
		if _, err := part.Write([]byte("captura ficticia")); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		s.t.Fatal(err)
	}
	res, err := http.Post(s.url+"/correo", m.FormDataContentType(), &b)
	return s.body(res, err, want)
}

// eventually waits until a page shows what a pattern asks for.
func (s *site) eventually(path, pattern string) []string {
	s.t.Helper()
	want := regexp.MustCompile(pattern)
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if m := want.FindStringSubmatch(s.get(path, http.StatusOK)); m != nil {
			return m
		}
	}
	s.t.Fatalf("%s never showed %s:\n%s", path, pattern, s.get(path, http.StatusOK))
	return nil
}

const caseCode = `(AIT-20\d\d-\d{6}-[0-9A-Z])`

func TestCitizenWritesReadsAndAnswers(t *testing.T) {
	s := openSite(t)
	for _, to := range []struct{ name, to, from string }{
		{"smtp", support, "ana@ciudadana.ejemplo"},
		{"imap", inbox, "luis@ciudadano.ejemplo"},
		{"both", "ambas", "eva@ciudadana.ejemplo"},
	} {
		t.Run(to.name, func(t *testing.T) {
			s.t = t
			s.writeMail(map[string]string{"nombre": "Persona Ficticia", "correo": to.from, "para": to.to, "asunto": "No me llega el código", "texto": "Ayúdenme por favor,\nno me llega."}, "captura.txt", http.StatusOK)
			mine := "/correo?yo=" + url.QueryEscape(to.from)
			code := s.eventually(mine, `Recibimos su mensaje y lo registramos con el código `+caseCode)[1]
			c, err := s.desk.Store.TicketByCode(t.Context(), code)
			if err != nil {
				t.Fatal(err)
			}
			letter := s.world.post.last(to.from)
			s.post("/correo/responder", url.Values{"yo": {to.from}, "a": {letter.ID}, "texto": {"Ahora sí me llegó, gracias."}}, http.StatusOK)
			err = s.play.until(t.Context(), "the answer in its case", func() (bool, error) {
				thread, err := s.desk.Store.Thread(t.Context(), c.ID)
				if err != nil || len(thread) < 3 {
					return false, err
				}
				if first := thread[0]; len(first.Files) != 1 || first.Files[0].Name != "captura.txt" {
					t.Errorf("the file did not arrive: %+v", first.Files)
				}
				last := thread[len(thread)-1]
				if last.Direction != store.In || last.Said != "Ahora sí me llegó, gracias." {
					t.Errorf("the answer is in the case as %q (%s)", last.Said, last.Direction)
				}
				return true, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			page := s.get(mine, http.StatusOK)
			if n := strings.Count(page, `class="thread"`); n != 1 {
				t.Errorf("one conversation is shown as %d", n)
			}
		})
	}
	s.t = t
	counts, err := s.desk.Store.Counts(t.Context())
	if err != nil || counts["open"] != 3 {
		t.Errorf("three reports made %d cases, %v", counts["open"], err)
	}
}

func TestCitizenCalls(t *testing.T) {
	s := openSite(t)
	s.post("/telefono", url.Values{"nombre": {"Pedro Supuesto"}, "numero": {"74500004"}}, http.StatusOK)
	s.eventually("/telefono", `Está sonando`)
	first := s.world.exchange.recent(1)[0]
	s.post("/telefono/cuelga", url.Values{"llamada": {first.ID}}, http.StatusOK)
	s.eventually("/telefono", `Nadie contestó. La mesa debe devolver la llamada`)
	r := &run{story: story{who: pedro, desk: "operador", subject: "PIN bloqueado", said: "Pregunta por su PIN.", system: "firma-digital"}}
	if _, err := s.play.known(t.Context(), r, store.CallMissed); err != nil {
		t.Fatal(err)
	}
	s.play.say = func(time.Time, string) {}
	if err := s.play.returnCall(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	c, err := s.desk.Store.Ticket(t.Context(), r.id)
	if err != nil {
		t.Fatal(err)
	}
	if c.Contact.Medium != string(channels.Phone) || c.Contact.Value != "+59174500004" || c.Step != "9.1/3" {
		t.Errorf("the logged call is %+v at %s", c.Contact, c.Step)
	}
	s.eventually("/telefono", `Es el caso `+c.Code)
}

func TestPageKeepsToThisMachine(t *testing.T) {
	p, err := newPage(nil, &world{clock: newClock(time.Now())}, "http://127.0.0.1:8080")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, peer, host, method, site string
		want                           int
	}{
		{"this machine", "127.0.0.1:4000", "127.0.0.1:8081", "GET", "", 200},
		{"by name", "127.0.0.1:4000", "localhost:8081", "GET", "", 200},
		{"IPv6", "[::1]:4000", "[::1]:8081", "GET", "", 200},
		{"another machine", "192.0.2.7:4000", "127.0.0.1:8081", "GET", "", 403},
		{"rebound name", "127.0.0.1:4000", "malo.example:8081", "GET", "", 403},
		{"rebound name without port", "127.0.0.1:4000", "malo.example", "GET", "", 403},
		{"other site's form", "127.0.0.1:4000", "127.0.0.1:8081", "POST", "cross-site", 403},
	} {
		r := httptest.NewRequest(c.method, "http://"+c.host+"/", nil)
		r.RemoteAddr, r.Host = c.peer, c.host
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		w := httptest.NewRecorder()
		p.handler().ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: %d, want %d", c.name, w.Code, c.want)
		}
		if c.want == 200 && !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: no strict content security policy", c.name)
		}
	}
}

func TestOnlyFictionalWriters(t *testing.T) {
	for _, address := range []string{"ana@gmail.com", "ana", "", "operador@" + domain, "ana@ciudadana.ejemplo, b@c.bo"} {
		if a, err := writer("Ana", address); err == nil {
			t.Errorf("%q may write as %v", address, a)
		}
	}
	if _, err := writer("Ana", " Ana@Ciudadana.EJEMPLO "); err != nil {
		t.Error(err)
	}
}

func TestThreads(t *testing.T) {
	at := time.Now()
	box := []*letter{
		{ID: "1@c", Subject: "Uno", Sent: true, At: at},
		{ID: "2@c", Subject: "Dos", Sent: true, At: at.Add(1)},
		{ID: "a@m", Subject: "Re: Uno", InReplyTo: "1@c", At: at.Add(2)},
		{ID: "b@m", Subject: "Re: Uno", References: []string{"1@c", "a@m"}, At: at.Add(3)},
		{ID: "3@c", Subject: "Re: Re: Uno", InReplyTo: "b@m", Sent: true, At: at.Add(4)},
	}
	got := threads(box)
	if len(got) != 2 || got[0].Subject != "Uno" || len(got[0].Letters) != 4 || got[0].Last.ID != "b@m" || got[1].Last != nil {
		t.Errorf("got %+v", got)
	}
}

// TestOwnPageIsLinked: the address of the citizen's page can be pressed, and nothing
// else that a message holds becomes markup.
func TestOwnPageIsLinked(t *testing.T) {
	got := string(linked("http://127.0.0.1:8080")(`Vea <b>aquí</b>: http://127.0.0.1:8080/c/a1.b2.c3 y no http://otro.ejemplo/c/a1 ni http://127.0.0.1:8080/entrar`))
	want := `Vea &lt;b&gt;aquí&lt;/b&gt;: <a href="http://127.0.0.1:8080/c/a1.b2.c3" target="_blank" rel="noopener">http://127.0.0.1:8080/c/a1.b2.c3</a> y no http://otro.ejemplo/c/a1 ni http://127.0.0.1:8080/entrar`
	if got != want {
		t.Errorf("it is shown as\n%s\nwant\n%s", got, want)
	}
}
