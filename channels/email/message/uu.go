package message

import (
	"bytes"
	"strings"

	"ventanilla/channels"
)

const maxUU = 50 // blocks of one text

// uuBlocks takes uuencoded files out of a text, as old mail programs put them
// there: "begin 644 name", lines of which each tells its length, "end". Only
// what is whole is taken out.
func (c *collector) uuBlocks(data []byte) []byte {
	if !bytes.Contains(data, []byte("begin ")) {
		return data
	}
	var out []byte
	kept, pos := 0, 0 // data[:kept] is dealt with
	for found := 0; pos < len(data) && found < maxUU; {
		line, next := lineAt(data, pos)
		name, ok := uuBegin(line)
		if !ok {
			pos = next
			continue
		}
		end, whole := uuEnd(data, next)
		if !whole {
			pos = max(next, end)
			continue
		}
		file, _ := decodeUU(data[pos:end])
		if len(file) == 0 {
			pos = end
			continue
		}
		if c.p.parts++; c.p.parts > c.p.lim.Parts {
			c.p.defect(DefectManyParts)
			break
		}
		c.add(c.p.tidy(channels.File{Name: name, Data: file}))
		out = append(out, data[kept:pos]...)
		pos, kept = end, end
		found++
	}
	if kept == 0 {
		return data
	}
	return append(out, data[kept:]...)
}

func uuBegin(line []byte) (name string, ok bool) {
	if !hasPrefix(line, "begin ") || len(line) > 300 {
		return "", false
	}
	mode, name, _ := strings.Cut(string(line[6:]), " ")
	if len(mode) < 3 || len(mode) > 4 || strings.Trim(mode, "01234567") != "" || strings.TrimSpace(name) == "" {
		return "", false
	}
	name, _ = toUTF8([]byte(name), "")
	return name, true
}

// uuEnd finds where the block whose lines begin at pos ends; if it is not
// whole, where it stops being one.
func uuEnd(data []byte, pos int) (end int, whole bool) {
	for pos < len(data) {
		line, next := lineAt(data, pos)
		if string(line) == "end" {
			return next, true
		}
		line = bytes.TrimRight(line, " ")
		if len(line) == 0 { // zero bytes, written as spaces
			pos = next
			continue
		}
		if line[0] < ' ' || line[0] > '`' {
			return pos, false
		}
		n := int(line[0]-' ') & 63
		if room := (n + 2) / 3 * 4; len(line)-1 > room+1 || n > 0 && len(line) == 1 {
			return pos, false
		}
		pos = next
	}
	return pos, false
}
