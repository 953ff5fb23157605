package console

import "strings"

// unsaid is what a message says beyond what its person wrote now: the quote,
// the signature, the notice. Where said is not made of lines of text, as when
// something in it was hidden, it is all of text, and whole.
func unsaid(text, said string) (rest string, whole bool) {
	if strings.TrimSpace(said) == "" {
		return strings.TrimSpace(text), true
	}
	line := func(s string) string { return strings.TrimRight(s, " \t\r") }
	wrote := strings.Split(strings.Trim(said, "\n"), "\n")
	var left []string
	for l := range strings.Lines(text) {
		l = line(strings.TrimSuffix(l, "\n"))
		if len(wrote) > 0 && l == line(wrote[0]) {
			wrote = wrote[1:]
		} else {
			left = append(left, l)
		}
	}
	if len(wrote) > 0 {
		return strings.TrimSpace(text), true
	}
	return strings.Trim(strings.Join(left, "\n"), "\n \t"), false
}
