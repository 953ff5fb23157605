// Package clamd asks a ClamAV daemon whether bytes carry malware, over its own
// protocol (clamd(8), command INSTREAM): the daemon needs no access to the
// desk's files, and nothing is written to a disk on the way.
package clamd

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"ventanilla/channels"
)

const (
	chunk       = 256 << 10
	pingTimeout = 3 * time.Second
	maxAnswer   = 4 << 10
)

// Options say where the daemon is.
type Options struct {
	Network string        // "unix" or "tcp"
	Address string        // a socket's path, or host:port
	Timeout time.Duration // for one piece, default 20 s
	// MaxBytes of one piece, default 25 MB; it must not be above the daemon's
	// StreamMaxLength. What is larger is not scanned, and the finding says so.
	MaxBytes int64
}

// Daemon is a clamd. It keeps no connection: the daemon closes each after its answer.
type Daemon struct{ o Options }

var _ channels.Scanner = (*Daemon)(nil)

// New completes o. It does not connect.
func New(o Options) *Daemon {
	if o.Timeout <= 0 {
		o.Timeout = 20 * time.Second
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 25 << 20
	}
	return &Daemon{o}
}

// Ping asks whether the daemon answers; one that still loads its signatures does not.
func (d *Daemon) Ping(ctx context.Context) error {
	answer, err := d.ask(ctx, min(d.o.Timeout, pingTimeout), func(c net.Conn) error {
		_, err := io.WriteString(c, "zPING\x00")
		return err
	})
	if err == nil && answer != "PONG" {
		err = fmt.Errorf("clamd at %s answered a ping with %q", d.o.Address, answer)
	}
	return err
}

// Scan sends data to the daemon. A piece that takes it longer than Timeout,
// while it answers others, is unscanned: asking again would not help.
func (d *Daemon) Scan(ctx context.Context, data []byte) (channels.Finding, error) {
	if int64(len(data)) > d.o.MaxBytes {
		return channels.Finding{Unscanned: "size"}, nil
	}
	answer, err := d.ask(ctx, d.o.Timeout, func(c net.Conn) error { return stream(c, data) })
	if errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil && d.Ping(ctx) == nil {
		return channels.Finding{Unscanned: "time"}, nil
	}
	if err != nil {
		return channels.Finding{}, err
	}
	answer = strings.TrimPrefix(answer, "stream: ")
	if name, found := strings.CutSuffix(answer, " FOUND"); found {
		return channels.Finding{Virus: name}, nil
	}
	switch {
	case answer == "OK":
		return channels.Finding{}, nil
	case strings.Contains(answer, "size limit exceeded"):
		return channels.Finding{Unscanned: "size"}, nil
	case strings.HasSuffix(answer, "ERROR"):
		return channels.Finding{Unscanned: answer}, nil
	}
	return channels.Finding{}, fmt.Errorf("clamd at %s answered %q", d.o.Address, answer)
}

// ask sends one command over a new connection and reads the answer, which ends
// with NUL.
func (d *Daemon) ask(ctx context.Context, timeout time.Duration, command func(net.Conn) error) (string, error) {
	conn, err := (&net.Dialer{Timeout: min(timeout, 10*time.Second)}).DialContext(ctx, d.o.Network, d.o.Address)
	if err != nil {
		return "", fmt.Errorf("reaching clamd: %w", err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if err := conn.SetDeadline(time.Now().Add(timeout)); err != nil {
		return "", fmt.Errorf("talking to clamd: %w", err)
	}
	sent := command(conn)
	// A daemon that has enough says so and stops reading: its word goes before the broken pipe.
	answer, err := io.ReadAll(io.LimitReader(conn, maxAnswer))
	if answer = bytes.TrimRight(answer, "\x00\n"); len(answer) > 0 {
		return string(answer), nil
	}
	if err = errors.Join(sent, err); err == nil {
		err = io.ErrUnexpectedEOF
	}
	return "", fmt.Errorf("talking to clamd: %w", err)
}

// stream sends data in chunks, each behind its length, and ends with an empty one.
func stream(conn net.Conn, data []byte) error {
	if _, err := io.WriteString(conn, "zINSTREAM\x00"); err != nil {
		return err
	}
	var size [4]byte
	for len(data) > 0 {
		n := min(len(data), chunk)
		binary.BigEndian.PutUint32(size[:], uint32(n))
		if _, err := (&net.Buffers{size[:], data[:n]}).WriteTo(conn); err != nil {
			return err
		}
		data = data[n:]
	}
	_, err := conn.Write([]byte{0, 0, 0, 0})
	return err
}
