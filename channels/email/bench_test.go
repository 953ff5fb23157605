package email

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"ventanilla/channels/email/mailtest"
)

// BenchmarkRelayPostfix sends replies from four goroutines through a real Postfix.
func BenchmarkRelayPostfix(b *testing.B) {
	sink := mailtest.Sink(b)
	mta := mailtest.Postfix(b, mailtest.PostfixOptions{Relay: sink.Addr})
	r := relay(b, mta.Addr, nil)
	b.ResetTimer()
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := w; i < b.N; i += 4 {
				if err := r.Send(context.Background(), reply(fmt.Sprintf("b%d@agetic.gob.bo", i))); err != nil {
					b.Error(err)
					return
				}
			}
		}()
	}
	wg.Wait()
}
