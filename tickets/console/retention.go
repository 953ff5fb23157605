package console

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"ventanilla/tickets/store"
)

// longestCases is the most months for which the texts of closed cases may be kept.
const longestCases = 600

// purgeDoubt is what a limit would destroy, told before it is set.
type purgeDoubt struct {
	Months int
	N      int       // closed cases that would lose their texts at once
	Before time.Time // the last touch of the youngest of them
}

// casesSave sets for how many months the texts of closed cases are kept. What
// it would destroy is counted first and has to be confirmed; keeping for ever
// (0) destroys nothing and is set at once.
func (c *Console) casesSave(w http.ResponseWriter, r *http.Request, s *Session) error {
	typed := strings.TrimSpace(r.PostFormValue("months"))
	months, err := strconv.Atoi(typed)
	if err != nil || months < 0 || months > longestCases {
		text := c.say(s).T("access.cases.wrong", "value", short(typed, 20), "most", longestCases)
		return c.showSecurity(w, r, s, http.StatusUnprocessableEntity, securityTyped{Months: &typed}, &flash{Kind: "bad", Text: text})
	}
	n := 0
	if months > 0 {
		if n, err = c.st.CountOverdue(r.Context(), months); err != nil {
			return err
		}
		if r.PostFormValue("confirm") != typed {
			doubt := &purgeDoubt{Months: months, N: n, Before: c.now().AddDate(0, -months, 0)}
			return c.showSecurity(w, r, s, http.StatusOK, securityTyped{Months: &typed, Doubt: doubt}, nil)
		}
	}
	details := map[string]string{"months": strconv.Itoa(months), "cases": strconv.Itoa(n)}
	if err := c.keep(r, s, store.CaseMonthsSetting, months, details); err != nil {
		return err
	}
	c.redirect(w, r, "/administracion/acceso?hecho=saved")
	return nil
}
