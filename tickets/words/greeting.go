package words

import (
	"regexp"
	"strings"
)

var greeting = regexp.MustCompile(`(?i)(\d?)(\W*)\bbs\.?\s+(d[ií]as?|tardes?|noches?)\b`)

// Greetings writes out "Bs días" and "bs. tardes" as people greet in a hurry,
// so that nobody takes it for an amount of bolivianos.
func Greetings(text string) string {
	if !strings.Contains(text, "bs") && !strings.Contains(text, "Bs") && !strings.Contains(text, "BS") && !strings.Contains(text, "bS") {
		return text
	}
	return greeting.ReplaceAllStringFunc(text, func(s string) string {
		m := greeting.FindStringSubmatch(s)
		if word := Greeting(m[1], Fold(m[3])); word != "" {
			return m[1] + m[2] + word + " " + m[3]
		}
		return s
	})
}

// Greeting gives the word that "bs" stands for between two folded words of a
// text: "buenos" before "dias", "buenas" before "tardes" and "noches". It is empty
// where "bs" is the currency; behind a number ("50 bs dias atras") it is that
// unless nothing but a greeting can follow.
func Greeting(before, after string) string {
	switch after {
	case "dia", "dias":
		if before != "" && '0' <= before[len(before)-1] && before[len(before)-1] <= '9' {
			return ""
		}
		return "buenos"
	case "tarde", "tardes", "noche", "noches":
		return "buenas"
	}
	return ""
}
