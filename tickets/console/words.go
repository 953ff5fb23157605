package console

import (
	"embed"
	"fmt"
	"io/fs"
	"sort"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

//go:embed catalog
var catalogs embed.FS

// Languages of the console, the first being the one used unless a person chose another.
var languages = []string{"es", "en"}

// words is the message catalogue of one language: key → text. A text may hold
// parameters, "{code}", that T fills.
type words struct {
	lang  string
	text  map[string]string
	stock []stockPhrase // what readers of chats write in Spanish
}

// loadWords reads every catalogue: catalog/<language>/<screen>.toml. Tables nest
// in a file; keys are their path joined by dots: [act] register = "…" is
// "act.register". A key may stand in one file only.
func loadWords() (map[string]*words, error) {
	all := map[string]*words{}
	for _, lang := range languages {
		w := &words{lang: lang, text: map[string]string{}}
		names, err := fs.Glob(catalogs, "catalog/"+lang+"/*.toml")
		if err != nil {
			return nil, fmt.Errorf("listing catalogue %s: %w", lang, err)
		}
		for _, name := range names {
			if err := w.read(name); err != nil {
				return nil, fmt.Errorf("reading %s: %w", name, err)
			}
		}
		all[lang] = w
	}
	for _, w := range all {
		w.stock = stockPhrases(all[languages[0]])
	}
	return all, nil
}

func (w *words) read(name string) error {
	raw, err := catalogs.ReadFile(name)
	if err != nil {
		return err
	}
	var tree map[string]any
	if err := toml.Unmarshal(raw, &tree); err != nil {
		return err
	}
	return w.flatten("", tree)
}

func (w *words) flatten(prefix string, tree map[string]any) error {
	for k, v := range tree {
		switch v := v.(type) {
		case map[string]any:
			if err := w.flatten(prefix+k+".", v); err != nil {
				return err
			}
		case string:
			if w.Has(prefix + k) {
				return fmt.Errorf("%s%s stands in another file too", prefix, k)
			}
			w.text[prefix+k] = v
		default:
			return fmt.Errorf("%s%s is no text", prefix, k)
		}
	}
	return nil
}

// T returns the text under key with its parameters filled: T("queue.shown",
// "n", 12). A key that the catalogue lacks comes back as itself in brackets, so
// that it is seen; the tests see it first.
func (w *words) T(key string, params ...any) string {
	s, ok := w.text[key]
	if !ok {
		return "[" + key + "]"
	}
	for i := 0; i+1 < len(params); i += 2 {
		s = strings.ReplaceAll(s, fmt.Sprintf("{%v}", params[i]), fmt.Sprint(params[i+1]))
	}
	return s
}

// Has tells whether the catalogue holds key.
func (w *words) Has(key string) bool { _, ok := w.text[key]; return ok }

// Or returns the text under key, or other where the catalogue has none.
func (w *words) Or(key, other string) string {
	if s, ok := w.text[key]; ok {
		return s
	}
	return other
}

// N returns the singular ("key.one") or plural ("key.many") text for n.
func (w *words) N(key string, n int) string {
	if n == 1 {
		return w.T(key+".one", "n", n)
	}
	return w.T(key+".many", "n", n)
}

func (w *words) keys() []string {
	keys := make([]string, 0, len(w.text))
	for k := range w.text {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
