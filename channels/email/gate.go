package email

import (
	"net"
	"sync"
	"time"
)

// gate is a net.Listener that limits connections, in all and per peer, and how
// long one may be silent or live. Refused connections leave no trace but a
// line of answer: a stranger cannot fill the disk.
type gate struct {
	net.Listener
	o ListenerOptions

	mu    sync.Mutex
	conns map[*gateConn]struct{}
	peers map[string]int
}

const maxSession = time.Hour

func newGate(ln net.Listener, o ListenerOptions) *gate {
	return &gate{Listener: ln, o: o, conns: map[*gateConn]struct{}{}, peers: map[string]int{}}
}

// Accept returns the next connection within the limits.
func (g *gate) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		peer := host(c.RemoteAddr())
		g.mu.Lock()
		full := len(g.conns) >= g.o.MaxConns || g.peers[peer] >= g.o.MaxPeerConns && !loopback(c.RemoteAddr())
		gc := &gateConn{Conn: c, gate: g, peer: peer, born: time.Now()}
		if !full {
			g.conns[gc] = struct{}{}
			g.peers[peer]++
		}
		g.mu.Unlock()
		if !full {
			return gc, nil
		}
		c.SetWriteDeadline(time.Now().Add(time.Second))
		c.Write([]byte("421 4.7.0 Too many connections, try again later\r\n"))
		c.Close()
	}
}

// closeIdle makes the connections that wait for a command end now rather than
// after their idle time; one in the middle of a message gets the grace period.
func (g *gate) closeIdle() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.conns {
		c.mu.Lock()
		c.closing = true
		if time.Since(c.last) > time.Second {
			c.Conn.SetReadDeadline(time.Now())
		} else {
			c.Conn.SetReadDeadline(time.Now().Add(2 * time.Second))
		}
		c.mu.Unlock()
	}
}

func (g *gate) closeAll() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.conns {
		c.Conn.Close()
	}
}

// gateConn renews its read deadline with every read, so that the idle time
// counts silence and not the length of a mail.
type gateConn struct {
	net.Conn
	gate *gate
	peer string
	born time.Time
	once sync.Once

	mu      sync.Mutex
	last    time.Time
	closing bool
}

func (c *gateConn) Read(b []byte) (int, error) {
	now := time.Now()
	end := now.Add(c.gate.o.IdleTimeout)
	if limit := c.born.Add(maxSession); limit.Before(end) {
		end = limit
	}
	c.mu.Lock()
	c.last = now
	if c.closing && end.After(now.Add(2*time.Second)) {
		end = now.Add(2 * time.Second)
	}
	c.Conn.SetReadDeadline(end)
	c.mu.Unlock()
	return c.Conn.Read(b)
}

func (c *gateConn) Close() error {
	c.once.Do(func() {
		c.gate.mu.Lock()
		delete(c.gate.conns, c)
		if c.gate.peers[c.peer]--; c.gate.peers[c.peer] <= 0 {
			delete(c.gate.peers, c.peer)
		}
		c.gate.mu.Unlock()
	})
	return c.Conn.Close()
}

// rates counts mails per peer and minute.
type rates struct {
	max    int
	now    func() time.Time
	mu     sync.Mutex
	minute int64
	seen   map[string]int
}

func newRates(max int, now func() time.Time) *rates {
	return &rates{max: max, now: now, seen: map[string]int{}}
}

func (r *rates) allow(a net.Addr) bool {
	if loopback(a) {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if m := r.now().Unix() / 60; m != r.minute {
		r.minute = m
		clear(r.seen)
	}
	peer := host(a)
	r.seen[peer]++
	return r.seen[peer] <= r.max
}
