package store

import (
	"context"
	"time"
)

// Template is a text that is written often, with slots in braces ("{nombre}")
// that are filled from the case. A version never changes; the newest approved
// one is offered.
type Template struct {
	ID       string // the same for all versions; filled in by SaveTemplate if empty
	Version  int64  // 1, 2, …
	Name     string
	Channel  string // "email", "whatsapp", "phone"; empty for any of them
	Language string // "es", "qu", …
	Body     string
	State    TemplateState
	By       string
	At       time.Time
}

// TemplateState is where a version of a template stands.
type TemplateState string

const (
	TemplateDraft    TemplateState = "draft"
	TemplateApproved TemplateState = "approved"
	TemplateRetired  TemplateState = "retired" // newest, and not offered any more
)

const templateColumns = "id, version, name, channel, language, body, state, actor, at"

func scanTemplate(scan scanner) (t Template, err error) {
	return t, scan(&t.ID, &t.Version, &t.Name, &t.Channel, &t.Language, &t.Body, &t.State, &t.By, when{&t.At})
}

// SaveTemplate stores the next version of a template and sets its number.
func (tx *Tx) SaveTemplate(t *Template) error {
	if t.ID == "" {
		t.ID = tx.NewID()
	}
	err := tx.row(nil, "SELECT COALESCE(MAX(version), 0) + 1 FROM template WHERE id = $1", t.ID).Scan(&t.Version)
	if err != nil {
		return err
	}
	t.At = tx.now
	_, err = tx.exec("INSERT INTO template ("+templateColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		t.ID, t.Version, short(t.Name, 120), t.Channel, t.Language, clean(t.Body), t.State, t.By, micros(tx.now))
	if duplicate(err) {
		return ErrStale
	}
	return err
}

// Templates lists the newest version of every template, by name.
func (s *Store) Templates(ctx context.Context) ([]Template, error) {
	return all(ctx, s, scanTemplate, "SELECT "+templateColumns+` FROM template t
		WHERE version = (SELECT MAX(o.version) FROM template o WHERE o.id = t.id) ORDER BY name, id`)
}

// Approved lists what may be used on a channel: the newest approved version of
// every template that is not retired, by name.
func (s *Store) Approved(ctx context.Context, channel string) ([]Template, error) {
	return all(ctx, s, scanTemplate, "SELECT "+templateColumns+` FROM template t WHERE (channel = '' OR channel = $1) AND state = 'approved'
		AND version = (SELECT MAX(o.version) FROM template o WHERE o.id = t.id AND o.state <> 'draft') ORDER BY name, id`, channel)
}

// TemplateVersions lists every version of one template, the newest first.
func (s *Store) TemplateVersions(ctx context.Context, id string) ([]Template, error) {
	return all(ctx, s, scanTemplate, "SELECT "+templateColumns+" FROM template WHERE id = $1 ORDER BY version DESC", id)
}
