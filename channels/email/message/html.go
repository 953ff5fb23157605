package message

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// HTMLText makes plain text of HTML: every word in order, block elements on
// lines of their own, quotes (blockquote and the quote containers of
// Yahoo and Proton) marked with "> " so that they can be told from what the
// person wrote.
//
// It reads tokens rather than a tree: html.Parse refuses more than 512 open
// elements, which real newsletters reach, and the order of the words is the
// same. Cost is linear in the length.
func HTMLText(s string) string {
	w := textWriter{}
	// An element like <style> that never ends swallows the rest as its content:
	// then the rest is read once more, as HTML.
	for range 4 {
		if s = w.read(s); s == "" {
			break
		}
	}
	return w.result()
}

// read writes the text of s. It returns what an unclosed element swallowed.
func (w *textWriter) read(s string) (swallowed string) {
	z := html.NewTokenizer(strings.NewReader(s))
	skip := atom.Atom(0) // inside an element whose content is not text
	for {
		switch z.Next() {
		case html.ErrorToken:
			return swallowed
		case html.TextToken:
			if skip == 0 {
				w.text(z.Text())
			} else {
				swallowed = string(z.Raw())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, hasAttr := z.TagName()
			a := atom.Lookup(name)
			if skip == 0 && hidden(a) {
				skip = a
			}
			if skip == 0 {
				w.start(a, z, hasAttr)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(name)
			if skip != 0 {
				if a == skip || a == atom.Body {
					skip, swallowed = 0, ""
				}
				continue
			}
			w.end(a)
		}
	}
}

// hidden elements hold no words of the person. Head is not among them: its
// end tag is often missing.
func hidden(a atom.Atom) bool {
	return a == atom.Style || a == atom.Script || a == atom.Title || a == atom.Noframes || a == atom.Iframe || a == atom.Template
}

type textWriter struct {
	out     []byte
	space   bool // a space is due before the next word
	breaks  int  // line ends due before the next word
	pre     int
	quotes  int
	divs    int    // open divs
	indents []bool // open blockquotes since the first that only indents: true for those
	quoted  []int  // depth of divs at which a quoting div was opened
}

func (w *textWriter) start(a atom.Atom, z *html.Tokenizer, hasAttr bool) {
	switch a {
	case atom.Br:
		w.br()
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Table, atom.Pre:
		w.line(2)
		if a == atom.Pre {
			w.pre++
		}
	case atom.Div:
		w.line(1)
		w.divs++
		if hasAttr && len(w.quoted) < 100 && quotingDiv(z) {
			w.quoted = append(w.quoted, w.divs)
			w.quotes++
		}
	case atom.Blockquote:
		w.line(1)
		if indent := hasAttr && indenting(z); indent || len(w.indents) > 0 {
			if len(w.indents) < 1000 {
				w.indents = append(w.indents, indent)
			}
			if indent {
				return
			}
		}
		w.quotes++
	case atom.Li:
		w.line(1)
		w.text([]byte("- "))
	case atom.Tr, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Address, atom.Dt, atom.Dd, atom.Center, atom.Form, atom.Option:
		w.line(1)
	case atom.Hr:
		w.line(1)
	case atom.Td, atom.Th:
		w.space = true
	case atom.Img:
		if alt := attr(z, "alt"); hasAttr && alt != "" && len(alt) < 200 {
			w.text([]byte(" [" + alt + "] "))
		}
	}
}

func (w *textWriter) end(a atom.Atom) {
	switch a {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Table:
		w.line(2)
	case atom.Pre:
		w.line(2)
		w.pre = max(0, w.pre-1)
	case atom.Div:
		w.line(1)
		if n := len(w.quoted); n > 0 && w.quoted[n-1] == w.divs {
			w.quoted = w.quoted[:n-1]
			w.quotes--
		}
		w.divs = max(0, w.divs-1)
	case atom.Blockquote:
		w.line(1)
		if n := len(w.indents); n > 0 {
			indent := w.indents[n-1]
			if w.indents = w.indents[:n-1]; indent {
				return
			}
		}
		w.quotes = max(len(w.quoted), w.quotes-1)
	case atom.Tr, atom.Li, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Address:
		w.line(1)
	}
}

// quotingDiv knows the containers that webmails put around what is answered.
func quotingDiv(z *html.Tokenizer) bool {
	for {
		k, v, more := z.TagAttr()
		if string(k) == "class" || string(k) == "id" {
			for _, c := range [...]string{"yahoo_quoted", "protonmail_quote", "zmail_extra"} {
				if bytes.Contains(v, []byte(c)) {
					return true
				}
			}
		}
		if !more {
			return false
		}
	}
}

// indenting tells whether a blockquote only moves the person's own words to the
// right, as Gmail's button does, rather than quote somebody.
func indenting(z *html.Tokenizer) bool {
	indent := false
	for {
		k, v, more := z.TagAttr()
		switch string(k) {
		case "type", "cite", "class", "id":
			return false
		case "style":
			s := strings.ReplaceAll(strings.ToLower(string(v)), " ", "")
			indent = strings.Contains(s, "border:none") && (strings.Contains(s, "margin:0040px") || strings.Contains(s, "margin:00040px") || strings.Contains(s, "margin:0px0px0px40px"))
		}
		if !more {
			return indent
		}
	}
}

func attr(z *html.Tokenizer, name string) string {
	for {
		k, v, more := z.TagAttr()
		if string(k) == name {
			return string(v)
		}
		if !more {
			return ""
		}
	}
}

// line asks for n line ends before the next word.
func (w *textWriter) line(n int) {
	w.space = false
	if w.pre > 0 {
		n = 1
	}
	w.breaks = max(w.breaks, n)
}

func (w *textWriter) br() {
	w.space = false
	if w.breaks++; w.breaks > 2 {
		w.breaks = 2
	}
}

func (w *textWriter) flush() {
	if w.breaks > 0 {
		if len(w.out) > 0 {
			for i := range w.breaks {
				if i > 0 && w.quotes > 0 {
					w.out = append(w.out, '>')
				}
				w.out = append(w.out, '\n')
			}
		}
		w.prefix()
	} else if len(w.out) == 0 {
		w.prefix()
	} else if w.space {
		w.out = append(w.out, ' ')
	}
	w.breaks, w.space = 0, false
}

func (w *textWriter) prefix() {
	for range min(w.quotes, 10) {
		w.out = append(w.out, "> "...)
	}
}

func (w *textWriter) text(b []byte) {
	if w.pre > 0 {
		w.preText(b)
		return
	}
	for len(b) > 0 {
		n := 0
		for n < len(b) && !isSpace(b[n:]) {
			n++
		}
		if n > 0 {
			w.flush()
			w.out = append(w.out, b[:n]...)
			b = b[n:]
			continue
		}
		if b[0] == 0xC2 {
			b = b[1:]
		}
		b = b[1:]
		w.space = w.space || w.breaks == 0
	}
}

// isSpace knows ASCII space and the no-break space.
func isSpace(b []byte) bool {
	return b[0] == ' ' || b[0] == '\n' || b[0] == '\t' || b[0] == '\r' || b[0] == '\f' || b[0] == 0xC2 && len(b) > 1 && b[1] == 0xA0
}

func (w *textWriter) preText(b []byte) {
	for i, l := range bytes.Split(b, []byte("\n")) {
		if i > 0 {
			w.br()
		}
		if l = bytes.TrimRight(l, "\r"); len(l) > 0 {
			w.flush()
			w.out = append(w.out, l...)
		}
	}
}

func (w *textWriter) result() string {
	return strings.Trim(clean(strings.ToValidUTF8(string(w.out), "\uFFFD")), "\n ")
}
