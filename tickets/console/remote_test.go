package console_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/console/browsertest"
	"ventanilla/tickets/store"
)

// TestBrowserRemotePictures: a mail's formatting, opened in a case, asks no
// other site for anything; only the link beneath it fetches the pictures, into
// the same frame, with nothing that tells where it was opened.
func TestBrowserRemotePictures(t *testing.T) {
	var photo bytes.Buffer
	if err := png.Encode(&photo, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	var asked, told atomic.Int64
	site := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.URL.Path != "/foto.png" || r.Referer() != "" || len(r.Cookies()) > 0 {
			told.Add(1)
		}
		w.Header().Set("Content-Type", "image/png")
		w.Write(photo.Bytes())
	}))
	defer site.Close()
	o := open(t)
	id := o.report(time.Hour, "email", "maria@ejemplo.bo", "María Ejemplo", "Captura", "Vea la captura.", tickets.Suggestion{Class: tickets.Support, Confidence: 0.9})
	err := o.st.Write(context.Background(), func(tx *store.Tx) error {
		html, err := tx.PutBlob([]byte(`<p style="background:url(` + site.URL + `/fondo.png)">hola <img src="` + site.URL + `/foto.png" alt="foto"><img src="` + site.URL + `/rastro.gif" width=1 height=1></p><link rel=stylesheet href="` + site.URL + `/hoja.css"><style>@import "` + site.URL + `/otra.css";</style>`))
		if err != nil {
			return err
		}
		return tx.AddMessage(id, &store.Message{Direction: store.In, Kind: channels.Human, Medium: channels.Email, Said: "hola", Text: "hola", HTML: html, Address: "maria@ejemplo.bo"})
	})
	if err != nil {
		t.Fatal(err)
	}
	w := walker{t, chromium(t, chromedp.Flag("ignore-certificate-errors", true)), o, time.Now().Add(walkTime)}
	w.enter("operador")
	w.do("open the case", chromedp.Navigate(o.srv.URL+"/casos/"+o.code(id)), chromedp.WaitVisible(chromedp.CSS("details.html > summary")))
	w.do("show the formatting", browsertest.Press("details.html > summary"), chromedp.WaitVisible(chromedp.CSS("details.html iframe")))
	w.until("the frame was fetched", `performance.getEntriesByType("resource").some(e => e.name.includes("/correo/"))`)
	time.Sleep(500 * time.Millisecond) // what it would ask for, it would have asked for by now
	if n := asked.Load(); n != 0 {
		t.Fatalf("%d requests to the other site before anybody asked for its pictures", n)
	}
	at := `location.pathname`
	before, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](at))
	if err != nil {
		t.Fatal(err)
	}
	w.do("ask for the pictures", browsertest.Press("details.html a[target]"))
	for end := time.Now().Add(time.Minute); asked.Load() == 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the pictures are not fetched")
		}
	}
	time.Sleep(300 * time.Millisecond)
	if asked.Load() != 1 || told.Load() != 0 {
		t.Errorf("%d requests, %d of them for something else than the picture or with a trace", asked.Load(), told.Load())
	}
	after, err := chromedp.Run(w.ctx, chromedp.Evaluate[string](at))
	if err != nil || after != before {
		t.Errorf("the page went from %s to %s (%v)", before, after, err)
	}
}
