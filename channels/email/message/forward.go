package message

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// What is put forward, and the block of "From:", "Sent:", "To:" above it.

// forwardSubject begins the subject of what is put forward, in many languages.
var forwardSubject = regexp.MustCompile(`(?i)^\s*(?:\[[^\]]{0,40}\]\s*)?(?:fwd?|rv|rm|reenv|reenviado|enc|encaminhado|tr|wg|vs|vb|redir\.?|videresend|[iİ]lt|doorst|i|pd|fs|vl|转发|轉寄|пересл)\s*[:：]`)

// isOriginal matches "-----Mensaje original-----".
func isOriginal(l string) bool {
	if len(l) > 150 {
		return false
	}
	return slices.Contains(originalWords, strings.ToLower(strings.Trim(l, " \t-–—‐*_=:\u00a0")))
}

// isForward matches the line above a forwarded mail.
func isForward(l string) bool {
	if len(l) > 150 || len(l) < 8 {
		return false
	}
	if l[0] == '|' {
		l = strings.TrimLeft(l, "| ") // some programs indent with bars
	}
	if end := strings.TrimRight(l, " \t-–—‐*_=\u00a0"); len(end) == len(l) && !strings.HasPrefix(l, "--") && !strings.HasSuffix(end, ":") && !strings.HasSuffix(end, "：") {
		return false
	}
	bare := strings.Trim(l, " \t-–—‐*_=\u00a0")
	low := strings.ToLower(strings.TrimRight(bare, " :："))
	if strings.HasPrefix(l, "--") && slices.ContainsFunc(forwardStems, func(w string) bool { return strings.Contains(low, w) }) {
		return len(low) <= 80 && !endsForward(low) // whatever the program calls it
	}
	if !slices.ContainsFunc(forwardWords, func(w string) bool { return strings.HasPrefix(low, w) && len(low) <= len(w)+80 }) {
		return false
	}
	return len(bare) != len(l) && dash(strings.TrimLeft(l, " \t*")) || strings.HasSuffix(bare, ":") || strings.HasSuffix(bare, "：")
}

// endsForward tells whether the line, lower case, stands below a forwarded mail.
func endsForward(low string) bool {
	return strings.HasPrefix(low, "end ") || strings.HasPrefix(low, "fin ") || strings.HasPrefix(low, "fim ") || strings.HasPrefix(low, "ende ") || strings.HasPrefix(low, "fine ")
}

// blockLabel is what stands before the colon of "*De:* …", lower case, and what
// stands after; "" if that is no short word.
func blockLabel(l string) (label, value string) {
	l = strings.TrimLeft(l[:min(len(l), 300)], " \t*_|\u00a0")
	i := colon(l[:min(len(l), 34)])
	if i <= 0 || i > 30 {
		return "", ""
	}
	_, size := utf8.DecodeRuneInString(l[i:])
	return strings.ToLower(strings.TrimRight(l[:i], " *_\u00a0")), l[i+size:]
}

// colon is where the first colon of s is, narrow or wide, -1 if there is none.
func colon(s string) int {
	i := strings.IndexByte(s, ':')
	if wide := strings.Index(s, "："); i < 0 || wide >= 0 && wide < i {
		return wide
	}
	return i
}

// forwards tells whether a subject is that of a forward.
func forwards(subject string) bool {
	return colon(subject) >= 0 && !strings.HasPrefix(strings.ToLower(subject[:min(len(subject), 3)]), "re:") && forwardSubject.MatchString(shorten(subject, 200))
}

// headerBlock matches "De: … / Enviado: … / Para: … / Asunto: …", the head of
// the mail that is answered. The head of a formal letter ("A: … De: … Fecha:
// …") has the same words: what tells them apart is an address, a clock time, or
// a label that only mail programs use.
func headerBlock(lines []string, i int) bool {
	label, value := blockLabel(lines[i])
	start := blockLabels[label]
	if start == 0 || start == toField0 || start == other {
		return false
	}
	var from, date, sent, rest, mail bool
	look := func(label, value string) bool {
		f := blockLabels[label]
		switch f {
		case fromField:
			from = true
		case dateField, sentField:
			date, sent = true, sent || f == sentField && dated(value)
			mail = mail || f == sentField || clock(value)
		case toField0, subjectField, other:
			rest = true
		default:
			return false
		}
		mail = mail || strings.Contains(value, "@")
		return true
	}
	look(label, value)
	odd := 0 // lines that continue the one above
	for _, l := range lines[i+1 : min(len(lines), i+12)] {
		if strings.TrimSpace(l) == "" {
			if from && date && rest || odd > 0 {
				break
			}
			continue // converted tables have blank lines between the fields
		}
		if look(blockLabel(l)) {
			odd = 0
		} else if odd++; odd > 2 {
			break
		} else {
			mail = mail || strings.Contains(l, "@")
		}
	}
	return mail && date && (rest && (from || start == dateField || start == sentField) || start == fromField && sent && strings.Contains(value, "@"))
}
