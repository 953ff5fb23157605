package authentic

import (
	"strings"

	"github.com/emersion/go-msgauth/authres"
)

// trustedWord is what a trusted server wrote into Authentication-Results.
type trustedWord struct {
	dmarc, dmarcFrom string
	dkim             []string // domains with a signature that holds
	spf              string   // domain that SPF holds for
	judged           bool     // the server knew who sent the mail and said what it thinks of it
}

// trusted reads the topmost Authentication-Results if one of ids wrote it.
// Those below may be anybody's.
func (h head) trusted(ids []string) (w trustedWord) {
	for _, f := range h.fields {
		if f.name != "authentication-results" {
			continue
		}
		id, results, err := authres.Parse(withoutComments(f.value()))
		if err != nil || !containsFold(ids, id) {
			return w
		}
		for _, r := range results {
			w.add(r)
		}
		return w
	}
	return w
}

func (w *trustedWord) add(r authres.Result) {
	switch r := r.(type) {
	case *authres.DMARCResult:
		w.judged = w.judged || r.Value == authres.ResultPass || r.Value == authres.ResultFail
		w.dmarc, w.dmarcFrom = string(r.Value), r.From
	case *authres.DKIMResult:
		domain := r.Domain
		if domain == "" {
			domain = domainOf(r.Identifier)
		}
		if r.Value == authres.ResultPass {
			w.dkim = append(w.dkim, domain)
		}
	case *authres.SPFResult:
		w.judged = w.judged || r.Value != authres.ResultTempError && r.Value != authres.ResultNone
		if r.Value != authres.ResultPass {
			return
		}
		if w.spf = domainOf(r.From); w.spf == "" {
			w.spf = clean(r.From)
		}
		if w.spf == "" {
			w.spf = clean(r.Helo)
		}
	}
}

// trustedProof says whether the trusted server found an aligned proof.
func (j *judge) trustedProof() bool {
	if j.word.dmarc == "pass" && clean(j.word.dmarcFrom) == j.v.Domain {
		return true
	}
	for _, d := range j.word.dkim {
		if j.aligned(d, j.rule.exactDKIM) {
			j.v.DKIM = "pass " + clean(d) + ", as the mail server says"
			return true
		}
	}
	if j.word.spf != "" && j.aligned(j.word.spf, j.rule.exactS) {
		j.v.SPF = "pass " + j.word.spf + ", as the mail server says"
		return true
	}
	return false
}

func containsFold(l []string, s string) bool {
	for _, e := range l {
		if s != "" && strings.EqualFold(strings.TrimSpace(e), s) {
			return true
		}
	}
	return false
}

// withoutComments takes out "(…)" (RFC 5322 §3.2.2), which the library keeps.
func withoutComments(s string) string {
	var b strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && (quoted || depth > 0):
			if depth == 0 {
				b.WriteString(s[i:min(i+2, len(s))])
			}
			i++
			continue
		case c == '"' && depth == 0:
			quoted = !quoted
		case c == '(' && !quoted:
			depth++
			continue
		case c == ')' && !quoted && depth > 0:
			depth--
			continue
		}
		if depth == 0 {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
