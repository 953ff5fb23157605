package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

var vocabulary = strings.Fields(`ciudadanía digital contraseña código correo verificación sistema trámite certificado ingreso error pantalla
	plataforma pago notificación buzón documento aprobación firma token usuario cuenta registro oficina municipio formulario enlace navegador
	teléfono celular mensaje ayuda urgente mañana ayer semana reporte columna permiso servidor conexión lento caído señal entidad funcionario`)

// body is a mail text of about 3 kB that is not the same twice.
func body(r *rand.Rand) string {
	var b strings.Builder
	for b.Len() < 3000 {
		if r.IntN(8) == 0 {
			fmt.Fprintf(&b, "caso%d ", r.IntN(1_000_000))
		} else {
			b.WriteString(vocabulary[r.IntN(len(vocabulary))] + " ")
		}
	}
	return b.String()
}

func intake(ctx context.Context, s *store.Store, r *rand.Rand, from, n int) error {
	raws := make([]channels.Raw, n)
	for i := range raws {
		raws[i] = raw(from + i)
		raws[i].Body = []byte("From: ana@example.bo\r\nSubject: Reporte\r\n\r\n" + body(r))
	}
	if err := s.Accept(ctx, "soporte", 0, channels.Batch{Raws: raws}); err != nil {
		return err
	}
	pending, err := s.ClaimPending(ctx, n, time.Minute)
	if err != nil {
		return err
	}
	return s.Write(ctx, func(tx *store.Tx) error {
		for _, p := range pending {
			err := tx.Try(func() error {
				t, err := open(tx, fmt.Sprintf("persona%d@example.bo", p.ID%5000), fmt.Sprintf("Reporte %d", p.ID), string(p.Raw.Body))
				if err != nil {
					return err
				}
				return tx.Settle(p, store.Fate{Verdict: store.FateCase, Ticket: t.ID})
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// BenchmarkIntake is a mail's whole way, 100 to a commit: accepted, claimed,
// opened as a case with its person, events, message, file, search words and
// acknowledgement in the outbox. The figure is cases per second.
func BenchmarkIntake(b *testing.B) {
	for _, engine := range []struct {
		name string
		url  func(testing.TB) string
	}{{"sqlite", storetest.SQLite}, {"postgres", storetest.Postgres}} {
		b.Run(engine.name, func(b *testing.B) {
			s := storetest.Open(b, engine.url(b), nil)
			r := rand.New(rand.NewPCG(1, 2))
			ctx := context.Background()
			n := 0
			for b.Loop() {
				if err := intake(ctx, s, r, n, 100); err != nil {
					b.Fatal(err)
				}
				n += 100
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "cases/s")
		})
	}
}

// BenchmarkUpdate is one act after another on cases, each in its own commit.
func BenchmarkUpdate(b *testing.B) {
	s := storetest.Open(b, storetest.SQLite(b), nil)
	c := newCase(b, s, "ana@example.bo", "Señal", "no hay señal")
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := s.Update(context.Background(), c.ID, func(t *tickets.Ticket) error { t.Priority = "alta"; return nil }); err != nil {
				b.Error(err)
			}
		}
	})
}
