package store

import (
	"context"
	"time"
)

// RuleAct is the agency's adoption of a settlement rule (manual, cl. 4): by
// which act, signed by whom, in force when. One person proposes it and another
// one confirms it; until then the rule stays a proposal.
type RuleAct struct {
	ID                 string
	Rule               string // "G1"
	Text               string // as adopted; empty in old rows for the program's own words
	Act                string // its number
	Signatory          string
	ValidFrom, ValidTo time.Time // ValidTo excluded; zero: still in force
	ProposedBy         string
	Proposed           time.Time
	SettledBy          string
	Settled            time.Time
	State              string // RulePending, RuleAdopted, RuleRefused
}

// States of an adoption.
const (
	RulePending = "pending"
	RuleAdopted = "adopted"
	RuleRefused = "refused"
)

const ruleActColumns = "id, rule, text, act, signatory, valid_from, valid_to, proposed_by, proposed, settled_by, settled, state"

// ProposeRule stores an adoption that waits for a second person.
func (tx *Tx) ProposeRule(a *RuleAct) error {
	a.ID, a.Proposed, a.State = tx.NewID(), tx.now, RulePending
	_, err := tx.exec("INSERT INTO rule_act ("+ruleActColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', 0, $10)",
		a.ID, a.Rule, clean(a.Text), short(a.Act, 200), short(a.Signatory, 200), micros(a.ValidFrom), micros(a.ValidTo), a.ProposedBy, micros(tx.now), RulePending)
	return err
}

// SettleRule adopts or refuses what someone else proposed; ErrStale if it is not
// pending, or proposed by the same person.
func (tx *Tx) SettleRule(id, state, by string) error {
	return tx.one("UPDATE rule_act SET state = $2, settled_by = $3, settled = $4 WHERE id = $1 AND state = 'pending' AND proposed_by <> $3", id, state, by, micros(tx.now))
}

// RuleActs lists every adoption, the newest first.
func (s *Store) RuleActs(ctx context.Context) ([]RuleAct, error) {
	return all(ctx, s, func(scan scanner) (a RuleAct, err error) {
		return a, scan(&a.ID, &a.Rule, &a.Text, &a.Act, &a.Signatory, when{&a.ValidFrom}, when{&a.ValidTo}, &a.ProposedBy, when{&a.Proposed}, &a.SettledBy, when{&a.Settled}, &a.State)
	}, "SELECT "+ruleActColumns+" FROM rule_act ORDER BY proposed DESC, id DESC")
}

// InForce gives the adoption of a rule that held at a time, as it was known
// then; false while the rule was a proposal. What is settled later does not
// change it, whatever day the act names: a case reads the rules as they stood
// when it was opened.
func InForce(acts []RuleAct, rule string, at time.Time) (RuleAct, bool) {
	for _, a := range acts { // the newest first: a later act replaces an earlier one
		if a.Rule == rule && a.State == RuleAdopted && !at.Before(a.Settled) && !at.Before(a.ValidFrom) && (a.ValidTo.IsZero() || at.Before(a.ValidTo)) {
			return a, true
		}
	}
	return RuleAct{}, false
}
