package console

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"

	"ventanilla/tickets/store"
)

// mailPolicy is what an HTML mail may do: look like something. No script, no
// request to anybody, no form, no way out of its sandbox. The second verb is
// empty, or the sources of pictures that the reader asked for.
const mailPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:%s; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"

// rasterData is a picture within the page, of a type that is nothing but one.
var rasterData = regexp.MustCompile(`^image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*$`)

var mailCleaner = func() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.AllowStyles("color", "background-color", "font-weight", "font-style", "text-align", "text-decoration", "font-size").Globally()
	p.AllowAttrs("align", "valign", "bgcolor", "width", "height", "border", "cellpadding", "cellspacing").OnElements("table", "td", "th", "tr", "img")
	p.AllowURLSchemes("http", "https", "mailto", "tel", "cid")
	p.AllowURLSchemeWithCustomPolicy("data", func(u *url.URL) bool { return rasterData.MatchString(u.Opaque) })
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return p
}()

// cleanMail is page without anything that acts. Pictures that came with the
// mail, found by their Content-ID, stand in their place; those on other sites,
// by which a sender learns that and where a mail was opened, are left out
// unless remote is set, and those of one point always.
func cleanMail(page string, remote bool, picture func(cid string) (src string)) string {
	z := html.NewTokenizer(strings.NewReader(mailCleaner.Sanitize(page)))
	var out strings.Builder
	for {
		typ := z.Next()
		if typ == html.ErrorToken {
			return out.String()
		}
		raw := string(z.Raw())
		if name, _ := z.TagName(); typ != html.StartTagToken && typ != html.SelfClosingTagToken || string(name) != "img" {
			out.WriteString(raw)
			continue
		}
		img := html.NewTokenizer(strings.NewReader(raw))
		img.Next()
		out.WriteString(cleanImage(img.Token(), remote, picture))
	}
}

// cleanImage is an <img> with a source that may be shown, or with none.
func cleanImage(t html.Token, remote bool, picture func(cid string) string) string {
	var kept []html.Attribute
	src, point := "", false
	for _, a := range t.Attr {
		switch a.Key {
		case "src":
			src = strings.TrimSpace(a.Val)
		case "srcset", "longdesc", "usemap":
		default:
			if n, err := strconv.Atoi(strings.TrimSuffix(a.Val, "px")); err == nil && n <= 2 && (a.Key == "width" || a.Key == "height") {
				point = true
			}
			kept = append(kept, a)
		}
	}
	low := strings.ToLower(src)
	switch {
	case strings.HasPrefix(low, "cid:"):
		src = picture(strings.Trim(src[len("cid:"):], "<>"))
	case strings.HasPrefix(low, "data:image/"):
	case strings.HasPrefix(low, "https://") && remote && !point:
		kept = append(kept, html.Attribute{Key: "referrerpolicy", Val: "no-referrer"})
	default:
		src = ""
	}
	if src != "" {
		kept = append(kept, html.Attribute{Key: "src", Val: src})
	}
	t.Attr = kept
	return t.String()
}

// mail shows the HTML form of a mail, in a sandbox; with "imagenes=todas" also
// pictures on other sites.
func (c *Console) mail(w http.ResponseWriter, r *http.Request, s *Session) error {
	m, err := c.messageOf(r, s)
	if err != nil {
		return err
	}
	if m.HTML == "" {
		return store.ErrNotFound
	}
	raw, err := c.st.Blob(r.Context(), m.HTML)
	if err != nil {
		return err
	}
	remote := r.URL.Query().Get("imagenes") == "todas"
	clean := cleanMail(string(raw), remote, func(cid string) string {
		for _, f := range m.Files {
			if f.ContentID != cid {
				continue
			}
			if data, err := c.st.Blob(r.Context(), f.Hash); err == nil {
				if drawn, ok := redraw(f.Type, data); ok {
					return "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(drawn)
				}
			}
		}
		return ""
	})
	sources := ""
	if remote {
		sources = " https:"
	}
	mailHeaders(w.Header(), sources)
	const head = `<!doctype html><meta charset="utf-8"><style>body{font:15px/1.5 system-ui,sans-serif;margin:16px;color:#1b2428;background:#fff;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}</style>`
	_, _ = w.Write([]byte(head + clean)) // a reader that went away
	return nil
}

// mailHeaders are those of a page that is a mail; pictures may come from sources.
func mailHeaders(h http.Header, sources string) {
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", fmt.Sprintf(mailPolicy, sources))
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "SAMEORIGIN")
}
