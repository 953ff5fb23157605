package whatsapp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"

	"ventanilla/channels"
)

const (
	fileLimit   = 3 * time.Minute // for one download
	workPoll    = time.Second
	longestRest = time.Hour // between two tries
	callerTries = 10
)

// fileTries is how often a file is fetched, in about seventeen hours: WhatsApp
// keeps files for weeks, and its servers have bad days.
var fileTries = 30

// file is a file that a message tells of.
type file struct {
	label   string
	name    string
	mime    string
	caption string
	size    uint64
	once    seenOnce
	better  bool // it came already, in ordinary quality
	ref     fileRef
}

// fileRef is what is needed to fetch it: never the URL, which is the sender's.
type fileRef struct {
	Path      string              `json:"path"`
	Key       []byte              `json:"key"`
	Sum       []byte              `json:"sum"`
	SealedSum []byte              `json:"sealed_sum"`
	Kind      whatsmeow.MediaType `json:"kind"`
	MMS       string              `json:"mms"`
}

// filePart is what all media messages have in common.
type filePart interface {
	GetDirectPath() string
	GetMediaKey() []byte
	GetFileSHA256() []byte
	GetFileEncSHA256() []byte
	GetFileLength() uint64
	GetMimetype() string
}

// fileOf gives a message's file, nil if it has none.
func fileOf(m *waE2E.Message) *file {
	var f file
	var part filePart
	switch {
	case m.GetImageMessage() != nil:
		part, f = m.GetImageMessage(), file{label: "Foto", caption: m.GetImageMessage().GetCaption(), ref: fileRef{Kind: whatsmeow.MediaImage, MMS: "image"}}
	case m.GetVideoMessage() != nil:
		part, f = m.GetVideoMessage(), file{label: "Video", caption: m.GetVideoMessage().GetCaption(), ref: fileRef{Kind: whatsmeow.MediaVideo, MMS: "video"}}
	case m.GetPtvMessage() != nil: // a round one, recorded in the chat
		part, f = m.GetPtvMessage(), file{label: "Video", ref: fileRef{Kind: whatsmeow.MediaVideo, MMS: "video"}}
	case m.GetAudioMessage().GetPTT():
		a := m.GetAudioMessage()
		part, f = a, file{label: fmt.Sprintf("Nota de voz de %d s", a.GetSeconds()), ref: fileRef{Kind: whatsmeow.MediaAudio, MMS: "audio"}}
	case m.GetAudioMessage() != nil:
		part, f = m.GetAudioMessage(), file{label: "Audio", ref: fileRef{Kind: whatsmeow.MediaAudio, MMS: "audio"}}
	case m.GetDocumentMessage() != nil:
		d := m.GetDocumentMessage()
		part, f = d, file{label: "Documento", name: d.GetFileName(), caption: d.GetCaption(), ref: fileRef{Kind: whatsmeow.MediaDocument, MMS: "document"}}
	case m.GetStickerMessage() != nil:
		part, f = m.GetStickerMessage(), file{label: "Sticker", ref: fileRef{Kind: whatsmeow.MediaImage, MMS: "image"}}
	default:
		if o := offerOf(m); o != nil {
			return fileOf(o.head)
		}
		return nil
	}
	f.once, f.better = onceOf(m), better(m)
	f.mime, f.size = strings.ToLower(part.GetMimetype()), part.GetFileLength()
	f.ref.Path, f.ref.Key, f.ref.Sum, f.ref.SealedSum = part.GetDirectPath(), part.GetMediaKey(), part.GetFileSHA256(), part.GetFileEncSHA256()
	if f.name = safeName(f.name); f.name == "" {
		f.name = strings.ToLower(strings.Fields(f.label)[0]) + extension(f.mime)
	}
	return &f
}

// placeholder stands for the file in the text.
func (f *file) placeholder() string {
	if f.label == "Documento" {
		return fmt.Sprintf("[%s: %s, %s]", f.label, f.name, kilobytes(f.size))
	}
	how := f.once.how()
	if f.better {
		how += " en mejor calidad"
	}
	return fmt.Sprintf("[%s%s, %s]", f.label, how, kilobytes(f.size))
}

func kilobytes(n uint64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d kB", (n+1023)/1024)
}

