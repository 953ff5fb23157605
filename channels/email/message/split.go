package message

import (
	"bytes"
	"strings"
)

// part is one MIME entity: a header and either parts or a body.
type part struct {
	head     header
	typ      string // "text/plain", lower case
	params   parameters
	start    int    // of the body
	boundary string // of an open multipart
	body     []byte // of a leaf, encoded; of a multipart, what no part holds
	parts    []*part
	broken   bool // a multipart read as text
}

// split cuts b into its tree of parts. One pass finds the lines that begin
// with "--" and compares them with the boundaries that are open, the innermost
// first (RFC 2046 §5.1.1), so that cost does not grow with nesting.
func (p *parser) split(b []byte) *part {
	root := p.open(b, 0, nil)
	if root.boundary == "" {
		root.body = b[root.start:]
		return root
	}
	s := splitter{p: p, b: b, stack: []*part{root}}
	s.run(root.start)
	return root
}

type splitter struct {
	p     *parser
	b     []byte
	stack []*part // open multiparts, the root first and for ever
	leaf  *part   // the open leaf, nil if between parts
}

func (s *splitter) run(pos int) {
	full := false
	for !full {
		line, next, ok := s.nextDashed(&pos)
		if !ok {
			break
		}
		level, closing := s.match(line)
		if level < 0 {
			pos = next
			continue
		}
		s.closeTo(level, pos)
		if pos = next; closing {
			if level > 0 {
				s.stack = s.stack[:level]
			}
			continue
		}
		pos, full = s.add(next)
	}
	s.finish()
}

// nextDashed moves pos to the next line that begins with "--".
func (s *splitter) nextDashed(pos *int) (line []byte, next int, ok bool) {
	if !hasPrefix(s.b[*pos:], "--") || *pos > 0 && s.b[*pos-1] != '\n' {
		i := bytes.Index(s.b[*pos:], []byte("\n--"))
		if i < 0 {
			return nil, 0, false
		}
		*pos += i + 1
	}
	line, next = lineAt(s.b, *pos)
	return line, next, true
}

// match finds the open multipart whose delimiter line is, -1 if none.
func (s *splitter) match(line []byte) (level int, closing bool) {
	if len(line) > 1000 {
		return -1, false
	}
	line = bytes.TrimRight(line[2:], " \t")
	for i := len(s.stack) - 1; i >= 0; i-- {
		bd := s.stack[i].boundary
		if len(line) == len(bd) && string(line) == bd {
			return i, false
		}
		if len(line) >= len(bd)+2 && string(line[:len(bd)]) == bd && hasPrefix(line[len(bd):], "--") && !more(line[len(bd)+2:]) {
			return i, true
		}
	}
	return -1, false
}

// more tells whether what stands after a closing delimiter makes it another
// boundary rather than rubbish.
func more(b []byte) bool {
	return len(b) > 0 && (b[0] == '-' || b[0] == '_' || b[0] == '=' || b[0] == '.' || b[0] >= '0' && b[0] <= '9' || b[0]|0x20 >= 'a' && b[0]|0x20 <= 'z')
}

// closeTo ends the open leaf before the delimiter at pos and every multipart
// above level.
func (s *splitter) closeTo(level, pos int) {
	s.endLeaf(pos)
	for _, open := range s.stack[level+1:] {
		s.p.defect(DefectUnclosed)
		s.childless(open, pos)
	}
	s.stack = s.stack[:level+1]
	if top := s.stack[level]; len(top.parts) == 0 && top.body == nil {
		top.body = s.b[top.start:max(top.start, pos)] // preamble
	}
}

func (s *splitter) endLeaf(end int) {
	if s.leaf == nil {
		return
	}
	if end > s.leaf.start && s.b[end-1] == '\n' { // the line end belongs to the delimiter
		if end--; end > s.leaf.start && s.b[end-1] == '\r' {
			end--
		}
	}
	s.leaf.body = s.b[s.leaf.start:max(s.leaf.start, end)]
	s.leaf = nil
}

