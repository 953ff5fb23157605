package whatsapp

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"

	"ventanilla/channels"
)

// The store's commit is tried so often within a handler, with growing pauses;
// then the connection is begun anew, which makes WhatsApp deliver again.
const acceptTries = 5

// unreadWait is how long a message that could not be decrypted may still come,
// before the person's case says that something unreadable was sent. Tests
// shorten it.
var unreadWait = 60 * time.Second

// handle takes every event of the client. False means that the event is not
// safe yet: WhatsApp is not told, and delivers it again after the next login.
func (l *live) handle(event any) (ok bool) {
	l.gate.RLock()
	defer l.gate.RUnlock()
	if l.closed {
		return false
	}
	defer func() {
		if p := recover(); p != nil {
			l.log.Error().Interface("panic", p).Bytes("stack", debug.Stack()).Msg("WhatsApp handler panicked")
			ok = false
			l.resetLater()
		}
	}()
	var err error
	switch e := event.(type) {
	case *events.Message:
		err = l.message(e)
	case *events.UndecryptableMessage:
		err = l.unreadable(e)
	case *events.Receipt:
		err = l.receipt(e)
	case *events.MediaRetry:
		err = l.phoneAnswered(e)
	case *events.CallOffer:
		err = l.call(e.BasicCallMeta)
	case *events.CallOfferNotice:
		err = l.call(e.BasicCallMeta)
	default:
		l.state(event)
	}
	if err != nil {
		l.log.Error().Err(err).Msg("a WhatsApp event could not be stored, it will be delivered again")
		l.resetLater()
	}
	return err == nil
}

// Pauses before the connection is begun anew because something could not be
// stored; they grow while the database stays in trouble, so that WhatsApp does
// not see a client that logs in every few seconds.
const (
	firstReset   = 2 * time.Second
	longestReset = 5 * time.Minute
)

// resetLater begins the connection anew, so that what was not taken comes again.
func (l *live) resetLater() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.resetting {
		return
	}
	l.resetting = true
	pause := min(firstReset<<min(l.resets, 10), longestReset)
	l.resets++
	time.AfterFunc(pause, func() {
		l.mu.Lock()
		l.resetting = false
		l.mu.Unlock()
		if l.ctx.Err() == nil {
			l.client.ResetConnection()
		}
	})
}

// message writes a message down, and with it the work of fetching its file.
func (l *live) message(e *events.Message) error {
	l.unseal(e)
	body, err := proto.Marshal(e.RawMessage)
	if err != nil {
		return fmt.Errorf("writing the message: %w", err)
	}
	h := l.header(kindMessage, &e.Info)
	h.Again = e.RetryCount > 0 || e.UnavailableRequestID != ""
	m := unwrap(e.RawMessage)
	if id := refersTo(m); id != "" {
		s, err := l.session.recall(l.ctx, id)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("looking up what a message refers to: %w", err)
		}
		h.Reply = s.reply
	}
	var fetch *work
	if f := fileOf(m); f != nil && private(e.Info.Chat) && !h.FromMe {
		if f.size > uint64(l.o.MaxBytes) {
			h.Skipped = "size"
		} else if fetch, err = l.fetching(h, f); err != nil {
			return err
		}
	}
	ends := ""
	if h.Again {
		ends = unreadID(h)
	}
	if err := l.take(h, body, m, fetch, ends); err != nil {
		return err
	}
	if !h.FromMe && private(e.Info.Chat) {
		l.note(func(s *Status) { s.LastIn = l.o.Now() })
	}
	return nil
}

// unseal puts what an edit says in the place of an edit that is sealed with a
// secret of the edited message's: only the session has that. One that cannot be
// opened stays as it came, and its reader says so.
func (l *live) unseal(e *events.Message) {
	s := e.Message.GetSecretEncryptedMessage()
	if s == nil || s.GetSecretEncType() != waE2E.SecretEncryptedMessage_MESSAGE_EDIT {
		return
	}
	m, err := l.client.DecryptSecretEncryptedMessage(l.ctx, e)
	if err != nil {
		l.log.Warn().Err(err).Msg("a sealed edit could not be opened")
		return
	}
	if p := unwrap(m).GetProtocolMessage(); p.GetType() != waE2E.ProtocolMessage_MESSAGE_EDIT || p.GetKey().GetID() != s.GetTargetMessageKey().GetID() {
		m = &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{Type: waE2E.ProtocolMessage_MESSAGE_EDIT.Enum(), Key: s.GetTargetMessageKey(), EditedMessage: m}}
	}
	e.RawMessage = m
}

