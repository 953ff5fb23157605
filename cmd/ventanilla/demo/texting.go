package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

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

// silence is how long the demo's desk waits for more of what is written in
// pieces: short, because whoever plays the citizen waits for it.
const silence = 3 * time.Second

// chat plays a report by WhatsApp. Every paragraph is a message of its own, as
// people write there; a file comes with the last one. They come in one burst and
// become one case when the person is quiet.
func (p *play) chat(ctx context.Context, r *run) error {
	parts := paragraphs(r.said)
	var lines []int64
	for i, part := range parts {
		var file *attachment
		if i == len(parts)-1 {
			file = r.file
		}
		entry, err := p.texts(ctx, r.who, part, file)
		if err != nil {
			return err
		}
		lines = append(lines, entry.ID)
	}
	for _, line := range lines {
		entry, err := p.placed(ctx, r.who, line)
		if err != nil {
			return err
		}
		if r.id == "" {
			r.id, r.code = entry.Ticket, entry.Code
		}
		if entry.Ticket != r.id {
			return fmt.Errorf("el mensaje de %s no cayó en su caso %s", r.who.name, r.code)
		}
	}
	if r.file != nil {
		if err := p.fetched(ctx, r); err != nil {
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

// text sends one message that must join the case.
func (p *play) text(ctx context.Context, r *run, text string) error {
	entry, err := p.texts(ctx, r.who, text, nil)
	if err == nil {
		entry, err = p.placed(ctx, r.who, entry.ID)
	}
	if err == nil && entry.Ticket != r.id {
		err = fmt.Errorf("el mensaje de %s no cayó en su caso %s", r.who.name, r.code)
	}
	return err
}

// greet plays somebody who greets and says nothing else: there is no case, and
// the desk asks what it is about.
func (p *play) greet(ctx context.Context, who citizen, text string) error {
	if _, err := p.texts(ctx, who, text, nil); err != nil {
		return err
	}
	p.clock.forward(p.clock.Now().Add(silence))
	err := p.until(ctx, "que la mesa responda al saludo de "+who.name, func() (bool, error) {
		return len(p.world.chats.find(mobile(who.phone)).Inbox()) > 0, nil
	})
	if err == nil {
		p.say(p.clock.Now(), fmt.Sprintf("%s solo saluda por WhatsApp: no hay caso, la mesa le pregunta qué necesita", who.name))
	}
	return err
}

// texts sends one message and waits until the desk has taken it.
func (p *play) texts(ctx context.Context, who citizen, text string, file *attachment) (store.Entry, error) {
	number := mobile(who.phone)
	return p.settled(ctx, channels.WhatsApp, number, who.name, "", func() error {
		return p.world.chats.say(number, who.name, text, file)
	})
}

// placed waits, with the person quiet, until a message is in a case.
func (p *play) placed(ctx context.Context, who citizen, line int64) (entry store.Entry, err error) {
	err = p.until(ctx, "que la mesa decida sobre el mensaje de "+who.name, func() (bool, error) {
		entry, err = p.store.LedgerEntry(ctx, line)
		if err == nil && entry.Fate == store.FateGathering {
			p.clock.forward(entry.Settled.Add(silence + time.Second))
		}
		return entry.Fate == store.FateCase || entry.Fate == store.FateMessage, err
	})
	return entry, err
}

// fetched waits until the desk has the file of a report.
func (p *play) fetched(ctx context.Context, r *run) error {
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

// correct lets a citizen edit what they wrote last: the case shows both.
func (p *play) correct(ctx context.Context, r *run, text string) error {
	number := mobile(r.who.phone)
	entry, err := p.settled(ctx, channels.WhatsApp, number, r.who.name, store.FateMessage, func() error {
		return p.world.chats.edit(number, text)
	})
	if err != nil {
		return err
	}
	if entry.Ticket != r.id {
		return fmt.Errorf("la corrección de %s no cayó en su caso %s", r.who.name, r.code)
	}
	p.say(p.clock.Now(), fmt.Sprintf("%s corrige su mensaje: %s muestra lo de antes y lo de ahora", r.who.name, r.code))
	return nil
}

// ring lets a citizen call by WhatsApp: the call is rejected with a text that
// says where to write, and waits among the calls to be given back.
func (p *play) ring(ctx context.Context, r *run) error {
	phone := p.world.chats.find(mobile(r.who.phone))
	if phone == nil {
		return fmt.Errorf("%s: %w", r.who.name, errNoChat)
	}
	before := len(phone.Inbox())
	call := phone.Call(p.world.chats.office)
	err := p.until(ctx, "que la mesa rechace la llamada de "+r.who.name+" y se lo escriba", func() (bool, error) {
		missed, err := p.store.Calls(ctx, 50, store.CallMissed)
		kept := slices.ContainsFunc(missed, func(c store.Call) bool { return c.Number == phone.Number() })
		return kept && phone.Rejected(call) && len(phone.Inbox()) > before, err
	})
	if err == nil {
		p.say(p.clock.Now(), fmt.Sprintf("%s llama por WhatsApp: ahí no se atiende, se le escribe y la llamada queda en Devoluciones", r.who.name))
	}
	return err
}
