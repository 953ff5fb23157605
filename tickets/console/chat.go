package console

import (
	"strings"

	"ventanilla/tickets/store"
)

// A chat delivers some things in pieces: a message and, when it was fetched,
// its file; a sign that something could not be read and, when it comes after
// all, what it was. The thread shows one thing each.

const (
	filePiece  = "#file"  // ends the external id of a file that joins its message
	defectLate = "unread" // stands in for a message that could not be read
)

// pieces are the entries of a chat's messages by their external id.
type pieces map[string]int

// join puts a message's entry with the one that it belongs to, and says whether
// it did. What stood in for it is emptied. Else it is remembered for those that
// follow.
func (p pieces) join(w *words, out []entry, m store.Message, e *entry) bool {
	if m.Medium != "whatsapp" || m.ExternalID == "" {
		return false
	}
	id, isFile := strings.CutSuffix(m.ExternalID, filePiece)
	i, known := p[id]
	switch {
	case known && isFile && len(e.Files) > 0:
		out[i].Files, out[i].Defects = append(out[i].Files, e.Files...), append(out[i].Defects, e.Defects...)
		return true
	case known && isFile:
		out[i].Warn, out[i].Defects = e.Text, append(out[i].Defects, e.Defects...)
		return true
	case known && out[i].late && !e.late:
		e.Defects = append(e.Defects, w.T("msg.late"))
		out[i] = entry{}
	}
	if !isFile {
		p[id] = len(out)
	}
	return false
}
