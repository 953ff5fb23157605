package console_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/net/html"

	"ventanilla/channels"
	"ventanilla/channels/phone"
	"ventanilla/router"
	"ventanilla/tickets/calendar"
	"ventanilla/tickets/console"
	"ventanilla/tickets/store"
)

const columnsPath = "/administracion/llamadas"

// exchanges is an office that follows call logs through the real router; the
// logs do not exist before something is written into them.
func exchanges(t *testing.T, names ...string) (*office, []*phone.CDR) {
	t.Helper()
	dir := t.TempDir()
	var logs []*phone.CDR
	for _, n := range names {
		logs = append(logs, &phone.CDR{ID: n, File: filepath.Join(dir, n+".csv"), Poll: 20 * time.Millisecond, Log: zerolog.Nop()})
	}
	o := open(t, func(o *office, opt *console.Options) {
		opt.CallLogs = logs
		var all []channels.Channel
		for _, l := range logs {
			all = append(all, l)
		}
		r, err := router.New(t.Context(), router.Options{Store: o.st, Channels: all, Log: zerolog.Nop(), Now: time.Now, Hours: calendar.LaPaz(), Office: "Mesa", Domain: "ejemplo.bo"})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{}, 2)
		go func() { r.Run(ctx); done <- struct{}{} }()
		go func() {
			channels.NewSupervisor(r.Desk("prueba"), zerolog.Nop(), time.Now).Run(ctx, all)
			done <- struct{}{}
		}()
		t.Cleanup(func() { stop(); <-done; <-done })
	})
	return o, logs
}

// formOf is what a browser would send of the form with an id, as it is shown.
func formOf(page, id string) url.Values {
	v := url.Values{}
	inside, name := false, ""
	attr := func(t html.Token, key string) (string, bool) {
		i := slices.IndexFunc(t.Attr, func(a html.Attribute) bool { return a.Key == key })
		if i < 0 {
			return "", false
		}
		return t.Attr[i].Val, true
	}
	z := html.NewTokenizer(strings.NewReader(page))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		tok := z.Token()
		value, _ := attr(tok, "value")
		switch {
		case tok.Data == "form":
			is, _ := attr(tok, "id")
			inside = kind == html.StartTagToken && is == id
		case !inside || kind != html.StartTagToken:
		case tok.Data == "select":
			name, _ = attr(tok, "name")
		case tok.Data == "option":
			if _, chosen := attr(tok, "selected"); chosen {
				v.Set(name, value)
			}
		case tok.Data == "input":
			n, _ := attr(tok, "name")
			typ, _ := attr(tok, "type")
			if _, checked := attr(tok, "checked"); typ != "checkbox" || checked {
				v.Add(n, value)
			}
		}
	}
	return v
}

func (b *browser) postForm(path string, v url.Values) *http.Response {
	var pairs []string
	for name, values := range v {
		for _, value := range values {
			pairs = append(pairs, name, value)
		}
	}
	return b.post(path, pairs...)
}

// upload posts a file as a browser does, with other fields.
func (b *browser) upload(path, file string, content []byte, fields ...string) *http.Response {
	b.o.t.Helper()
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	for i := 0; i < len(fields); i += 2 {
		if err := m.WriteField(fields[i], fields[i+1]); err != nil {
			b.o.t.Fatal(err)
		}
	}
	part, err := m.CreateFormFile("archivo", file)
	if err != nil {
		b.o.t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		b.o.t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		b.o.t.Fatal(err)
	}
	return b.sendAs(path, m.FormDataContentType(), form.String())
}

// sendAs posts a body of a given type.
func (b *browser) sendAs(path, typ, sent string) *http.Response {
	b.o.t.Helper()
	req, _ := http.NewRequest("POST", b.o.srv.URL+path, strings.NewReader(sent)) // fails only for a bad address
	req.Header.Set("Content-Type", typ)
	req.Header.Set("Origin", b.o.srv.URL)
	res, err := b.Do(req)
	if err != nil {
		b.o.t.Fatal(err)
	}
	return res
}

// callsOf waits until a number has so many calls.
func (o *office) callsOf(number string, n int) []store.Call {
	o.t.Helper()
	var calls []store.Call
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var err error
		if calls, err = o.st.CallsOf(o.t.Context(), number, 10); err != nil {
			o.t.Fatal(err)
		}
		if len(calls) == n {
			return calls
		}
	}
	o.t.Fatalf("%s has %d calls, want %d: %+v", number, len(calls), n, calls)
	return nil
}

