package message

import (
	"bytes"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// guessEncoding guesses the encoding of unlabelled bytes that are not UTF-8, nil
// if it is none of those below. In western text bytes beyond ASCII stand alone
// between letters, so only bytes that stand in runs are looked at: detectors
// that look at more garble short Spanish texts.
func guessEncoding(b []byte) encoding.Encoding {
	b = b[:min(len(b), 4<<10)]
	high, inRuns, run, western, dense := 0, 0, 0, 0, 0
	for _, c := range append(b[:len(b):len(b)], ' ') {
		if c > ' ' {
			dense++
		}
		if c >= 0x80 {
			run++
			if bytes.IndexByte(westernBytes, c) >= 0 {
				western++
			}
			continue
		}
		if high += run; run > 3 {
			inRuns += run
		}
		run = 0
	}
	if high < 4 || western*10 >= high*9 || inRuns*10 < high*7 && high*2 < dense {
		return nil
	}
	var best encoding.Encoding
	most := 0.5
	for _, e := range [...]encoding.Encoding{simplifiedchinese.GBK, traditionalchinese.Big5, japanese.ShiftJIS, japanese.EUCJP, korean.EUCKR, charmap.Windows1251, charmap.KOI8R} {
		if s := likely(decode(e, b), e); s > most {
			best, most = e, s
		}
	}
	return best
}

// westernBytes are what Spanish, its neighbours and their typography need beyond
// ASCII, in windows-1252.
var westernBytes = []byte("\xe1\xe9\xed\xf3\xfa\xf1\xfc\xc1\xc9\xcd\xd3\xda\xd1\xdc\xa1\xbf\xe4\xf6\xdf\xc4\xd6\xe0\xe8\xf2\xe7\xea\xe3\xf5\xab\xbb\x93\x94\x96\x97\x85\x80\x95\xb0\xa0\xba\xaa")

// likely tells how much of s is what people write in the languages of e, 0 to 1.
func likely(s string, e encoding.Encoding) float64 {
	n, good, enc := 0, 0.0, e.NewEncoder()
	for _, r := range s {
		if r < 0x80 {
			continue
		}
		n++
		switch {
		case e == charmap.Windows1251 || e == charmap.KOI8R:
			if r >= 'а' && r <= 'я' || r == 'ё' {
				good++
			} else if r >= 'А' && r <= 'Я' {
				good += 0.4
			}
		case r >= 0x3040 && r <= 0x30FF:
			if e == japanese.ShiftJIS || e == japanese.EUCJP {
				good++
			}
		case r >= 0xAC00 && r <= 0xD7A3:
			if e == korean.EUCKR {
				good++
			}
		case r >= 0x3000 && r <= 0x303F || r >= 0xFF01 && r <= 0xFF1F:
			good++
		case unicode.Is(unicode.Han, r):
			good += common(r, e, enc)
		}
	}
	if n == 0 {
		return 0
	}
	return good / float64(n)
}

// common weighs a Han character by the level of the national standard that it
// is in: the first one of each holds those in common use.
func common(r rune, e encoding.Encoding, enc *encoding.Encoder) float64 {
	if e == korean.EUCKR {
		return 0.3
	}
	c, err := enc.Bytes([]byte(string(r)))
	if err != nil || len(c) < 2 {
		return 0
	}
	lead, trail := c[0], c[1]
	switch {
	case e == simplifiedchinese.GBK && lead >= 0xB0 && lead <= 0xD7 && trail >= 0xA1,
		e == traditionalchinese.Big5 && lead >= 0xA4 && lead <= 0xC6,
		e == japanese.ShiftJIS && lead >= 0x88 && lead <= 0x97,
		e == japanese.EUCJP && lead >= 0xB0 && lead <= 0xCF:
		return 0.95
	}
	return 0.2
}
