package whatsapp

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"

	"ventanilla/channels"
)

// ackLimit is how long WhatsApp may take to accept a message.
const ackLimit = 20 * time.Second

// messageID is a reply's id at WhatsApp: the same at every try, so that the
// person's app shows one message however often it was sent.
func messageID(reply string) string {
	sum := sha256.Sum256([]byte("ventanilla/" + reply))
	return whatsmeow.WebMessageIDPrefix + strings.ToUpper(hex.EncodeToString(sum[:9]))
}

// Send implements channels.Sender: the text first, then each file. It returns
// nil when WhatsApp has taken all of it. Only a person who wrote to this number
// is answered, in the chat they wrote from.
func (a *Account) Send(ctx context.Context, r channels.Reply) error {
	l, err := a.running()
	if err != nil {
		return err
	}
	mark, err := l.host.Mark(ctx, chatKey(r.To.Value))
	if err != nil {
		return fmt.Errorf("looking up the chat: %w", err)
	}
	if mark == "" {
		return &channels.PermanentError{Code: "sin-chat", Detail: "esta persona no escribió a este número de WhatsApp"}
	}
	to, err := readChat(mark)
	if err != nil {
		return err
	}
	a.mu.Lock()
	office := l.office
	a.mu.Unlock()
	if to.Office != "" && office != "" && to.Office != office { // another phone is linked by now
		return &channels.PermanentError{Code: "sin-chat", Detail: "esta persona escribió al número de WhatsApp que la oficina tenía antes"}
	}
	jid, err := to.to()
	if err != nil {
		return err
	}
	parts := l.parts(ctx, to, r)
	for i, p := range parts {
		if i == len(parts)-1 {
			p.reply = r.ID
		}
		if err := l.sendOne(ctx, jid, p); err != nil {
			return err
		}
	}
	return nil
}

// Quotes implements channels.Quoter. While the account does not run nothing goes
// out, and nothing is known.
func (a *Account) Quotes(ctx context.Context, to channels.Address, id string) (bool, error) {
	a.mu.Lock()
	l := a.live
	a.mu.Unlock()
	if l == nil {
		return true, nil
	}
	mark, err := l.host.Mark(ctx, chatKey(to.Value))
	if err != nil || mark == "" {
		return false, err
	}
	c, err := readChat(mark)
	if err != nil {
		return false, err
	}
	_, ok := c.quotes(id)
	return ok, nil
}

// part is one message of a reply.
type part struct {
	id    string // of the part: what the id at WhatsApp is made of
	reply string // as sent.reply has it
	build func() (*waE2E.Message, error)
}

// parts are the messages that a reply becomes: its text first, in as many as it
// takes, then each file. What the last one's receipts tell is the fate of the
// reply: one whose text has arrived and whose files wait still waits.
func (l *live) parts(ctx context.Context, to chat, r channels.Reply) (list []part) {
	for i, text := range split(format(r.Text)) {
		id, mark, about := r.ID, fmt.Sprintf("%s#t%d", r.ID, i+1), l.about(to, nil)
		if i == 0 {
			about = l.about(to, r.Quote)
		} else {
			id = mark
		}
		list = append(list, part{id, mark, func() (*waE2E.Message, error) { return textMessage(text, about), nil }})
	}
	for i, f := range r.Files {
		id := fmt.Sprintf("%s#%d", r.ID, i+1)
		list = append(list, part{id, id, func() (*waE2E.Message, error) { return l.fileMessage(ctx, f, l.about(to, nil)) }})
	}
	return list
}

// sendOne sends one message unless WhatsApp has it already.
func (l *live) sendOne(ctx context.Context, to types.JID, p part) error {
	id := messageID(p.id)
	s, err := l.session.recall(ctx, id)
	if err != nil {
		m, err := p.build()
		if err != nil {
			return err
		}
		if s, err = l.session.remember(ctx, id, sent{reply: p.reply, chat: to.String(), message: m}); err != nil {
			return err
		}
	}
	if s.acked {
		return nil
	}
	l.pace.Lock()
	defer l.pace.Unlock()
	if err := l.mayGo(s.chat); err != nil {
		return err
	}
	if err := l.breathe(ctx, to); err != nil {
		return err
	}
	_, err = l.client.SendMessage(ctx, to, s.message, whatsmeow.SendRequestExtra{ID: id, Timeout: ackLimit})
	if err != nil {
		return l.refusal(err)
	}
	l.note(func(st *Status) {
		st.LastOut = l.o.Now()
		l.outgo.note(s.chat, st.LastOut)
	})
	if err := l.session.acked(context.WithoutCancel(ctx), id); err != nil {
		l.log.Warn().Err(err).Msg("a reply is sent, but that could not be noted; a repetition has the same id")
	}
	return nil
}

