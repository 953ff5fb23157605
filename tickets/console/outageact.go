package console

import (
	"errors"
	"net/http"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/privacy"
	"ventanilla/tickets/store"
)

// What a person decides on an outage: POST /caidas/{id}.

// outageAct does what a person decided on an outage: POST /caidas/{id}.
func (c *Console) outageAct(w http.ResponseWriter, r *http.Request, s *Session) error {
	id, reason, text := r.PathValue("id"), strings.TrimSpace(r.PostFormValue("reason")), strings.TrimSpace(r.PostFormValue("text"))
	act := r.PostFormValue("accion")
	o, err := c.st.Outage(r.Context(), id)
	if err != nil {
		return err
	}
	if act == "tell" && text != "" && r.PostFormValue("revisado") != seal(text) {
		held, err := c.outageDoubts(r, s, o, text)
		if err != nil {
			return err
		}
		if held != nil {
			return c.showOutage(w, r, s, held.status, nil, held)
		}
	}
	err = c.st.Write(r.Context(), func(tx *store.Tx) error {
		if ok, err := first(tx, r); !ok || err != nil {
			return err
		}
		if err := c.outageDeed(tx, r, s, act, id, reason, text); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "outage." + act, Target: id, Details: map[string]string{"reason": reason}, Peer: c.peer(r)})
	})
	var refused *tickets.Refusal
	switch {
	case err == nil:
		to := "/caidas/" + id
		if code, ok := tickets.ParseCode(r.PostFormValue("volver")); ok { // to the case from which it was asked for
			to = "/casos/" + code
		}
		c.redirect(w, r, to+"?hecho=outage."+act)
		return nil
	case errors.As(err, &refused):
		return c.showOutage(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: c.refusal(c.say(s), refused)}, nil)
	case errors.Is(err, store.ErrStale):
		return c.showOutage(w, r, s, http.StatusConflict, &flash{Kind: "warn", Text: c.say(s).T("outage.stale")}, nil)
	}
	return err
}

// outageDoubts holds back a notice that many will read: nobody's data belongs in
// it, not even those of whom the principal case is about.
func (c *Console) outageDoubts(r *http.Request, s *Session, o store.Outage, text string) (*stop, error) {
	if o.Parent == "" {
		return nil, nil
	}
	t, err := c.st.Ticket(r.Context(), o.Parent)
	if err != nil {
		return nil, err
	}
	return c.doubted(c.say(s), text, t, ""), nil
}

// missingField is the refusal of a field that a form needs.
func missingField(name string) error {
	return &tickets.Refusal{Code: tickets.RefusedField, Params: map[string]string{"field": name}}
}

// mayOnOutage are those who may do each act on an outage; who leads is named first.
var mayOnOutage = map[string][]tickets.Role{
	"confirm": {tickets.Operador}, "dismiss": {tickets.Operador}, "attach": {tickets.Operador}, "add": {tickets.Operador}, "refuse": {tickets.Operador}, "tell": {tickets.Operador},
	"recall": deskRole, "detach": outageMovers, "close": boss,
}

// outageDeed is one act on an outage. Whether the person may do it to a case
// is tickets.Do's word; who may decide on outages at all stands here.
func (c *Console) outageDeed(tx *store.Tx, r *http.Request, s *Session, act, id, reason, text string) error {
	if may, ok := mayOnOutage[act]; ok && !(route{who: may}).allows(s.Actor) {
		return &tickets.Refusal{Code: tickets.RefusedRole, Params: map[string]string{"act": act, "role": string(may[0])}}
	}
	switch act {
	case "confirm", "dismiss", "recall", "detach":
		if reason == "" {
			return missingField("reason")
		}
	case "tell":
		if text == "" {
			return missingField("text")
		}
	}
	switch act {
	case "attach", "refuse", "detach":
		if len(r.PostForm["report"]) == 0 {
			return missingField("reports")
		}
	}
	var err error
	switch act {
	case "confirm":
		if r.PostFormValue("principal") == "" {
			return missingField("case")
		}
		err = tx.ConfirmOutage(id, r.PostFormValue("principal"), s.Actor, reason)
	case "dismiss":
		err = tx.DismissOutage(id, s.Actor, reason)
	case "recall":
		_, err = tx.RecallOutage(id, s.Actor, reason)
	case "attach":
		_, err = tx.AttachReports(id, registros(r), r.PostForm["report"], s.Actor)
	case "add":
		err = c.addReport(tx, r, s, id)
	case "detach":
		err = tx.DetachReports(id, r.PostForm["report"], s.Actor, reason)
	case "refuse":
		err = tx.RefuseReports(id, r.PostForm["report"])
	case "tell":
		_, err = tx.TellOutage(id, text, s.Actor)
	case "close":
		_, err = tx.CloseReports(id, s.Actor)
	default:
		err = &tickets.Refusal{Code: tickets.RefusedAct, Params: map[string]string{"act": act}}
	}
	if errors.Is(err, store.ErrNotFound) {
		return &tickets.Refusal{Code: tickets.RefusedLink, Params: map[string]string{"case": r.PostFormValue("principal")}}
	}
	return err
}

// addReport proposes a case for an outage by the code that a person wrote.
func (c *Console) addReport(tx *store.Tx, r *http.Request, s *Session, id string) error {
	code, ok := tickets.ParseCode(r.PostFormValue("case"))
	if !ok {
		return &tickets.Refusal{Code: tickets.RefusedLink, Params: map[string]string{"case": r.PostFormValue("case")}}
	}
	ticket, err := tx.TicketOfCode(code)
	if err != nil {
		return err
	}
	t, err := tx.Ticket(ticket)
	if err != nil {
		return err
	}
	if !t.SeenBy(s.Actor) {
		return store.ErrNotFound // not even that there is one (G33)
	}
	return tx.AddReport(id, ticket, s.Actor)
}

// registros are the words of 9.1/2 of each report that was marked.
func registros(r *http.Request) map[string]string {
	out := map[string]string{}
	for _, id := range r.PostForm["report"] {
		out[id], _ = privacy.Redact(strings.TrimSpace(r.PostFormValue("problem." + id)))
	}
	return out
}