// add opens the part whose header begins at pos and returns where its body does.
func (s *splitter) add(pos int) (body int, full bool) {
	if s.p.parts++; s.p.parts >= s.p.lim.Parts {
		s.p.defect(DefectManyParts)
		return pos, true
	}
	child := s.p.open(s.b, pos, func(line []byte) bool { level, _ := s.match(line); return level >= 0 })
	top := s.stack[len(s.stack)-1]
	if top.typ == "multipart/digest" && !child.head.has("content-type") {
		child.typ = "message/rfc822" // RFC 2046 §5.1.5
	}
	top.parts = append(top.parts, child)
	if child.boundary == "" {
		s.leaf = child
		return child.start, false
	}
	if len(s.stack) >= s.p.lim.Depth {
		s.p.defect(DefectDeep)
		child.boundary, child.typ, child.broken = "", "text/plain", true
		s.leaf = child
		return child.start, false
	}
	s.stack = append(s.stack, child)
	return child.start, false
}

// finish ends what is still open at the end of the bytes.
func (s *splitter) finish() {
	if s.leaf != nil {
		s.p.defect(DefectUnclosed)
		s.endLeaf(len(s.b))
	}
	for _, open := range s.stack {
		s.childless(open, len(s.b))
	}
}

// childless keeps the body of a multipart in which no part was found.
func (s *splitter) childless(m *part, end int) {
	if len(m.parts) > 0 {
		return
	}
	s.p.defect(DefectBoundary)
	m.typ, m.broken = "text/plain", true
	m.body = s.b[m.start:max(m.start, end)]
}

// open reads the header at pos and decides what the part is.
func (p *parser) open(b []byte, pos int, stop func([]byte) bool) *part {
	h, off := p.scanHeader(b[pos:], stop)
	pt := &part{head: h, start: pos + off}
	if len(h) == 0 && pos == 0 {
		p.defect(DefectNoHeader)
	}
	ct := h.get("content-type")
	pt.typ, pt.params = parseParams(ct)
	pt.typ = p.repairType(pt.typ)
	if !strings.HasPrefix(pt.typ, "multipart/") {
		return pt
	}
	if pt.boundary = strings.TrimRight(pt.params.get("boundary"), " \t"); pt.boundary == "" || len(pt.boundary) > 500 {
		p.defect(DefectBoundary)
		if pt.boundary = guessBoundary(b[pt.start:]); pt.boundary == "" {
			pt.typ, pt.broken = "text/plain", true
		}
	}
	return pt
}

// repairType makes a usable media type of what stands in Content-Type
// (RFC 2045 §5.2: text/plain where it cannot be understood).
func (p *parser) repairType(t string) string {
	t, _, _ = strings.Cut(t, " ")
	t, _, _ = strings.Cut(t, ",")
	t = strings.Trim(t, `"' `)
	switch {
	case strings.Contains(t, "/") && !strings.HasPrefix(t, "/") && !strings.HasSuffix(t, "/") && len(t) < 128:
		return strings.ToValidUTF8(t, "")
	case t == "html":
		return "text/html"
	case strings.HasPrefix(t, "multipart"):
		return "multipart/mixed"
	}
	return "text/plain"
}

// guessBoundary finds the boundary of a multipart that does not name it: the
// first line of dashes that a Content- field follows.
func guessBoundary(b []byte) string {
	for range 200 {
		if len(b) == 0 {
			return ""
		}
		var line []byte
		line, b = cutLine(b)
		if !hasPrefix(line, "--") || len(line) < 4 || len(line) > 200 {
			continue
		}
		if next, _ := cutLine(b); strings.HasPrefix(fieldName(next), "content-") {
			return strings.TrimRight(string(line[2:]), " \t")
		}
	}
	return ""
}
