package whatsapp

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.mau.fi/whatsmeow/types"

	"ventanilla/channels"
)

// chat is what the account remembers of a person who wrote, as a mark in the
// program's own database: it outlives the session.
type chat struct {
	JID     string `json:"jid"`
	Number  string `json:"number,omitempty"`
	Hidden  string `json:"hidden,omitempty"`
	Office  string `json:"office,omitempty"`  // the office's account that they wrote to
	Expires uint32 `json:"expires,omitempty"` // seconds, where messages disappear
	Unsure  bool   `json:"unsure,omitempty"`  // Expires is as it was before, which is not at hand
}

func chatKey(address string) string { return "chat/" + address }

// readChat reads a chat as it was remembered.
func readChat(mark string) (c chat, err error) {
	if err := json.Unmarshal([]byte(mark), &c); err != nil {
		return c, fmt.Errorf("reading the chat: %w", err)
	}
	return c, nil
}

// mark is a chat as it is remembered.
func (c chat) mark() (string, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("writing the chat: %w", err)
	}
	return string(b), nil
}

// account is the hidden id of the person's account, which stays when the number
// goes to somebody else; empty if it was never told.
func (c chat) account() string {
	if user, server, _ := strings.Cut(c.JID, "@"); c.Hidden == "" && server == types.HiddenUserServer {
		return user
	}
	return c.Hidden
}

// to is where the person is written to: the account, if it is known, for by now
// the number may be somebody else's; else where they wrote from.
func (c chat) to() (types.JID, error) {
	if a := c.account(); a != "" {
		return types.NewJID(a, types.HiddenUserServer), nil
	}
	jid, err := types.ParseJID(c.JID)
	if err != nil {
		return jid, fmt.Errorf("reading the chat: %w", err)
	}
	return jid, nil
}

// quotes gives WhatsApp's id of a message, if it was said in this chat, whatever
// that was called then.
func (c chat) quotes(external string) (id string, ok bool) {
	user, id, found := strings.Cut(external, "/")
	jid, _, _ := strings.Cut(c.JID, "@")
	return id, found && user != "" && slices.Contains([]string{jid, c.Hidden, strings.TrimPrefix(c.Number, "+")}, user)
}

// remember adds to the marks of a batch what a message told of its chat. A number
// that was known with another account has passed to somebody else: the answers
// that wait for the one are not to go to the other, who is known by the account alone.
func remember(ctx context.Context, h channels.Host, marks map[string]string, t taken) error {
	now, err := readChat(t.mark)
	if err != nil {
		return err
	}
	key := t.markKey
	was, err := recalled(ctx, h, marks, key)
	if err != nil {
		return err
	}
	if a := was.account(); a != "" && now.Hidden != "" && a != now.Hidden {
		key = chatKey("lid:" + now.Hidden)
		if was, err = recalled(ctx, h, marks, key); err != nil {
			return err
		}
	}
	if now.Unsure {
		now.Expires, now.Unsure = was.Expires, false
	}
	marks[key], err = now.mark()
	return err
}

// recalled is a chat as a batch, or the desk, remembers it; of nobody if neither does.
func recalled(ctx context.Context, h channels.Host, marks map[string]string, key string) (chat, error) {
	mark := marks[key]
	if mark == "" {
		var err error
		if mark, err = h.Mark(ctx, key); err != nil {
			return chat{}, fmt.Errorf("looking up the chat: %w", err)
		}
	}
	if mark == "" {
		return chat{}, nil
	}
	return readChat(mark)
}
