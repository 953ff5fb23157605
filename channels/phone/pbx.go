package phone

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/channels"
)

// PBX takes the events newCall, answer and hangup that an exchange posts by
// HTTP, in the shape of Zammad's generic CTI, which any exchange can send with
// curl: fields event, from, to, direction, callId, user[] (or user), queue,
// answeringNumber, cause, as a form or as JSON.
//
// It is an http.Handler and a channels.Channel that runs on every node: events
// are taken while Run has a Host; before and after, the exchange is told 503.
// 204 means that the event is durable. An authenticated event that cannot be
// read is accepted, too: the ledger shows it with what was wrong.
type PBX struct {
	ID       string // the channel's name
	Token    string // shared with the exchange: "Authorization: Bearer …" or the last element of the path
	Plan     Plan
	Exchange string // as in CDR
	Log      zerolog.Logger
	Now      func() time.Time // nil is time.Now

	host  atomic.Pointer[channels.Host]
	limit limiter // events per peer
	fails limiter // wrong tokens per peer
}

var (
	_ channels.Channel = (*PBX)(nil)
	_ channels.Reader  = (*PBX)(nil)
	_ channels.Shared  = (*PBX)(nil)
	_ http.Handler     = (*PBX)(nil)
)

const (
	maxEvent = 16 << 10 // an event has some 200 bytes
	// A busy exchange has tens of calls a second, three events each; a token is
	// guessed wrong by accident a few times a minute.
	eventsPerMinute = 6000
	failsPerMinute  = 20
)

// Name implements channels.Channel.
func (p *PBX) Name() string { return p.ID }

// Medium implements channels.Channel.
func (p *PBX) Medium() channels.Medium { return channels.Phone }

// RunsEverywhere implements channels.Shared.
func (p *PBX) RunsEverywhere() {}

// Run implements channels.Channel: events are taken while it runs.
func (p *PBX) Run(ctx context.Context, h channels.Host) error {
	p.host.Store(&h)
	h.Progress("listening")
	<-ctx.Done()
	p.host.Store(nil)
	return nil
}

func (p *PBX) now() time.Time {
	if p.Now != nil {
		return p.Now()
	}
	return time.Now()
}

// ServeHTTP takes one event.
func (p *PBX) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	peer, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		peer = r.RemoteAddr
	}
	now := p.now()
	switch {
	case p.fails.over(peer, failsPerMinute, now):
		refuse(w, http.StatusTooManyRequests)
		return
	case !p.allowed(r):
		p.fails.count(peer, now)
		w.Header().Set("WWW-Authenticate", "Bearer")
		refuse(w, http.StatusUnauthorized)
		return
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		refuse(w, http.StatusMethodNotAllowed)
		return
	case p.limit.count(peer, now) > eventsPerMinute:
		refuse(w, http.StatusTooManyRequests)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEvent))
	if err != nil {
		refuse(w, http.StatusRequestEntityTooLarge)
		return
	}
	host := p.host.Load()
	if host == nil {
		refuse(w, http.StatusServiceUnavailable)
		return
	}
	if err := (*host).Accept(r.Context(), channels.Batch{Raws: []channels.Raw{p.raw(r, peer, body, now)}}); err != nil {
		p.Log.Error().Str("channel", p.ID).Err(err).Msg("call event not stored")
		refuse(w, http.StatusServiceUnavailable)
		return
	}
	(*host).Progress("listening")
	w.WriteHeader(http.StatusNoContent)
}

func refuse(w http.ResponseWriter, status int) {
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "10")
	}
	http.Error(w, http.StatusText(status), status)
}

// allowed compares the token in constant time. An empty token allows nobody.
func (p *PBX) allowed(r *http.Request) bool {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		given = r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	}
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(p.Token))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1 && p.Token != ""
}