// safeName is a name as sent, without folders and controls, at most 120 runes.
func safeName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1 // controls, and marks that turn the direction of writing
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	if name = strings.Trim(name, ". "); name == "/" {
		return ""
	}
	if runes := []rune(name); len(runes) > 120 {
		name = string(runes[:100]) + "…" + string(runes[len(runes)-19:])
	}
	return name
}

// extension is the usual one of a media type.
func extension(kind string) string {
	base, _, _ := strings.Cut(kind, ";")
	switch base {
	case "image/jpeg":
		return ".jpg"
	case "audio/ogg":
		return ".ogg"
	case "video/mp4":
		return ".mp4"
	}
	if all, err := mime.ExtensionsByType(base); err == nil && len(all) > 0 {
		return all[0]
	}
	return ""
}

// wanted is a file in the list of work.
type wanted struct {
	Header header  `json:"header"`
	Ref    fileRef `json:"ref"`
	Size   uint64  `json:"size"`
	Asked  bool    `json:"asked,omitempty"` // the phone was asked to put it on the server again
	Lost   bool    `json:"lost,omitempty"`  // the phone does not have it either
}

// fetching is the work of fetching a message's file.
func (l *live) fetching(h header, f *file) (*work, error) {
	h.Kind, h.FileName, h.FileType, h.Reply, h.Once = kindFile, f.name, f.mime, "", f.once
	data, err := json.Marshal(wanted{Header: h, Ref: f.ref, Size: f.size})
	if err != nil {
		return nil, fmt.Errorf("writing the file down: %w", err)
	}
	// A little later than the message, which it joins.
	return &work{id: h.external(), kind: workFile, data: data, due: l.o.Now().Add(time.Second)}, nil
}

// doWork does what is due until the account stops: files, or all else.
func (l *live) doWork(files bool) {
	online := time.Now()
	for n := 0; ; n++ {
		select {
		case <-l.ctx.Done():
			return
		case <-time.After(workPoll):
		}
		if !files {
			online = l.watch(online, n%30 == 0)
			if n%3600 == 0 {
				if err := l.session.prune(l.ctx); err != nil && l.ctx.Err() == nil {
					l.log.Warn().Err(err).Msg("old replies could not be forgotten")
				}
			}
		}
		list, err := l.session.due(l.ctx, files)
		if err != nil && l.ctx.Err() == nil {
			l.log.Error().Err(err).Msg("the list of work could not be read")
		}
		for _, w := range list {
			if err := l.do(w); err != nil && l.ctx.Err() == nil {
				l.log.Warn().Err(err).Str("kind", w.kind).Int("tries", w.tries).Msg("work left for later")
			}
		}
	}
}

func (l *live) do(w work) error {
	var finished bool
	var err error
	switch w.kind {
	case workUnread:
		finished, err = l.giveUp(w)
	case workFile:
		finished, err = l.fetch(w)
	case workCaller:
		finished, err = l.tellCaller(w)
	default:
		return errors.Join(fmt.Errorf("work of an unknown kind: %s", w.kind), l.session.done(l.ctx, w.id))
	}
	if finished {
		return errors.Join(err, l.session.done(l.ctx, w.id))
	}
	if errors.Is(err, errAsked) {
		return nil // when it is due is written down, and may be changed by an answer already
	}
	var later *channels.LaterError
	if errors.As(err, &later) {
		return errors.Join(err, l.session.later(l.ctx, w.id, later.At, false))
	}
	rest := min(time.Duration(w.tries*w.tries+1)*10*time.Second, longestRest)
	return errors.Join(err, l.session.later(l.ctx, w.id, l.o.Now().Add(rest), true))
}

// giveUp tells of a message that could not be read and did not come again.
func (l *live) giveUp(w work) (finished bool, err error) {
	var h header
	if err := json.Unmarshal(w.data, &h); err != nil {
		return true, err
	}
	err = l.take(h, nil, nil, nil, w.id)
	return err == nil, err
}

