package console

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ventanilla/tickets"
)

var (
	inTemplate = regexp.MustCompile(`\b(t|n|orword) "([^"]+)"`)
	prefixed   = regexp.MustCompile(`\(cat "([^"]+)"`)
	inCode     = regexp.MustCompile(`\.(T|N|Or|Has)\("([^"]+)"`)
	anyString  = regexp.MustCompile(`"([a-z]+\.[a-zA-Z0-9_./-]+)"`)
)

// sourceOf joins the files that match a pattern.
func sourceOf(t *testing.T, patterns ...string) string {
	t.Helper()
	var b strings.Builder
	for _, p := range patterns {
		names, err := filepath.Glob(p)
		if err != nil || len(names) == 0 {
			t.Fatalf("no files %s: %v", p, err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			b.Write(data)
		}
	}
	return b.String()
}

// domain are the keys that follow from the rules: acts, records, choices,
// refusals and activities, read from their source.
func domain(t *testing.T) (needed []string) {
	src := sourceOf(t, "../*.go")
	each := func(expr, prefix string, also ...string) {
		found := regexp.MustCompile(expr).FindAllStringSubmatch(src, -1)
		if len(found) == 0 {
			t.Fatalf("nothing in the rules matches %s", expr)
		}
		for _, m := range found {
			needed = append(needed, prefix+m[1])
			for _, a := range also {
				needed = append(needed, a+m[1])
			}
		}
	}
	each(`\bAct[A-Z]\w*\s+Act = "(\w+)"`, "act.", "did.")
	each(`\bRefused\w+\s+= "(\w+)"`, "refusal.")
	each(`\b(?:need|may)\("(\w+)"`, "field.any.")
	each(`\bFlag[A-Z]\w*\s+Flag = "(\w+)"`, "flag.")
	each(`\bPurpose[A-Z]\w*\s+Purpose = "(\w+)"`, "purpose.")
	for _, v := range tickets.SolutionTypes {
		needed = append(needed, "choice.type."+v)
	}
	for _, v := range tickets.Outcomes {
		needed = append(needed, "choice.outcome."+v)
	}
	for _, v := range tickets.Priorities {
		needed = append(needed, "choice.priority."+v)
	}
	for _, v := range tickets.Languages {
		needed = append(needed, "choice.language."+v)
	}
	for _, v := range tickets.LinkKinds {
		needed = append(needed, "choice.kind."+v, "link."+v)
	}
	for _, p := range tickets.ManualOf(tickets.CurrentManual).Procedures {
		for _, a := range p.Activities {
			needed = append(needed, "role."+string(a.Role))
			if len(a.Options) > 0 {
				needed = append(needed, "step."+string(a.Step))
			}
			for _, o := range a.Options {
				for _, f := range o.Fields {
					for _, c := range f.Choices {
						if f.Name != "class" {
							needed = append(needed, "choice."+f.Name+"."+c)
						}
					}
				}
			}
		}
	}
	for _, f := range fates {
		needed = append(needed, "fate."+string(f))
	}
	for _, pattern := range []string{"../../channels/email/*.go", "../../channels/email/message/*.go", "../../channels/phone/*.go", "../../channels/whatsapp/*.go", "../../router/*.go"} {
		codes := regexp.MustCompile(`\b(?:[Dd]efect|aside)[A-Z]\w*\s+= "([a-z-]+)"`).FindAllStringSubmatch(sourceOf(t, pattern), -1)
		if len(codes) == 0 {
			t.Fatalf("no defect is named in %s", pattern)
		}
		for _, m := range codes {
			needed = append(needed, "defect."+m[1])
		}
	}
	for _, r := range grantable {
		needed = append(needed, "role."+string(r))
	}
	return needed
}

// TestEveryWordIsThere: what the screens, the code and the rules ask for stands
// in every catalogue, and the catalogues have the same keys and parameters.
func TestEveryWordIsThere(t *testing.T) {
	all, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	needed := domain(t)
	for _, m := range inTemplate.FindAllStringSubmatch(sourceOf(t, "templates/*.html"), -1) {
		if m[1] == "n" {
			needed = append(needed, m[2]+".one", m[2]+".many")
		} else if m[1] == "t" {
			needed = append(needed, m[2])
		}
	}
	for _, m := range inCode.FindAllStringSubmatch(sourceOf(t, "*.go"), -1) {
		if m[1] == "T" && !strings.HasSuffix(m[2], ".") {
			needed = append(needed, m[2])
		}
	}
	for _, p := range places {
		needed = append(needed, p.word)
	}
	for _, q := range queueViews {
		needed = append(needed, q.word)
	}
	parameter := regexp.MustCompile(`\{[a-z]+\}`)
	for lang, w := range all {
		for _, key := range needed {
			if !w.Has(key) {
				t.Errorf("catalogue %s lacks %s", lang, key)
			}
		}
		for key, text := range all[languages[0]].text {
			a, b := parameter.FindAllString(text, -1), parameter.FindAllString(w.text[key], -1)
			slices.Sort(a)
			slices.Sort(b)
			if !w.Has(key) || !slices.Equal(a, b) {
				t.Errorf("catalogue %s: %s has the parameters %v, the first catalogue %v", lang, key, b, a)
			}
		}
		for key := range w.text {
			if !all[languages[0]].Has(key) {
				t.Errorf("catalogue %s has %s, the first one has not", lang, key)
			}
		}
	}
}

// TestNoWordIsIdle: what a catalogue holds, something uses.
func TestNoWordIsIdle(t *testing.T) {
	all, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	used := domain(t)
	templates, code := sourceOf(t, "templates/*.html"), sourceOf(t, "*.go")
	for _, m := range inTemplate.FindAllStringSubmatch(templates, -1) {
		used = append(used, m[2], m[2]+".one", m[2]+".many")
	}
	for _, m := range anyString.FindAllStringSubmatch(code, -1) {
		used = append(used, m[1], m[1]+".title", m[1]+".one", m[1]+".many")
	}
	var prefixes []string
	for _, m := range prefixed.FindAllStringSubmatch(templates, -1) {
		prefixes = append(prefixes, m[1])
	}
	for _, m := range regexp.MustCompile(`"([a-z]+\.(?:[a-z]+\.)*)"`).FindAllStringSubmatch(code, -1) {
		prefixes = append(prefixes, m[1])
	}
	for _, key := range all[languages[0]].keys() {
		if !slices.Contains(used, key) && !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) }) {
			t.Errorf("nothing uses %s", key)
		}
	}
}
