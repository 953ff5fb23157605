package message

import (
	bin "encoding/binary"
	"strconv"
	"strings"
)

// rtfStart fills the dictionary of compressed RTF (MS-OXRTFCP §2.1.2.1).
const rtfStart = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` +
	"\r\n" + `\par \pard\plain\f0\fs20\b\i\u\tab\tx`

const maxRTF = 4 << 20 // bytes unpacked

// unpackRTF undoes the compression of MS-OXRTFCP, as far as it is sound.
func unpackRTF(b []byte) []byte {
	if len(b) < 16 {
		return nil
	}
	size, kind := int(bin.LittleEndian.Uint32(b[4:])), bin.LittleEndian.Uint32(b[8:])
	b = b[16:]
	size = min(size, maxRTF)
	if kind == 0x414C454D { // "MELA": not compressed
		return b[:min(len(b), size)]
	}
	if kind != 0x75465A4C { // "LZFu"
		return nil
	}
	var dict [4096]byte
	at := copy(dict[:], rtfStart)
	var out []byte
	put := func(c byte) {
		out = append(out, c)
		dict[at] = c
		at = (at + 1) & 4095
	}
	for len(b) > 0 && len(out) < size {
		flags := b[0]
		b = b[1:]
		for bit := 0; bit < 8 && len(b) > 0 && len(out) < size; bit++ {
			if flags>>bit&1 == 0 {
				put(b[0])
				b = b[1:]
				continue
			}
			if len(b) < 2 {
				return out
			}
			ref := int(b[0])<<8 | int(b[1])
			b = b[2:]
			from, n := ref>>4, ref&15+2
			if from == at { // the end
				return out
			}
			for i := range n {
				put(dict[(from+i)&4095])
			}
		}
	}
	return out
}

// rtfHidden are the groups whose content is not text (RTF 1.9.1).
var rtfHidden = map[string]bool{"fonttbl": true, "colortbl": true, "stylesheet": true, "info": true, "pict": true, "object": true, "themedata": true, "listtable": true, "listoverridetable": true, "generator": true, "xmlnstbl": true}

// rtfText is the text of RTF. Where Outlook wrapped HTML into it
// (MS-OXRTFEX) the tags are hidden groups and the words the same.
func rtfText(b []byte) string {
	w := rtfWriter{b: b, skip: 1}
	for w.pos < len(w.b) {
		w.step()
	}
	s, _ := toUTF8(w.raw(), "utf-8")
	return strings.TrimSpace(clean(s))
}

type rtfState struct {
	hidden bool
	skip   int // characters that stand for one \u where it is not known
}

type rtfWriter struct {
	b      []byte
	pos    int
	out    strings.Builder
	stack  []rtfState
	hidden bool
	skip   int
	drop   int // characters still to leave out
}

func (w *rtfWriter) raw() []byte { return []byte(w.out.String()) }

func (w *rtfWriter) step() {
	c := w.b[w.pos]
	w.pos++
	switch c {
	case '{':
		if len(w.stack) < 200 {
			w.stack = append(w.stack, rtfState{w.hidden, w.skip})
		}
	case '}':
		if n := len(w.stack); n > 0 {
			w.hidden, w.skip = w.stack[n-1].hidden, w.stack[n-1].skip
			w.stack = w.stack[:n-1]
		}
	case '\\':
		w.control()
	case '\r', '\n':
	default:
		w.char(c)
	}
}

// char writes a byte of windows-1252, the code page of nearly all RTF here.
func (w *rtfWriter) char(c byte) {
	if w.drop > 0 {
		w.drop--
		return
	}
	if c < 0x80 {
		w.put(string(rune(c)))
	} else if s, _ := toUTF8([]byte{c}, "windows-1252"); s != "" {
		w.put(s)
	}
}

func (w *rtfWriter) put(s string) {
	if !w.hidden {
		w.out.WriteString(s)
	}
}

func (w *rtfWriter) control() {
	if w.pos >= len(w.b) {
		return
	}
	c := w.b[w.pos]
	if !letter(c) {
		w.pos++
		w.symbol(c)
		return
	}
	start := w.pos
	for w.pos < len(w.b) && letter(w.b[w.pos]) && w.pos-start < 32 {
		w.pos++
	}
	word := string(w.b[start:w.pos])
	start = w.pos
	for w.pos < len(w.b) && (w.b[w.pos] >= '0' && w.b[w.pos] <= '9' || w.pos == start && w.b[w.pos] == '-') && w.pos-start < 10 {
		w.pos++
	}
	n, err := strconv.Atoi(string(w.b[start:w.pos]))
	if w.pos < len(w.b) && w.b[w.pos] == ' ' {
		w.pos++
	}
	w.word(word, n, err == nil)
}

func (w *rtfWriter) symbol(c byte) {
	switch c {
	case '\\', '{', '}':
		w.char(c)
	case '~':
		w.put(" ")
	case '*':
		w.hidden = true
	case '\'':
		if w.pos+2 <= len(w.b) && unhex(w.b[w.pos]) >= 0 && unhex(w.b[w.pos+1]) >= 0 {
			c := byte(unhex(w.b[w.pos])<<4 | unhex(w.b[w.pos+1]))
			w.pos += 2
			w.char(c)
		}
	}
}

func (w *rtfWriter) word(word string, n int, given bool) {
	switch {
	case word == "par" || word == "line" || word == "row":
		w.put("\n")
	case word == "tab" || word == "cell":
		w.put("\t")
	case word == "uc" && given && n >= 0:
		w.skip = min(n, 10)
	case word == "u" && given:
		if n < 0 {
			n += 1 << 16
		}
		w.put(string(rune(n)))
		w.drop = w.skip
	case word == "htmlrtf": // what only readers of RTF shall see
		w.hidden = !given || n != 0
	case rtfHidden[word]:
		w.hidden = true
	}
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
