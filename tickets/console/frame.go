package console

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"ventanilla/tickets"
)

// Frame is what every page has around its content.
type Frame struct {
	Title     string
	User      tickets.Actor
	RoleWords string
	Nav       []navItem
	Weather   []weather
	Ringing   []ringing // calls that came in just now, for those who take calls
	Demo      bool
	Live      bool
	Seq       int64
	Now       time.Time
	Flash     *flash
}

type navItem struct {
	Href, Icon, Word string // Word is a catalogue key
	Count            int64
	Hot              bool // the count waits for this person
	Current          bool
	Key              string // goes there after a g
	Cut              bool   // a line above it
	Later            bool   // behind the person's menu on a phone
}

// weather is one line of the strip at the foot of the rail.
type weather struct {
	Name, State, Dot string
	Idle             bool   // well, and nothing to tell the time of
	Note             string // what more there is to tell, in words
	Last             time.Time
	Error            string
}

// flash tells what an act did; Kind is good, warn or bad.
type flash struct {
	Kind, Title, Text string
	Kept              []keptText
}

// keptText is what somebody typed into a form that is no longer possible: it is
// shown, to be taken elsewhere.
type keptText struct{ Label, Text string }

// place is one entry of the rail and who sees it.
type place struct {
	href, icon, word string
	who              []tickets.Role
	key              string // goes there after a g
	cut, later       bool
}

var places = []place{
	{"/bandeja", "inbox", "nav.queue", readers, "b", false, false},
	{"/bandeja?v=mios", "mine", "nav.mine", workers, "m", false, false},
	{"/revision", "review", "nav.review", reviewer, "r", false, false},
	{"/caidas", "outage", "nav.outages", outageSeers, "", false, true},
	{"/llamada", "phone", "nav.call", callers, "", false, false},
	{"/devoluciones", "callback", "nav.callbacks", callSeers, "l", false, true},
	{"/conocimiento", "book", "nav.knowledge", readers, "k", true, true},
	{"/buscar", "search", "nav.search", seekers, "s", false, false},
	{"/retenidos", "held", "nav.held", watchers, "", true, true},
	{"/libro", "ledger", "nav.ledger", watchers, "", false, true},
	{"/aprendizaje", "learning", "nav.learning", learners, "", false, true},
	{"/canales", "channels", "nav.channels", watchers, "", false, true},
	{"/usuarios", "users", "nav.users", admin, "", false, true},
	{"/informes", "report", "nav.reports", reporters, "", false, true},
	{"/administracion", "settings", "nav.admin", keepsOffice, "", false, true},
	{"/auditoria", "lock", "nav.audit", []tickets.Role{tickets.Administrador, tickets.Auditor}, "", false, true},
}

// frame puts the frame of a page together; at is the rail's entry that the page belongs to.
func (c *Console) frame(r *http.Request, s *Session, title, at string) Frame {
	w := c.say(s)
	f := Frame{Title: title, User: s.Actor, RoleWords: roleWords(w, s.Actor.Roles), Demo: c.opt.Demo, Live: c.assets.live()}
	counts := c.counts(r, s)
	for _, p := range places {
		if !(route{who: p.who}).allows(s.Actor) {
			continue
		}
		n := navItem{Href: p.href, Icon: p.icon, Word: p.word, Key: p.key, Current: p.href == at, Cut: p.cut && len(f.Nav) > 0, Later: p.later}
		n.Count, n.Hot = counts.of(p.word)
		f.Nav = append(f.Nav, n)
	}
	near := 0 // entries of a phone's bar; somebody whose entries are all behind the menu gets the first ones there
	for _, n := range f.Nav {
		if !n.Later {
			near++
		}
	}
	for i := 0; i < len(f.Nav) && near < 4; i++ {
		if f.Nav[i].Later {
			f.Nav[i].Later, near = false, near+1
		}
	}
	f.Weather, f.Now = c.weather(w), c.now()
	f.Seq = c.sequence(r)
	f.Ringing = c.ringing(r, s)
	f.Flash, _ = r.Context().Value(refusalKey{}).(*flash)
	if done := r.URL.Query().Get("hecho"); done != "" && w.Has("done."+done) {
		f.Flash = &flash{Kind: "good", Text: w.T("done." + done)}
	}
	return f
}

// allKeys are the shortcuts that the help tells, in its order.
var allKeys = strings.Fields("j_k Enter r n d s e c x . u Ctrl_K / g_b g_m g_r g_l g_k g_s Esc ?")

