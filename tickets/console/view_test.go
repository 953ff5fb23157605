package console

import (
	"io/fs"
	"path"
	"strings"
	"testing"
)

// TestPagesParse: every page can be made in every language.
func TestPagesParse(t *testing.T) {
	words, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	assets, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	vs, err := loadViews(words, clock{}, assets)
	if err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(sources, "templates/[^_]*.html")
	if err != nil || len(names) < 40 {
		t.Fatalf("%d pages: %v", len(names), err)
	}
	for lang, p := range vs {
		for _, name := range names {
			page, err := p.page(strings.TrimSuffix(path.Base(name), ".html"))
			if err != nil || page.Lookup("content") == nil {
				t.Errorf("%s in %s: %v", name, lang, err)
			}
		}
	}
}
