package desk

import (
	"cmp"
	"context"
	"fmt"

	"ventanilla/tickets/console"
)

// preview reads a line of the ledger for whoever decides on it.
func (d *Desk) preview(ctx context.Context, ledger int64) (console.Preview, error) {
	rep, err := d.Router.Preview(ctx, ledger)
	if err != nil {
		return console.Preview{}, err
	}
	p := console.Preview{
		From: rep.From.Value, Subject: rep.Subject, Said: cmp.Or(rep.Said, rep.Text), Text: rep.Text, Sent: rep.SentAt, Defects: rep.Defects, Authentic: rep.Authentic,
	}
	for _, f := range rep.Files {
		p.Files = append(p.Files, fmt.Sprintf("%s (%s)", cmp.Or(f.Name, f.Type), size(len(f.Data))))
	}
	return p, nil
}

// size is how large a file is, for people.
func size(n int) string {
	if n < 1e6 {
		return fmt.Sprintf("%d kB", (n+999)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
