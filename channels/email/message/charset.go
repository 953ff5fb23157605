package message

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// aliases are labels seen in real mail that neither the WHATWG nor the IANA
// table knows; "" stands for "no usable label".
var aliases = map[string]string{
	"default": "", "unknown-8bit": "", "x-unknown": "", "unknown": "", "none": "", "8bit": "", "7bit": "",
	"ansi": "windows-1252", "latin-1": "windows-1252", "latin 1": "windows-1252", "cp-1252": "windows-1252",
	"cp1252": "windows-1252", "win-1252": "windows-1252", "windows1252": "windows-1252", "iso8859-1": "windows-1252",
	"iso-8859-1-windows-3.1-latin-1": "windows-1252", "8859-1": "windows-1252", "iso_8859_1": "windows-1252", "latin9": "iso-8859-15",
	"uft-8": "utf-8", "utf8": "utf-8", "utf_8": "utf-8", "utf-8mb4": "utf-8", "unicode": "utf-8", "x-utf_8j": "utf-8",
	"cp949": "euc-kr", "cp932": "shift_jis", "iso-2022-jp-ms": "iso-2022-jp", "iso-2022-jp-1": "iso-2022-jp",
	"cp936": "gbk", "iso-gb2312": "gb18030", "gb2312-80": "gb18030", "cp950": "big5", "cp850": "ibm850", "ansi_x3.110-1983": "windows-1252",
}

// special are encodings that the tables name otherwise, or replace.
var special = map[string]encoding.Encoding{
	"hz-gb-2312": simplifiedchinese.HZGB2312, "utf-16": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	"utf-32": utf32.UTF32(utf32.BigEndian, utf32.UseBOM), "utf-32be": utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM),
	"utf-32le": utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), "ibm850": charmap.CodePage850,
}

// label canonicalises a charset label.
func label(s string) string {
	s = strings.ToLower(strings.Trim(s, " \t\"'<>;=,"))
	if a, ok := aliases[s]; ok {
		return a
	}
	return s
}

// toUTF8 decodes b: the label if it is usable and fits, else UTF-8 if valid,
// else what guessEncoding finds, else windows-1252. A western one-byte label never overrules bytes that are
// valid UTF-8 beyond ASCII: such text does not occur by chance. ok is false
// when the label could not be followed. The result is always valid UTF-8.
func toUTF8(b []byte, charset string) (s string, ok bool) {
	name := label(charset)
	switch name {
	case "utf-7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7":
		return utf7(b), true
	case "", "utf-8", "us-ascii", "ascii", "windows-1252", "iso-8859-1", "latin1", "iso-8859-15":
		if utf8.Valid(b) {
			if name == "" && bytes.Contains(b, []byte("\x1b$")) {
				return decode(japanese.ISO2022JP, b), true
			}
			return string(b), true
		}
		if name == "" || name == "us-ascii" || name == "ascii" || name == "utf-8" {
			if s, ok := nearlyUTF8(b); ok {
				return s, false
			}
			if e := guessEncoding(b); e != nil {
				return decode(e, b), name == ""
			}
		}
		if name == "iso-8859-15" {
			return decode(charmap.ISO8859_15, b), true
		}
		return decode(charmap.Windows1252, b), name != "utf-8"
	}
	enc := lookup(name)
	if enc != nil {
		if s := decode(enc, b); !garbled(s) {
			return s, true
		}
	}
	if utf8.Valid(b) {
		return string(b), false
	}
	return decode(charmap.Windows1252, b), false
}

// nearlyUTF8 reads text in UTF-8 in which single bytes are wrong: cut at its end,
// or with some words pasted from windows-1252. Letters of UTF-8 that stand there
// by chance are not so many.
func nearlyUTF8(b []byte) (s string, ok bool) {
	good, stray := 0, 0
	var out strings.Builder
	out.Grow(len(b))
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && n == 1 && !utf8.FullRune(b[i:]):
			n = len(b) - i // cut
		case r == utf8.RuneError && n == 1:
			out.WriteRune(charmap.Windows1252.DecodeByte(b[i]))
			stray++
		default:
			out.Write(b[i : i+n])
			if n > 1 {
				good += n
			}
		}
		i += n
	}
	return out.String(), good > 4*stray
}

func lookup(name string) encoding.Encoding {
	if e := special[name]; e != nil {
		return e
	}
	if e, err := htmlindex.Get(name); err == nil && e != encoding.Replacement {
		return e
	}
	if e, err := ianaindex.MIME.Encoding(name); err == nil && e != nil {
		return e
	}
	if e, err := ianaindex.IANA.Encoding(name); err == nil && e != nil {
		return e
	}
	return nil
}

func decode(e encoding.Encoding, b []byte) string {
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return strings.ToValidUTF8(string(out), "\uFFFD")
}

// garbled tells whether more than a tenth of s could not be decoded.
func garbled(s string) bool {
	bad := strings.Count(s, "\uFFFD")
	return bad > 0 && bad*10 > utf8.RuneCountInString(s)
}

// utf7 decodes RFC 2152; what is not UTF-7 stays as it is.
func utf7(b []byte) string {
	var out strings.Builder
	s := string(b)
	for {
		i := strings.IndexByte(s, '+')
		if i < 0 {
			out.WriteString(s)
			return strings.ToValidUTF8(out.String(), "\uFFFD")
		}
		out.WriteString(s[:i])
		s = s[i+1:]
		n := strings.IndexFunc(s, func(r rune) bool {
			return !(r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '+' || r == '/')
		})
		if n < 0 {
			n = len(s)
		}
		if n == 0 {
			out.WriteByte('+')
		}
		raw, err := base64.RawStdEncoding.Strict().DecodeString(s[:n])
		units := make([]uint16, 0, len(raw)/2)
		for j := 0; j+1 < len(raw); j += 2 {
			units = append(units, uint16(raw[j])<<8|uint16(raw[j+1]))
		}
		if words := string(utf16.Decode(units)); err == nil && len(raw)%2 == 0 && !strings.Contains(words, "\uFFFD") && strings.Trim(s[:n], "0123456789") != "" || n == 0 {
			out.WriteString(words)
		} else { // a "+" of somebody who does not know of UTF-7
			out.WriteString("+" + s[:n])
		}
		s = s[n:]
		if strings.HasPrefix(s, "-") {
			s = s[1:]
		}
	}
}

// clean makes text fit to keep: \n line ends, no NUL and no controls but tab.
func clean(s string) string {
	if !dirty(s) {
		return s
	}
	if s = strings.ReplaceAll(s, "\r\n", "\n"); !dirty(s) {
		return s // as nearly always
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r' || r == '\f' || r == '\v':
			return '\n'
		case r < ' ' && r != '\n' && r != '\t' || r == 0x7f:
			return -1
		}
		return r
	}, s)
}

// dirty tells whether s has controls other than line ends and tabs.
func dirty(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
			return true
		}
	}
	return false
}
