package console

import (
	"net/http"
	"time"

	"ventanilla/tickets"
)

// RouteLine is a line of the route table, for tests that go through all of it.
type RouteLine struct {
	Pattern string
	Who     []tickets.Role
}

// Routes lists the route table.
func (c *Console) Routes() (lines []RouteLine) {
	for _, r := range c.routes() {
		lines = append(lines, RouteLine{r.pattern, r.who})
	}
	return lines
}

// CodeAt is the code that a telephone with that secret shows.
func CodeAt(secret string, at time.Time) string {
	key, err := base32Plain.DecodeString(secret)
	if err != nil {
		return ""
	}
	return totp(key, at.Unix()/totpPeriod, totpDigits)
}

// Probes are ways in which HTML makes browsers act.
var Probes = probes

// MayPost tells whether somebody may send a form to an address, by the table of routes alone.
func MayPost(a tickets.Actor, to string) bool {
	mux, by := http.NewServeMux(), map[string]route{}
	for _, rt := range pageRoutes {
		mux.Handle(rt.pattern, http.NotFoundHandler())
		by[rt.pattern] = rt
	}
	r, err := http.NewRequest("POST", to, nil)
	if err != nil {
		return false
	}
	_, pattern := mux.Handler(r)
	rt := by[pattern]
	return rt.who == nil && pattern != "" || rt.allows(a)
}
