package whatsapp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mau.fi/whatsmeow/types"
)

// version of the form below; Read knows every version that was ever written.
const version = 1

// kind is what a raw tells.
type kind string

const (
	kindMessage kind = "message" // a message; its protobuf bytes follow
	kindFile    kind = "file"    // a file of a message that came before; its bytes follow
	kindUnread  kind = "unread"  // a message that could not be decrypted, or was not given to linked devices
	kindCall    kind = "call"    // a call, which was rejected
)

// header is the first line of a raw, as JSON. What belongs to it follows after
// the line's end, as bytes.
type header struct {
	V        int      `json:"v"`
	Kind     kind     `json:"kind"`
	ID       string   `json:"id"`
	Chat     string   `json:"chat"`   // JID without device
	Sender   string   `json:"sender"` // JID without device
	Number   string   `json:"number,omitempty"`
	Hidden   string   `json:"hidden,omitempty"`
	Name     string   `json:"name,omitempty"`
	Business string   `json:"business,omitempty"`
	At       int64    `json:"at"` // Unix seconds, WhatsApp's clock
	FromMe   bool     `json:"from_me,omitempty"`
	To       string   `json:"to,omitempty"`    // whom a message of the own phone went to, as address says it
	Reply    string   `json:"reply,omitempty"` // id of our reply that it refers to
	Again    bool     `json:"again,omitempty"` // comes after kindUnread of the same id
	Skipped  string   `json:"skipped,omitempty"`
	Missing  string   `json:"missing,omitempty"` // why a kindUnread could not be read
	Once     seenOnce `json:"once,omitempty"`    // what is to be seen once, of a kindFile or kindUnread
	FileName string   `json:"file_name,omitempty"`
	FileType string   `json:"file_type,omitempty"`
}

// encode writes a raw's body.
func (h header) encode(payload []byte) ([]byte, error) {
	h.V = version
	line, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("writing the envelope: %w", err)
	}
	return append(append(line, '\n'), payload...), nil
}

// decode reads a raw's body.
func decode(body []byte) (h header, payload []byte, err error) {
	line, payload, ok := bytes.Cut(body, []byte("\n"))
	if !ok {
		return h, nil, errors.New("the envelope has no end")
	}
	if err := json.Unmarshal(line, &h); err != nil {
		return h, nil, fmt.Errorf("reading the envelope: %w", err)
	}
	if h.V != version {
		return h, nil, fmt.Errorf("the envelope is of version %d", h.V)
	}
	return h, payload, nil
}

// external names the raw within the account: chat, sender where it is not the
// chat, and id, because two senders may use the same id.
func (h header) external() string {
	id := ref(h.Chat, h.ID)
	if h.Sender != h.Chat {
		id = ref(h.Chat, ref(h.Sender, h.ID))
	}
	if h.Kind != kindMessage {
		id += "#" + string(h.Kind)
	}
	return id
}

// ref is how a message of a chat is named to the router.
func ref(chat, id string) string {
	user, _, _ := strings.Cut(chat, "@")
	return user + "/" + id
}

// address is the canonical address of a raw's sender: the number in E.164, or
// "lid:…" while only the hidden id is known. What claims to be a number and
// cannot be one is kept apart as "wa:…".
func (h header) address() string {
	user, server, _ := strings.Cut(h.Sender, "@")
	switch {
	case h.Number != "":
		return h.Number
	case server == types.HiddenUserServer:
		return "lid:" + user
	case server == types.DefaultUserServer && e164(user) != "":
		return e164(user)
	}
	return "wa:" + user
}

// envelope names both addresses of a sender where both are known, for whoever
// joins the person who was "lid:…" yesterday with the number of today.
func (h header) envelope() map[string]string {
	if h.Number == "" || h.Hidden == "" {
		return nil
	}
	return map[string]string{"number": h.Number, "hidden": "lid:" + h.Hidden}
}

// e164 is a number of WhatsApp's in E.164, "" if it cannot be one (7 to 15 digits).
func e164(user string) string {
	if len(user) < 7 || len(user) > 15 || strings.Trim(user, "0123456789") != "" {
		return ""
	}
	return "+" + user
}

func (h header) sentAt() time.Time {
	if h.At == 0 {
		return time.Time{}
	}
	return time.Unix(h.At, 0).UTC()
}
