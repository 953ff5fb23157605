package office

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

const (
	sendTimeout = time.Minute
	claimTime   = 2 * sendTimeout
	firstPause  = time.Minute
	giveUpAfter = 3 * 24 * time.Hour
	keepAlerts  = 90 * 24 * time.Hour
)

// send writes one mail to each person of everything that is due for them.
func (o *Office) send(ctx context.Context) error {
	if o.Mail == nil {
		return nil // they wait, and the screen of alerts says why
	}
	due, err := o.Store.DueAlerts(ctx, 500)
	if err != nil {
		return fmt.Errorf("listing alerts: %w", err)
	}
	var order []string
	by := map[string][]store.Alert{}
	for _, a := range due {
		if by[a.Address] == nil {
			order = append(order, a.Address)
		}
		by[a.Address] = append(by[a.Address], a)
	}
	for _, address := range order {
		if held, err := o.keep(ctx); err != nil || !held {
			return err
		}
		if err := o.sendTo(ctx, address, by[address]); err != nil {
			return err
		}
	}
	return nil
}

// sendTo writes to one person what this node could claim for them.
func (o *Office) sendTo(ctx context.Context, address string, list []store.Alert) error {
	language := "es"
	u, err := o.Store.StaffByID(ctx, list[0].Staff)
	if err == nil {
		language = u.Language
	} else if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if list, err = o.claim(ctx, list, u); err != nil || len(list) == 0 {
		return err
	}
	var ids []string
	for _, a := range list {
		ids = append(ids, a.ID)
	}
	subject, text := write(language, list, o.Public)
	try, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	// The same alerts make the same Message-ID: what went out just before this
	// node died is known again by the mail server that has it.
	sum := sha256.Sum256([]byte(strings.Join(ids, "\n")))
	_, host, _ := strings.Cut(address, "@")
	failure := o.Mail.Send(try, channels.Reply{
		ID: "alert." + hex.EncodeToString(sum[:12]) + "@" + cmp.Or(host, "localhost"), To: channels.Address{Medium: channels.Email, Value: address},
		Subject: subject, Text: text, Auto: true, Tries: list[0].Tries,
	})
	return o.Store.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		if failure == nil {
			return tx.SettleAlerts(ids, store.AlertSent, "", time.Time{})
		}
		return settle(tx, list, failure)
	})
}

// settle records that a mail with these alerts failed: each is tried again until
// its own days are over.
func settle(tx *store.Tx, list []store.Alert, failure error) error {
	var permanent *channels.PermanentError
	var again, over []string
	for _, a := range list {
		if errors.As(failure, &permanent) || tx.Now().Sub(a.Since) > giveUpAfter {
			over = append(over, a.ID)
		} else {
			again = append(again, a.ID)
		}
	}
	if err := tx.SettleAlerts(over, store.AlertFailed, failure.Error(), time.Time{}); err != nil {
		return err
	}
	return tx.SettleAlerts(again, store.AlertQueued, failure.Error(), tx.Now().Add(min(firstPause<<min(list[0].Tries, 7), time.Hour)))
}

// claim takes alerts for this node and looks at their cases as they are now: of
// one restricted meanwhile nothing is named, and whoever may no longer see it is
// not told.
func (o *Office) claim(ctx context.Context, list []store.Alert, u store.Staff) (mine []store.Alert, err error) {
	err = o.Store.Write(ctx, func(tx *store.Tx) error {
		taken, err := tx.ClaimAlerts(list, tx.Now().Add(claimTime))
		if err != nil {
			return fmt.Errorf("claiming alerts: %w", err)
		}
		mine = mine[:0]
		var hidden []string
		for _, a := range taken {
			if a.Ticket == "" {
				mine = append(mine, a)
				continue
			}
			t, err := tx.Ticket(a.Ticket)
			if err != nil {
				return fmt.Errorf("reading the case of an alert: %w", err)
			}
			if t.Has(tickets.FlagRestricted) {
				a.Code, a.Step = "", ""
				if u.ID == "" || !t.SeenBy(u.Actor(tx.Now())) {
					hidden = append(hidden, a.ID)
					continue
				}
			}
			mine = append(mine, a)
		}
		return tx.SettleAlerts(hidden, store.AlertFailed, "restricted meanwhile", time.Time{})
	})
	return mine, err
}

// says are the words of an alert, by language and kind. They name the case by its
// code and step, never its citizen or what was written.
var says = map[string]map[string]string{
	"es": {
		AlertDerived: "llegó a su unidad", AlertBack: "volvió al área de soporte", AlertReview: "espera su revisión", AlertReturned: "fue devuelto con observaciones", AlertTwice: "fue devuelto por segunda vez o más",
		AlertMessage: "tiene un mensaje nuevo de la persona", AlertEstimate: "pasó el tiempo que su unidad estimó", AlertOutage: "Varios reportes fuera de horario dicen que no responde",
		"subject.one": "Ventanilla: un aviso", "subject.many": "Ventanilla: %d avisos", "reserved": "Un caso reservado", "foot": "Ingrese a la consola para verlos. Cómo y cuándo le avisamos se cambia en «Mi cuenta». No responda a este correo.",
	},
	"en": {
		AlertDerived: "came to your unit", AlertBack: "came back to the desk", AlertReview: "awaits your review", AlertReturned: "was returned with observations", AlertTwice: "was returned for the second time or more",
		AlertMessage: "has a new message of its person", AlertEstimate: "is past the time that your unit estimated", AlertOutage: "Several reports out of hours say that it does not respond",
		"subject.one": "Ventanilla: one alert", "subject.many": "Ventanilla: %d alerts", "reserved": "A restricted case", "foot": "Log in to the console to see them. How and when you are alerted is changed under “My account”. Do not answer this mail.",
	},
}

func write(language string, list []store.Alert, public string) (subject, text string) {
	w := says[language]
	if w == nil {
		w = says["es"]
	}
	subject = w["subject.one"]
	if len(list) > 1 {
		subject = fmt.Sprintf(w["subject.many"], len(list))
	}
	var b strings.Builder
	for _, a := range list {
		name := cmp.Or(a.Code, w["reserved"])
		if a.Step != "" && a.Step != "closed" {
			name += " (" + a.Step + ")"
		}
		if a.Kind == AlertOutage {
			fmt.Fprintf(&b, "- %s: %s.\n", w[a.Kind], name)
			continue
		}
		fmt.Fprintf(&b, "- %s %s.\n", name, w[a.Kind])
		if public != "" && a.Code != "" {
			fmt.Fprintf(&b, "  %s/casos/%s\n", strings.TrimRight(public, "/"), a.Code)
		}
	}
	return subject, b.String() + "\n" + w["foot"] + "\n"
}
