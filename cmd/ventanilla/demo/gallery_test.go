package demo

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	shown "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"ventanilla/tickets/console/browsertest"
)

// picture is one picture of the gallery: whose screen, what is opened there and
// how. The path may hold an expression in braces, which the page that is open
// works out: the link to a case, to an outage, to a person.
type picture struct {
	name, login, from, path string
	show                    string // what is brought into view first
	dark, phone             bool
}

// gallery is what docs/galeria shows, in the order of its README.
var gallery = []picture{
	{name: "entrar", path: "/entrar"},
	{name: "bandeja", login: "operador", path: "/bandeja?v=abiertos", phone: true, dark: true},
	{name: "caso", login: "operador", from: "/bandeja?v=abiertos", path: `{[...document.querySelectorAll("#rows .row")].find(r => r.innerText.includes("9.1/2")).href}`, phone: true, dark: true},
	{name: "caso-decidir", login: "operador", from: "/bandeja?v=abiertos", path: `{[...document.querySelectorAll("#rows .row")].find(r => r.innerText.includes("9.1/2")).pathname + "?acto=decidir"}`},
	{name: "caso-cerrado", login: "operador", from: "/bandeja?v=cerrados", path: `{document.querySelector("#rows .row").href}`},
	{name: "caso-whatsapp", login: "operador", from: "/bandeja?v=abiertos", path: `{[...document.querySelectorAll("#rows .row")].find(r => r.innerText.includes("Edith")).href}`, show: ".msg:has(.what)", phone: true},
	{name: "expediente", login: "operador", from: "/bandeja?v=cerrados", path: `{document.querySelector("#rows .row").pathname + "/expediente"}`},
	{name: "conocimientos", login: "operador", path: "/conocimiento"},
	{name: "articulo", login: "operador", from: "/conocimiento", path: `{document.querySelector(".articles a").href}`},
	{name: "buscar", login: "operador", path: "/buscar?q=contraseña"},
	{name: "persona", login: "operador", from: "/bandeja?v=cerrados", path: `{document.querySelector("#rows .row").href}|{document.querySelector("a[href^='/personas/']").href}`},
	{name: "cuenta", login: "operador", path: "/cuenta"},
	{name: "factor", login: "operador", path: "/cuenta/factor"},
	{name: "llamada", login: "telefonista", path: "/llamada?numero=71234567", phone: true},
	{name: "devoluciones", login: "telefonista", path: "/devoluciones", phone: true},
	{name: "bandeja-unidad", login: "upat", path: "/bandeja"},
	{name: "revision", login: "supervisor", path: "/revision", phone: true, dark: true},
	{name: "caidas", login: "supervisor", path: "/caidas"},
	{name: "caida", login: "supervisor", from: "/caidas", path: `{document.querySelector("a[href^='/caidas/']").href}`},
	{name: "retenidos", login: "supervisor", path: "/retenidos"},
	{name: "recepcion", login: "supervisor", path: "/libro"},
	{name: "aprendizaje", login: "supervisor", path: "/aprendizaje"},
	{name: "canales", login: "supervisor", path: "/canales"},
	{name: "informes-hoy", login: "supervisor", path: "/informes", phone: true, dark: true},
	{name: "informes-periodo", login: "supervisor", path: "/informes/periodo", phone: true},
	{name: "criterios", login: "supervisor", path: "/administracion/criterios"},
	{name: "plantillas", login: "supervisor", path: "/administracion/plantillas"},
	{name: "administracion", login: "admin", path: "/administracion"},
	{name: "usuarios", login: "admin", path: "/usuarios"},
	{name: "calendario", login: "admin", path: "/administracion/calendario"},
	{name: "metas", login: "admin", path: "/administracion/metas"},
	{name: "sistemas", login: "admin", path: "/administracion/sistemas"},
	{name: "pruebas", login: "admin", path: "/administracion/pruebas"},
	{name: "avisos", login: "admin", path: "/administracion/avisos"},
	{name: "acceso", login: "admin", path: "/administracion/acceso"},
	{name: "auditoria", login: "admin", path: "/auditoria"},
	{name: "ciudadano", login: "operador", from: "/bandeja?v=cerrados", path: `{[...document.querySelectorAll("#rows .row")].find(r => r.innerText.includes("Dania")).href}|{document.querySelector(".thread").innerText.match(/http\S+\/c\/\S+/)[0]}`, phone: true},
}

