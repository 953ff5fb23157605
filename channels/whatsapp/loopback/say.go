package loopback

import (
	"crypto/rand"
	"fmt"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/util/gcmutil"
	"go.mau.fi/whatsmeow/util/hkdfutil"
	"google.golang.org/protobuf/proto"
)

// Answer sends a text that quotes a message the phone got.
func (p *Phone) Answer(to *Phone, quoted Received, words string) (string, error) {
	return p.Send(to, Draft{Message: &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: &words, ContextInfo: &waE2E.ContextInfo{
		StanzaID: &quoted.ID, Participant: proto.String(quoted.From.lid.String()), QuotedMessage: quoted.Message,
	}}}})
}

// Edit replaces the text of a message that the phone sent.
func (p *Phone) Edit(to *Phone, id, words string) (string, error) {
	return p.EditAt(to, id, words, time.Time{})
}

// EditAt is Edit of some time ago, which took so long on its way.
func (p *Phone) EditAt(to *Phone, id, words string, at time.Time) (string, error) {
	return p.Send(to, Draft{At: at, Edit: "1", Message: &waE2E.Message{EditedMessage: &waE2E.FutureProofMessage{Message: p.edit(id, words)}}})
}

func (p *Phone) edit(id, words string) *waE2E.Message {
	return &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
		Type: waE2E.ProtocolMessage_MESSAGE_EDIT.Enum(), Key: p.key(id, true), EditedMessage: &waE2E.Message{Conversation: &words},
	}}
}

// EditSealed is Edit as newer apps send it: within the message's encryption the
// new text is sealed with a secret that came with the message that is edited
// (MessageContextInfo.MessageSecret). The phone is addressed by its hidden id.
func (p *Phone) EditSealed(to *Phone, id, words string, secret []byte) (string, error) {
	plain, err := proto.Marshal(p.edit(id, words))
	if err != nil {
		return "", fmt.Errorf("writing an edit: %w", err)
	}
	who := p.lid.String()
	key := hkdfutil.SHA256(secret, nil, []byte(id+who+who+string(whatsmeow.EncSecretMessageEdit)), 32)
	iv := make([]byte, 12)
	rand.Read(iv) // never fails
	sealed, err := gcmutil.Encrypt(key, iv, plain, nil)
	if err != nil {
		return "", fmt.Errorf("sealing an edit: %w", err)
	}
	return p.Send(to, Draft{Edit: "1", Message: &waE2E.Message{SecretEncryptedMessage: &waE2E.SecretEncryptedMessage{
		TargetMessageKey: p.key(id, true), EncIV: iv, EncPayload: sealed, SecretEncType: waE2E.SecretEncryptedMessage_MESSAGE_EDIT.Enum(),
	}}})
}

// Delete deletes a message that the phone sent, for everybody.
func (p *Phone) Delete(to *Phone, id string) (string, error) {
	return p.Send(to, Draft{Edit: "7", Message: &waE2E.Message{
		ProtocolMessage: &waE2E.ProtocolMessage{Type: waE2E.ProtocolMessage_REVOKE.Enum(), Key: p.key(id, true)},
	}})
}

// React puts an emoji on a message that the phone got; "" takes it off.
func (p *Phone) React(to *Phone, id, emoji string) (string, error) {
	return p.Send(to, Draft{Message: &waE2E.Message{ReactionMessage: &waE2E.ReactionMessage{Text: &emoji, Key: p.key(id, false)}}})
}

// key names a message as the sender sees it.
func (p *Phone) key(id string, own bool) *waCommon.MessageKey {
	return &waCommon.MessageKey{ID: &id, FromMe: &own}
}
