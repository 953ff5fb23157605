package whatsapp

import "testing"

// TestIntroduces: who has not saved the number is shown the name that the phone
// told us, at the link and after each restart; the phone goes on ringing.
func TestIntroduces(t *testing.T) {
	h := bareHouse(t)
	h.desk.Name = "Mesa de ayuda"
	h.start()
	h.link()
	if name, _ := h.desk.Shown(); name != "" {
		t.Fatalf("the name %q was told before the phone told it", name)
	}
	if _, err := h.desk.ShareKey(); err != nil {
		t.Fatal(err)
	}
	told := func() bool {
		name, present := h.desk.Shown()
		return name == "Mesa de ayuda" && present == "unavailable"
	}
	h.until("the name that others see", told)
	h.desk.Unname()
	h.desk.Drop()
	h.until("the name after another login", told)
}