// refusal says what an error of WhatsApp's means: for good, or for now.
func (l *live) refusal(err error) error {
	text := err.Error()
	switch {
	case errors.Is(err, whatsmeow.ErrServerReturnedError):
		code := text[strings.LastIndexByte(text, ' ')+1:]
		switch code {
		case "463":
			return &channels.PermanentError{Code: code, Detail: "WhatsApp no deja escribir a esta persona desde este número"}
		case "479":
			return &channels.PermanentError{Code: code, Detail: "WhatsApp no reconoce el chat de esta persona"}
		case "403", "404", "406", "410":
			return &channels.PermanentError{Code: code, Detail: "WhatsApp no entrega mensajes en este chat"}
		case "429":
			return l.slowDown()
		}
		return fmt.Errorf("WhatsApp no aceptó el mensaje (código %s): %w", code, err)
	case strings.HasPrefix(text, "no LID found"):
		return &channels.PermanentError{Code: "sin-whatsapp", Detail: "ese número no tiene WhatsApp"}
	case errors.Is(err, whatsmeow.ErrMessageTimedOut):
		return fmt.Errorf("WhatsApp no confirmó el mensaje a tiempo: %w", err)
	case errors.Is(err, whatsmeow.ErrNotConnected), errors.Is(err, whatsmeow.ErrNotLoggedIn):
		return l.notOnline()
	}
	return fmt.Errorf("el mensaje no salió por WhatsApp: %w", err)
}

// textMessage is a text, with what it answers and how long it stays.
func textMessage(text string, about *waE2E.ContextInfo) *waE2E.Message {
	if about == nil {
		return &waE2E.Message{Conversation: &text}
	}
	return &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: &text, ContextInfo: about}}
}

// about is what a message says besides its content: the message that it
// quotes, and the chat's setting for messages that disappear. Nil if neither.
func (l *live) about(to chat, q *channels.Quote) *waE2E.ContextInfo {
	var c waE2E.ContextInfo
	if to.Expires > 0 {
		c.Expiration = &to.Expires
	}
	if q != nil {
		if id, ok := to.quotes(q.ID); ok { // a message of this chat, not of another of the person's
			author := to.JID
			if a := to.account(); a != "" {
				author = types.NewJID(a, types.HiddenUserServer).String()
			}
			c.StanzaID, c.Participant = &id, &author
			c.QuotedMessage = &waE2E.Message{Conversation: proto.String(clip(q.Said))}
		}
	}
	if c.Expiration == nil && c.StanzaID == nil {
		return nil
	}
	return &c
}

// fileMessage uploads a file and makes its message: a picture where apps show
// one, else a document.
func (l *live) fileMessage(ctx context.Context, f channels.File, about *waE2E.ContextInfo) (*waE2E.Message, error) {
	kind := f.Type
	if kind == "" || kind == "application/octet-stream" {
		kind = http.DetectContentType(f.Data)
	}
	name := cmp.Or(safeName(f.Name), "archivo"+extension(kind))
	picture := kind == "image/jpeg" || kind == "image/png"
	as := whatsmeow.MediaDocument
	if picture {
		as = whatsmeow.MediaImage
	}
	up, err := l.client.Upload(ctx, bytes.Clone(f.Data), as)
	if err != nil {
		return nil, fmt.Errorf("el archivo no se pudo subir a WhatsApp: %w", err)
	}
	if picture {
		return &waE2E.Message{ImageMessage: &waE2E.ImageMessage{
			Mimetype: &kind, URL: &up.URL, DirectPath: &up.DirectPath, MediaKey: up.MediaKey, FileEncSHA256: up.FileEncSHA256,
			FileSHA256: up.FileSHA256, FileLength: &up.FileLength, ContextInfo: about,
		}}, nil
	}
	return &waE2E.Message{DocumentMessage: &waE2E.DocumentMessage{
		FileName: &name, Title: &name, Mimetype: &kind, URL: &up.URL, DirectPath: &up.DirectPath, MediaKey: up.MediaKey,
		FileEncSHA256: up.FileEncSHA256, FileSHA256: up.FileSHA256, FileLength: &up.FileLength, ContextInfo: about,
	}}, nil
}
