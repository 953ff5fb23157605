package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ventanilla/channels"
	"ventanilla/channels/whatsapp"
	"ventanilla/tickets/store"
)

// link links the desk to the office's phone as its people would: the desk shows
// a code and the phone reads it.
func (p *play) link(ctx context.Context, a whatsapp.Line) error {
	in := func(s whatsapp.State) func() (bool, error) {
		return func() (bool, error) { return a.Status().State == s, nil }
	}
	if err := p.until(ctx, "que WhatsApp pida vincular un teléfono", in(whatsapp.Unlinked)); err != nil {
		return err
	}
	phone, ok := a.(whatsapp.Linkable)
	if !ok {
		return nil
	}
	phone.StartPairing()
	if err := p.until(ctx, "que la mesa muestre el código de WhatsApp", in(whatsapp.Pairing)); err != nil {
		return err
	}
	office := p.world.chats.office
	if err := office.ScanQR(a.Status().QR); err != nil {
		return fmt.Errorf("no se pudo vincular WhatsApp: %w", err)
	}
	return p.until(ctx, "que WhatsApp quede vinculado", func() (bool, error) {
		_, online, _ := office.Linked()
		return online == 1 && a.Status().State == whatsapp.Connected, nil
	})
}

// chat plays a report by WhatsApp. Every paragraph is a message of its own, as
// people write there; a file comes with the last one.
func (p *play) chat(ctx context.Context, r *run) error {
	parts := paragraphs(r.said)
	for i, part := range parts {
		var file *attachment
		if i == len(parts)-1 {
			file = r.file
		}
		if i > 0 {
			p.clock.forward(p.clock.Now().Add(typing))
		}
		if err := p.text(ctx, r, part, file); err != nil {
			return err
		}
	}
	several := ""
	if len(parts) > 1 {
		several = fmt.Sprintf(" en %d mensajes", len(parts))
	}
	p.say(p.clock.Now(), fmt.Sprintf("%s escribe por WhatsApp%s: «%s» → %s", r.who.name, several, r.subject, r.code))
	return nil
}

// text sends one message and waits until the desk has settled it: the first
// one opens the case and what follows must join it.
func (p *play) text(ctx context.Context, r *run, text string, file *attachment) error {
	want := store.FateMessage
	if r.id == "" {
		want = store.FateCase
	}
	number := mobile(r.who.phone)
	entry, err := p.settled(ctx, channels.WhatsApp, number, r.who.name, want, func() error {
		return p.world.chats.say(number, r.who.name, text, file)
	})
	if err != nil {
		return err
	}
	if r.id == "" {
		r.id, r.code = entry.Ticket, entry.Code
	}
	if entry.Ticket != r.id {
		return fmt.Errorf("el mensaje de %s no cayó en su caso %s", r.who.name, r.code)
	}
	if file == nil {
		return nil
	}
	return p.until(ctx, "que la mesa descargue el archivo de "+r.who.name, func() (bool, error) {
		thread, err := p.store.Thread(ctx, r.id)
		return slices.ContainsFunc(thread, func(m store.Message) bool { return len(m.Files) > 0 }), err
	})
}

var errNoChat = errors.New("no escribió por WhatsApp")

// open lets a citizen open the chat: what the desk answered counts as read.
func (p *play) open(ctx context.Context, r *run) error {
	phone := p.world.chats.find(mobile(r.who.phone))
	if phone == nil {
		return fmt.Errorf("%s: %w", r.who.name, errNoChat)
	}
	phone.ReadAll()
	err := p.until(ctx, "que la mesa sepa que leyeron su respuesta de "+r.code, func() (bool, error) {
		t, err := p.store.Ticket(ctx, r.id)
		return t != nil && len(t.Notices) > 0 && t.Notices[len(t.Notices)-1].State == string(channels.Read), err
	})
	if err == nil {
		p.say(p.clock.Now(), fmt.Sprintf("%s lee la respuesta de %s", r.who.name, r.code))
	}
	return err
}
