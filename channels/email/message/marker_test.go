package message

import (
	"strings"
	"testing"
)

const markerToken = "06d5w2m7hq8r0abc.2.abcdefghijkmnpqr"

// What is written is found again in whatever a mail program makes of it.
func TestTheMarkerIsFoundInQuotes(t *testing.T) {
	o := outgoing()
	o.Token = markerToken
	raw := Write(o)
	wellFormed(t, raw)
	sent := Parse(raw, Options{})
	if sent.Token != markerToken || !strings.HasSuffix(sent.Text, "\n\nRef: "+markerToken) || !strings.Contains(sent.HTML, `name="ref-`+markerToken) {
		t.Fatalf("token %q in\n%s\n%s", sent.Token, sent.Text, sent.HTML)
	}
	quoted := "> " + strings.ReplaceAll(sent.Text, "\n", "\n> ")
	for name, mail := range map[string]string{
		"Gmail":   "Sigue igual.\n\nEl mar, 3 nov 2026 a las 10:12, AGETIC (<soporte@agetic.gob.bo>) escribió:\n\n" + quoted,
		"Apple":   "Sigue igual.\n\n> El 3 nov 2026, a las 10:12, AGETIC <soporte@agetic.gob.bo> escribió:\n> \n" + quoted,
		"Outlook": "Sigue igual.\n\nDe: AGETIC <soporte@agetic.gob.bo>\nEnviado: martes, 3 de noviembre de 2026 10:12\nPara: Ana\nAsunto: su caso\n\n" + sent.Text,
		"HTML":    "<p>Sigue igual.</p><blockquote>" + sent.HTML + "</blockquote>",
	} {
		typ := "text/plain"
		if name == "HTML" {
			typ = "text/html"
		}
		m := Parse([]byte("From: ana@correo.bo\nContent-Type: "+typ+"; charset=utf-8\n\n"+mail), Options{Own: own})
		if m.Token != markerToken || m.Said != "Sigue igual." {
			t.Errorf("%s: token %q, said %q", name, m.Token, m.Said)
		}
	}
	plus := Parse([]byte("From: ana@correo.bo\nTo: soporte+otra@agetic.gob.bo\n\nhola\n"+quoted), Options{Own: own})
	if plus.Token != "otra" {
		t.Errorf("the address comes first, got %q", plus.Token)
	}
}

func TestTheNewestQuoteCounts(t *testing.T) {
	other := strings.Replace(markerToken, ".2.", ".1.", 1)
	m := Parse([]byte("From: a@b.bo\n\nhola\n\n> Ref: "+markerToken+"\n>> Ref: "+other+"\n"), Options{})
	if m.Token != markerToken {
		t.Error(m.Token)
	}
}
