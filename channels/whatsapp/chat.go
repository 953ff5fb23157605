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
	Expires uint32 `json:"expires,omitempty"` // seconds, where messages disappear
}

func chatKey(address string) string { return "chat/" + address }

// readChat reads a chat as it was remembered.
func readChat(mark string) (c chat, err error) {
	if err := json.Unmarshal([]byte(mark), &c); err != nil {
		return c, fmt.Errorf("reading the chat: %w", err)
	}
	return c, nil
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

// keyOf names the mark of a chat. A number that was known with another account
// has passed to somebody else: the answers that wait for the one are not to go to
// the other, who is known by the account alone.
func keyOf(ctx context.Context, h channels.Host, t taken) (string, error) {
	now, err := readChat(t.mark)
	if err != nil || now.Hidden == "" || t.markKey != chatKey(now.Number) {
		return t.markKey, err
	}
	mark, err := h.Mark(ctx, t.markKey)
	if err != nil {
		return "", fmt.Errorf("looking up the chat: %w", err)
	}
	if mark == "" {
		return t.markKey, nil
	}
	was, err := readChat(mark)
	if err != nil {
		return "", err
	}
	if a := was.account(); a != "" && a != now.Hidden {
		return chatKey("lid:" + now.Hidden), nil
	}
	return t.markKey, nil
}