// header tells of an event what is not in its bytes.
func (l *live) header(k kind, i *types.MessageInfo) header {
	h := header{Kind: k, ID: i.ID, Chat: i.Chat.ToNonAD().String(), Sender: i.Sender.ToNonAD().String(), Name: i.PushName, At: i.Timestamp.Unix(), FromMe: i.IsFromMe}
	if i.VerifiedName != nil {
		h.Business = i.VerifiedName.Details.GetVerifiedName()
	}
	h.Number, h.Hidden = l.person(i.Sender, i.SenderAlt)
	if i.IsFromMe && private(i.Chat) {
		number, _ := l.person(i.Chat, i.RecipientAlt)
		h.To = header{Sender: h.Chat, Number: number}.address()
	}
	return h
}

// person gives the number and the hidden id behind two JIDs, as far as known.
func (l *live) person(sender, alt types.JID) (number, hidden string) {
	for _, j := range []types.JID{sender, alt} {
		switch j.Server {
		case types.DefaultUserServer:
			number = e164(j.User)
		case types.HiddenUserServer:
			hidden = j.User
		}
	}
	if number == "" && sender.Server == types.HiddenUserServer {
		if pn, err := l.client.Store.LIDs.GetPNForLID(l.ctx, sender.ToNonAD()); err == nil {
			number = e164(pn.User)
		}
	}
	return number, hidden
}

// take makes a raw durable together with the chat it came from and the work
// that comes with it, trying again while the database is in trouble. m is what
// the payload says, nil if nothing is known.
func (l *live) take(h header, payload []byte, m *waE2E.Message, more *work, ends string) error {
	body, err := h.encode(payload)
	if err != nil {
		return err
	}
	t := taken{external: h.external(), body: body, received: l.o.Now(), envelope: h.envelope()}
	if j, err := types.ParseJID(h.Chat); err == nil && private(j) && !h.FromMe && (h.Kind == kindMessage || h.Kind == kindUnread) {
		if t.markKey, t.mark, err = l.news(h, m); err != nil {
			return err
		}
	}
	if err := l.persist(func() error { return l.session.take(l.ctx, t, more, ends) }); err != nil {
		return err
	}
	l.mark(t.markKey, t.mark)
	select {
	case l.took <- struct{}{}:
	default:
	}
	return nil
}

// news is what a message tells of its chat, as a mark under its key; empty if
// that is known to be stored.
func (l *live) news(h header, m *waE2E.Message) (key, mark string, err error) {
	c := chat{JID: h.Chat, Number: h.Number, Hidden: h.Hidden}
	expires, known := expiration(m)
	c.Expires, c.Unsure = expires, !known
	key = chatKey(h.address())
	l.mu.Lock()
	c.Office = l.office
	had := l.marks[key]
	l.mu.Unlock()
	if had != "" && c.Unsure {
		was, err := readChat(had)
		if err != nil {
			return "", "", err
		}
		c.Expires, c.Unsure = was.Expires, was.Unsure
	}
	if mark, err = c.mark(); err != nil || mark == had {
		return "", "", err
	}
	return key, mark, nil
}

// mark notes that a chat is stored. Few thousand are noted, then all are forgotten.
func (l *live) mark(key, mark string) {
	if key == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.marks == nil || len(l.marks) >= 5000 {
		l.marks = map[string]string{}
	}
	l.marks[key] = mark
}

// persist tries something of the database's until it succeeds, a few times.
func (l *live) persist(try func() error) (err error) {
	pause := 50 * time.Millisecond
	for n := range acceptTries {
		if err = try(); err == nil {
			l.mu.Lock()
			l.resets = 0
			l.mu.Unlock()
			return nil
		}
		if n == acceptTries-1 || errors.Is(err, channels.ErrLeaseLost) {
			break
		}
		select {
		case <-l.ctx.Done():
			return errStopped
		case <-time.After(pause):
		}
		pause *= 4
	}
	return err
}

func unreadID(h header) string { return "unread/" + h.Chat + "/" + h.ID }

