package console_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"ventanilla/tickets"
	"ventanilla/tickets/console/browsertest"
)

// looksScript is what the checks of every screen ask of a page (window.looks).
func looksScript(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("testdata/looks.js")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// emulate makes the browser a medium ("" or "print") with media features.
func emulate(t *testing.T, ctx context.Context, media string, features ...string) {
	t.Helper()
	p := emulation.SetEmulatedMediaParams{Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}}
	for i := 0; i < len(features); i += 2 {
		p.Features = append(p.Features, &emulation.MediaFeature{Name: features[i], Value: features[i+1]})
	}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, p); err != nil {
		t.Fatal(err)
	}
}

// needsName are the roles that somebody acts on, or finds a place by.
var needsName = []string{"link", "button", "textbox", "searchbox", "combobox", "listbox", "checkbox", "radio", "spinbutton", "slider", "switch", "menuitem", "option", "tab", "disclosureTriangle", "DisclosureTriangle",
	"navigation", "region", "dialog", "group", "heading", "table", "Date", "InputTime"}

// mayLackName are those of them that need one only where a person acts or jumps there.
var mayLackName = []string{"group", "table"}

// spoken is a page as assistive technology has it: what is wrong with it.
func spoken(t *testing.T, ctx context.Context) (faults []string) {
	t.Helper()
	tree, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		t.Fatal(err)
	}
	count, level, live := map[string]int{}, 0, 0
	for _, n := range tree.Nodes {
		if n.Ignored || n.Role == nil {
			continue
		}
		role, name := text(n.Role), text(n.Name)
		count[role]++
		if slices.Contains(needsName, role) && !slices.Contains(mayLackName, role) && name == "" {
			faults = append(faults, "a "+role+" without a name: "+markup(t, ctx, n.BackendDOMNodeID))
		}
		if role == "heading" {
			is, err := strconv.Atoi(property(n, "level"))
			if err != nil || is > max(level, 1)+1 { // a pane may stand before the page's own heading
				faults = append(faults, fmt.Sprintf("heading %q of level %s after level %d", name, property(n, "level"), level))
			}
			if level = is; is == 1 {
				count["h1"]++
			}
		}
		if l := property(n, "live"); l == "polite" || l == "assertive" {
			live++
		}
	}
	for what, want := range map[string]int{"main": 1, "h1": 1} {
		if count[what] != want {
			faults = append(faults, fmt.Sprintf("%d of %s, want %d", count[what], what, want))
		}
	}
	if count["navigation"] > 0 && live == 0 {
		faults = append(faults, "nothing announces what happens")
	}
	slices.Sort(faults)
	return faults
}

// markup is how a node of the page is written.
func markup(t *testing.T, ctx context.Context, id cdp.BackendNodeID) string {
	t.Helper()
	html, err := chromedp.Call(ctx, dom.GetOuterHTML, dom.GetOuterHTMLParams{BackendNodeID: id})
	if err != nil {
		t.Fatal(err)
	}
	return html.OuterHTML[:min(120, len(html.OuterHTML))]
}

// text is a value of the accessibility tree as text.
func text(v *accessibility.Value) string {
	if v == nil || v.Value == nil {
		return ""
	}
	var s string
	if json.Unmarshal(v.Value, &s) != nil {
		return string(v.Value) // a number or a truth value
	}
	return s
}

func property(n *accessibility.Node, name string) string {
	for _, p := range n.Properties {
		if string(p.Name) == name {
			return text(p.Value)
		}
	}
	return ""
}

