package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// line is what --exit prints of one citizen's report.
type line struct {
	Code         string         `json:"code"`
	Channel      string         `json:"channel"`
	Class        tickets.Class  `json:"class"`
	Procedure    string         `json:"procedure"`
	Steps        []tickets.Step `json:"steps"`
	Returned     bool           `json:"returned"`
	ReplyChannel string         `json:"reply_channel"`
	Delivered    bool           `json:"delivered"`
	Closed       bool           `json:"closed"`
}

func lineOf(t *tickets.Ticket) line {
	l := line{Code: t.Code, Channel: t.Contact.Medium, Class: t.Class, Returned: t.Returns > 0, Closed: t.Step == tickets.Closed}
	for _, d := range t.Trail {
		l.Steps = append(l.Steps, d.Step)
		l.Procedure = d.Step.Procedure()
	}
	l.ReplyChannel, l.Delivered = delivered(t)
	return l
}

// account prints a line for every report and says what is missing to call the
// day done: each case answered on its own channel and closed.
func (p *play) account(ctx context.Context, runs []*run, out io.Writer) error {
	enc := json.NewEncoder(out)
	for _, r := range runs {
		t, err := p.store.Ticket(ctx, r.id)
		if err != nil {
			return fmt.Errorf("%s: %w", r.subject, err)
		}
		if err := enc.Encode(lineOf(t)); err != nil {
			return err
		}
	}
	return p.verify(ctx, runs)
}

// verify holds the day against its script: what was to be closed is closed and
// told, nothing was lost or held, no case is there that nobody reported.
func (p *play) verify(ctx context.Context, runs []*run) error {
	var problems []error
	for _, r := range runs {
		t, err := p.store.Ticket(ctx, r.id)
		if err != nil {
			return fmt.Errorf("%s: %w", r.subject, err)
		}
		if r.until == "" {
			problems = append(problems, finished(lineOf(t)))
		}
	}
	counts, err := p.store.Counts(ctx)
	if err != nil {
		return err
	}
	if n := counts["open"] + counts["closed"]; n != int64(len(runs)) {
		problems = append(problems, fmt.Errorf("hay %d casos y hubo %d reportes", n, len(runs)))
	}
	for _, strange := range p.world.chats.server.Unknown() {
		problems = append(problems, fmt.Errorf("WhatsApp: %s", strange))
	}
	fates, err := p.store.Counters(ctx, "ledger:")
	if err != nil {
		return err
	}
	for _, bad := range []store.Verdict{store.FatePending, store.FateHeld, store.FateQuarantined} {
		if n := fates[string(bad)]; n > 0 {
			problems = append(problems, fmt.Errorf("el libro tiene %d entradas en %q", n, bad))
		}
	}
	return errors.Join(problems...)
}

func finished(l line) error {
	switch {
	case !l.Closed:
		return fmt.Errorf("%s no quedó cerrado", l.Code)
	case l.ReplyChannel != l.Channel:
		return fmt.Errorf("%s llegó por %s y se respondió por %q", l.Code, l.Channel, l.ReplyChannel)
	case !l.Delivered:
		return fmt.Errorf("la respuesta de %s no llegó a la persona", l.Code)
	}
	return nil
}