// unreadable keeps a message that could not be read. Mostly its sender's phone
// sends it once more within a moment; what WhatsApp does not give to linked
// devices never comes, and is told at once.
func (l *live) unreadable(e *events.UndecryptableMessage) error {
	h := l.header(kindUnread, &e.Info)
	if h.FromMe || !private(e.Info.Chat) || e.DecryptFailMode == events.DecryptFailHide {
		return nil
	}
	h.Missing, h.Once = cmp.Or(string(e.UnavailableType), "undecryptable"), onceMissing(e)
	if e.IsUnavailable && e.UnavailableType != "" {
		return l.take(h, nil, nil, nil, "")
	}
	data, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("writing the envelope: %w", err)
	}
	return l.session.plan(l.ctx, work{id: unreadID(h), kind: workUnread, data: data, due: l.o.Now().Add(unreadWait)})
}

// usualCallText is what a caller reads.
const usualCallText = "Gracias por comunicarse. Por WhatsApp no podemos atender llamadas: por favor, escríbanos aquí qué necesita. Anotamos su llamada y, si hace falta, se la devolveremos."

// callSpan is how long one caller gets no second text.
const callSpan = 6 * time.Hour

// call rejects a call, which nobody could take here, writes it down, and has
// the caller told in writing, by the worker and once in a while.
func (l *live) call(c types.BasicCallMeta) error {
	from := c.CallCreator.ToNonAD()
	h := header{Kind: kindCall, ID: c.CallID, At: c.Timestamp.Unix(), Chat: from.String(), Sender: from.String()}
	h.Number, h.Hidden = l.person(c.CallCreator, c.CallCreatorAlt)
	var tell *work
	if private(from) {
		id := fmt.Sprintf("call/%s/%d", from, l.o.Now().Unix()/int64(callSpan.Seconds()))
		tell = &work{id: id, kind: workCaller, data: []byte(from.String()), due: l.o.Now()}
	}
	if err := l.take(h, nil, nil, tell, ""); err != nil {
		return err
	}
	if err := l.client.RejectCall(l.ctx, c.CallCreator, c.CallID); err != nil {
		l.log.Warn().Err(err).Msg("a call could not be rejected")
	}
	return nil
}

// tellCaller sends whoever called the text that says where to write. The id of
// the work is the id of the message, so that it goes out once.
func (l *live) tellCaller(w work) (finished bool, err error) {
	to, err := types.ParseJID(string(w.data))
	if err != nil {
		return true, err
	}
	if !l.online() {
		return false, l.notOnline()
	}
	err = l.sendOne(l.ctx, to, part{w.id, w.id, func() (*waE2E.Message, error) { return textMessage(l.o.CallText, nil), nil }})
	var permanent *channels.PermanentError
	return err == nil || errors.As(err, &permanent) || w.tries >= callerTries, err
}

// receipt tells how far our messages came.
func (l *live) receipt(e *events.Receipt) error {
	state := channels.Reached
	switch e.Type {
	case types.ReceiptTypeDelivered, "inactive":
	case types.ReceiptTypeRead, types.ReceiptTypePlayed:
		state = channels.Read
	default:
		return nil
	}
	if e.IsFromMe {
		return nil
	}
	for _, id := range e.MessageIDs {
		s, err := l.session.recall(l.ctx, id)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("looking up what a receipt is for: %w", err)
		}
		if s.reply == "" || strings.Contains(s.reply, "#") || strings.HasPrefix(s.reply, "call/") {
			continue // not ours, a part of a reply that is not its last, or no reply
		}
		d := channels.Delivery{ReplyID: s.reply, State: state, At: e.Timestamp}
		if err := l.persist(func() error { return l.host.Delivered(l.ctx, d) }); err != nil {
			return err
		}
	}
	return nil
}

// again finds a message of ours that a phone could not decrypt, whatever the
// chat is called by now.
func (l *live) again(_, _ types.JID, id types.MessageID) *waE2E.Message {
	s, err := l.session.recall(context.WithoutCancel(l.ctx), id)
	if err != nil {
		return nil
	}
	return s.message
}

// private says whether a chat is with one person.
func private(chat types.JID) bool {
	return chat.Server == types.DefaultUserServer || chat.Server == types.HiddenUserServer
}
