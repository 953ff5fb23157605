package console

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// tally is the queue's counters as one person needs them.
type tally struct {
	all     map[string]int64
	held    int64 // reports that wait for a decision
	me      tickets.Actor
	outages []store.Outage // that go on
}

// of is the number beside an entry of the rail, and whether it waits for this person.
func (t tally) of(word string) (n int64, hot bool) {
	switch word {
	case "nav.queue":
		n = t.all["unread"]
		if u := unitOf(t.me); u != "" && u != tickets.AIT {
			n = t.all["unit:"+string(u)]
		}
		return n, n > 0
	case "nav.outages":
		for _, o := range t.outages {
			hot = hot || o.State == store.OutageProposed
		}
		return int64(len(t.outages)), hot
	case "nav.mine":
		return t.all["assignee:"+t.me.ID], false
	case "nav.held":
		return t.held, t.held > 0 && (route{who: deskRole}).allows(t.me)
	case "nav.review":
		for _, step := range reviewSteps {
			n += t.all["step:"+string(step)]
		}
		return n, n > 0 && t.me.Is(tickets.Supervisor)
	}
	return 0, false
}

// Told is the number as it stands beside its entry: three figures at most, the
// room that it has on a phone.
func (n navItem) Told() string {
	if n.Count > 999 {
		return "999+"
	}
	return strconv.FormatInt(n.Count, 10)
}

// reviewSteps are the supervisor's activities.
var reviewSteps = []tickets.Step{"9.1/9", "9.1/10", "9.2/8", "9.2/9", "9.3/6", "9.3/7"}

// counts reads the counters; a page without them is better than no page.
func (c *Console) counts(r *http.Request, s *Session) tally {
	all, err := c.st.Counts(r.Context())
	if err != nil && !gone(r.Context(), err) {
		c.log.Error().Err(err).Msg("counters could not be read")
	}
	ledger, err := c.st.Counters(r.Context(), "ledger:")
	if err != nil && !gone(r.Context(), err) {
		c.log.Error().Err(err).Msg("counters could not be read")
	}
	going, err := c.st.Outages(r.Context(), false, 100)
	if err != nil && !gone(r.Context(), err) {
		c.log.Error().Err(err).Msg("outages could not be read")
	}
	return tally{all, ledger[string(store.FateHeld)] + ledger[string(store.FateQuarantined)], s.Actor, going}
}

func (c *Console) sequence(r *http.Request) int64 {
	n, err := c.st.LastChange(r.Context())
	if err != nil && !gone(r.Context(), err) {
		c.log.Error().Err(err).Msg("change feed could not be read")
	}
	return n
}

// hiddenID begins what WhatsApp tells of somebody in place of their number: it
// says nothing to a person, and the number stands beside it as soon as it is known.
const hiddenID = "lid:"

// shown is an address as people read it; "" for one that says nothing to them.
func (c *Console) shown(medium, value string) string {
	if strings.HasPrefix(value, hiddenID) {
		return ""
	}
	if medium == "email" || c.opt.NormalizeNumber == nil {
		return value
	}
	if _, shown, ok := c.opt.NormalizeNumber(value); ok {
		return shown
	}
	return value
}

func setMedium(f *store.Filter, medium string) {
	switch medium {
	case "email":
		f.Medium = "email"
	case "whatsapp":
		f.Medium = "whatsapp"
	case "phone":
		f.Medium = "phone"
	}
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if u.Path == "/bandeja" && u.Query().Get("v") == "mios" {
		return "/bandeja?v=mios"
	}
	return cmp.Or(u.Path, "/")
}

// names remembers what the staff and the systems are called, for a minute.
type names struct {
	mu          sync.Mutex
	by          map[string]string
	read        time.Time
	systems     []store.Supported
	systemsRead time.Time
	targets     []tickets.Target
	targetsRead time.Time
}
