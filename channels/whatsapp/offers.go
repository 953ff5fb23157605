package whatsapp

import (
	"cmp"
	"fmt"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
)

// offer is what businesses and their programs send: words below a heading that
// may be a file, with choices that a phone shows as buttons. The desk reads them
// and presses none.
type offer struct {
	head    *waE2E.Message // the file or place above the words; nil for none
	lines   []string
	choices []string
}

// offerOf reads templates, menus and messages with buttons; nil for other kinds.
func offerOf(m *waE2E.Message) *offer {
	switch {
	case m.GetTemplateMessage() != nil:
		return template(m.GetTemplateMessage())
	case m.GetHighlyStructuredMessage().GetHydratedHsm() != nil:
		return template(m.GetHighlyStructuredMessage().GetHydratedHsm())
	case m.GetInteractiveMessage() != nil:
		return interactive(m.GetInteractiveMessage())
	case m.GetButtonsMessage() != nil:
		b := m.GetButtonsMessage()
		o := &offer{lines: []string{b.GetText(), b.GetContentText(), b.GetFooterText()}}
		o.head = &waE2E.Message{DocumentMessage: b.GetDocumentMessage(), ImageMessage: b.GetImageMessage(), VideoMessage: b.GetVideoMessage(), LocationMessage: b.GetLocationMessage()}
		for _, c := range b.GetButtons() {
			o.choices = append(o.choices, c.GetButtonText().GetDisplayText())
		}
		return o
	case m.GetListMessage() != nil:
		l := m.GetListMessage()
		o := &offer{lines: []string{l.GetTitle(), l.GetDescription(), l.GetFooterText()}}
		for _, s := range l.GetSections() {
			for _, row := range s.GetRows() {
				o.choices = append(o.choices, row.GetTitle())
			}
		}
		return o
	}
	return nil
}

func template(t *waE2E.TemplateMessage) *offer {
	if i := t.GetInteractiveMessageTemplate(); i != nil {
		return interactive(i)
	}
	h := cmp.Or(t.GetHydratedFourRowTemplate(), t.GetHydratedTemplate())
	o := &offer{lines: []string{h.GetHydratedTitleText(), h.GetHydratedContentText(), h.GetHydratedFooterText()}}
	o.head = &waE2E.Message{DocumentMessage: h.GetDocumentMessage(), ImageMessage: h.GetImageMessage(), VideoMessage: h.GetVideoMessage(), LocationMessage: h.GetLocationMessage()}
	for _, b := range h.GetHydratedButtons() {
		o.choices = append(o.choices, cmp.Or(b.GetQuickReplyButton().GetDisplayText(), b.GetUrlButton().GetDisplayText(), b.GetCallButton().GetDisplayText()))
	}
	return o
}

func interactive(i *waE2E.InteractiveMessage) *offer {
	h := i.GetHeader()
	o := &offer{lines: []string{h.GetTitle(), h.GetSubtitle(), i.GetBody().GetText(), i.GetFooter().GetText()}}
	o.head = &waE2E.Message{DocumentMessage: h.GetDocumentMessage(), ImageMessage: h.GetImageMessage(), VideoMessage: h.GetVideoMessage(), LocationMessage: h.GetLocationMessage()}
	cards := i.GetCarouselMessage().GetCards()
	for _, card := range cards[:min(mostLines, len(cards))] {
		o.lines = append(o.lines, card.GetHeader().GetTitle(), card.GetBody().GetText())
	}
	return o
}

// mostLines is how many entries of a list within a message are told.
const mostLines = 20

// said tells an offer; empty if it says nothing.
func (o *offer) said() string {
	if o == nil {
		return ""
	}
	lines := o.lines
	if o.head.GetLocationMessage() != nil {
		lines = append([]string{structured(o.head)}, lines...)
	}
	for _, c := range o.choices[:min(mostLines, len(o.choices))] {
		if c != "" {
			lines = append(lines, "– "+c)
		}
	}
	return join(lines...)
}

// invitation reads what asks the desk somewhere, sells it something or tells it
// of money. The desk only reads it: it joins no group and pays nothing.
func invitation(m *waE2E.Message) string {
	switch {
	case m.GetGroupInviteMessage() != nil:
		g := m.GetGroupInviteMessage()
		return join("[Invitación a un grupo] "+g.GetGroupName(), g.GetCaption())
	case m.GetNewsletterAdminInviteMessage() != nil:
		n := m.GetNewsletterAdminInviteMessage()
		return join("[Invitación a un canal] "+n.GetNewsletterName(), n.GetCaption())
	case m.GetNewsletterFollowerInviteMessageV2() != nil:
		n := m.GetNewsletterFollowerInviteMessageV2()
		return join("[Invitación a un canal] "+n.GetNewsletterName(), n.GetCaption())
	case m.GetEventMessage() != nil:
		e := m.GetEventMessage()
		return join("[Evento] "+e.GetName(), moment(e.GetStartTime()), e.GetDescription(), e.GetLocation().GetName(), e.GetLocation().GetAddress(), e.GetJoinLink())
	case m.GetEventInviteMessage() != nil:
		e := m.GetEventInviteMessage()
		return join("[Evento] "+e.GetEventTitle(), moment(e.GetStartTime()), e.GetCaption(), e.GetCallLink())
	case m.GetScheduledCallCreationMessage() != nil:
		s := m.GetScheduledCallCreationMessage()
		return join("[Llamada programada] "+s.GetTitle(), moment(s.GetScheduledTimestampMS()/1000))
	case m.GetProductMessage() != nil:
		p := m.GetProductMessage()
		return join("[Producto] "+p.GetProduct().GetTitle(), p.GetProduct().GetDescription(), p.GetBody(), p.GetFooter())
	case m.GetOrderMessage() != nil:
		o := m.GetOrderMessage()
		return join("[Pedido] "+o.GetOrderTitle(), o.GetMessage())
	case m.GetInvoiceMessage() != nil:
		return join("[Factura] " + m.GetInvoiceMessage().GetNote())
	case m.GetRequestPaymentMessage() != nil:
		return join("[Pedido de un pago]", plainText(m.GetRequestPaymentMessage().GetNoteMessage()))
	case m.GetSendPaymentMessage() != nil:
		return join("[Pago por WhatsApp]", plainText(m.GetSendPaymentMessage().GetNoteMessage()))
	case m.GetPaymentInviteMessage() != nil:
		return "[Invitación a pagar por WhatsApp]"
	case m.GetStickerPackMessage() != nil:
		return join("[Paquete de stickers] "+m.GetStickerPackMessage().GetName(), m.GetStickerPackMessage().GetCaption())
	}
	return ""
}

// plainText is what a message says if it is nothing but text.
func plainText(m *waE2E.Message) string {
	return cmp.Or(m.GetConversation(), m.GetExtendedTextMessage().GetText())
}

// laPaz is the time of the people here, without daylight saving.
var laPaz = time.FixedZone("BOT", -4*60*60)

// moment is a time of WhatsApp's, in Unix seconds, as people here read it; empty for none.
func moment(unix int64) string {
	if unix <= 0 {
		return ""
	}
	return time.Unix(unix, 0).In(laPaz).Format("02/01/2006 15:04")
}

// votes tells how a poll stands.
func votes(p *waE2E.PollResultSnapshotMessage) string {
	lines := []string{"[Encuesta] Resultado: " + p.GetName()}
	for _, v := range p.GetPollVotes()[:min(mostLines, len(p.GetPollVotes()))] {
		lines = append(lines, fmt.Sprintf("– %s: %d", v.GetOptionName(), v.GetOptionVoteCount()))
	}
	return join(lines...)
}
