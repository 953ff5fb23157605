package message

import (
	"regexp"
	"strings"

	"ventanilla/channels"
)

// maxWrapped bounds signed messages within signed messages.
const maxWrapped = 3

// unwrap reads the mail inside an opaque signed S/MIME part as if it stood
// there itself.
func (c *collector) unwrap(pt *part, data []byte) (piece, bool) {
	if pt.typ != "application/pkcs7-mime" && pt.typ != "application/x-pkcs7-mime" &&
		(pt.typ != "application/octet-stream" || !strings.HasSuffix(strings.ToLower(pt.params.get("name")), ".p7m")) {
		return piece{}, false
	}
	content, ok := signedContent(data)
	if !ok || len(content) == 0 || c.wrapped >= maxWrapped {
		return piece{}, false
	}
	c.wrapped++
	return c.render(c.p.split(content), false), true
}

// unpack puts the files of a winmail.dat among the mail's own, and its words
// where the mail has none. A stream that is not sound stays among the files too.
func (c *collector) unpack(pt *part, data []byte, name string) bool {
	if pt.typ != "application/ms-tnef" && pt.typ != "application/vnd.ms-tnef" && !strings.EqualFold(strings.TrimSpace(name), "winmail.dat") {
		return false
	}
	t := readTNEF(data, 0)
	words := strings.Trim(shorten(t.words(), c.p.lim.Text), "\n")
	for _, f := range t.files {
		if f.Name == "" && len(f.Data) == 0 {
			continue
		}
		if c.p.parts++; c.p.parts > c.p.lim.Parts {
			c.p.defect(DefectManyParts)
			break
		}
		c.add(c.p.tidy(f))
	}
	if c.fallback == "" {
		c.fallback = words
	}
	if sound := t.whole && (words != "" || len(t.files) > 0); !sound {
		c.p.defect(DefectTNEF)
		return false
	}
	return true
}

// tidy makes the fields of an unpacked file as those of any other.
func (p *parser) tidy(f channels.File) channels.File {
	f.Name = p.fileName(f.Name)
	if f.Type = strings.ToValidUTF8(shorten(collapse(f.Type), 120), ""); !strings.Contains(f.Type, "/") {
		f.Type = detect(f.Name, f.Data, "application/octet-stream")
	}
	f.ContentID = shorten(strings.ToValidUTF8(strings.Trim(collapse(f.ContentID), "<>"), ""), 300)
	f.Inline = f.ContentID != "" && strings.HasPrefix(f.Type, "image/")
	return f
}

// pgp names words that only their recipient can read (RFC 9580 §6.2).
func (c *collector) pgp(text string) {
	if strings.Contains(text, "-----BEGIN PGP MESSAGE-----") {
		c.p.defect(DefectPGP)
	}
}

var (
	armourHead = regexp.MustCompile(`(?m)^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Z][A-Za-z-]{0,30}: .{0,100}\n)*\n?`)
	armourTail = regexp.MustCompile(`(?ms)^-----BEGIN PGP SIGNATURE-----\n.*?^-----END PGP SIGNATURE-----\n?`)
)

// withoutArmour leaves out what PGP puts around words that are only signed
// (RFC 9580 §7).
func withoutArmour(text string) string {
	if !strings.Contains(text, "-----BEGIN PGP SIGN") {
		return text
	}
	out := strings.ReplaceAll("\n"+armourTail.ReplaceAllString(armourHead.ReplaceAllString(text, ""), ""), "\n- -", "\n-")
	if out = strings.Trim(out, "\n"); strings.TrimSpace(out) == "" {
		return text
	}
	return out
}
