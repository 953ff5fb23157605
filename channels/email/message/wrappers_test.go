package message

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"time"
)

// The examples of MS-OXRTFCP §4.
func TestCompressedRTF(t *testing.T) {
	cases := []struct{ packed, want string }{
		{"2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0", "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"},
		{"1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0", "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"},
	}
	for _, c := range cases {
		b, err := hex.DecodeString(c.packed)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(unpackRTF(b)); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	if got := rtfText([]byte(`{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Se\'f1or, \u8364?5 {\b ya}\htmlrtf \par}\htmlrtf0}`)); got != "Señor, €5 ya" {
		t.Errorf("words of RTF: %q", got)
	}
}

// Lengths and counts that lie cost no more than the bytes that are there.
func TestWrappersThatLie(t *testing.T) {
	sig := "\x78\x9f\x3e\x22\x01\x00"
	lies := map[string][]byte{
		"length":       []byte(sig + "\x01\x03\x90\x06\x00\xff\xff\xff\x7f"),
		"many props":   []byte(sig + "\x01\x03\x90\x06\x00\x08\x00\x00\x00\xff\xff\xff\xff\x1f\x10\x01\x00\x00\x00"),
		"many values":  append([]byte(sig+"\x01\x03\x90\x06\x00\x00\x00\x40\x00\x01\x00\x00\x00\x03\x10\x01\x00\xff\xff\xff\xff"), make([]byte, 4<<20)...),
		"many files":   append([]byte(sig), bytes.Repeat([]byte("\x02\x02\x90\x06\x00\x00\x00\x00\x00\x00\x00"), 200_000)...),
		"many nothing": append([]byte(sig), make([]byte, 4<<20)...),
		"rtf":          append([]byte("\xff\xff\xff\xff\xff\xff\xff\xffLZFu\x00\x00\x00\x00"), bytes.Repeat([]byte{0xff, 0, 0x0f, 0, 0x0f}, 1<<20)...),
		"ber depth":    bytes.Repeat([]byte{0x30, 0x80}, 1<<20),
		"ber pieces":   append([]byte{0x24, 0x80}, bytes.Repeat([]byte{0x04, 0x00}, 1<<20)...),
		"rtf groups":   bytes.Repeat([]byte(`{\u-1`), 1<<20),
	}
	for name, b := range lies {
		took := processor(func() {
			readTNEF(b, 0)
			rtfText(unpackRTF(b))
			rtfText(b)
			signedContent(b)
			berOctetString(b, 0)
		})
		if took > 3*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}

func TestHostileCalendarAndBlocks(t *testing.T) {
	for name, s := range map[string]string{
		"folds":   "BEGIN:VEVENT\nSUMMARY:" + strings.Repeat("a\n ", 1<<20),
		"events":  strings.Repeat("BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n", 1<<17),
		"params":  "BEGIN:VEVENT\nSUMMARY" + strings.Repeat(`;A="`, 1<<18) + ":x\nEND:VEVENT",
		"begins":  strings.Repeat("begin 644 a.txt\n", 1<<17),
		"one uu":  "begin 644 a.txt\n" + strings.Repeat("#````\n", 1<<18),
		"empties": strings.Repeat("begin 644 a\nend\n", 1<<17),
		"armour":  strings.Repeat("-----BEGIN PGP SIGNATURE-----\n", 1<<16),
	} {
		took := processor(func() {
			calendarText(s)
			Parse([]byte("Subject: x\n\n"+s), Options{})
		})
		if took > 2*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}

func FuzzWrapped(f *testing.F) {
	for name, raw := range fixtures(f) {
		if !strings.HasPrefix(name, "winmail") && !strings.HasPrefix(name, "smime") {
			continue
		}
		p := &parser{lim: Limits{}.orDefault()}
		for _, pt := range append(p.split(raw).parts, p.split(raw)) {
			f.Add(p.decodeTransfer(pt.body, pt.head.get("content-transfer-encoding")))
		}
	}
	f.Add([]byte(`{\rtf1\ansi hola \'f1 \u8364?}`))
	f.Add([]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nDTSTART:20261105T100000Z\nEND:VEVENT\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_ = readTNEF(b, 0).words()
		_ = rtfText(b)
		_ = calendarText(string(b))
		if content, ok := signedContent(b); ok && len(content) > len(b) {
			t.Error("content grew")
		}
	})
}
