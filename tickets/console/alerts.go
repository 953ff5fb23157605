package console

import (
	"cmp"
	"net/http"
	"net/mail"
	"strings"
	"time"

	"ventanilla/tickets/store"
)

// How people are alerted by mail of what lands on them, and what became of it.

type alertsData struct {
	Frame
	Rows    []alertRow
	Waiting bool // something has been due for long: there is no way out
}

type alertRow struct {
	store.Alert
	Who string
}

func (c *Console) alertsPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	list, err := c.st.Alerts(r.Context(), "", 100)
	if err != nil {
		return err
	}
	data := alertsData{Frame: c.frame(r, s, c.say(s).T("alerts.title"), "/administracion")}
	for _, a := range list {
		hidden, err := c.hides(r.Context(), s.Actor, a.Ticket)
		if err != nil {
			return err
		}
		if hidden {
			a.Code = ""
		}
		data.Rows = append(data.Rows, alertRow{a, cmp.Or(c.nameOf(r.Context(), a.Staff), a.Address)})
		if a.State == store.AlertQueued && c.st.Now().Sub(a.Due) > 10*time.Minute {
			data.Waiting = true
		}
	}
	return c.show(w, r, http.StatusOK, s.Language, "alerts", "content", data)
}

// accountAlerts stores where and when a person wants to be alerted.
func (c *Console) accountAlerts(w http.ResponseWriter, r *http.Request, s *Session) error {
	address, when := strings.TrimSpace(r.PostFormValue("mail")), r.PostFormValue("alerts")
	if a, err := mail.ParseAddress(address); address != "" && (err != nil || a.Address != address) {
		return c.showAccount(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: c.say(s).T("alerts.wrong")})
	}
	if when != store.AlertNow && when != store.AlertDigest && when != store.AlertNone {
		return &badRequest{"error.form"}
	}
	u, err := c.st.StaffByID(r.Context(), s.Actor.ID)
	if err != nil {
		return err
	}
	u.Mail, u.Alerts = address, when
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.SaveStaff(u); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: u.ID, Act: "alerts", Target: u.ID, Details: map[string]string{"when": when}, Peer: c.peer(r)})
	})
	if err != nil {
		return err
	}
	c.redirect(w, r, "/cuenta?hecho=saved")
	return nil
}
