package desk

import (
	"encoding/base64"
	"strings"

	"ventanilla/channels"
	"ventanilla/channels/email/message"
	"ventanilla/tickets/console"
)

// letters shows mails before they are sent; nil where the office has no address.
func (d *Desk) letters() func(name, code, subject, text string) (console.Letter, error) {
	if d.cfg.Email.Address == "" {
		return nil
	}
	return d.letter
}

// letter writes the mail that would carry text, and reads it as a mail program
// does, its logo put where the page asks for it.
func (d *Desk) letter(name, code, subject, text string) (console.Letter, error) {
	head, err := d.letterhead()
	if err != nil {
		return console.Letter{}, err
	}
	words, err := d.Router.Letter(name, code, text)
	if err != nil {
		return console.Letter{}, err
	}
	m := message.Parse(message.Write(message.Outgoing{
		From: d.mailSender(), Subject: subject, Text: words, Date: d.now(), CaseCode: code, Letterhead: head,
	}), message.Options{})
	page := m.HTML
	for _, f := range m.Files {
		if f.ContentID != "" {
			page = strings.ReplaceAll(page, `"cid:`+f.ContentID+`"`, `"data:`+f.Type+`;base64,`+base64.StdEncoding.EncodeToString(f.Data)+`"`)
		}
	}
	return console.Letter{From: m.From.Name + " <" + m.From.Value + ">", Subject: m.Subject, HTML: page}, nil
}

// mailSender is whom the office's mails are from.
func (d *Desk) mailSender() channels.Address {
	return channels.Address{Medium: channels.Email, Value: d.cfg.Email.Address, Name: d.cfg.Signature()}
}
