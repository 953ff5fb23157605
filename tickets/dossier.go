package tickets

import (
	"encoding/json"
	"fmt"
	"time"
)

// Dossier is the expediente of a case as a file: its history with the hash
// chain, for whoever has to prove later what was done. What is sealed to its
// reader is left out of the records and stays in the chain by its hash.
type Dossier struct {
	Format    string    `json:"format"` // DossierFormat
	Code      string    `json:"code"`
	Manual    string    `json:"manual"`
	Made      time.Time `json:"made"`
	By        string    `json:"by"` // who took it out
	LastEvent Hash      `json:"last_event"`
	Events    []Event   `json:"events"`
}

// DossierFormat names the form of a dossier.
const DossierFormat = "ventanilla-expediente/1"

// NewDossier makes the dossier of a case from its whole history, as a reader may see it.
func NewDossier(t *Ticket, events []Event, by Actor, at time.Time) Dossier {
	d := Dossier{Format: DossierFormat, Code: t.Code, Manual: t.Manual, Made: at.UTC(), By: by.Name, LastEvent: t.LastEvent}
	for _, e := range events {
		e = Visible(e, by)
		if e.Sealed != "" && !by.Is(RoleACGII) {
			e.Record = nil // a part of a record proves nothing: its hash stands for the whole
		}
		d.Events = append(d.Events, e)
	}
	return d
}

// ReadDossier reads a dossier's file and checks its chain.
func ReadDossier(data []byte) (Dossier, error) {
	var d Dossier
	if err := json.Unmarshal(data, &d); err != nil || d.Format != DossierFormat {
		return d, fmt.Errorf("not a dossier (%s)", DossierFormat)
	}
	return d, d.check()
}

func (d Dossier) check() error {
	if err := VerifyChain(d.Events); err != nil {
		return err
	}
	if len(d.Events) == 0 || d.Events[len(d.Events)-1].Hash != d.LastEvent {
		return fmt.Errorf("the last event is not the one that the dossier names")
	}
	return nil
}
