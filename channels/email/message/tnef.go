package message

import (
	bin "encoding/binary"
	"strconv"
	"strings"
	"unicode/utf16"

	"ventanilla/channels"
)

// Attributes of a TNEF stream (MS-OXTNEF §2.1.3.2) and properties within them
// (MS-OXPROPS) that are read; all others are stepped over.
const (
	tnefSignature = 0x223E9F78

	attBody       = 0x0002800C
	attMsgProps   = 0x00069003
	attAttachment = 0x00069005
	attRendData   = 0x00069002 // begins an attachment
	attTitle      = 0x00018010
	attData       = 0x0006800F
	attCodepage   = 0x00069007

	propBody, propBodyHTML, propRTF                  = 0x1000, 0x1013, 0x1009
	propData, propLongName, propShortName            = 0x3701, 0x3707, 0x3704
	propDisplayName, propMIME, propContentID         = 0x3001, 0x370E, 0x3712
	typeObject, typeString8, typeUnicode, typeBinary = 0x0D, 0x1E, 0x1F, 0x102
	multiValued                                      = 0x1000
)

// Bounds of a TNEF stream; what is beyond stays in the raw form.
const (
	maxTNEFAttrs = 20_000
	maxTNEFFiles = 500
	maxTNEFProps = 5_000
	maxTNEFDepth = 3 // messages within messages
)

// tnef is Outlook's winmail.dat (MS-OXTNEF), unpacked.
type tnef struct {
	text, html string
	rtf        []byte // compressed
	files      []channels.File
	charset    string
	whole      bool // read to its end without a fault
	depth      int
}

// readTNEF unpacks b as far as it is sound; data of files shares its memory.
func readTNEF(b []byte, depth int) *tnef {
	t := &tnef{charset: "windows-1252", depth: depth}
	r := reader{b: b}
	if r.u32() != tnefSignature {
		return t
	}
	r.take(2) // key
	for range maxTNEFAttrs {
		if len(r.b) == 0 {
			t.whole = !r.failed
			return t
		}
		r.take(1) // level
		id, n := r.u32(), r.u32()
		data := r.take(int(n))
		r.take(2) // checksum: a wrong one is no reason to lose the file
		if r.failed || len(t.files) > maxTNEFFiles {
			return t
		}
		t.attribute(id, data)
	}
	return t
}

func (t *tnef) attribute(id uint32, data []byte) {
	switch id {
	case attCodepage:
		if len(data) >= 4 {
			t.charset = "cp" + strconv.Itoa(int(bin.LittleEndian.Uint32(data)))
			if t.charset == "cp65001" {
				t.charset = "utf-8"
			}
		}
	case attBody:
		t.text = t.string8(data)
	case attMsgProps:
		t.properties(data, nil)
	case attRendData:
		t.files = append(t.files, channels.File{})
	case attTitle:
		if f := t.file(); f.Name == "" {
			f.Name = t.string8(data)
		}
	case attData:
		t.file().Data = data
	case attAttachment:
		t.properties(data, t.file())
	}
}

// file is the attachment under way.
func (t *tnef) file() *channels.File {
	if len(t.files) == 0 {
		t.files = append(t.files, channels.File{})
	}
	return &t.files[len(t.files)-1]
}

// properties reads a list of MAPI properties (MS-OXTNEF §2.1.3.4): of the
// message, or of f.
func (t *tnef) properties(b []byte, f *channels.File) {
	r := reader{b: b}
	for n := min(r.u32(), maxTNEFProps); n > 0 && !r.failed; n-- {
		typ, id := r.u16(), r.u16()
		if id >= 0x8000 { // named: by number or by a string
			r.take(16)
			if r.u32() == 0 {
				r.take(4)
			} else {
				r.take(padded(r.u32()))
			}
		}
		values := uint32(1)
		base := typ &^ multiValued
		if typ&multiValued != 0 || base == typeObject || base == typeString8 || base == typeUnicode || base == typeBinary {
			values = r.u32()
		}
		for i := uint32(0); i < values && !r.failed; i++ {
			v := r.value(base)
			if i == 0 && !r.failed {
				t.property(id, base, v, f)
			}
		}
	}
}

