package console

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"ventanilla/tickets"
	"ventanilla/tickets/store"
)

// A reply on a chat can show one of the person's messages above its words. It is
// chosen by a link, ?quote=ID, so that it works without script; it is kept with
// the draft, and the form carries it.

const quoteField = "quote"

// quoteView is the quoted message as it stands above the text.
type quoteView struct {
	ID, Text string
	Off      string // address of the same page without it
}

// quotes offers to quote, beside the messages that a reply on this chat can
// show, and puts the chosen one into the composer.
func (c *Console) quotes(r *http.Request, s *Session, v *caseView, thread []store.Message) {
	if v.Composer == nil || v.T.Contact.Medium != "whatsapp" || v.Tab != "" || !slices.ContainsFunc(v.Composer.Tabs, func(t composerTab) bool { return t.Word == "compose.reply" }) {
		return
	}
	here := v.Self + "?escribir=respuesta&" + quoteField + "="
	for _, list := range [][]entry{v.First, v.Between, v.Thread} {
		for i := range list {
			if quotable(thread, list[i].ID) == nil {
				list[i].Cite = here + url.QueryEscape(list[i].ID)
			}
		}
	}
	if v.Composer.Kind == "note" {
		return
	}
	id := c.chosenQuote(r, s, v.Composer.Draft)
	if id == "" || quotable(thread, id) != nil {
		return
	}
	i := slices.IndexFunc(thread, func(m store.Message) bool { return m.ID == id })
	v.Composer.Quote = &quoteView{id, short(chatPlain(c.say(s).chat(cmp.Or(thread[i].Now, thread[i].Said))), 220), here}
}

// chosenQuote is the message that the page or the form names, else the draft; a
// name that is there and empty takes the draft's back.
func (c *Console) chosenQuote(r *http.Request, s *Session, draft string) string {
	for _, named := range []url.Values{r.PostForm, r.URL.Query()} {
		if named.Has(quoteField) {
			return named.Get(quoteField)
		}
	}
	return c.unsent(r, s, draft).Fields[quoteField]
}

// quotable refuses a message that a reply in this thread cannot quote.
func quotable(thread []store.Message, id string) error {
	i := slices.IndexFunc(thread, func(m store.Message) bool { return m.ID == id })
	switch {
	case i >= 0 && thread[i].Gone:
		return &tickets.Refusal{Code: tickets.RefusedQuoteGone}
	case i < 0 || !thread[i].Quotable():
		return &tickets.Refusal{Code: tickets.RefusedQuote}
	}
	return nil
}

// mayQuote refuses a reply that names a message which it cannot quote.
func (c *Console) mayQuote(r *http.Request, t *tickets.Ticket, rec tickets.Record) error {
	id := rec[quoteField]
	if id == "" {
		return nil
	}
	if t.Contact.Medium != "whatsapp" {
		return &tickets.Refusal{Code: tickets.RefusedQuote}
	}
	thread, err := c.st.Thread(r.Context(), t.ID)
	if err != nil {
		return err
	}
	return quotable(thread, id)
}