// raw keeps the event as it came. Two deliveries of one event have one Dedupe:
// exchanges repeat what was not answered in time.
func (p *PBX) raw(r *http.Request, peer string, body []byte, now time.Time) channels.Raw {
	contentType := r.Header.Get("Content-Type")
	e, _ := readEvent(contentType, body)
	sum := sha256.Sum256(body)
	id := e.one("callId") + "/" + e.one("event")
	if e.one("callId") == "" || e.one("event") == "" || len(id) > 150 {
		id = "unread/" + hex.EncodeToString(sum[:12]) + "/" + now.UTC().Format("20060102T150405")
	}
	id = strings.ToValidUTF8(strings.ReplaceAll(id, "\x00", ""), "")
	return channels.Raw{
		Medium: channels.Phone, ExternalID: id, Dedupe: "pbx:" + p.ID + ":" + id, Body: body, Received: now,
		Envelope: map[string]string{"content_type": contentType, "peer": peer},
	}
}

// event holds the fields of an event; a field may have several values.
type event map[string][]string

func (e event) one(name string) string {
	for _, key := range []string{name, name + "[]", strings.ToLower(name), snake(name)} {
		if v := e[key]; len(v) > 0 {
			return strings.TrimSpace(v[0])
		}
	}
	return ""
}

// snake writes callId as call_id, the habit of other exchanges.
func snake(name string) string {
	var b strings.Builder
	for _, r := range name {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// readEvent reads a form or JSON, whatever the content type claims.
func readEvent(contentType string, body []byte) (event, []string) {
	media, _, _ := mime.ParseMediaType(contentType)
	trimmed := strings.TrimSpace(string(body))
	if media == "application/json" || strings.HasPrefix(trimmed, "{") {
		return readJSON(trimmed)
	}
	values, err := url.ParseQuery(trimmed)
	if err != nil {
		return event(values), []string{defectForm + ":" + err.Error()}
	}
	return event(values), nil
}

func readJSON(s string) (event, []string) {
	var fields map[string]any
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	if err := d.Decode(&fields); err != nil {
		return event{}, []string{defectForm + ":" + err.Error()}
	}
	e := event{}
	for name, v := range fields {
		switch v := v.(type) {
		case string:
			e[name] = []string{v}
		case json.Number:
			e[name] = []string{v.String()}
		case []any:
			for _, item := range v {
				if text, ok := item.(string); ok {
					e[name] = append(e[name], text)
				}
			}
		}
	}
	return e, nil
}

// Read implements channels.Reader.
func (p *PBX) Read(channel string, raw channels.Raw) channels.Report {
	rep := channels.Report{Channel: channel, Medium: channels.Phone, Kind: channels.CallEvent, ReceivedAt: raw.Received, NoReply: true}
	e, defects := readEvent(raw.Envelope["content_type"], raw.Body)
	rep.Defects = defects
	name := eventName(e.one("event"))
	if name == "" || e.one("callId") == "" {
		rep.Kind = channels.None
		rep.Subject = "Aviso ilegible de la central telefónica"
		rep.Text = clip(strings.ToValidUTF8(strings.ReplaceAll(string(raw.Body), "\x00", " "), "�"), 500)
		rep.Defects = append(rep.Defects, defectEvent)
		return rep
	}
	call := &channels.Call{
		ID: callID(p.Exchange, e.one("callId")), From: e.one("from"), To: e.one("to"), Queue: e.one("queue"), Event: name, Cause: e.one("cause"),
		Direction: strings.ToLower(e.one("direction")), Agent: first(e.one("user"), e.one("answeringNumber")), Answered: name == Answer,
	}
	switch {
	case call.Direction == "inbound":
		call.Direction = "in"
	case call.Direction == "outbound":
		call.Direction = "out"
	case call.Direction != "in" && call.Direction != "out":
		rep.Defects = append(rep.Defects, defectDirection)
		call.Direction = ""
	}
	if name == NewCall {
		call.Started = raw.Received
	}
	from, to := p.Plan.Parse(call.From), p.Plan.Parse(call.To)
	rep.Call, rep.ExternalID, rep.SentAt = call, call.ID, raw.Received
	rep.From = channels.Address{Medium: channels.Phone, Value: from.E164}
	rep.To = []channels.Address{{Medium: channels.Phone, Value: to.E164}}
	rep.Subject, rep.Text = describe(call, from, to, "", 0)
	return rep
}

func eventName(s string) string {
	switch strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(s)) {
	case "newcall":
		return NewCall
	case "answer", "answered":
		return Answer
	case "hangup":
		return Hangup
	}
	return ""
}