// value steps over one value and returns it if its length varies.
func (r *reader) value(typ uint16) []byte {
	switch typ {
	case typeObject, typeString8, typeUnicode, typeBinary:
		n := r.u32()
		v := r.take(int(n))
		r.take(padded(n) - int(n))
		return v
	case 2, 3, 4, 0x0A, 0x0B:
		r.take(4)
	case 5, 6, 7, 0x14, 0x40:
		r.take(8)
	case 0x48:
		r.take(16)
	default:
		r.failed = true // of unknown length: nothing after it can be read
	}
	return nil
}

func (t *tnef) property(id, typ uint16, v []byte, f *channels.File) {
	if v == nil {
		return
	}
	if f == nil {
		switch id {
		case propBody:
			t.text = t.string(typ, v)
		case propBodyHTML:
			t.html = t.string(typ, v)
		case propRTF:
			t.rtf = v
		}
		return
	}
	switch id {
	case propLongName:
		f.Name = t.string(typ, v)
	case propShortName, propDisplayName:
		if f.Name == "" {
			f.Name = t.string(typ, v)
		}
	case propMIME:
		f.Type = strings.ToLower(t.string(typ, v))
	case propContentID:
		f.ContentID = t.string(typ, v)
	case propData:
		t.object(typ, v, f)
	}
}

// object is an attachment's content: bytes, or behind the name of its
// interface an attached message, again as TNEF.
func (t *tnef) object(typ uint16, v []byte, f *channels.File) {
	if typ == typeObject && len(v) >= 16 {
		v = v[16:]
	}
	r := reader{b: v}
	if r.u32() != tnefSignature || t.depth >= maxTNEFDepth {
		f.Data = v
		return
	}
	inner := readTNEF(v, t.depth+1)
	if f.Type, f.Data = "text/plain", []byte(inner.words()); f.Name != "" && !strings.HasSuffix(f.Name, ".txt") {
		f.Name += ".txt"
	}
	if room := maxTNEFFiles - len(t.files); room > 0 {
		t.files = append(t.files, inner.files[:min(len(inner.files), room)]...)
	}
}

// words is the message's text, from whichever form it has.
func (t *tnef) words() string {
	switch {
	case strings.TrimSpace(t.text) != "":
		return t.text
	case t.html != "":
		return HTMLText(t.html)
	}
	return rtfText(unpackRTF(t.rtf))
}

func (t *tnef) string(typ uint16, v []byte) string {
	if typ != typeUnicode {
		return t.string8(v)
	}
	u := make([]uint16, 0, len(v)/2)
	for ; len(v) >= 2; v = v[2:] {
		u = append(u, bin.LittleEndian.Uint16(v))
	}
	return clean(strings.TrimRight(string(utf16.Decode(u)), "\x00"))
}

func (t *tnef) string8(v []byte) string {
	s, _ := toUTF8([]byte(strings.TrimRight(string(v), "\x00")), t.charset)
	return clean(s)
}

func padded(n uint32) int { return int(min((int64(n)+3)&^3, 1<<31-1)) }

// reader reads little-endian numbers; after the first fault it gives zeros.
type reader struct {
	b      []byte
	failed bool
}

func (r *reader) take(n int) []byte {
	if r.failed || n < 0 || n > len(r.b) {
		r.failed, r.b = true, nil
		return nil
	}
	v := r.b[:n:n]
	r.b = r.b[n:]
	return v
}

func (r *reader) u16() uint16 {
	if v := r.take(2); v != nil {
		return bin.LittleEndian.Uint16(v)
	}
	return 0
}

func (r *reader) u32() uint32 {
	if v := r.take(4); v != nil {
		return bin.LittleEndian.Uint32(v)
	}
	return 0
}
