package whatsapp

import (
	"fmt"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"ventanilla/channels/whatsapp/loopback"
)

// Where messages disappear the answers do so too, as long as it was set last:
// what says nothing of it, such as a reaction, changes nothing, and turning it on
// or off counts without a word.
func TestDisappearing(t *testing.T) {
	h := newHouse(t)
	told := 0
	send := func(m *waE2E.Message) {
		t.Helper()
		if _, err := h.ana.Send(h.desk, loopback.Draft{Message: m}); err != nil {
			t.Fatal(err)
		}
		told++
		h.accepted(told)
	}
	text := func(seconds uint32) *waE2E.Message {
		return &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: proto.String("hola"), ContextInfo: &waE2E.ContextInfo{Expiration: &seconds}}}
	}
	timer := func(seconds uint32) *waE2E.Message {
		return &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{Type: waE2E.ProtocolMessage_EPHEMERAL_SETTING.Enum(), EphemeralExpiration: &seconds}}
	}
	reaction := &waE2E.Message{ReactionMessage: &waE2E.ReactionMessage{Text: proto.String("👍"), Key: nil}}
	answers := 0
	stays := func(want uint32) {
		t.Helper()
		answers++
		if err := h.send(fmt.Sprint("r", answers), "diga"); err != nil {
			t.Fatal(err)
		}
		got, err := h.ana.Await(answers, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if e := got[answers-1].Message.GetExtendedTextMessage().GetContextInfo().GetExpiration(); e != want {
			t.Errorf("answer %d stays for %d s, not %d", answers, e, want)
		}
	}
	send(text(86400))
	stays(86400)
	send(reaction)
	stays(86400)
	h.stop() // what the account remembers outlives it
	h.start()
	h.is(Connected)
	send(reaction)
	stays(86400)
	send(timer(604800))
	stays(604800)
	send(timer(0))
	stays(0)
	send(text(86400))
	stays(86400)
}
