package console

import (
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
