package desk

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"ventanilla/config"
)

// serve answers HTTP on l until ctx ends, and gives what is under way ten
// seconds to finish.
func serve(ctx context.Context, l net.Listener, h http.Handler) error {
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		stopped <- srv.Shutdown(grace)
	}()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving the console: %w", err)
	}
	return <-stopped
}

// listen opens the console's address, with TLS when the files are given.
func listen(c config.Console) (net.Listener, error) {
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, fmt.Errorf("no se pudo abrir la consola en %s (¿otro programa usa el puerto?): %w", c.Listen, err)
	}
	if c.TLSCert == "" {
		return l, nil
	}
	cert, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("no se pudo leer el certificado de la consola: %w", err), l.Close())
	}
	return tls.NewListener(l, &tls.Config{
		Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
	}), nil
}

// routes puts the console beside the few addresses that are not its own.
func (d *Desk) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", d.console)
	mux.HandleFunc("GET /healthz", d.healthz)
	if d.cfg.Console.Metrics == "" {
		mux.Handle("GET /metrics", loopbackOnly(d.metrics()))
	}
	for name, h := range d.webhooks {
		mux.Handle("/central/"+name, h)
		mux.Handle("/central/"+name+"/", http.StripPrefix("/central/"+name, h))
	}
	return behind(d.cfg.Console.TrustedProxy, mux)
}

// healthz says whether this node can do its work: the database answers.
func (d *Desk) healthz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	if err := d.Store.Ping(ctx); err != nil {
		d.log.Error().Err(err).Msg("database does not answer")
		http.Error(w, "database does not answer", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

func (d *Desk) metrics() http.Handler {
	return promhttp.HandlerFor(d.registry, promhttp.HandlerOpts{})
}

// loopbackOnly hides a page from other machines.
func loopbackOnly(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !config.Loopback(r.RemoteAddr) {
			http.NotFound(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// behind believes what the trusted proxy says of its client: the last address
// that it added to X-Forwarded-For. Nobody else's word is taken, and the
// headers are removed so that no handler can.
func behind(proxy string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, port, err := net.SplitHostPort(r.RemoteAddr)
		if err == nil && proxy != "" && host == proxy {
			parts := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
			if client := strings.TrimSpace(parts[len(parts)-1]); net.ParseIP(client) != nil {
				r.RemoteAddr = net.JoinHostPort(client, port)
			}
		}
		r.Header.Del("X-Forwarded-For")
		h.ServeHTTP(w, r)
	})
}
