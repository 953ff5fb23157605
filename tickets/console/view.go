package console

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"
	"time"

	"ventanilla/tickets"
)

//go:embed templates/*.html
var sources embed.FS

// views holds the pages by language.
type views map[string]*pages

// pages are the templates of one language, with the catalogue's words bound to
// them. A page is parsed when it is first asked for: each takes half a megabyte
// with the parts that all share, and no desk uses all of them in every language.
type pages struct {
	shared *template.Template // templates/_*.html; never executed: what was cannot be cloned
	paper  template.FuncMap   // what is said otherwise where a page is kept

	mu     sync.Mutex
	parsed map[string]*template.Template
}

func loadViews(all map[string]*words, k clock, a *assets) (views, error) {
	vs := views{}
	for lang, w := range all {
		rows := &drawnRows{}
		shared, err := template.New("").Funcs(funcs(w, k, a)).Funcs(template.FuncMap{"row": rows.row}).ParseFS(sources, "templates/_*.html")
		if err != nil {
			return nil, fmt.Errorf("parsing shared templates: %w", err)
		}
		drawer := template.Must(shared.Clone())
		rows.draw = func(buf *bytes.Buffer, v rowView) error { return drawer.ExecuteTemplate(buf, "row", v) }
		// On paper "14:05" says nothing tomorrow.
		paper := template.FuncMap{"at": func(t time.Time) template.HTML { return moment(k, w, t, k.exact(w, t)) }}
		vs[lang] = &pages{shared: shared, paper: paper, parsed: map[string]*template.Template{}}
	}
	return vs, nil
}

// page gives a page, which is templates/<name>.html and defines "content".
func (p *pages) page(name string) (*template.Template, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.parsed[name]; t != nil {
		return t, nil
	}
	t := template.Must(p.shared.Clone())
	if name == "print" {
		t.Funcs(p.paper)
	}
	t, err := t.ParseFS(sources, "templates/"+name+".html")
	if err != nil {
		return nil, fmt.Errorf("parsing template %s: %w", name, err)
	}
	p.parsed[name] = t
	return t, nil
}

// moment is a time in words, with the whole of it for a browser and whoever points at it.
func moment(k clock, w *words, t time.Time, text string) template.HTML {
	if t.IsZero() {
		return template.HTML(template.HTMLEscapeString(text))
	}
	return template.HTML(fmt.Sprintf(`<time datetime="%s" title="%s">%s</time>`, t.UTC().Format(time.RFC3339), template.HTMLEscapeString(k.exact(w, t)), template.HTMLEscapeString(text)))
}

func funcs(w *words, k clock, a *assets) template.FuncMap {
	return template.FuncMap{
		"t":        w.T,
		"n":        w.N,
		"orword":   w.Or,
		"has":      w.Has,
		"lang":     func() string { return w.lang },
		"icon":     icon,
		"chatText": chatText,
		"asset":    a.address,
		"ago": func(t time.Time) template.HTML {
			return template.HTML(strings.Replace(string(moment(k, w, t, k.ago(w, t))), "<time ", "<time data-ago ", 1))
		},
		"at":       func(t time.Time) template.HTML { return moment(k, w, t, k.short(w, t)) },
		"exact":    func(t time.Time) string { return k.exact(w, t) },
		"date":     func(t time.Time) string { return k.date(w, t) },
		"local":    func(t time.Time) string { return k.in(t).Format("2006-01-02T15:04") },
		"work":     w.work,
		"size":     w.size,
		"initials": initials,
		"roleWord": func(r tickets.Role) string { return w.T("role." + string(r)) },
		"rule": func(id string) string {
			rule, _ := tickets.RuleOf(id)
			return rule.Title + ". " + rule.Text
		},
		"cat":  func(s ...any) string { return fmt.Sprint(s...) },
		"dict": dict,
		"list": func(v ...string) []string { return v },
		"once": func() template.HTML {
			return template.HTML(`<input type="hidden" name="` + onceField + `" value="` + onceNumber() + `">`)
		},
	}
}

// dict lets a template hand several values to another one.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: a key without a value")
	}
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return m, nil
}

// initials are the first letters of a person's first two names.
func initials(name string) string {
	var out []rune
	for _, f := range strings.Fields(name) {
		if len(out) < 2 {
			out = append(out, []rune(strings.ToUpper(f))[0])
		}
	}
	return string(out)
}

// show writes a page. A request of htmx that names a pane of the page gets
// that pane alone.
func (c *Console) show(w http.ResponseWriter, r *http.Request, status int, lang, page, pane string, data any) error {
	pages := c.views[lang]
	if pages == nil {
		return fmt.Errorf("no pages in language %q", lang)
	}
	t, err := pages.page(page)
	if err != nil {
		return err
	}
	name := "frame"
	if pane != "" && r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-History-Restore-Request") != "true" {
		name = pane
	}
	if t.Lookup(name) == nil {
		name = "content"
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, name, data); err != nil {
		return fmt.Errorf("rendering %s: %w", page, err)
	}
	if r.Context().Value(refusalKey{}) != nil {
		status = http.StatusUnprocessableEntity
	}
	html := buf.Bytes()
	if r.Method == http.MethodPost && status >= 400 && status < 500 {
		html = refill(html, r.URL.Path, r.PostForm)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Vary", "HX-Request, Accept-Encoding, Cookie")
	if len(html) < 1400 || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.WriteHeader(status)
		_, _ = w.Write(html) // the browser went away; nobody is left to tell
		return nil
	}
	w.Header().Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(w)
	_, _ = z.Write(html)
	_ = z.Close()
	return nil
}

// packers are used again: one takes 800 kB to make. Their level costs half the
// time of the usual one, for pages some 4 % larger.
var packers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, 4)
	if err != nil {
		panic(err) // the level is a constant
	}
	return z
}}