// TestColumnsOfRealLogs: a keeper of the console shows each kind of log, as
// lines or as a file, saves what is proposed, and the exchange's lines become
// the calls that they tell of.
func TestColumnsOfRealLogs(t *testing.T) {
	files, err := filepath.Glob("../../channels/phone/testdata/cdr/*.csv")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f), ".csv"))
	}
	o, logs := exchanges(t, names...)
	admin := o.login("administrador")
	for i, file := range files {
		name, number := names[i], fmt.Sprintf("7123%04d", 1000+i)
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		raw = bytes.ReplaceAll(raw, []byte("71234567"), []byte(number)) // each exchange has its own callers and ids
		raw = bytes.ReplaceAll(raw, []byte("1793800"), fmt.Appendf(nil, "17938%02d", i))
		raw = bytes.ReplaceAll(raw, []byte("a-"), fmt.Appendf(nil, "%d-", i))
		var res *http.Response
		if i%2 == 0 {
			res = admin.post(columnsPath, "log", name, "do", "look", "sample", string(raw))
		} else {
			res = admin.upload(columnsPath, name+".csv", raw, "log", name, "do", "look", "sample", "")
		}
		page := body(t, res)
		if res.StatusCode != 200 || !strings.Contains(page, "Así se leen 2 llamadas") || !strings.Contains(page, "llamada perdida") || !strings.Contains(page, "llamada atendida") {
			t.Fatalf("%s: status %d: %s", name, res.StatusCode, page)
		}
		form := formOf(page, "study")
		form.Set("do", "save")
		if res := admin.postForm(columnsPath, form); res.StatusCode != 303 {
			t.Fatalf("%s: status %d: %s", name, res.StatusCode, body(t, res))
		}
		if err := os.WriteFile(logs[i].File, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i, name := range names {
		for _, c := range o.callsOf(fmt.Sprintf("+5917123%04d", 1000+i), 2) {
			at, state, talk := time.Date(2026, 11, 23, 14, 15, 0, 0, time.UTC), store.CallMissed, time.Duration(0)
			if c.Answered {
				at, state, talk = at.Add(5*time.Minute), store.CallOpen, 75*time.Second
			}
			if !c.Started.Equal(at) || c.State != state || c.Talk != talk || c.Channel != name {
				t.Errorf("%s: %+v", name, c)
			}
		}
	}
	if held, err := o.st.Ledger(t.Context(), store.LedgerFilter{Limit: 100}); err != nil || len(held) != 2*len(names) {
		t.Errorf("%d lines in the ledger, want two of each log and no heading: %v", len(held), err)
	}
}

// TestColumnsScreen: what is shown, refused, saved, told and taken back.
func TestColumnsScreen(t *testing.T) {
	o, logs := exchanges(t, "central")
	for _, login := range []string{"supervisor", "jefatura", "auditor", "operador"} {
		b := o.login(login)
		if res := b.get(columnsPath); res.StatusCode != 403 {
			t.Errorf("%s sees it: %d", login, res.StatusCode)
		}
		if res := b.post(columnsPath, "log", "central", "do", "own"); res.StatusCode != 403 {
			t.Errorf("%s changes it: %d", login, res.StatusCode)
		}
	}
	admin := o.login("administrador")
	if page := body(t, admin.get(columnsPath)); !strings.Contains(page, "Rigen las columnas del archivo de configuración") || !strings.Contains(page, logs[0].File) {
		t.Error("it does not say what is in force")
	}
	const sample = "Fecha;Origen;Destino;Estado\n23/11/2026 10:15;71234567;22184026;Contestada\n31/02/2026 10:20;71234567;22184026;quién sabe\n23/11/2026 10:25;;22184026;Ocupado\n"
	page := body(t, admin.post(columnsPath, "log", "central", "do", "look", "sample", sample))
	for _, want := range []string{"Así se leen 2 llamadas", "La fecha y hora «31/02/2026 10:20» no se entiende", "«quién sabe» no es un final conocido", "No dice quién llamó", "4 · Estado · «Contestada»"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	form := formOf(page, "study")
	form.Set("sample", sample)
	if got := form["c.start"][0] + form["c.src"][0] + form["c.dst"][0] + form["c.disposition"][0] + form.Get("c.uniqueid"); got != "0123" || form.Get("dates") != "dmy" || form.Get("separator") != ";" || form.Get("heading") != "yes" {
		t.Errorf("it proposes %v", form)
	}
	change := func(what string, want int, says string, pairs ...string) {
		t.Helper()
		v := url.Values{}
		for name, values := range form {
			v[name] = values
		}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		res := admin.postForm(columnsPath, v)
		if text := body(t, res); res.StatusCode != want || !strings.Contains(text, says) {
			t.Errorf("%s: status %d, want %d and %q", what, res.StatusCode, want, says)
		} else if back := formOf(text, "study"); want == 422 && v.Get("sample") == sample && (back.Get("c.src") != v.Get("c.src") || back.Get("c.dst") != "2" || !strings.Contains(back.Get("sample"), "22184026")) {
			t.Errorf("%s: it comes back as %v", what, back)
		}
	}
	change("no start", 422, "Falta decir en qué columna está: Fecha y hora de inicio", "do", "save", "c.start", "")
	change("no caller", 422, "Falta decir en qué columna está: Quién llamó", "do", "save", "c.src", "")
	change("nothing readable", 422, "no se lee ninguna de las líneas", "do", "save", "c.start", "3", "c.disposition", "", "sample", "uno;dos;tres;cuatro")
	change("no lines", 422, "No hay ninguna línea que leer", "do", "save", "sample", " \r\n")
	change("a column that cannot be", 400, "", "do", "save", "c.src", "-4")
	change("an order that cannot be", 400, "", "do", "save", "dates", "nunca")
	change("a separator that cannot be", 400, "", "do", "save", "separator", "x")
	change("a log that is not there", 404, "", "do", "save", "log", "otra")
	change("another separator is another guess", 200, "Así se leen 0 llamadas", "do", "look", "separator", ",")
	change("another separator is not saved unseen", 422, "Con otro separador las columnas son otras", "do", "save", "separator", "|", "sample", sample+"\n")
	if res := admin.sendAs(columnsPath, "multipart/form-data; boundary=x", "--x\r\nno form"); res.StatusCode != 400 {
		t.Errorf("a form that cannot be read: %d", res.StatusCode)
	}
	if log, err := o.st.AuditLog(t.Context(), store.AuditFilter{Target: "central"}); err != nil || len(log) != 0 {
		t.Errorf("what was refused is in the audit log: %+v, %v", log, err)
	}
	change("what is proposed", 303, "", "do", "save")
	page = body(t, admin.get(columnsPath+"?hecho=columns"))
	for _, want := range []string{"Rigen las columnas que guardó", "columna 2 · Origen", "Volver a las del archivo"} {
		if !strings.Contains(page, want) {
			t.Errorf("after saving the page lacks %q", want)
		}
	}
	if strings.Contains(page, "71234567") {
		t.Error("a caller's number of the sample is kept")
	}
	if got := o.inForce(logs[0]); got != "Origen" {
		t.Errorf("the caller is read from %q", got)
	}
	if res := admin.post(columnsPath, "log", "central", "do", "own"); res.StatusCode != 303 {
		t.Errorf("taking it back: %d", res.StatusCode)
	}
	if o.inForce(logs[0]) != "" {
		t.Error("what was taken back is in force")
	}
	log, err := o.st.AuditLog(t.Context(), store.AuditFilter{Target: "central"})
	if err != nil || len(log) != 2 || log[1].Act != "phone.columns" || log[1].Details["columns"] != "start=1 src=2 dst=3 disposition=4" || log[0].Act != "phone.columns.own" {
		t.Errorf("%+v, %v", log, err)
	}
	if text := body(t, o.login("auditor").get("/auditoria")); !strings.Contains(text, "Cambió las columnas de la central") {
		t.Error("the audit page does not tell of it")
	}
}

// TestColumnsOfTheLogItself: the page looks into the configured log, and says
// so where it cannot.
func TestColumnsOfTheLogItself(t *testing.T) {
	o, logs := exchanges(t, "central")
	admin := o.login("administrador")
	res := admin.post(columnsPath, "log", "central", "do", "log", "sample", "")
	if page := body(t, res); res.StatusCode != 422 || !strings.Contains(page, "No se puede leer "+logs[0].File) {
		t.Errorf("a log that is not there: %d", res.StatusCode)
	}
	looked := func(want int) {
		t.Helper()
		if log, err := o.st.AuditLog(t.Context(), store.AuditFilter{Target: "central", Act: "phone.columns.look"}); err != nil || len(log) != want {
			t.Errorf("the audit log tells of %+v, want %d looks: %v", log, want, err)
		}
	}
	looked(0)
	if err := os.WriteFile(logs[0].File, []byte("Fecha;Origen;Destino;Estado\n23/11/2026 10:15;71234567;22184026;Perdida\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	page := body(t, admin.post(columnsPath, "log", "central", "do", "log", "sample", "otra cosa"))
	if form := formOf(page, "study"); !strings.Contains(page, "Así se lee 1 llamada") || form.Get("c.src") != "1" || !strings.Contains(form.Get("sample"), "71234567") {
		t.Error(page)
	}
	looked(1)
}

// inForce is what the saved layout of a log calls the column of the caller.
func (o *office) inForce(log *phone.CDR) string {
	o.t.Helper()
	var l phone.Layout
	if _, err := o.st.Setting(o.t.Context(), console.LayoutSetting(log.ID), &l); err != nil {
		o.t.Fatal(err)
	}
	if at, ok := l.Columns["src"]; ok && at < len(l.Heading) {
		return l.Heading[at]
	}
	return ""
}

// TestNoCallLogs: an office without an exchange is told how to name one.
func TestNoCallLogs(t *testing.T) {
	o := open(t, func(_ *office, opt *console.Options) { opt.CallLogs = nil })
	if page := body(t, o.login("administrador").get(columnsPath)); !strings.Contains(page, "[[phone.cdr]]") || strings.Contains(page, "<textarea") {
		t.Error(page)
	}
}
