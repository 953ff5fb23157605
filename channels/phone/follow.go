package phone

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"ventanilla/channels"
)

// How much of a log is taken at once.
const (
	batchLines = 500
	chunkBytes = 256 << 10
	// maxLine is the longest line that is waited for; what is longer is cut and
	// taken in pieces, so that a log without line ends cannot stop the channel.
	maxLine = 64 << 10
	// patience is how long the log may be missing (a rotation renames it before
	// the exchange writes again) until that is an error.
	patience = 30 * time.Second
	// tailBytes before the mark identify the file that the mark was made in.
	tailBytes = 256
)

// position is the mark: how far a log was read, and the bytes before that
// point by which the same log is known again under another name or inode.
type position struct {
	Offset int64  `json:"offset"`
	Tail   string `json:"tail"` // SHA-256 of the last up to tailBytes before Offset, hex
}

// Run implements channels.Channel: it reads what is new every Poll until ctx
// ends. It fails if the log cannot be read or stays missing, and if Accept does.
func (c *CDR) Run(ctx context.Context, h channels.Host) error {
	poll := c.Poll
	if poll <= 0 {
		poll = time.Second
	}
	var missing time.Time
	for {
		err := c.catchUp(ctx, h)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, fs.ErrNotExist):
			if missing.IsZero() {
				missing = time.Now()
			} else if time.Since(missing) > patience {
				return fmt.Errorf("opening the call log: %w", err)
			}
		case err != nil:
			return err
		default:
			missing = time.Time{}
			h.Progress("following")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(poll):
		}
	}
}

// catchUp hands over everything that is new.
func (c *CDR) catchUp(ctx context.Context, h channels.Host) error {
	mark, err := h.Mark(ctx, c.File)
	if err != nil {
		return fmt.Errorf("reading the mark: %w", err)
	}
	var pos position
	if mark != "" {
		if err := json.Unmarshal([]byte(mark), &pos); err != nil {
			c.Log.Warn().Str("channel", c.ID).Err(err).Msg("mark of the call log not readable, starting over")
			pos = position{}
		}
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	same, err := c.holds(f, pos)
	if err != nil {
		return err
	}
	if same {
		return c.read(ctx, h, f, pos, false)
	}
	// Rotated, truncated or replaced. As long as the new log is empty its
	// writer may still be writing into the old one.
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("reading the call log: %w", err)
	}
	begun := info.Size() > 0
	if err := c.finishRotated(ctx, h, pos, begun); err != nil || !begun {
		return err
	}
	return c.read(ctx, h, f, position{}, false)
}

// holds reports whether f is the file in which pos was marked.
func (c *CDR) holds(f *os.File, pos position) (bool, error) {
	if pos.Offset == 0 {
		return true, nil
	}
	info, err := f.Stat()
	if err != nil {
		return false, fmt.Errorf("reading the call log: %w", err)
	}
	if info.Size() < pos.Offset {
		return false, nil
	}
	tail, err := tailAt(f, pos.Offset)
	if err != nil {
		return false, fmt.Errorf("reading the call log: %w", err)
	}
	return tail == pos.Tail, nil
}