// fetch gets one file and hands it over; a file that cannot be had any more is
// told of. finished false means that it is tried again.
func (l *live) fetch(w work) (finished bool, err error) {
	var f wanted
	if err := json.Unmarshal(w.data, &f); err != nil {
		return true, err
	}
	message := f.Header
	message.Kind = kindMessage
	if waits, err := l.session.waits(l.ctx, message.external()); err != nil || waits { // the desk must know what it joins
		return false, errors.Join(err, &channels.LaterError{At: l.o.Now().Add(time.Second), Why: "its message is not at the desk yet"})
	}
	data, err := l.download(f)
	var later *channels.LaterError
	switch {
	case err == nil:
	case errors.As(err, &later):
		return false, err
	case expired(err) && !f.Asked:
		if err := l.askPhone(w, f); err != nil {
			return false, err
		}
		return false, errAsked
	case gone(err) || w.tries >= fileTries:
		f.Header.Skipped = defectNotFetched + ":" + err.Error()
	default:
		return false, err
	}
	err = l.deliver(f.Header, data)
	return err == nil, err
}

// deliver hands a file over, directly: it is too large to be written twice.
func (l *live) deliver(h header, data []byte) error {
	body, err := h.encode(data)
	if err != nil {
		return err
	}
	r := l.raw(h.external(), body, l.o.Now(), h.envelope())
	return l.persist(func() error { return l.host.Accept(l.ctx, channels.Batch{Raws: []channels.Raw{r}}) })
}

func (l *live) download(f wanted) ([]byte, error) {
	if !strings.HasPrefix(f.Ref.Path, "/") || strings.HasPrefix(f.Ref.Path, "//") {
		return nil, errNoPath
	}
	if f.Lost {
		return nil, errNowhere
	}
	if !l.online() {
		return nil, l.notOnline()
	}
	ctx, cancel := context.WithTimeout(l.ctx, fileLimit)
	defer cancel()
	data, err := l.client.DownloadMediaWithPath(ctx, f.Ref.Path, f.Ref.SealedSum, f.Ref.Sum, f.Ref.Key, f.Ref.Kind, f.Ref.MMS, false)
	if err != nil {
		return nil, err // whatsmeow gives the data along with some errors: not to be used
	}
	return data, nil
}

var (
	errNoPath  = errors.New("el mensaje no dice dónde está el archivo")
	errTooBig  = error(final{errors.New("el archivo pesa más de lo permitido")})
	errNowhere = errors.New("ni WhatsApp ni el teléfono de la oficina lo tienen ya")
	errNotHost = errors.New("el archivo no está en un servidor de WhatsApp")
)

// final is an error at which whatsmeow gives up at once, as when its caller does:
// it would take any other of a transport's for trouble of the network, and fetch a
// file that is too large five times from every host while others wait.
type final struct{ error }

// Is says that it counts as the caller's giving up.
func (final) Is(target error) bool { return target == context.Canceled }

// gone says that trying again is useless.
func gone(err error) bool {
	for _, e := range []error{
		errNoPath, errNowhere, errTooBig, errNotHost, whatsmeow.ErrMediaDownloadFailedWith403, whatsmeow.ErrMediaDownloadFailedWith404, whatsmeow.ErrMediaDownloadFailedWith410,
		whatsmeow.ErrInvalidMediaHMAC, whatsmeow.ErrInvalidMediaSHA256, whatsmeow.ErrInvalidMediaEncSHA256, whatsmeow.ErrFileLengthMismatch,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// guard lets files come from WhatsApp's hosts only, over https, and no larger
// than allowed, whatever the message claims.
type guard struct {
	next http.RoundTripper
	max  int64
}

// RoundTrip implements http.RoundTripper.
func (g *guard) RoundTrip(r *http.Request) (*http.Response, error) {
	host := r.URL.Hostname()
	if r.URL.Scheme != "https" || r.URL.User != nil || host != "whatsapp.net" && !strings.HasSuffix(host, ".whatsapp.net") {
		return nil, errNotHost
	}
	next := g.next
	if next == nil {
		next = http.DefaultTransport
	}
	resp, err := next.RoundTrip(r)
	if err == nil && r.Method == http.MethodGet {
		if resp.ContentLength > g.max {
			return nil, errors.Join(errTooBig, resp.Body.Close())
		}
		resp.Body = &capped{resp.Body, g.max}
	}
	return resp, err
}

// capped is a body that fails when it is longer than allowed.
type capped struct {
	io.ReadCloser
	left int64
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errTooBig
	}
	n, err := c.ReadCloser.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}
