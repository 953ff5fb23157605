package desk

import (
	"slices"

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
			LastIn: s.LastIn, LastOut: s.LastOut, Detail: s.Detail,
		})
	}
	return all
}

// pair asks a linked number for codes to link a phone.
func (d *Desk) pair(name string) bool {
	i := slices.IndexFunc(d.accounts, func(a *whatsapp.Account) bool { return a.Name() == name })
	if i < 0 {
		return false
	}
	d.accounts[i].StartPairing()
	return true
}

// Linked gives the linked numbers, for a program that plays the phone too.
func (d *Desk) Linked() []*whatsapp.Account { return d.accounts }
