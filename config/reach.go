package config

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"
)

// Reach tries every server that the configuration names and says which do not
// answer. It opens a connection and closes it again; it does not log in.
func (c *Config) Reach(ctx context.Context) Problems {
	var ps Problems
	try := func(where, host string, port int) {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		addr := net.JoinHostPort(host, strconv.Itoa(port))
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
		if err != nil {
			ps = append(ps, Problem{where, fmt.Sprintf("no responde %s: %v. Revise el nombre, el puerto y el cortafuegos", addr, err)})
			return
		}
		_ = conn.Close() // only a probe: nothing was sent
	}
	for _, m := range c.Email.Mailboxes {
		try("email.mailbox "+m.Name, m.Host, m.Port)
	}
	if c.Email.Relay.Host != "" {
		try("email.relay", c.Email.Relay.Host, c.Email.Relay.Port)
	}
	if network, addr, ok := c.Antivirus.Dial(); ok {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		if err != nil {
			ps = append(ps, Problem{"antivirus", fmt.Sprintf("no responde clamd en %s: %v. Revise que clamd esté en marcha y que el usuario que ejecuta Ventanilla pueda usar el socket (grupo clamav)", addr, err)})
		} else {
			_ = conn.Close() // only a probe: nothing was sent
		}
	}
	for _, p := range c.Phone.CDRs {
		f, err := os.Open(p.File)
		if err != nil {
			ps = append(ps, Problem{"phone.cdr " + p.Name, fmt.Sprintf("no se puede leer: %v. Dé permiso de lectura al usuario que ejecuta Ventanilla", err)})
			continue
		}
		_ = f.Close() // opened for reading only
	}
	return ps
}
