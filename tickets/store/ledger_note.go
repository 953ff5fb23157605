package store

import "ventanilla/channels"

// LedgerNote writes a ledger line that has its fate already: what a person of
// the desk typed in (a call) passes no stage 2, but is counted with everything
// else that was received. ErrExists if the channel saw that id before.
func (tx *Tx) LedgerNote(medium, channel, externalID string, body []byte, f Fate) (id int64, err error) {
	raw := channels.Raw{Medium: channels.Medium(medium), ExternalID: externalID, Dedupe: channel + "/" + externalID, Body: body, Received: tx.now}
	if err := tx.accept(channel, &raw); err != nil {
		return 0, err
	}
	var tries int
	var fate Verdict
	err = tx.row(nil, "SELECT id, tries, fate FROM ledger WHERE medium = $1 AND dedupe = $2", raw.Medium, clean(raw.Dedupe)).Scan(&id, &tries, &fate)
	if err != nil {
		return 0, err
	}
	if fate != FatePending {
		return id, ErrExists
	}
	return id, tx.settle(id, tries, f)
}