// TestChecksOfScreensSeeFaults: each check of TestScreens finds what it is for
// in a page that has it, and nothing in the same page put right.
func TestChecksOfScreensSeeFaults(t *testing.T) {
	ctx := chromium(t)
	script := looksScript(t)
	page := func(html string) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
			t.Fatal(err)
		}
		set := fmt.Sprintf("document.write(%q); document.close(); true", "<!doctype html><html lang=es><title>x</title><body>"+html)
		for _, js := range []string{set, script} {
			if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](js)); err != nil {
				t.Fatal(err)
			}
		}
	}
	ask := func(check string) []string {
		t.Helper()
		switch check {
		case "spoken":
			return spoken(t, ctx)
		case "forced": // a focus is one of the keyboard
			if err := chromedp.Do(ctx, chromedp.KeyEvent(kb.Tab)); err != nil {
				t.Fatal(err)
			}
		}
		found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string]("looks."+check+"()"))
		if err != nil {
			t.Fatal(check, err)
		}
		return found
	}
	const press = `<button style="width:60px;height:20px;padding:0;border:0;display:block">uno</button>`
	for _, c := range []struct{ check, says, wrong, right string }{
		{"targets", "a small target: BUTTON", press + press, press + `<div style="height:20px"></div>` + press},
		{"targets", "a small target: INPUT", `<input type=checkbox><input type=checkbox>`, `<label style="display:block;padding:4px"><input type=checkbox> a</label><label style="display:block;padding:4px"><input type=checkbox> b</label>`},
		{"targets", "a small target: A", `<a href=#a>a</a> <a href=#b>b</a>`, `<p>Vea <a href=#a>esto</a> o <a href=#b>eso</a>.</p>`},
		{"targets", "a small target: BUTTON", `<details><summary style="min-height:30px">a</summary>` + press + press + `</details>`, `<details><summary style="min-height:30px">a</summary><div style="height:20px"></div>` + press + `</details>`},
		{"overlaps", "lies over another", `<p style="height:8px;margin:0">primera línea</p><p style="margin:0">segunda línea</p>`, `<p>primera línea</p><p>segunda línea</p>`},
		{"overlaps", "scrolls sideways", `<div style="width:9000px">ancho</div>`, `<div style="overflow:auto"><div style="width:9000px">ancho</div></div>`},
		{"forced", "has no edge: BUTTON.btn", `<button class=btn style="border:0">a</button>`, `<button class=btn style="border:1px solid">a</button>`},
		{"forced", "has no edge: SPAN.chip", `<span class=chip>a</span>`, `<span class=chip style="border:1px solid">a</span>`},
		{"forced", "its colour alone", `<span class=dot style="display:block;width:9px;height:9px;background:red"></span>`, `<span class=dot style="display:block;width:9px;height:9px;background:red;forced-color-adjust:none"></span>`},
		{"forced", "its focus is not seen", `<a href=#a style="outline:0;box-shadow:0 0 3px red">a</a>`, `<a href=#a style="outline:2px solid transparent">a</a>`},
		{"forced", "looks like the others", `<ul><li><a href=#a aria-current=true style="background:red">a</a></li><li><a href=#b>b</a></li></ul>`, `<ul><li><a href=#a aria-current=true style="font-weight:600">a</a></li><li><a href=#b>b</a></li></ul>`},
		{"printed", "is printed: NAV", `<nav>menú</nav>texto`, `<nav style="display:none">menú</nav>texto`},
		{"printed", "is cut off", `<div style="width:40px;overflow:hidden;white-space:nowrap">palabras que no caben</div>`, `<div style="width:40px">palabras que no caben</div>`},
		{"printed", "is wider than the paper", `<div style="width:9000px">ancho</div>`, `<div>ancho</div>`},
		{"printed", "is dark", `<div style="background:#123;color:#fff;width:200px;height:60px">a</div>`, `<div style="background:#eee;width:200px;height:60px">a</div>`},
		{"printed", "is pale", `<p style="color:#ccc">a</p>`, `<p style="color:#555">a</p>`},
		{"spoken", "a button without a name", `<main><h1>a</h1><button></button></main>`, `<main><h1>a</h1><button>b</button></main>`},
		{"spoken", "a textbox without a name", `<main><h1>a</h1><input></main>`, `<main><h1>a</h1><input aria-label=b></main>`},
		{"spoken", "2 of h1", `<main><h1>a</h1><h1>b</h1></main>`, `<main><h1>a</h1><h2>b</h2></main>`},
		{"spoken", "0 of main", `<h1>a</h1>`, `<main><h1>a</h1></main>`},
		{"spoken", "after level 1", `<main><h1>a</h1><h3>b</h3></main>`, `<main><h1>a</h1><h2>b</h2><h3>c</h3></main>`},
		{"spoken", "nothing announces", `<nav aria-label=x>y</nav><main><h1>a</h1></main>`, `<nav aria-label=x>y</nav><main><h1>a</h1><p role=status>b</p></main>`},
	} {
		media, features := "", []string(nil)
		switch c.check {
		case "forced":
			features = []string{"forced-colors", "active"}
		case "printed":
			media = "print"
		}
		emulate(t, ctx, media, features...)
		page(c.wrong)
		if found := ask(c.check); !slices.ContainsFunc(found, func(s string) bool { return strings.Contains(s, c.says) }) {
			t.Errorf("%s finds %q in %s, want %q", c.check, found, c.wrong, c.says)
		}
		page(c.right)
		if found := ask(c.check); len(found) > 0 {
			t.Errorf("%s finds %q in %s", c.check, found, c.right)
		}
	}
}

