package demo

import (
	"context"
	"fmt"
	"slices"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"ventanilla/channels"
	"ventanilla/channels/whatsapp/loopback"
	"ventanilla/tickets/store"
)

// thing is something that a citizen does in the chat besides writing. send gives
// the message's id, what the citizen's own phone shows, and the error.
type thing func(p, office *loopback.Phone) (id, shown string, err error)

// things are one of each kind that people send to an office, in their order.
var things = []thing{
	func(p, office *loopback.Phone) (string, string, error) {
		id, err := p.Send(office, loopback.Draft{Message: &waE2E.Message{LocationMessage: &waE2E.LocationMessage{
			DegreesLatitude: proto.Float64(-16.4955), DegreesLongitude: proto.Float64(-68.1336), Name: proto.String("Plaza Murillo"), Address: proto.String("La Paz, Bolivia"),
		}}})
		return id, "Ubicación: Plaza Murillo", err
	},
	func(p, office *loopback.Phone) (string, string, error) {
		id, err := p.Send(office, loopback.Draft{Message: &waE2E.Message{ContactMessage: &waE2E.ContactMessage{
			DisplayName: proto.String("Mi contador (ficticio)"), Vcard: proto.String("BEGIN:VCARD\nVERSION:3.0\nFN:Mi contador (ficticio)\nTEL;type=CELL:+591 72509999\nEND:VCARD"),
		}}})
		return id, "Contacto: Mi contador (ficticio)", err
	},
	func(p, office *loopback.Phone) (string, string, error) {
		const words = "y q necesito para eso? soy de la tienda de aquí"
		inbox := p.Inbox()
		if len(inbox) == 0 {
			return "", "", errNoChat
		}
		id, err := p.Answer(office, inbox[0], words)
		return id, words, err
	},
}

// show lets a citizen send one of each thing, and a photo; all of it belongs to
// the open case.
func (p *play) show(ctx context.Context, r *run) error {
	number := mobile(r.who.phone)
	phone := p.world.chats.find(number)
	if phone == nil {
		return fmt.Errorf("%s: %w", r.who.name, errNoChat)
	}
	if err := p.until(ctx, "que llegue el acuse a "+r.who.name, func() (bool, error) { return len(phone.Inbox()) > 0, nil }); err != nil {
		return err
	}
	send := []func() error{func() error { return p.world.chats.say(number, r.who.name, "esto me sale", screenshot()) }}
	for _, t := range things {
		send = append(send, func() error { return p.world.chats.does(number, t) })
	}
	for _, s := range send {
		entry, err := p.settled(ctx, channels.WhatsApp, number, r.who.name, "", s)
		if err == nil {
			entry, err = p.placed(ctx, r.who, entry.ID)
		}
		if err == nil && entry.Ticket != r.id {
			err = fmt.Errorf("lo que envió %s no cayó en su caso %s", r.who.name, r.code)
		}
		if err != nil {
			return err
		}
	}
	if err := p.fetched(ctx, r); err != nil {
		return err
	}
	p.say(p.clock.Now(), fmt.Sprintf("%s envía una foto, su ubicación y un contacto, y responde citando: todo queda en %s", r.who.name, r.code))
	return nil
}

// answerApart lets somebody of the office answer on its own phone, outside the
// desk: the case shows it, and it settles nothing.
func (p *play) answerApart(ctx context.Context, r *run, text string) error {
	phone := p.world.chats.find(mobile(r.who.phone))
	if phone == nil {
		return fmt.Errorf("%s: %w", r.who.name, errNoChat)
	}
	if _, err := p.world.chats.office.SayHere(phone, text); err != nil {
		return err
	}
	err := p.until(ctx, "que el caso "+r.code+" muestre lo que la oficina respondió aparte", func() (bool, error) {
		thread, err := p.store.Thread(ctx, r.id)
		return slices.ContainsFunc(thread, func(m store.Message) bool { return m.Direction == store.Out && m.Said == text }), err
	})
	if err == nil {
		p.say(p.clock.Now(), fmt.Sprintf("Alguien responde a %s desde el teléfono de la oficina: %s lo muestra", r.who.name, r.code))
	}
	return err
}