// townGallery are the pictures of the demo's other site, and of the page that a
// citizen reads by the link in a message.
var townGallery = []picture{
	{name: "demo-inicio", path: "/"},
	{name: "demo-correo", path: "/correo"},
	{name: "demo-telefono", path: "/telefono"},
	{name: "demo-whatsapp", path: "/whatsapp?yo=%2B59172500032"},
}

// demoOpen plays the whole day and gives the two addresses when the house is open.
func demoOpen(t *testing.T) (desk, town string) {
	t.Helper()
	free := func() string {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		return ln.Addr().String()
	}
	ctx, stop := context.WithCancel(context.Background())
	ready, ended := make(chan [2]string, 1), make(chan error, 1)
	var out bytes.Buffer
	o := Options{Folder: filepath.Join(t.TempDir(), "datos"), Console: free(), Citizens: free(), Out: &out, Err: &out, Ready: func(c, p string) { ready <- [2]string{c, p} }}
	go func() { ended <- Run(ctx, o) }()
	select {
	case where := <-ready:
		t.Cleanup(func() {
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
		return where[0], where[1]
	case err := <-ended:
		stop()
		t.Fatalf("the day did not play: %v\n%s", err, out.String())
	}
	return "", ""
}

// TestGallery writes the pictures of docs/galeria into the folder that GALLERY
// names; `make gallery` runs it. GALLERY_ONLY narrows it to names that match.
func TestGallery(t *testing.T) {
	dir := os.Getenv("GALLERY")
	if dir == "" {
		t.Skip("GALLERY names no folder: nobody asked for pictures")
	}
	only := regexp.MustCompile(os.Getenv("GALLERY_ONLY"))
	desk, town := demoOpen(t)
	ctx := browsertest.Start(t, 2*time.Minute)
	shoot := func(base string, p picture) {
		t.Helper()
		if !only.MatchString(p.name) {
			return
		}
		at := base + p.path
		if p.from != "" {
			at = follow(t, ctx, base, p)
		}
		for _, size := range []struct {
			name string
			w, h int64
			dark bool
			want bool
		}{{"", 1440, 900, false, true}, {"-oscuro", 1440, 900, true, p.dark}, {"-320", 320, 640, false, p.phone}} {
			if !size.want {
				continue
			}
			browsertest.Resize(t, ctx, size.w, size.h, size.dark)
			if err := chromedp.Do(ctx, chromedp.Navigate(at), chromedp.Sleep(400*time.Millisecond)); err != nil {
				t.Fatal(p.name, err)
			}
			if p.show != "" {
				if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).scrollIntoView({block: "start"})`, p.show))); err != nil {
					t.Fatal(p.name, err)
				}
			}
			data, err := chromedp.Call(ctx, shown.CaptureScreenshot, shown.CaptureScreenshotParams{Format: "webp", Quality: ref(int64(80))})
			if err != nil {
				t.Fatal(p.name, err)
			}
			if err := os.WriteFile(filepath.Join(dir, p.name+size.name+".webp"), data.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	login := ""
	for _, p := range gallery {
		if p.login != login {
			login = p.login
			signIn(t, ctx, desk, login)
		}
		shoot(desk, p)
	}
	for _, p := range townGallery {
		shoot(town, p)
	}
}

func ref[T any](v T) *T { return &v }

// follow opens where a picture begins and gives the address that its expressions lead to.
func follow(t *testing.T, ctx context.Context, base string, p picture) string {
	t.Helper()
	at := base + p.from
	for _, step := range regexp.MustCompile(`\}\|\{`).Split(p.path[1:len(p.path)-1], -1) {
		if err := chromedp.Do(ctx, chromedp.Navigate(at)); err != nil {
			t.Fatal(p.name, err)
		}
		next, err := chromedp.Run(ctx, chromedp.Evaluate[string](step))
		if err != nil {
			t.Fatal(p.name, step, err)
		}
		if at = next; strings.HasPrefix(at, "/") {
			at = base + at
		}
	}
	return at
}

// signIn leaves whoever was there and comes in as another, through the page itself.
func signIn(t *testing.T, ctx context.Context, base, login string) {
	t.Helper()
	where, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.DeleteCookies, network.DeleteCookiesParams{Name: "ventanilla", Domain: where.Hostname()}); err != nil {
		t.Fatal(err)
	}
	err = chromedp.Do(ctx, chromedp.Navigate(base+"/entrar"), chromedp.WaitVisible(chromedp.CSS("#login")),
		chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector("#login").value = %q; document.querySelector("#password").value = %q; document.querySelector("#login").form.requestSubmit()`, login, Password)),
		chromedp.WaitVisible(chromedp.CSS(".rail")))
	if err != nil {
		t.Fatal(login, err)
	}
}
