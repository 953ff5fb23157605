package router

import "testing"

func TestSignedIDs(t *testing.T) {
	s := signer{key: []byte("k"), domain: "mesa.ejemplo.bo"}
	id := s.messageID("01hzy.3")
	for _, seen := range []string{id, s.token("01hzy.3"), "01HZY.3." + s.proof("01hzy.3") + "@Mesa.Ejemplo.BO"} {
		if out, ok := s.open(seen); !ok || out != "01hzy.3" || ticketOf(out) != "01hzy" {
			t.Errorf("open(%q) = %q, %v", seen, out, ok)
		}
	}
	forged := []string{"", "@", ".", "01hzy.3@mesa.ejemplo.bo", "01hzy.4." + s.proof("01hzy.3"), "01hzy.3.aaaaaaaaaaaaaaaa",
		s.token("01hzy.3") + "@otra.bo", signer{key: []byte("other"), domain: s.domain}.messageID("01hzy.3")}
	for _, seen := range forged {
		if out, ok := s.open(seen); ok {
			t.Errorf("open(%q) took it for %q", seen, out)
		}
	}
}
