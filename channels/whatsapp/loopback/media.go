package loopback

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"
)

// MediaHost is where the server says that files are.
const MediaHost = "mmg.whatsapp.net"

// File is an encrypted file on the server. Its key travels in the message only.
type File struct {
	DirectPath     string
	Key            []byte
	Sum, SealedSum []byte // SHA-256 of the file, and of what the server holds
	Size           uint64
}

// Upload puts a file on the server as a phone does: AES-256-CBC and ten bytes
// of HMAC-SHA256, keys drawn from a random media key by HKDF.
func (p *Phone) Upload(data []byte, kind whatsmeow.MediaType) (File, error) {
	f := File{Key: make([]byte, 32), Size: uint64(len(data))}
	rand.Read(f.Key) // never fails
	keys, err := hkdf.Key(sha256.New, f.Key, nil, string(kind), 112)
	if err != nil {
		return f, fmt.Errorf("drawing the file's keys: %w", err)
	}
	start, key, macKey := keys[:16], keys[16:48], keys[48:80]
	block, err := aes.NewCipher(key)
	if err != nil {
		return f, fmt.Errorf("encrypting the file: %w", err)
	}
	pad := aes.BlockSize - len(data)%aes.BlockSize
	sealed := make([]byte, len(data)+pad)
	copy(sealed, data)
	for i := len(data); i < len(sealed); i++ {
		sealed[i] = byte(pad)
	}
	cipher.NewCBCEncrypter(block, start).CryptBlocks(sealed, sealed)
	mac := hmac.New(sha256.New, macKey)
	mac.Write(start)
	mac.Write(sealed)
	sealed = append(sealed, mac.Sum(nil)[:10]...)
	plainSum, sealedSum := sha256.Sum256(data), sha256.Sum256(sealed)
	f.Sum, f.SealedSum = plainSum[:], sealedSum[:]
	f.DirectPath = p.server.keep(f.SealedSum, sealed)
	return f, nil
}

// keep stores a file and returns its direct path. Clients add "&hash=…" to it.
func (s *Server) keep(sum, sealed []byte) string {
	name := base64.RawURLEncoding.EncodeToString(sum)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[name] = sealed
	return "/v/" + name + "?ccb=11-4"
}

// SendImage sends a picture with a caption and returns the message's id.
func (p *Phone) SendImage(to *Phone, data []byte, mime, caption string) (string, error) {
	f, err := p.Upload(data, whatsmeow.MediaImage)
	if err != nil {
		return "", err
	}
	return p.Send(to, Draft{Message: &waE2E.Message{ImageMessage: &waE2E.ImageMessage{
		Caption: proto.String(caption), Mimetype: proto.String(mime), DirectPath: &f.DirectPath, MediaKey: f.Key,
		FileSHA256: f.Sum, FileEncSHA256: f.SealedSum, FileLength: &f.Size,
	}}})
}

// SendVoice sends a voice note of so many seconds.
func (p *Phone) SendVoice(to *Phone, data []byte, seconds uint32) (string, error) {
	f, err := p.Upload(data, whatsmeow.MediaAudio)
	if err != nil {
		return "", err
	}
	return p.Send(to, Draft{Message: &waE2E.Message{AudioMessage: &waE2E.AudioMessage{
		PTT: proto.Bool(true), Seconds: &seconds, Mimetype: proto.String("audio/ogg; codecs=opus"), DirectPath: &f.DirectPath,
		MediaKey: f.Key, FileSHA256: f.Sum, FileEncSHA256: f.SealedSum, FileLength: &f.Size,
	}}})
}

// SendDocument sends a file under a name.
func (p *Phone) SendDocument(to *Phone, data []byte, mime, name, caption string) (string, error) {
	f, err := p.Upload(data, whatsmeow.MediaDocument)
	if err != nil {
		return "", err
	}
	return p.Send(to, Draft{Message: &waE2E.Message{DocumentMessage: &waE2E.DocumentMessage{
		FileName: &name, Caption: proto.String(caption), Mimetype: &mime, DirectPath: &f.DirectPath, MediaKey: f.Key,
		FileSHA256: f.Sum, FileEncSHA256: f.SealedSum, FileLength: &f.Size,
	}}})
}

// MediaFrom has the server say that files are at these hosts, to be tried in turn.
// Clients ask when they begin.
func (s *Server) MediaFrom(hosts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hosts = hosts
}

// mediaHosts tells where files are. s.mu is held.
func (s *Server) mediaHosts() (nodes []binary.Node) {
	hosts := s.hosts
	if len(hosts) == 0 {
		hosts = []string{MediaHost}
	}
	for _, h := range hosts {
		nodes = append(nodes, binary.Node{Tag: "host", Attrs: binary.Attrs{"hostname": h}})
	}
	return nodes
}

// BreakMedia has every download answered with an HTTP status; 0 takes that back.
func (s *Server) BreakMedia(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.media = status
}

func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(io.LimitReader(r.Body, 64<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	sum := sha256.Sum256(data)
	path := s.keep(sum[:], data)
	json.NewEncoder(w).Encode(map[string]string{"url": "https://" + MediaHost + path, "direct_path": path}) // a client that went away needs no answer
}

// Downloads counts how often files were asked for.
func (s *Server) Downloads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.downloads
}

func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.downloads++
	data, ok := s.files[r.PathValue("name")]
	status := s.media
	s.mu.Unlock()
	switch {
	case status != 0:
		w.WriteHeader(status)
	case !ok:
		http.NotFound(w, r)
	default:
		w.Header().Set("Content-Length", strconv.Itoa(len(data))) // as WhatsApp's hosts say it
		w.Write(data)                                             // as above
	}
}
