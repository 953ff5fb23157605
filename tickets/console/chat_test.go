package console

import (
	"testing"

	"ventanilla/tickets/store"
)

// A file joins the message it came with; what stood in for an unreadable
// message is gone when the message comes; what an edit says stays beside it.
func TestPiecesOfAChat(t *testing.T) {
	all, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	var out []entry
	chat := pieces{}
	add := func(id, text string, late bool, files ...fileView) {
		e := entry{Kind: "in", Text: text, Files: files, late: late}
		if !chat.join(all["es"], out, store.Message{Medium: "whatsapp", ExternalID: id}, &e) {
			out = append(out, e)
		}
	}
	add("1/A", "[Foto, 30 kB]", false)
	add("1/B", "no se pudo descifrar", true)
	add("1/B", "otra vez no se pudo", true)
	add("1/C", "[Documento: x.pdf, 2 kB]", false)
	add("1/A#file", "[Archivo recibido] foto.jpg", false, fileView{Name: "foto.jpg"})
	add("1/C#file", "hay que pedirlo de nuevo", false)
	add("1/B", "mi número es 7", false)
	add("1/Z#file", "[Archivo recibido] suelto", false, fileView{Name: "suelto"})
	if len(out) != 6 || len(out[0].Files) != 1 || out[3].Warn != "hay que pedirlo de nuevo" {
		t.Fatalf("%+v", out)
	}
	if out[2].Kind != "" || out[4].Text != "mi número es 7" || len(out[4].Defects) != 1 || out[5].Files[0].Name != "suelto" {
		t.Errorf("%+v", out)
	}
}
