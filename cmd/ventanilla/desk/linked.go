package desk

import (
	"context"
	"errors"

	"ventanilla/channels/whatsapp"
	"ventanilla/tickets/console"
)

// linked tells the console how the linked numbers are.
func (d *Desk) linked() []console.Account {
	var all []console.Account
	for _, a := range d.accounts {
		s := a.Status()
		all = append(all, console.Account{
			Name: a.Name(), State: string(s.State), Since: s.Since, Until: s.Until, Number: s.Number, QR: s.QR,
			Code: s.Code, Held: s.Held, LastIn: s.LastIn, LastOut: s.LastOut, Work: s.Work, Detail: s.Detail,
		})
	}
	return all
}

// linkable finds a number that a person links to a phone, nil if there is none
// of that name.
func (d *Desk) linkable(name string) whatsapp.Linkable {
	for _, a := range d.accounts {
		if l, ok := a.(whatsapp.Linkable); ok && a.Name() == name {
			return l
		}
	}
	return nil
}

// pair asks a linked number for codes to link a phone.
func (d *Desk) pair(name string) bool {
	a := d.linkable(name)
	if a != nil {
		a.StartPairing()
	}
	return a != nil
}

var errNoNumber = errors.New("no such number")

// pairCode asks one for a code to be typed into a phone.
func (d *Desk) pairCode(ctx context.Context, name, number string) error {
	a := d.linkable(name)
	if a == nil {
		return errNoNumber
	}
	_, err := a.PairingCode(ctx, number)
	return err
}

// unlink takes one off its phone.
func (d *Desk) unlink(ctx context.Context, name string) error {
	a := d.linkable(name)
	if a == nil {
		return errNoNumber
	}
	return a.Unlink(ctx)
}

// Lines gives the numbers, for a program that plays the phone too.
func (d *Desk) Lines() []whatsapp.Line { return d.accounts }
