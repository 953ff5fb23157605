package tickets

import "time"

// Identity is how the office made sure that it deals with the person whose
// account is meant, before anything is done to it: a proof of the list that the
// agency keeps. A name on WhatsApp or a caller's word is none.
type Identity struct {
	Proof        string    `json:"proof"`                  // in the words of the agency's list
	Detail       string    `json:"detail,omitempty"`       // where it can be found again; never the number of a document
	Intermediary string    `json:"intermediary,omitempty"` // who speaks for the person, and as what
	By           string    `json:"by"`
	At           time.Time `json:"at"`
}

// identify records the proof that was seen.
func identify(d *deed) error {
	d.t.Identity = &Identity{Proof: d.rec["proof"], Detail: d.rec["detail"], Intermediary: d.rec["intermediary"], By: d.by.ID, At: d.at}
	return nil
}
