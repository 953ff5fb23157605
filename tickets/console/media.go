package console

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"
	"os/exec"
	"slices"
	"strconv"
	"syscall"
	"time"

	"ventanilla/tickets/store"
)

// Voice notes are played, and the first page of a PDF is shown as a picture.
// Neither is a document in our origin: a sound has its own policy and no
// script can be in it; a page is drawn by poppler's pdftoppm in a process of
// its own, with little time and memory and nothing to write to, and its
// picture is drawn anew like any other.

const (
	maxSound = 20 << 20
	maxPDF   = 20 << 20
	pageTime = 15 * time.Second
)

// sounds are the types that browsers play; the answer names one of them, never
// what a sender wrote.
var sounds = []string{"audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/wav", "audio/webm", "audio/opus", "audio/x-m4a"}

func soundType(t string) (string, bool) {
	base, _, err := mime.ParseMediaType(t)
	if err != nil || !slices.Contains(sounds, base) {
		return "", false
	}
	return base, true
}

// sound plays a voice note: GET /casos/{code}/sonidos/{message}/{n}.
func (c *Console) sound(w http.ResponseWriter, r *http.Request, s *Session) error {
	f, data, err := c.attached(r, s)
	if err != nil {
		return err
	}
	kind, ok := soundType(f.Type)
	if !ok || len(data) > maxSound {
		return store.ErrNotFound
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "private, max-age=3600")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	return nil
}

// pdftoppm is where poppler's program is; empty if it is not installed.
var pdftoppm, _ = exec.LookPath("pdftoppm") // not there: no pages are offered

// page shows the first page of a PDF: GET /casos/{code}/paginas/{message}/{n}.
func (c *Console) page(w http.ResponseWriter, r *http.Request, s *Session) error {
	f, data, err := c.attached(r, s)
	if err != nil {
		return err
	}
	if f.Type != "application/pdf" || len(data) > maxPDF || pdftoppm == "" {
		return store.ErrNotFound
	}
	png, err := firstPage(r.Context(), data)
	if err != nil {
		c.log.Debug().Err(err).Msg("a PDF's first page could not be drawn")
		return store.ErrNotFound
	}
	drawn, ok := redraw("image/png", png)
	if !ok {
		return store.ErrNotFound
	}
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "private, max-age=3600")
	_, _ = w.Write(drawn) // the browser went away; nobody is left to tell
	return nil
}

// drawingPages lets two pages be drawn at a time: a PDF may be made to be slow.
var drawingPages = make(chan struct{}, 2)

// firstPage draws the first page of a PDF as PNG. The shell limits its
// process: ten seconds of processor, a gigabyte of memory, no file written.
func firstPage(ctx context.Context, pdf []byte) ([]byte, error) {
	select {
	case drawingPages <- struct{}{}:
		defer func() { <-drawingPages }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, pageTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", `ulimit -t 10; ulimit -v 1048576; ulimit -f 0; exec "$0" -q -png -singlefile -f 1 -l 1 -scale-to "$1" -`, pdftoppm, strconv.Itoa(900))
	cmd.Env, cmd.Dir, cmd.WaitDelay = []string{}, "/", time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	png, err := io.ReadAll(io.LimitReader(out, maxPicture))
	if err != nil || len(png) == maxPicture {
		cancel()
	}
	if werr := cmd.Wait(); err == nil {
		err = werr
	}
	return png, err
}
