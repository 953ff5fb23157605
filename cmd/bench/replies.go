package main

import (
	"time"

	"ventanilla/channels/email/mailtest"
)

const (
	repliesOut   = 2000
	relaysAtOnce = 4 // as many as the desk sends at once
)

// replies measures how fast what waits in the outbox goes out. The rival is a
// bare client sending as many mails to the same server, over as many
// connections, with nothing to record.
func replies(b *bench) {
	b.aside(func(b *bench) {
		h := newHouse(b, "sqlite")
		s := newSeeder(b, h)
		s.add(repliesOut, true)
		s.close()
		sink := mailtest.Sink(b)
		h.relay = sink.Addr
		n := h.start()
		sink.Wait(b, repliesOut, 3*time.Minute)
		desk := perSecond(repliesOut, time.Since(n.Started))
		n.stop()
		w := newWriter(b)
		letters := make([]letter, repliesOut)
		for i := range letters {
			letters[i] = w.next()
			letters[i].Raw = letters[i].Raw[:1200] // about an acknowledgement
		}
		other := mailtest.Sink(b)
		began := time.Now()
		deliver(b, other.Addr, relaysAtOnce, letters)
		b.report("replies_out", desk, "replies/s", "a bare client on as many connections", perSecond(repliesOut, time.Since(began)))
	})
}
