package loopback

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// Server is a WhatsApp on loopback. Its methods may be called from any goroutine.
type Server struct {
	ctx    context.Context
	cancel context.CancelFunc
	ln     net.Listener
	web    *http.Server
	static *ecdh.PrivateKey
	certs  []byte
	now    func() time.Time

	mu          sync.Mutex
	phones      map[types.JID]*Phone // by number and by hidden id
	order       []*Phone
	groups      []*group
	pairings    map[string]*pairing // by reference
	files       map[string][]byte   // by direct path, encrypted
	lost        map[string][]byte   // what the server has no more and phones still have, by its sum
	strange     []string
	tracer      func(string)
	refusal     *Refusal
	oldest      uint32 // version of the web program that may log in, its third number
	media       int    // HTTP status of every download, 0 = as it should be
	downloads   int
	hosts       []string // where files are said to be, if not at MediaHost
	sendErr     map[types.JID]int
	iqs         int
	unavailable bool
	mute        bool // takes messages without acknowledging them
	deaf        bool // answers no keep-alive
	forgetful   bool // takes no notice of receipts
	collections int  // of app state that were asked for
	wg          sync.WaitGroup
}

// New starts a server on a free loopback port. now is its clock; nil means
// time.Now. Close it.
func New(now func() time.Time) (*Server, error) {
	if now == nil {
		now = time.Now
	}
	static, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making the server's key: %w", err)
	}
	s := &Server{
		static: static, now: now, phones: map[types.JID]*Phone{}, pairings: map[string]*pairing{},
		files: map[string][]byte{}, lost: map[string][]byte{}, sendErr: map[types.JID]int{},
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	if s.certs, err = certificates(static); err != nil {
		return nil, fmt.Errorf("making certificates: %w", err)
	}
	if s.ln, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ws/chat", s.chat)
	mux.HandleFunc("GET /{$}", s.page)
	mux.HandleFunc("POST /mms/{kind}/{token}", s.upload)
	mux.HandleFunc("GET /v/{name}", s.download)
	s.web = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	s.wg.Go(func() {
		if err := s.web.Serve(s.ln); !errors.Is(err, http.ErrServerClosed) {
			s.unknown("listener: " + err.Error())
		}
	})
	return s, nil
}

// Close hangs up on everybody and waits until all is quiet.
func (s *Server) Close() {
	s.cancel()
	s.web.Close() // nothing to be done about an error
	s.wg.Wait()
}

// Dial connects to the server whatever address was asked for.
func (s *Server) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, "tcp", s.ln.Addr().String())
}

// HTTPClient reaches this server under every name, and nothing else: give it to
// a whatsmeow client as its web socket, pre-login and media client. "TLS" is
// plain TCP: net/http takes the connection for secured already.
func (s *Server) HTTPClient() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: s.Dial, DialTLSContext: s.Dial, IdleConnTimeout: time.Second}}
}

func (s *Server) chat(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	away := s.unavailable
	s.mu.Unlock()
	if away {
		http.Error(w, "away", http.StatusServiceUnavailable)
		return
	}
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return // Accept has answered
	}
	ws.SetReadLimit(1 << 24)
	s.wg.Add(1)
	defer s.wg.Done()
	s.newConn(ws).serve()
}

// Unknown lists what clients sent that this server does not know, and its own
// troubles. Tests assert that it is empty.
func (s *Server) Unknown() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.strange)
}

func (s *Server) unknown(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.strange = append(s.strange, what)
}

// Trace has f see every stanza as text: "C …" from clients, "S …" to them. f
// must not call the server.
func (s *Server) Trace(f func(string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tracer = f
}

func (s *Server) trace(line string) {
	s.mu.Lock()
	f := s.tracer
	s.mu.Unlock()
	if f != nil {
		f(line)
	}
}

// Refusal is how the server refuses logins: Reason 401 and 403 log the device
// out, 402 bans it for a while (Code, Expire), 405 calls it outdated, others
// are plain failures.
type Refusal struct {
	Reason int
	Code   int
	Expire time.Duration
}

// Refuse has every login refused from now on; nil takes that back.
func (s *Server) Refuse(r *Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusal = r
}

// Require has programs refused as outdated (405) whose version's third number
// is lower; the page of WhatsApp Web tells it.
func (s *Server) Require(version uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.oldest = version
}

// page is WhatsApp Web's, of which programs read the newest version.
func (s *Server) page(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(w, `<script>{"client_revision":%d,"x":0}</script>`, s.oldest) // a client that went away needs no answer
}

// Away has the server answer connections with HTTP 503 while on.
func (s *Server) Away(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unavailable = on
}

// RefuseSends has messages to p answered with an error code (463, 479…); 0 takes that back.
func (s *Server) RefuseSends(p *Phone, code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sendErr[p.lid] = code
}

// LoseAcks has the server take messages without acknowledging them while on,
// as when the line breaks at the worst moment.
func (s *Server) LoseAcks(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mute = on
}

// IgnorePings has keep-alives unanswered while on, as on a line that is dead
// without anybody having hung up.
func (s *Server) IgnorePings(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deaf = on
}

// LoseReceipts has receipts lost on their way while on: what they are for is
// delivered again at the next login.
func (s *Server) LoseReceipts(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetful = on
}

// Collections counts how often clients asked for a collection of app state.
func (s *Server) Collections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.collections
}

// failure tells a client that it may not log in.
func (r *Refusal) node() binary.Node {
	attrs := binary.Attrs{"reason": strconv.Itoa(r.Reason)}
	if r.Code != 0 {
		attrs["code"] = strconv.Itoa(r.Code)
	}
	if r.Expire != 0 {
		attrs["expire"] = strconv.Itoa(int(r.Expire.Seconds()))
	}
	return binary.Node{Tag: "failure", Attrs: attrs}
}

// find gives the person with a number or a hidden id. s.mu is held.
func (s *Server) find(j types.JID) *Phone { return s.phones[j.ToNonAD()] }

func (s *Server) known(j types.JID) *Phone {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.find(j)
}

// Phone makes a person with a phone, or returns the one that has the number
// already. number is in E.164 with or without "+".
func (s *Server) Phone(number, name string) *Phone {
	number = strings.TrimPrefix(number, "+")
	s.mu.Lock()
	defer s.mu.Unlock()
	pn := types.NewJID(number, types.DefaultUserServer)
	if p := s.phones[pn]; p != nil {
		return p
	}
	p := newPhone(s, pn, types.NewJID(strconv.Itoa(100_000_000_000_000+len(s.order)*7919), types.HiddenUserServer), name)
	s.phones[p.pn], s.phones[p.lid] = p, p
	s.order = append(s.order, p)
	return p
}

// Renumber gives a person another number, as WhatsApp's "change number" does: the
// hidden id stays, and the old number is free for somebody else. Nobody may be
// writing meanwhile.
func (p *Phone) Renumber(number string) {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.phones, p.pn)
	p.pn = types.NewJID(strings.TrimPrefix(number, "+"), types.DefaultUserServer)
	s.phones[p.pn] = p
}
