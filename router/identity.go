package router

import (
	"errors"
	"fmt"
	"slices"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// identify joins what is known of one sender under two addresses. WhatsApp
// names people by a number, by a hidden id, or by both: who was only a hidden
// id yesterday is the person with that number as soon as a message carries
// both. Nothing is rewritten, and an operator can take the link back.
//
// A number that was known with another hidden id has another account behind it:
// numbers are given to somebody else after some months, the hidden id of an
// account stays. Whoever writes from it is nobody known, is taken by the hidden
// id alone, and sees nothing of the person that the number was.
func (r *Router) identify(tx *store.Tx, rd *reading) error {
	number, hidden := rd.Raw.Envelope["number"], rd.Raw.Envelope["hidden"]
	if number == "" || hidden == "" || rd.report.Medium != channels.WhatsApp {
		return nil
	}
	who, err := rd.known(tx, channels.Address{Medium: channels.WhatsApp, Value: number})
	if err != nil {
		return fmt.Errorf("finding the person of a number: %w", err)
	}
	other, err := rd.known(tx, channels.Address{Medium: channels.WhatsApp, Value: hidden})
	if err != nil {
		return fmt.Errorf("finding the person of a hidden id: %w", err)
	}
	if who == other && who != "" {
		return nil
	}
	passedOn, err := passedOn(tx, who, hidden)
	if err != nil {
		return fmt.Errorf("finding the hidden ids of a person: %w", err)
	}
	if passedOn {
		rd.standApart(number, hidden)
		return nil
	}
	if rd.report.Kind != channels.Human {
		return nil
	}
	if err := rd.sitting.end(); err != nil { // what is in hand is of whoever they were
		return err
	}
	return join(tx, rd.report.From.Name, number, hidden, who, other)
}

// passedOn says whether the person of a number is known by another hidden id than
// the one that the number has now.
func passedOn(tx *store.Tx, person, hidden string) (bool, error) {
	if person == "" {
		return false, nil
	}
	had, err := tx.HiddenOf(person)
	return len(had) > 0 && !slices.Contains(had, hidden), err
}

// defectPassedOn tells of a number that another account had, behind the colon.
const defectPassedOn = "number-passed-on"

// standApart has a report come from the hidden id alone.
func (rd *reading) standApart(number, hidden string) {
	if rd.report.From.Value == hidden {
		return
	}
	rd.report.From.Value = hidden
	rd.report.Defects = append(rd.report.Defects, defectPassedOn+":"+number)
}

// join makes one person of who has a number and who has a hidden id; "" for nobody.
func join(tx *store.Tx, name, number, hidden, who, other string) (err error) {
	const proof = "WhatsApp dice que son la misma persona"
	byNumber := contact(channels.Address{Medium: channels.WhatsApp, Value: number, Name: name})
	byHidden := contact(channels.Address{Medium: channels.WhatsApp, Value: hidden, Name: name})
	switch {
	case who == "" && other == "":
		if who, err = tx.PersonOf(byNumber); err == nil {
			err = tx.LinkAddress(who, byHidden, proof, string(tickets.System))
		}
	case who == "":
		err = tx.LinkAddress(other, byNumber, proof, string(tickets.System))
	case other == "":
		err = tx.LinkAddress(who, byHidden, proof, string(tickets.System))
	default:
		err = tx.MergePerson(other, who)
	}
	if err != nil {
		return fmt.Errorf("joining a number and a hidden id: %w", err)
	}
	return nil
}

// known is the person of an address, "" if nobody is known there.
func known(tx *store.Tx, a channels.Address) (string, error) {
	person, err := tx.FindPerson(contact(a))
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return person, err
}
