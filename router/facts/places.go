package facts

import "strings"

// WithoutPlaces is a chat's text without the lines in which channels/whatsapp
// writes that a place was sent, and a map's address of it: nobody said them, and
// they would name a system (a geographic portal) that nobody meant.
func WithoutPlaces(text string) string {
	if !strings.Contains(text, "[Ubicación]") {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		if bare := strings.TrimSpace(line); bare != "[Ubicación]" && !strings.HasPrefix(bare, "https://www.openstreetmap.org/?mlat=") {
			b.WriteString(line)
		}
	}
	return b.String()
}
