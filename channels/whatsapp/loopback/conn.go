package loopback

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/coder/websocket"
	"go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// linger is how long a connection stays open after its last stanza. A client
// that sees the socket close before it handled that stanza misreads its end.
const linger = 200 * time.Millisecond

// conn is one client's connection.
type conn struct {
	server *Server
	ws     *websocket.Conn
	ctx    context.Context
	cancel context.CancelFunc
	header []byte // the client's first four bytes
	buf    []byte // read and not yet cut into frames

	reads, writes   cipher.AEAD
	readNo, writeNo uint32
	device          *device // nil until logged in
	pairing         *pairing

	mu     sync.Mutex
	wake   *sync.Cond
	out    []binary.Node
	closed bool
	idle   bool
}

func (s *Server) newConn(ws *websocket.Conn) *conn {
	ctx, cancel := context.WithCancel(s.ctx)
	c := &conn{server: s, ws: ws, ctx: ctx, cancel: cancel}
	c.wake = sync.NewCond(&c.mu)
	return c
}

// readFrame gives the next frame's body; messages may hold several.
func (c *conn) readFrame() ([]byte, error) {
	for {
		if c.header == nil && len(c.buf) >= 4 {
			c.header, c.buf = c.buf[:4:4], c.buf[4:]
		}
		if c.header != nil && len(c.buf) >= 3 {
			n := int(c.buf[0])<<16 | int(c.buf[1])<<8 | int(c.buf[2])
			if len(c.buf) >= 3+n {
				frame := c.buf[3 : 3+n : 3+n]
				c.buf = c.buf[3+n:]
				return frame, nil
			}
		}
		_, data, err := c.ws.Read(c.ctx)
		if err != nil {
			return nil, err
		}
		c.buf = append(c.buf[:len(c.buf):len(c.buf)], data...)
	}
}

// writeFrame sends a frame as one WebSocket message.
func (c *conn) writeFrame(body []byte) error {
	n := len(body)
	ctx, cancel := context.WithTimeout(c.ctx, 10*time.Second)
	defer cancel()
	return c.ws.Write(ctx, websocket.MessageBinary, append([]byte{byte(n >> 16), byte(n >> 8), byte(n)}, body...))
}

// read gives the client's next stanza.
func (c *conn) read() (*binary.Node, error) {
	frame, err := c.readFrame()
	if err != nil {
		return nil, err
	}
	plain, err := c.reads.Open(nil, iv(c.readNo), frame, nil)
	if err != nil {
		return nil, fmt.Errorf("opening frame %d: %w", c.readNo, err)
	}
	c.readNo++
	if plain, err = binary.Unpack(plain); err != nil {
		return nil, fmt.Errorf("unpacking a frame: %w", err)
	}
	return binary.Unmarshal(plain)
}

// send queues a stanza; it never blocks.
func (c *conn) send(n binary.Node) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.out = append(c.out, n)
		c.wake.Signal()
	}
}

// end sends a last stanza and hangs up after a while.
func (c *conn) end(n binary.Node) {
	c.send(n)
	time.AfterFunc(linger, c.drop)
}

// drop cuts the connection as a failing network does.
func (c *conn) drop() {
	c.mu.Lock()
	c.closed = true
	c.wake.Signal()
	c.mu.Unlock()
	c.cancel()
	c.ws.CloseNow() // an error means that it is closed already
}

// writer sends what was queued, in order.
func (c *conn) writer() {
	for {
		c.mu.Lock()
		for len(c.out) == 0 && !c.closed {
			c.wake.Wait()
		}
		if c.closed {
			c.mu.Unlock()
			return
		}
		batch := c.out
		c.out = nil
		c.mu.Unlock()
		for _, n := range batch {
			if err := c.write(n); err != nil {
				c.drop()
				return
			}
		}
	}
}

func (c *conn) write(n binary.Node) error {
	plain, err := binary.Marshal(n)
	if err != nil {
		c.server.unknown("cannot be written: " + err.Error() + ": " + n.String())
		return nil
	}
	c.server.trace("S " + n.String())
	sealed := c.writes.Seal(nil, iv(c.writeNo), plain, nil)
	c.writeNo++
	return c.writeFrame(sealed)
}

// serve keeps one connection until it ends.
func (c *conn) serve() {
	defer c.gone()
	static, payload, err := c.handshake()
	if err != nil {
		c.drop()
		return
	}
	go c.writer()
	if payload.GetUsername() == 0 {
		c.greet(static, payload)
	} else {
		c.login(static, payload)
	}
	for {
		n, err := c.read()
		if err != nil {
			if c.ctx.Err() == nil && websocket.CloseStatus(err) == -1 && !errors.Is(err, context.Canceled) {
				c.server.trace("connection ended: " + err.Error())
			}
			return
		}
		c.server.trace("C " + n.String())
		c.handle(n)
	}
}

// gone forgets the connection.
func (c *conn) gone() {
	c.drop()
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := c.device; d != nil && d.conn == c {
		d.conn, d.active = nil, false
	}
	if c.pairing != nil {
		s.forget(c.pairing)
	}
}

// handle answers one stanza of the client.
func (c *conn) handle(n *binary.Node) {
	switch n.Tag {
	case "iq":
		c.iq(n)
	case "message":
		c.message(n)
	case "receipt":
		c.receipt(n)
	case "ack":
		c.acked(n)
	case "call":
		c.call(n)
	case "presence", "chatstate":
		c.presence(n)
	case "ib": // <unified_session id/>: how long the program is on screen
	default:
		c.server.unknown(n.String())
	}
}

// stamp is a time as stanzas carry it.
func stamp(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

func text(n *binary.Node, attr string) string {
	switch v := n.Attrs[attr].(type) {
	case string:
		return v
	case types.JID:
		return v.String()
	}
	return ""
}

func jid(n *binary.Node, attr string) types.JID {
	j, _ := n.Attrs[attr].(types.JID)
	return j
}

func bytesOf(n binary.Node) []byte {
	b, _ := n.Content.([]byte)
	return b
}