// Keys are the shortcuts of this person: those to places that their rail has not are gone.
func (f Frame) Keys() (out []string) {
	for _, key := range allKeys {
		to, goes := strings.CutPrefix(key, "g_")
		if !goes || slices.ContainsFunc(f.Nav, func(n navItem) bool { return n.Key == to }) {
			out = append(out, strings.ReplaceAll(key, "_", " "))
		}
	}
	return out
}

// Opens says whether this person may open the page of a route, such as
// "/casos/{code}": what leads elsewhere is no link for them.
func (f Frame) Opens(path string) (bool, error) {
	i := slices.IndexFunc(pageRoutes, func(rt route) bool { return rt.pattern == "GET "+path })
	if i < 0 {
		return false, fmt.Errorf("no page has the route %q", path)
	}
	return pageRoutes[i].allows(f.User), nil
}

// pageRoutes are the routes of every console: none depends on its options.
var pageRoutes = (*Console)(nil).routes()

func roleWords(w *words, roles []tickets.Role) string {
	var out []string
	for _, r := range roles {
		out = append(out, w.T("role."+string(r)))
	}
	return strings.Join(out, ", ")
}

// weather reads the channels' health into the strip: well, in trouble for a
// while, or down.
func (c *Console) weather(w *words) []weather {
	if c.opt.Health == nil {
		return nil
	}
	var out []weather
	for _, h := range c.opt.Health() {
		v := weatherOf(h, c.now())
		if h.Backlog > 0 {
			v.Note = w.T("weather.backlog", "n", h.Backlog)
		}
		out = append(out, v)
	}
	if c.opt.Accounts != nil {
		c.numbers(w, out, c.opt.Accounts())
	}
	slices.SortFunc(out, func(a, b weather) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// numbers adds what is wrong with a linked number, and until when.
func (c *Console) numbers(w *words, out []weather, accounts []Account) {
	for _, a := range accounts {
		i := slices.IndexFunc(out, func(v weather) bool { return v.Name == a.Name })
		if i < 0 || a.State == "connected" || a.State == "" {
			continue
		}
		out[i].Note = w.Or("linked.state."+a.State, a.State)
		if !a.Until.IsZero() {
			out[i].Note += " " + w.T("weather.until", "at", c.clock.short(w, a.Until))
		}
		if out[i].Dot == "ok" {
			out[i].Dot, out[i].State = "slow", "retrying"
		}
	}
}

// expiryWarning is how long before its end a channel's right to sign in is spoken of.
const expiryWarning = 14 * 24 * time.Hour

// weatherOf: only a mailbox is looked into at intervals, so only there silence
// says something; nobody writes or calls at night.
func weatherOf(h ChannelHealth, now time.Time) weather {
	w := weather{Name: h.Name, State: "ok", Dot: "ok", Last: h.LastSuccess, Error: h.LastError}
	switch {
	case h.State == "running" || h.State == "elsewhere":
		if !h.Listens && h.Medium == "email" && !h.LastSuccess.IsZero() && now.Sub(h.LastSuccess) > 15*time.Minute {
			w.State, w.Dot = "silent", "slow"
		}
		if h.LastSuccess.IsZero() {
			w.Last = h.Since
		}
		if (h.Medium == "phone" || h.Listens) && now.Sub(w.Last) > 15*time.Minute {
			w.State, w.Idle = "listening", true
		}
	case h.State == "starting":
		w.State, w.Dot = "starting", "slow"
	case now.Sub(h.Since) < time.Minute && h.State != "stopped":
		w.State, w.Dot = "retrying", "slow"
	default:
		w.State, w.Dot = "down", "down"
	}
	if left := h.Expires.Sub(now); !h.Expires.IsZero() && left < expiryWarning && w.Dot == "ok" {
		w.State, w.Dot, w.Idle = "expiring", "slow", false
		if left <= 0 {
			w.State = "expired"
		}
	}
	return w
}

// pulse answers with the parts of the frame that change by themselves: the
// rail's counters and the weather. htmx puts them where they are.
func (c *Console) pulse(w http.ResponseWriter, r *http.Request, s *Session) error {
	from := ""
	if u := r.Header.Get("HX-Current-URL"); u != "" {
		from = pathOf(u)
	}
	return c.show(w, r, http.StatusOK, s.Language, "pulse", "pulse", c.frame(r, s, "", from))
}
