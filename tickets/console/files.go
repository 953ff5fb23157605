package console

import (
	"bytes"
	"image"
	_ "image/gif" // decoders of what people photograph their screens into
	"image/jpeg"
	_ "image/png"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ventanilla/tickets/store"
)

// Files of citizens never run in our origin: they leave as downloads; pictures
// are decoded and drawn anew; HTML mails are cleaned and shown in a sandbox.

const (
	maxPicture = 12 << 20 // bytes that we are ready to decode
	maxPixels  = 40 << 20
	sideShown  = 1600
)

// shownInline tells which types are drawn anew as pictures.
func shownInline(mime string) bool {
	return slices.Contains([]string{"image/jpeg", "image/jpg", "image/png", "image/gif"}, mime)
}

// attached finds a file of a message in a case that the person may see.
func (c *Console) attached(r *http.Request, s *Session) (store.File, []byte, error) {
	m, err := c.messageOf(r, s)
	if err != nil {
		return store.File{}, nil, err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		return store.File{}, nil, store.ErrNotFound
	}
	for _, f := range m.Files {
		if f.N == n {
			data, err := c.st.Blob(r.Context(), f.Hash)
			return f, data, err
		}
	}
	return store.File{}, nil, store.ErrNotFound
}

func (c *Console) messageOf(r *http.Request, s *Session) (store.Message, error) {
	t, err := c.open(r, s)
	if err != nil {
		return store.Message{}, err
	}
	messages, err := c.st.Thread(r.Context(), t.ID)
	if err != nil {
		return store.Message{}, err
	}
	i := slices.IndexFunc(messages, func(m store.Message) bool { return m.ID == r.PathValue("message") })
	if i < 0 {
		return store.Message{}, store.ErrNotFound
	}
	return messages[i], nil
}

func (c *Console) file(w http.ResponseWriter, r *http.Request, s *Session) error {
	f, data, err := c.attached(r, s)
	if err != nil {
		return err
	}
	download(w, f.Name, data)
	return nil
}

// download sends bytes that a browser must save and never show.
func download(w http.ResponseWriter, name string, data []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": safeName(name)}))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = w.Write(data) // the browser went away; nobody is left to tell
}

// safeName leaves of a file's name what cannot steer a file system.
func safeName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < 32 || r == 127 || strings.ContainsRune(`/\:*?"<>|`, r) || 0x202A <= r && r <= 0x202E || 0x2066 <= r && r <= 0x2069 {
			return '_'
		}
		return r
	}, name)
	if name = strings.Trim(name, " ."); name == "" {
		name = "archivo"
	}
	return name
}

func (c *Console) picture(w http.ResponseWriter, r *http.Request, s *Session) error {
	f, data, err := c.attached(r, s)
	if err != nil {
		return err
	}
	drawn, ok := redraw(f.Type, data)
	if !ok {
		return store.ErrNotFound
	}
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "private, max-age=3600")
	_, _ = w.Write(drawn) // as above
	return nil
}

// redraw decodes a picture and encodes it anew as JPEG, at most sideShown wide
// or high: what was hidden in the file does not come out again.
func redraw(mime string, data []byte) ([]byte, bool) {
	if !shownInline(mime) || len(data) > maxPicture {
		return nil, false
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || size.Width*size.Height > maxPixels {
		return nil, false
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, false
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, shrink(img), &jpeg.Options{Quality: 82}); err != nil {
		return nil, false
	}
	return out.Bytes(), true
}

// shrink takes every n-th pixel, on white where the picture is transparent.
func shrink(img image.Image) image.Image {
	b := img.Bounds()
	n := max(1, (max(b.Dx(), b.Dy())+sideShown-1)/sideShown)
	out := image.NewRGBA(image.Rect(0, 0, b.Dx()/n, b.Dy()/n))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			r, g, bl, a := img.At(b.Min.X+x*n, b.Min.Y+y*n).RGBA()
			i, white := out.PixOffset(x, y), 0xFFFF-a
			out.Pix[i], out.Pix[i+1], out.Pix[i+2], out.Pix[i+3] = uint8((r+white)>>8), uint8((g+white)>>8), uint8((bl+white)>>8), 0xFF
		}
	}
	return out
}
