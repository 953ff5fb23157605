package router

import (
	"errors"
	"fmt"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// identify joins what is known of one sender under two addresses. WhatsApp
// names people by a number, by a hidden id, or by both: who was only a hidden
// id yesterday is the person with that number as soon as a message carries
// both. Nothing is rewritten, and an operator can take the link back.
func (r *Router) identify(tx *store.Tx, rd *reading) error {
	number, hidden := rd.Raw.Envelope["number"], rd.Raw.Envelope["hidden"]
	if number == "" || hidden == "" || rd.report.Medium != channels.WhatsApp || rd.report.Kind != channels.Human {
		return nil
	}
	byNumber := contact(channels.Address{Medium: channels.WhatsApp, Value: number, Name: rd.report.From.Name})
	byHidden := contact(channels.Address{Medium: channels.WhatsApp, Value: hidden, Name: rd.report.From.Name})
	who, err := rd.known(tx, channels.Address{Medium: channels.WhatsApp, Value: number})
	if err != nil {
		return fmt.Errorf("finding the person of a number: %w", err)
	}
	other, err := rd.known(tx, channels.Address{Medium: channels.WhatsApp, Value: hidden})
	if err != nil {
		return fmt.Errorf("finding the person of a hidden id: %w", err)
	}
	const proof = "WhatsApp dice que son la misma persona"
	switch {
	case who == other && who != "":
		return nil
	}
	if err := rd.sitting.end(); err != nil { // what is in hand is of whoever they were
		return err
	}
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
