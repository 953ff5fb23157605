package message

import (
	"bytes"
	"strings"
)

// decodeTransfer undoes a Content-Transfer-Encoding as far as it can be undone.
func (p *parser) decodeTransfer(b []byte, cte string) []byte {
	cte, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(cte)), ";")
	ok := true
	switch strings.Trim(cte, " \"'") {
	case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "none":
	case "quoted-printable", "quoted-printeable", "qp":
		b, ok = decodeQP(b, false)
	case "base64", "base-64":
		if decoded, clean := decodeBase64(b); clean || !prose(b) {
			b, ok = decoded, clean
		} else {
			ok = false // never was base64
		}
	case "x-uuencode", "uuencode", "x-uue":
		b, ok = decodeUU(b)
	default:
		ok = false
	}
	if !ok {
		p.defect(DefectEncoding)
	}
	return b
}

// prose tells whether b has words between spaces, as base64 never has.
func prose(b []byte) bool {
	b = b[:min(len(b), 4<<10)]
	n := 0
	for i := 1; i+1 < len(b); i++ {
		if b[i] == ' ' && b[i-1] > ' ' && b[i+1] > ' ' {
			n++
		}
	}
	return n*15 > len(b)
}

const noDigit = 0xff

var base64Digit = func() (t [256]byte) {
	for i := range t {
		t[i] = noDigit
	}
	for i, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" {
		t[c] = byte(i)
	}
	t['-'], t['_'] = 62, 63
	return t
}()

// decodeBase64 skips what is not base64, goes on after padding and keeps the
// bytes of an incomplete end. ok is false if foreign characters were met.
func decodeBase64(b []byte) (out []byte, ok bool) {
	out, ok = make([]byte, 0, len(b)/4*3+3), true
	var acc uint32
	n := 0
	flush := func() {
		switch n {
		case 2:
			out = append(out, byte(acc>>4))
		case 3:
			out = append(out, byte(acc>>10), byte(acc>>2))
		}
		acc, n = 0, 0
	}
	for _, c := range b {
		d := base64Digit[c]
		if d == noDigit {
			switch c {
			case '=':
				flush()
			case '\r', '\n', ' ', '\t':
			default:
				ok = false
			}
			continue
		}
		acc = acc<<6 | uint32(d)
		if n++; n == 4 {
			out = append(out, byte(acc>>16), byte(acc>>8), byte(acc))
			acc, n = 0, 0
		}
	}
	flush()
	return out, ok
}

// decodeQP decodes quoted-printable (RFC 2045 §6.7); a "=" that starts nothing
// stays. In a header word (RFC 2047 §4.2) there are no lines.
func decodeQP(b []byte, word bool) (out []byte, ok bool) {
	if bytes.IndexByte(b, '=') < 0 {
		return b, true
	}
	out, ok = make([]byte, 0, len(b)), true
	for len(b) > 0 {
		i := bytes.IndexByte(b, '=')
		if i < 0 {
			out = append(out, b...)
			break
		}
		out = append(out, b[:i]...)
		b = b[i+1:]
		if len(b) >= 2 && unhex(b[0]) >= 0 && unhex(b[1]) >= 0 {
			out = append(out, byte(unhex(b[0])<<4|unhex(b[1])))
			b = b[2:]
			continue
		}
		if line, rest := cutLine(b); !word && blank(line) {
			b = rest // soft line break
			continue
		}
		out, ok = append(out, '='), false
	}
	return out, ok
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// decodeUU decodes uuencoded lines after "begin 644 name".
func decodeUU(b []byte) (out []byte, ok bool) {
	began := false
	for len(b) > 0 {
		var line []byte
		line, b = cutLine(b)
		if !began {
			began = hasPrefix(line, "begin ")
			continue
		}
		if string(line) == "end" {
			return out, true
		}
		if len(line) == 0 {
			continue
		}
		n := int(line[0]-' ') & 63
		for line = line[1:]; n > 0 && len(line) >= 2; n -= 3 {
			var q [4]byte
			for i := range q {
				if i < len(line) {
					q[i] = (line[i] - ' ') & 63
				}
			}
			three := [3]byte{q[0]<<2 | q[1]>>4, q[1]<<4 | q[2]>>2, q[2]<<6 | q[3]}
			out = append(out, three[:min(n, 3)]...)
			line = line[min(4, len(line)):]
		}
	}
	return out, false
}
