package console

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// A refusal never loses what was typed: the form that was sent comes back with
// the values it was sent with, whatever the page that brings it back was made
// from. Hidden fields, passwords and files stay as the page has them.

// refusal is what a page that brings a form back has to say, in its request's context.
type refusalKey struct{}

// again answers a post that was refused with the page that its form is on, the
// reason at its top.
func (c *Console) again(w http.ResponseWriter, r *http.Request, s *Session, page handler, err error) error {
	var bad *badRequest
	if !errors.As(err, &bad) {
		return err
	}
	note := &flash{Kind: "bad", Text: c.say(s).T(bad.key)}
	return page(c, w, r.WithContext(context.WithValue(r.Context(), refusalKey{}, note)), s)
}

// refill puts the values that were posted to a path into the form of a page
// that posts there. Of several it is the one that has every field that was sent,
// and the button that was pressed; a page without one stays as it is. What the
// form is folded into is open.
func refill(page []byte, path string, posted url.Values) []byte {
	chosen, folds := chooseForm(page, path, posted)
	if chosen < 0 {
		return page
	}
	f := filler{posted: posted, used: map[string]int{}}
	z := html.NewTokenizer(bytes.NewReader(page))
	for n, fold, inside := -1, -1, false; ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return f.out.Bytes()
		}
		raw := slices.Clone(z.Raw())
		t := z.Token()
		switch {
		case t.Data == "form" && kind == html.StartTagToken:
			n++
			inside = n == chosen
		case t.Data == "form" && kind == html.EndTagToken:
			inside = false
		case t.Data == "details" && kind == html.StartTagToken:
			if fold++; slices.Contains(folds, fold) {
				mark(&t, "open", true)
				raw = []byte(written(t))
			}
		}
		if inside {
			f.token(kind, t, raw)
		} else {
			f.out.Write(raw)
		}
	}
}

// chooseForm gives the number of the form on the page, -1 if none was sent, and
// the numbers of the details that it is folded into.
func chooseForm(page []byte, path string, posted url.Values) (best int, in []int) {
	best = -1
	most, fold := 0, -1
	var folds []int
	fields, action := map[string]bool{}, ""
	z := html.NewTokenizer(bytes.NewReader(page))
	judge := func(n int) {
		if action != path {
			return
		}
		found := 0
		for name, values := range posted {
			switch {
			case fields[name+"\x00"+values[0]]: // the button that was pressed
				found += 100
			case fields[name]:
				found++
			}
		}
		if found > most {
			best, most, in = n, found, slices.Clone(folds)
		}
	}
	for n := -1; ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return best, in
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken && kind != html.EndTagToken {
			continue
		}
		t := z.Token()
		switch {
		case t.Data == "form" && kind == html.EndTagToken:
			judge(n)
			action = ""
		case t.Data == "form":
			n++
			action = attr(t, "action")
			clear(fields)
		case t.Data == "details" && kind == html.EndTagToken:
			folds = folds[:max(0, len(folds)-1)]
		case t.Data == "details":
			fold++
			folds = append(folds, fold)
		case t.Data == "button":
			fields[attr(t, "name")+"\x00"+attr(t, "value")] = true
		case t.Data == "input" || t.Data == "textarea" || t.Data == "select":
			fields[attr(t, "name")] = true
		}
	}
}

// filler writes a form anew.
type filler struct {
	out    bytes.Buffer
	posted url.Values
	used   map[string]int // how many of a name's values stand in fields already
	choice string         // name of the select that is open
	typed  bool           // the text of a textarea has been written
}

func (f *filler) token(kind html.TokenType, t html.Token, raw []byte) {
	start := kind == html.StartTagToken || kind == html.SelfClosingTagToken
	switch name := attr(t, "name"); {
	case start && t.Data == "input":
		f.input(t, name, raw)
	case start && t.Data == "textarea" && f.posted.Has(name):
		f.out.Write(raw)
		f.out.WriteString("\n" + html.EscapeString(f.next(name)))
		f.typed = true
	case kind == html.EndTagToken && t.Data == "textarea":
		f.typed = false
		f.out.Write(raw)
	case f.typed:
	case start && t.Data == "select":
		f.choice = name
		f.out.Write(raw)
	case kind == html.EndTagToken && t.Data == "select":
		f.choice = ""
		f.out.Write(raw)
	case start && t.Data == "option" && f.posted.Has(f.choice):
		mark(&t, "selected", slices.Contains(f.posted[f.choice], attr(t, "value")))
		f.out.WriteString(written(t))
	default:
		f.out.Write(raw)
	}
}

func (f *filler) input(t html.Token, name string, raw []byte) {
	switch attr(t, "type") {
	case "hidden", "password", "file", "submit":
		f.out.Write(raw)
		return
	case "checkbox", "radio":
		value := attr(t, "value")
		if value == "" {
			value = "on"
		}
		mark(&t, "checked", slices.Contains(f.posted[name], value))
	default:
		if !f.posted.Has(name) {
			f.out.Write(raw)
			return
		}
		i := slices.IndexFunc(t.Attr, func(a html.Attribute) bool { return a.Key == "value" })
		if i < 0 {
			i, t.Attr = len(t.Attr), append(t.Attr, html.Attribute{Key: "value"})
		}
		t.Attr[i].Val = f.next(name)
	}
	f.out.WriteString(written(t))
}

// next is the value of a name's next field: a table has many of one name.
func (f *filler) next(name string) string {
	i := f.used[name]
	f.used[name]++
	if list := f.posted[name]; i < len(list) {
		return list[i]
	}
	return ""
}

// written is a tag as the templates write it.
func written(t html.Token) string { return bare.Replace(t.String()) }

var bare = strings.NewReplacer(` required=""`, " required", ` checked=""`, " checked", ` selected=""`, " selected", ` open=""`, " open", ` readonly=""`, " readonly", ` autofocus=""`, " autofocus", ` multiple=""`, " multiple")

func attr(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// mark sets an attribute without a value, or takes it off.
func mark(t *html.Token, key string, set bool) {
	t.Attr = slices.DeleteFunc(t.Attr, func(a html.Attribute) bool { return a.Key == key })
	if set {
		t.Attr = append(t.Attr, html.Attribute{Key: key})
	}
}
