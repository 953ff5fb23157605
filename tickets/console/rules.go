package console

import (
	"errors"
	"net/http"
	"strings"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// The settlement rules G1 to G34 and their adoption by the agency under clause 4
// of the manual. Two people are needed: one proposes, another confirms.

type rulesData struct {
	Frame
	Rules         []ruleView
	May, MayAdopt bool
	Pending       int
}

type ruleView struct {
	tickets.Rule
	InForce *store.RuleAct
	Acts    []ruleActView
}

type ruleActView struct {
	store.RuleAct
	ByWord, SettledWord string
	MaySettle           bool
}

// adopters confirm an adoption: they answer for the procedures, an administrator does not.
var (
	proposers = []tickets.Role{tickets.Administrador, tickets.Supervisor, tickets.Jefatura}
	adopters  = []tickets.Role{tickets.Jefatura, tickets.Supervisor}
)

func (c *Console) rulesPage(w http.ResponseWriter, r *http.Request, s *Session) error {
	return c.showRules(w, r, s, http.StatusOK, nil)
}

func (c *Console) showRules(w http.ResponseWriter, r *http.Request, s *Session, status int, f *flash) error {
	words := c.say(s)
	acts, err := c.st.RuleActs(r.Context())
	if err != nil {
		return err
	}
	data := rulesData{Frame: c.frame(r, s, words.T("rules.title"), "/administracion"), May: (route{who: proposers}).allows(s.Actor), MayAdopt: (route{who: adopters}).allows(s.Actor)}
	if f != nil {
		data.Flash = f
	}
	for _, rule := range tickets.Rules {
		v := ruleView{Rule: rule}
		if a, ok := store.InForce(acts, rule.ID, c.now()); ok {
			v.InForce, v.Status = &a, tickets.Adopted
			if a.Text != "" {
				v.Text = a.Text
			}
		}
		for _, a := range acts {
			if a.Rule != rule.ID {
				continue
			}
			view := ruleActView{a, c.nameOf(r.Context(), a.ProposedBy), c.nameOf(r.Context(), a.SettledBy), false}
			if a.Text == rule.Text {
				view.Text = ""
			}
			if a.State == store.RulePending {
				data.Pending++
				view.MaySettle = data.MayAdopt && a.ProposedBy != s.Actor.ID
			}
			v.Acts = append(v.Acts, view)
		}
		data.Rules = append(data.Rules, v)
	}
	return c.show(w, r, status, words.lang, "rules", "content", data)
}

func (c *Console) rulePropose(w http.ResponseWriter, r *http.Request, s *Session) error {
	words := c.say(s)
	rule, ok := tickets.RuleOf(r.PathValue("rule"))
	if !ok {
		return store.ErrNotFound
	}
	a := store.RuleAct{Rule: rule.ID, Act: strings.TrimSpace(r.PostFormValue("act")), Signatory: strings.TrimSpace(r.PostFormValue("signatory")), Text: strings.TrimSpace(r.PostFormValue("text")), ProposedBy: s.Actor.ID}
	var err1, err2 error
	a.ValidFrom, err1 = c.day(r.PostFormValue("from"))
	a.ValidTo, err2 = c.day(r.PostFormValue("to"))
	if a.Text == "" {
		a.Text = rule.Text // kept with the act: the program's words may change
	}
	if !a.ValidTo.IsZero() {
		a.ValidTo = a.ValidTo.AddDate(0, 0, 1)
	}
	if err1 != nil || err2 != nil || a.Act == "" || a.Signatory == "" || a.ValidFrom.IsZero() || !a.ValidTo.IsZero() && !a.ValidTo.After(a.ValidFrom) {
		return c.showRules(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: words.T("rules.wrong")})
	}
	err := c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.ProposeRule(&a); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "rule.propose", Target: rule.ID, Details: map[string]string{"act": a.Act, "signatory": a.Signatory}, Peer: c.peer(r)})
	})
	if err != nil {
		return err
	}
	c.redirect(w, r, "/administracion/criterios?hecho=proposed#"+rule.ID)
	return nil
}

func (c *Console) ruleSettle(w http.ResponseWriter, r *http.Request, s *Session) error {
	id, state := r.PathValue("id"), store.RuleRefused
	if r.PostFormValue("do") == "adopt" {
		state = store.RuleAdopted
	}
	err := c.st.Write(r.Context(), func(tx *store.Tx) error {
		if err := tx.SettleRule(id, state, s.Actor.ID); err != nil {
			return err
		}
		return tx.Audit(store.Audited{By: s.Actor.ID, Act: "rule." + state, Target: id, Peer: c.peer(r)})
	})
	if errors.Is(err, store.ErrStale) {
		return c.showRules(w, r, s, http.StatusUnprocessableEntity, &flash{Kind: "bad", Text: c.say(s).T("rules.foureyes")})
	}
	if err != nil {
		return err
	}
	c.redirect(w, r, "/administracion/criterios?hecho=saved")
	return nil
}
