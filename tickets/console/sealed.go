package console

import (
	"net/http"
	"strconv"
	"strings"

	"ventanilla/tickets/store"
)

// longestSealed is the most days for which a raw form with a secret may be kept.
const longestSealed = 3650

// sealedSave sets for how many days a raw form with a secret is kept.
func (c *Console) sealedSave(w http.ResponseWriter, r *http.Request, s *Session) error {
	typed := strings.TrimSpace(r.PostFormValue("days"))
	days, err := strconv.Atoi(typed)
	if err != nil || days < 1 || days > longestSealed {
		text := c.say(s).T("access.sealed.wrong", "value", short(typed, 20), "most", longestSealed)
		return c.showSecurity(w, r, s, http.StatusUnprocessableEntity, securityTyped{Days: &typed}, &flash{Kind: "bad", Text: text})
	}
	if err := c.keep(r, s, store.SealedSetting, days, map[string]string{"days": strconv.Itoa(days)}); err != nil {
		return err
	}
	c.redirect(w, r, "/administracion/acceso?hecho=saved")
	return nil
}