func tailAt(f io.ReaderAt, offset int64) (string, error) {
	n := min(offset, tailBytes)
	b := make([]byte, n)
	if _, err := f.ReadAt(b, offset-n); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return digest(b), nil
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// finishRotated looks beside the log for the file that the mark was made in
// and takes the rest of it; with last set its last line, too, and whatever was
// rotated after it while nobody was reading.
func (c *CDR) finishRotated(ctx context.Context, h channels.Host, pos position, last bool) error {
	found := false
	for _, name := range c.rotated() {
		f, err := os.Open(name)
		if err != nil {
			continue // gone or not ours to read: not the one
		}
		same := found
		if !found {
			same, err = c.holds(f, pos)
		}
		if err == nil && same {
			err = c.read(ctx, h, f, pos, last)
			found, pos = true, position{}
		}
		f.Close()
		if err != nil {
			return err
		}
		if found && !last {
			return nil
		}
	}
	if !found && last {
		c.Log.Warn().Str("channel", c.ID).Msg("call log was replaced and its former self is not beside it")
	}
	return nil
}

// rotated lists the regular files beside the log that bear its name and more
// ("Master.csv.1", "Master-20261101.csv"), the oldest change first.
func (c *CDR) rotated() []string {
	names, _ := filepath.Glob(globEscape(c.File) + "?*")
	if ext := filepath.Ext(c.File); ext != "" {
		more, _ := filepath.Glob(globEscape(strings.TrimSuffix(c.File, ext)) + "?*" + globEscape(ext))
		names = append(names, more...)
	}
	changed := map[string]time.Time{}
	slices.Sort(names)
	names = slices.DeleteFunc(slices.Compact(names), func(name string) bool {
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() || strings.HasSuffix(name, ".gz") {
			return true
		}
		changed[name] = info.ModTime()
		return false
	})
	slices.SortStableFunc(names, func(a, b string) int { return changed[a].Compare(changed[b]) })
	return names
}

var globSpecial = strings.NewReplacer("*", `\*`, "?", `\?`, "[", `\[`, `\`, `\\`)

func globEscape(s string) string { return globSpecial.Replace(s) }

// read hands over the whole lines of f from pos on, a batch per commit. With
// whole set the file will not grow any more, and what stands after the last
// line end is a line too.
func (c *CDR) read(ctx context.Context, h channels.Host, f *os.File, pos position, whole bool) error {
	fingerprint, err := firstLine(f)
	if err != nil {
		return fmt.Errorf("reading the call log: %w", err)
	}
	for ctx.Err() == nil {
		buf := make([]byte, chunkBytes)
		n, err := f.ReadAt(buf, pos.Offset)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("reading the call log: %w", err)
		}
		lines, used := splitLines(buf[:n], whole && n < chunkBytes)
		if used == 0 {
			return nil
		}
		next := position{Offset: pos.Offset + int64(used)}
		if next.Tail, err = tailAt(f, next.Offset); err != nil {
			return fmt.Errorf("reading the call log: %w", err)
		}
		mark, err := json.Marshal(next)
		if err != nil {
			return fmt.Errorf("writing the mark: %w", err)
		}
		b := channels.Batch{Raws: c.raws(lines, pos.Offset, fingerprint), Marks: map[string]string{c.File: string(mark)}}
		if err := h.Accept(ctx, b); err != nil {
			return fmt.Errorf("accepting calls: %w", err)
		}
		h.Progress("reading")
		pos = next
	}
	return nil
}

// splitLines gives up to batchLines whole lines with their line ends and how
// many bytes they are. A line longer than maxLine is cut; with rest set, what
// follows the last line end counts as a line.
func splitLines(b []byte, rest bool) (lines [][]byte, used int) {
	for len(lines) < batchLines && used < len(b) {
		i := bytes.IndexByte(b[used:], '\n')
		switch {
		case i >= 0 && i < maxLine:
			i++
		case len(b)-used > maxLine:
			i = maxLine
		case rest:
			i = len(b) - used
		default:
			return lines, used
		}
		lines = append(lines, b[used:used+i])
		used += i
	}
	return lines, used
}

// firstLine is a fingerprint of the file: the digest of its first bytes.
func firstLine(f *os.File) (string, error) {
	b := make([]byte, 512)
	n, err := f.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	line, _, _ := bytes.Cut(b[:n], []byte("\n"))
	return digest(line), nil
}

// raws makes one Raw per line. Blank lines and the heading of a table are no
// events and are passed over.
func (c *CDR) raws(lines [][]byte, offset int64, fingerprint string) []channels.Raw {
	raws := make([]channels.Raw, 0, len(lines))
	now := c.now()
	layout := c.layout()
	for _, line := range lines {
		at := offset
		offset += int64(len(line))
		body := bytes.TrimRight(line, "\r\n")
		if len(bytes.Trim(body, " \t\r\x00")) == 0 || heading(layout, body) {
			continue
		}
		r := c.parseBy(layout, body)
		start := r.time("start")
		if !start.IsZero() && start.Before(c.Since) {
			continue
		}
		id := fingerprint + ":" + strconv.FormatInt(at, 10) + ":" + digest(body)
		if unique := r.at("uniqueid"); unique != "" && len(unique) <= 150 && r.readable() {
			id = strings.ToValidUTF8(unique, "") + ":" + digest(body)
		}
		raws = append(raws, channels.Raw{
			Medium: channels.Phone, ExternalID: id, Dedupe: "cdr:" + id, Body: bytes.Clone(body), Received: now,
			Envelope: map[string]string{"file": filepath.Base(c.File), "offset": strconv.FormatInt(at, 10)},
		})
	}
	return raws
}

// heading recognises a line of column names, which some exchanges write first.
func heading(l Layout, line []byte) bool {
	text, _ := lineText(line)
	s := strings.ToLower(text)
	return l.names(text) || strings.Contains(s, "disposition") && strings.Contains(s, "billsec") && strings.Contains(s, "src")
}
