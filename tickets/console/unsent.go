package console

import (
	"errors"
	"net/http"
	"strings"

	"ventanilla/tickets/store"
)

// What is typed and not sent: kept on the server as it is typed, under the
// form's name, so that a broken browser, an ended session or another computer
// loses nothing. The form says its name in the field "borrador".

const (
	unsentField = "borrador"
	maxUnsent   = 120 // of a form's name
)

// keepUnsent keeps a form's fields: POST /borrador. The script asks as one
// types; without it, a button does and comes back to the page.
func (c *Console) keepUnsent(w http.ResponseWriter, r *http.Request, s *Session) error {
	if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return &badRequest{"error.form"}
	}
	u := store.Unsent{Name: r.PostFormValue(unsentField), Form: r.PostFormValue(onceField), Fields: map[string]string{}}
	if u.Name == "" || len(u.Name) > maxUnsent {
		return &badRequest{"error.form"}
	}
	for name, v := range r.PostForm {
		if name != unsentField && name != onceField && name != "version" && len(v) > 0 && v[0] != "" {
			u.Fields[name] = typedIn(name, v, false)
		}
	}
	if err := c.st.KeepUnsent(r.Context(), s.Actor.ID, u); err != nil {
		return err
	}
	if r.Header.Get("X-Pane") == "draft" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	code, _, _ := strings.Cut(u.Name, ":")
	to := "/llamada?hecho=draft"
	if code != "llamada" {
		to = "/casos/" + code + "?hecho=draft"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// unsent is what this person left in a form, or which one was sent. Its loss
// would be a pity and no reason to show no form.
func (c *Console) unsent(r *http.Request, s *Session, name string) store.Unsent {
	u, err := c.st.Unsent(r.Context(), s.Actor.ID, name)
	if err != nil && !errors.Is(err, store.ErrNotFound) && !gone(r.Context(), err) {
		c.log.Error().Err(err).Msg("a draft could not be read")
	}
	return u
}

// done is the number of the form that was sent last and left nothing: a browser
// that kept its text, since it never saw the answer, lets it go by this.
func done(u store.Unsent) string {
	if len(u.Fields) > 0 {
		return ""
	}
	return u.Form
}

// sent empties the draft of the form that r sent, in the act's transaction.
func (s *Session) sent(tx *store.Tx, r *http.Request) error {
	name := r.PostFormValue(unsentField)
	if name == "" || len(name) > maxUnsent {
		return nil
	}
	return tx.SentUnsent(s.Actor.ID, name, r.PostFormValue(onceField))
}

// left puts what was left in a form into its fields.
func (f *formView) left(u store.Unsent) {
	f.Done = done(u)
	typed := u.Fields
	if len(typed) == 0 {
		return
	}
	put := func(fields []fieldView) {
		for i := range fields {
			if v, ok := typed[fields[i].Name]; ok && fields[i].Kind != "hidden" && fields[i].Kind != "file" {
				fields[i].Value, f.Kept = v, true
			}
		}
	}
	put(f.Fields)
	for i := range f.Parts {
		put(f.Parts[i].Fields)
	}
}
