package console

import (
	"regexp"
	"slices"
	"testing"
)

// TestNoStyleIsIdle: every class, id and value that the style sheets name stands in
// a template, the code or the script, and every value that they ask for is given.
func TestNoStyleIsIdle(t *testing.T) {
	sheet := regexp.MustCompile(`(?s)/\*.*?\*/|"[^"]*"`).ReplaceAllString(sourceOf(t, "static/css/*.css", "static/*.css"), "")
	code := sourceOf(t, "templates/*.html", "*.go", "static/js/*.js")
	var used []string
	for _, m := range regexp.MustCompile(`class="(?:[^"{]|\{\{(?:[^}"]|"[^"]*")*\}\})*"|"[^"\n]*"|`+"`[^`\n]*`").FindAllString(code, -1) {
		used = append(used, regexp.MustCompile(`[\w-]+`).FindAllString(m, -1)...)
	}
	slices.Sort(used)
	used = slices.Compact(used)
	named := 0
	for _, rule := range regexp.MustCompile(`([^{}]+)\{`).FindAllStringSubmatch(sheet, -1) {
		for _, m := range regexp.MustCompile(`[.#]([a-zA-Z][\w-]*)`).FindAllStringSubmatch(rule[1], -1) {
			named++
			if _, ok := slices.BinarySearch(used, m[1]); !ok {
				t.Errorf("nothing is %s", m[0])
			}
		}
	}
	if named < 500 {
		t.Fatalf("only %d classes and ids were found in the style sheets", named)
	}
	given, asked := regexp.MustCompile(`(--[\w-]+)\s*:`).FindAllStringSubmatch(sheet, -1), regexp.MustCompile(`var\((--[\w-]+)`).FindAllStringSubmatch(sheet, -1)
	has := func(list [][]string, name string) bool {
		return slices.ContainsFunc(list, func(m []string) bool { return m[1] == name })
	}
	for _, m := range given {
		if !has(asked, m[1]) {
			t.Errorf("no rule asks for %s", m[1])
		}
	}
	for _, m := range asked {
		if !has(given, m[1]) {
			t.Errorf("%s has no value", m[1])
		}
	}
}
