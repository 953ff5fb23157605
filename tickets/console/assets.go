package console

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// static holds the style sheets, our scripts and, after npm ci, vendor/htmx.min.js.
//
//go:embed static
var static embed.FS

// asset is one file as it is served: its bytes, plain and compressed, under an
// address that holds its hash and may therefore be kept for ever.
type asset struct {
	address string
	mime    string
	plain   []byte
	packed  []byte
}

type assets struct {
	byName    map[string]*asset // "console.css"
	byAddress map[string]*asset
}

// loadAssets reads the embedded files. The style sheets are joined, in the
// order of their names, into console.css, and the scripts, in one scope of
// their own, into console.js.
func loadAssets() (*assets, error) {
	a := &assets{map[string]*asset{}, map[string]*asset{}}
	var css, js bytes.Buffer
	js.WriteString("(() => {\n\"use strict\";\n")
	err := fs.WalkDir(static, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := static.ReadFile(name)
		if err != nil {
			return err
		}
		if strings.HasPrefix(name, "static/css/") {
			css.Write(data)
			return nil
		}
		if strings.HasPrefix(name, "static/js/") {
			js.Write(data)
			return nil
		}
		return a.add(strings.TrimPrefix(name, "static/"), data)
	})
	if err == nil {
		err = a.add("console.css", css.Bytes())
	}
	js.WriteString("})();\n")
	if err == nil {
		err = a.add("console.js", js.Bytes())
	}
	if err != nil {
		return nil, fmt.Errorf("loading assets: %w", err)
	}
	return a, nil
}

func (a *assets) add(name string, data []byte) error {
	types := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
	sum := sha256.Sum256(data)
	f := &asset{address: "/static/" + hex.EncodeToString(sum[:6]) + "/" + name, mime: types[path.Ext(name)], plain: data}
	if f.mime == "" {
		return fmt.Errorf("%s: no media type for this kind of file", name)
	}
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(data); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	f.packed = buf.Bytes()
	a.byName[name], a.byAddress[f.address] = f, f
	return nil
}

// address returns where name is served; empty if there is no such file.
func (a *assets) address(name string) string {
	if f := a.byName[name]; f != nil {
		return f.address
	}
	return ""
}

// live tells whether htmx was built in; without it pages work as plain pages.
func (a *assets) live() bool { return a.byName["vendor/htmx.min.js"] != nil }

func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f := a.byAddress[r.URL.Path]
	if f == nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.mime)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := f.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.packed
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // the browser went away; nobody is left to tell
}
