package console_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"ventanilla/tickets/console/browsertest"
)

// chromium starts a private browser that outlives any walk.
func chromium(t *testing.T, flags ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	return browsertest.Start(t, 8*time.Minute, flags...)
}

// enter gives the browser the session of someone who logged in.
func (o *office) enter(ctx context.Context, login string) {
	o.t.Helper()
	secret, yes := o.browserCookies(o.login(login)), true
	if _, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: "ventanilla", Value: secret, URL: o.srv.URL, HTTPOnly: &yes, SameSite: "Strict"}); err != nil {
		o.t.Fatal(err)
	}
}

// TestShots writes pictures of every screen into the folder that SHOTS names,
// for people to look at. SHOTS_ONLY narrows it to screens whose name holds it,
// SHOTS_SIZE to one size ("768", "768-oscuro").
func TestShots(t *testing.T) {
	dir := os.Getenv("SHOTS")
	if dir == "" {
		t.Skip("SHOTS names no folder: nobody asked for pictures")
	}
	o := open(t)
	ids := o.day()
	w := walk(o)
	w.end = time.Now().Add(8 * time.Minute)
	ctx, screens := w.ctx, o.screens(ids)
	login := ""
	for _, s := range screens {
		if !strings.Contains(s.name, os.Getenv("SHOTS_ONLY")) {
			continue
		}
		if s.login != login && s.login != "" {
			o.enter(ctx, s.login)
			login = s.login
		}
		for _, f := range []struct {
			w, h int64
			dark bool
		}{{2560, 1300, false}, {1440, 900, false}, {1440, 900, true}, {768, 1024, false}, {320, 640, false}, {2560, 1300, true}, {768, 1024, true}, {320, 640, true}} {
			kind := fmt.Sprintf("%d%s", f.w, map[bool]string{true: "-oscuro"}[f.dark])
			if only := os.Getenv("SHOTS_SIZE"); only != kind && (only != "" || f.dark && f.w != 1440) {
				continue
			}
			browsertest.Resize(t, ctx, f.w, f.h, f.dark)
			if err := chromedp.Do(ctx, chromedp.Navigate(o.srv.URL+s.path), chromedp.Sleep(150*time.Millisecond)); err != nil {
				t.Fatal(s.name, err)
			}
			if next, ok := goesOn[s.name]; ok {
				if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](next.press+"; true")); err != nil {
					t.Fatal(s.name, err)
				}
				w.until(s.name, next.until)
			}
			if unfolded.MatchString(s.name) {
				w.do("unfold "+s.name, chromedp.Evaluate[chromedp.Void](unfold))
			}
			wide, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > document.documentElement.clientWidth + 1`))
			if err != nil {
				t.Fatal(s.name, err)
			}
			png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatal(s.name, err)
			}
			if wide {
				t.Errorf("%s at %d px scrolls sideways", s.name, f.w)
			}
			if err := os.WriteFile(filepath.Join(dir, s.name+"-"+kind+".png"), png, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// shownInGallery are the screens of docs/galeria that the demo's day does not
// come to, by the picture's name.
var shownInGallery = map[string]string{"caida-en-curso": "caida-bloque", "caso-no-entregado": "reenviar", "of-central-lineas": "columnas"}

// TestGallery writes the pictures of those screens into the folder that GALLERY
// names; `make gallery` runs it after the demo's.
func TestGallery(t *testing.T) {
	dir := os.Getenv("GALLERY")
	if dir == "" {
		t.Skip("GALLERY names no folder: nobody asked for pictures")
	}
	o := open(t)
	ids := o.day()
	w := walk(o)
	quality := int64(80)
	taken := 0
	for _, s := range o.screens(ids) {
		name, ok := shownInGallery[s.name]
		if !ok {
			continue
		}
		o.enter(w.ctx, s.login)
		browsertest.Resize(t, w.ctx, 1440, 900, false)
		w.do(s.name, chromedp.Navigate(o.srv.URL+s.path))
		if next, ok := goesOn[s.name]; ok {
			w.do(s.name, chromedp.Evaluate[chromedp.Void](next.press))
			w.until(s.name, next.until)
		}
		w.until("the fonts and pictures", `document.readyState === "complete"`)
		picture, err := chromedp.Call(w.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: "webp", Quality: &quality})
		if err != nil {
			t.Fatal(s.name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".webp"), picture.Data, 0o644); err != nil {
			t.Fatal(err)
		}
		taken++
	}
	if taken != len(shownInGallery) {
		t.Errorf("%d pictures were taken, want %d", taken, len(shownInGallery))
	}
}
