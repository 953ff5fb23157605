package demo

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ventanilla/tickets"
	"ventanilla/tickets/console/browsertest"
	"ventanilla/tickets/store"
)

// sees waits until the page shows a text.
func sees(t *testing.T, ctx context.Context, text string) {
	t.Helper()
	for range 200 {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf(`document.body.innerText.includes(%q)`, text)))
		if err == nil && ok {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	shown, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`)) // only to say what is there instead
	t.Fatalf("the page never showed %q:\n%s", text, shown)
}

// A citizen writes; the acknowledgement and the desk's answer appear by
// themselves, and what is being typed is not lost when something arrives.
func TestBrowserFollowsTheMailbox(t *testing.T) {
	s := openSite(t)
	ctx := browsertest.Start(t, 2*time.Minute)
	messages, stop := context.WithCancel(ctx)
	console := chromedp.Console(messages)
	const me = "ines@ciudadana.ejemplo"
	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		step, stop := context.WithTimeout(ctx, 20*time.Second)
		defer stop()
		if err := chromedp.Do(step, steps...); err != nil {
			t.Fatal(err)
		}
	}
	do(chromedp.Navigate(s.url+"/correo?yo="+url.QueryEscape(me)),
		chromedp.SendKeys(chromedp.CSS("#asunto"), "No puedo firmar"), chromedp.SendKeys(chromedp.CSS("#texto"), "Mi token no aparece."),
		browsertest.Press(".sheet form button"), chromedp.WaitVisible(chromedp.CSS(".thread")))
	sees(t, ctx, "Recibimos su mensaje y lo registramos con el código AIT-")
	do(chromedp.SendKeys(chromedp.CSS(".reply textarea"), "Sigo esperando"))
	id := onlyCase(t, s)
	who := s.play.staff["operador"]
	err := s.desk.Store.Update(t.Context(), id, func(c *tickets.Ticket) error {
		return c.Do(tickets.ActAsk, who, tickets.Record{"question": "¿Qué marca de token usa?"}, time.Now())
	})
	if err != nil {
		t.Fatal(err)
	}
	sees(t, ctx, "Hay novedades")
	typed, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector(".reply textarea").value`))
	if err != nil || typed != "Sigo esperando" {
		t.Errorf("what was typed became %q (%v)", typed, err)
	}
	do(browsertest.Press("#news a"), chromedp.WaitVisible(chromedp.CSS(".thread")))
	sees(t, ctx, "¿Qué marca de token usa?")
	do(chromedp.SendKeys(chromedp.CSS(".reply textarea"), "Es de los azules."), browsertest.Press(".reply button"), chromedp.WaitVisible(chromedp.CSS(".thread")))
	err = s.play.until(t.Context(), "the answer", func() (bool, error) {
		c, err := s.desk.Store.Ticket(t.Context(), id)
		return c != nil && c.Waiting == nil, err
	})
	if err != nil {
		t.Fatal(err)
	}
	stop()
	for m, err := range console {
		if err != nil {
			break
		}
		if strings.HasPrefix(string(m.Type), "err") || m.IsException() {
			t.Errorf("the browser's console: %s (%s)", m.Text, m.URL)
		}
	}
}

func onlyCase(t *testing.T, s *site) string {
	t.Helper()
	list, err := s.desk.Store.List(t.Context(), store.Filter{Restricted: true})
	if err != nil || len(list.Rows) != 1 {
		t.Fatalf("want one case, have %d (%v)", len(list.Rows), err)
	}
	return list.Rows[0].ID
}

// Without Exit the desk stays open with cases at interesting places, and a
// stop from outside ends it quickly and well.
func TestStaysUntilStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var progress bytes.Buffer
	ready := make(chan [2]string, 1)
	ended := make(chan error, 1)
	folder := filepath.Join(t.TempDir(), "data-demo")
	go func() {
		ended <- Run(ctx, Options{
			Folder: folder, Console: "127.0.0.1:0", Citizens: "127.0.0.1:0", Out: &progress, Err: &progress,
			Ready: func(console, citizens string) { ready <- [2]string{console, citizens} },
		})
	}()
	select {
	case err := <-ended:
		t.Fatalf("ended by itself: %v\n%s", err, progress.String())
	case urls := <-ready:
		for _, c := range staff {
			if _, err := newCounter(urls[0]).browser(ctx, c.login); err != nil {
				t.Errorf("%s cannot log in: %v", c.login, err)
			}
		}
		res, err := http.Get(urls[1] + "/correo")
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	case <-time.After(2 * time.Minute):
		t.Fatal("the day did not end")
	}
	began := time.Now()
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("did not stop")
	}
	t.Logf("stopped in %v", time.Since(began).Round(time.Millisecond))
	st, err := store.Open(t.Context(), store.Options{URL: "sqlite:" + filepath.Join(folder, "ventanilla.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	list, err := st.List(t.Context(), store.Filter{State: "open", Restricted: true})
	if err != nil {
		t.Fatal(err)
	}
	places := map[tickets.Step]bool{}
	for _, row := range list.Rows {
		places[row.Step] = true
	}
	for _, want := range []tickets.Step{"9.1/2", "9.1/7", "9.1/9", "9.2/3.A.1", "9.3/3.B.4"} {
		if !places[want] {
			t.Errorf("no case was left open at %s: %v", want, places)
		}
	}
	if len(list.Rows) != len(leftOpen) {
		t.Errorf("%d cases are open, want %d", len(list.Rows), len(leftOpen))
	}
}