// announced are the texts of the live regions of a page, as assistive technology has them.
func announced(t *testing.T, ctx context.Context) (said []string) {
	t.Helper()
	tree, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		t.Fatal(err)
	}
	at := map[accessibility.NodeID]*accessibility.Node{}
	for _, n := range tree.Nodes {
		at[n.NodeID] = n
	}
	var words func(n *accessibility.Node) string
	words = func(n *accessibility.Node) string {
		if text(n.Role) == "StaticText" {
			return text(n.Name)
		}
		all := ""
		for _, id := range n.ChildIDs {
			if child := at[id]; child != nil {
				all += words(child)
			}
		}
		return all
	}
	for _, n := range tree.Nodes {
		if l := property(n, "live"); !n.Ignored && (l == "polite" || l == "assertive") && property(n, "root") == "" {
			said = append(said, l+": "+words(n))
		}
	}
	return said
}

// TestActsAreAnnounced: what an act did, and why one was refused, stands in a
// live region of the page as assistive technology has it.
func TestActsAreAnnounced(t *testing.T) {
	o := open(t)
	ids := o.day()
	w := walk(o)
	w.enter("operador")
	says := func(want string) {
		t.Helper()
		if said := announced(t, w.ctx); !slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("the live regions say %q, want one that begins %q", said, want)
		}
	}
	open := []chromedp.Action[chromedp.Void]{chromedp.Navigate(o.srv.URL + "/casos/" + o.code(ids["pass"])), chromedp.WaitVisible(chromedp.CSS("#reply-text"))}
	w.do("write a note", append(open, chromedp.KeyEvent("n"), chromedp.WaitVisible(chromedp.CSS("#compose form.note")), typeInto("#reply-text", "Llamó otra vez."), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(2)))...)
	w.see("La nota quedó guardada.")
	says("polite: La nota quedó guardada.")
	w.until("the focus is on what is announced", `document.activeElement.id === "flash"`)
	w.do("write a reply", append(open, typeInto("#reply-text", "Pruebe ahora."))...)
	o.do(ids["pass"], "supervisor", tickets.ActNote, "text", "Ya está arreglado.")
	w.see("Hay novedades en este caso.")
	says("polite: Hay novedades en este caso.")
	w.do("send", typeInto("#reply-text", "Pruebe ahora, por favor."), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(2)))
	w.see("llegó algo mientras usted escribía")
	if said := strings.Join(announced(t, w.ctx), "\n"); !strings.Contains(said, "llegó algo mientras usted escribía") {
		t.Errorf("why it was not sent is not announced: %q", said)
	}
}

// TestVeryWideScreen: on a screen of 2560 pixels a page stands in the middle of
// what the rail leaves, and a narrow one begins where the others do.
func TestVeryWideScreen(t *testing.T) {
	o := open(t)
	w := walk(o)
	w.enter("operador")
	browsertest.Resize(t, w.ctx, 2560, 1300, false)
	edges := func(path string) (left, right float64) {
		t.Helper()
		w.do(path, chromedp.Navigate(o.srv.URL+path), chromedp.WaitVisible(chromedp.CSS(".page")))
		at, err := chromedp.Run(w.ctx, chromedp.Evaluate[[]float64](`(() => { const page = document.querySelector(".page").getBoundingClientRect(), main = document.querySelector(".main").getBoundingClientRect(); return [page.left - main.left, main.right - page.right]; })()`))
		if err != nil {
			t.Fatal(err)
		}
		return at[0], at[1]
	}
	left, right := edges("/caidas")
	if left < 300 || left-right > 1 || right-left > 1 {
		t.Errorf("the page leaves %.0f pixels on its left and %.0f on its right", left, right)
	}
	if narrow, _ := edges("/cuenta"); narrow != left {
		t.Errorf("a narrow page begins at %.0f, others at %.0f", narrow, left)
	}
}
