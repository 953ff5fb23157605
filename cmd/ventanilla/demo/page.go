package demo

import (
	"context"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net"
	"net/http"
	"regexp"
	"strings"
	"time"

	"ventanilla/channels/phone"
	"ventanilla/config"
	"ventanilla/tickets/store"
)

// The citizens' page: where a newcomer is the citizen. It works without
// scripts; with them it follows what arrives.

//go:embed all:templates
var pageFiles embed.FS

// page is the citizens' page. It answers on loopback only, to loopback peers
// and under loopback names (a page elsewhere must not reach it by DNS rebinding).
type page struct {
	store   *store.Store
	world   *world
	clock   *clock
	console string // address of the console, for its link
	views   map[string]*template.Template
	static  fs.FS
}

func newPage(st *store.Store, w *world, console string) (*page, error) {
	p := &page{store: st, world: w, clock: w.clock, console: console, views: map[string]*template.Template{}}
	var err error
	if p.static, err = fs.Sub(pageFiles, "templates/static"); err != nil {
		return nil, fmt.Errorf("reading the citizens' page: %w", err)
	}
	for _, name := range []string{"inicio", "correo", "telefono", "whatsapp", "error"} {
		t, err := template.New("").Funcs(template.FuncMap{"when": when, "paragraphs": paragraphs, "number": phone.Format, "linked": linked(console)}).
			ParseFS(pageFiles, "templates/_frame.html", "templates/"+name+".html")
		if err != nil {
			return nil, fmt.Errorf("reading the citizens' page: %w", err)
		}
		p.views[name] = t
	}
	return p, nil
}

// handler is the whole page with its guards.
func (p *page) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /static/", http.StripPrefix("/static/", http.FileServerFS(p.static)))
	for pattern, do := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /{$}":                p.home,
		"GET /correo":             p.mail,
		"POST /correo":            p.sendMail,
		"POST /correo/responder":  p.replyMail,
		"GET /telefono":           p.phone,
		"POST /telefono":          p.ring,
		"POST /telefono/contesta": p.answer,
		"POST /telefono/cuelga":   p.hangup,
		"GET /whatsapp":           p.whatsapp,
		"POST /whatsapp":          p.sendChat,
		"GET /eventos":            p.events,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := do(w, r); err != nil {
				p.fail(w, r, err)
			}
		})
	}
	return guarded(http.NewCrossOriginProtection().Handler(mux))
}

// guarded keeps everybody but this machine out and sets the headers of every answer.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if _, _, err := net.SplitHostPort(host); err != nil {
			host = net.JoinHostPort(strings.Trim(host, "[]"), "80")
		}
		if !config.Loopback(r.RemoteAddr) || !config.Loopback(host) {
			http.Error(w, "La página de la demostración solo se abre en esta misma máquina, como http://127.0.0.1", http.StatusForbidden)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// serve answers on ln until ctx ends.
func (p *page) serve(ctx context.Context, ln net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	srv := &http.Server{
		Handler: p.handler(), ReadHeaderTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	stop := context.AfterFunc(ctx, func() { srv.Close() }) // nobody's work is lost: what was posted is with the desk
	defer stop()
	if err := srv.Serve(ln); err != nil && ctx.Err() == nil {
		return fmt.Errorf("serving the citizens' page: %w", err)
	}
	return nil
}

// frame is what every page shows around its own content.
type frame struct {
	Tab, Title, Console string
	Wrong               string
	Now                 time.Time
}

func (p *page) frame(tab, title string) frame {
	return frame{Tab: tab, Title: title, Console: p.console, Now: p.clock.Now()}
}

func (p *page) show(w http.ResponseWriter, status int, view string, data any) error {
	var b strings.Builder
	if err := p.views[view].ExecuteTemplate(&b, "frame", data); err != nil {
		return fmt.Errorf("showing %s: %w", view, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write([]byte(b.String())) // an error means that the browser left
	return nil
}

// wrong is a mistake of the person at the page, in words for them.
type wrong string

func (e wrong) Error() string { return string(e) }

func (p *page) fail(w http.ResponseWriter, _ *http.Request, err error) {
	status, f := http.StatusInternalServerError, p.frame("", "No se pudo")
	f.Wrong = "Algo falló en la demostración: " + err.Error()
	if e, ok := err.(wrong); ok {
		status, f.Wrong = http.StatusBadRequest, string(e)
	}
	if err := p.show(w, status, "error", struct{ Frame frame }{f}); err != nil {
		http.Error(w, f.Wrong, status)
	}
}

// home explains the page.
func (p *page) home(w http.ResponseWriter, _ *http.Request) error {
	return p.show(w, http.StatusOK, "inicio", struct {
		Frame  frame
		Staff  []login
		Secret string
	}{p.frame("inicio", "Póngase en el lugar del ciudadano"), logins(), Password})
}

// login is an account that the newcomer can use.
type login struct{ Name, Login, About string }

func logins() []login {
	var list []login
	for _, c := range staff {
		list = append(list, login{c.name, c.login, c.about})
	}
	return list
}

// events tells the browser that something changed: a letter, a case.
func (p *page) events(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(w)
	changed, end := p.store.Watch()
	defer end()
	line := "data: cambio\n\n" // something may have changed since the page was made
	for {
		letters := p.world.post.wait()
		if _, err := fmt.Fprint(w, line); err != nil || flush.Flush() != nil {
			return nil // the browser left
		}
		line = "data: cambio\n\n"
		alive := time.NewTimer(20 * time.Second)
		select {
		case <-r.Context().Done():
		case <-changed:
		case <-letters:
		case <-alive.C:
			line = ": sigo aquí\n\n"
		}
		alive.Stop()
		if r.Context().Err() != nil {
			return nil
		}
	}
}

var days = [...]string{"dom", "lun", "mar", "mié", "jue", "vie", "sáb"}

// when writes "lun 23/11, 14:05" in La Paz.
func when(t time.Time) string {
	t = t.In(laPaz)
	return days[t.Weekday()] + t.Format(" 02/01, 15:04")
}

// linked shows a text in which the address of a citizen's own page, on the desk
// at base, can be pressed as on a real phone; nothing else becomes a link.
func linked(base string) func(string) template.HTML {
	at := regexp.MustCompile(regexp.QuoteMeta(base) + `/c/[A-Za-z0-9.]+`)
	return func(s string) template.HTML {
		var b strings.Builder
		from := 0
		for _, m := range at.FindAllStringIndex(s, -1) {
			address := template.HTMLEscapeString(s[m[0]:m[1]])
			b.WriteString(template.HTMLEscapeString(s[from:m[0]]) + `<a href="` + address + `" target="_blank" rel="noopener">` + address + `</a>`)
			from = m[1]
		}
		return template.HTML(b.String() + template.HTMLEscapeString(s[from:]))
	}
}

// paragraphs splits a text for showing.
func paragraphs(s string) []string {
	var list []string
	for _, part := range strings.Split(strings.ReplaceAll(strings.TrimSpace(s), "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}
