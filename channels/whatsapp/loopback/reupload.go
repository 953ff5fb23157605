package loopback

import (
	"crypto/rand"
	"encoding/base64"
	"strconv"

	"go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/proto/waMmsRetry"
	"go.mau.fi/whatsmeow/util/gcmutil"
	"go.mau.fi/whatsmeow/util/hkdfutil"
	"google.golang.org/protobuf/proto"
)

// Files stay on the server for some weeks. A client that comes too late (404,
// 410) asks its own phone with a receipt of type server-error, encrypted with a
// key drawn from the file's; the phone puts the file on the server again and
// says where in a notification of type mediaretry, or that it has none (error 2).

// notOnPhone is the error of a phone that has not kept a file.
const notOnPhone = 2

// ExpireMedia has the server forget all files; phones still have them if kept.
func (s *Server) ExpireMedia(kept bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept {
		for name, data := range s.files {
			s.lost[name] = data
		}
	}
	clear(s.files)
}

// uploadAgain plays the phone that is asked for a file.
func (c *conn) uploadAgain(n *binary.Node) {
	s, id := c.server, text(n, "id")
	rmr := n.GetChildByTag("rmr")
	from := s.known(jid(&rmr, "jid"))
	if from == nil || c.device == nil {
		s.unknown(n.String())
		return
	}
	from.mu.Lock()
	m := from.sent[id].Message
	from.mu.Unlock()
	key, sum := mediaOf(m)
	reply := binary.Node{Tag: "notification", Attrs: binary.Attrs{"from": c.device.hidden().ToNonAD(), "type": "mediaretry", "id": id, "t": stamp(s.now())}}
	content, err := s.moved(id, key, sum)
	if err != nil {
		s.unknown("asking a phone for a file: " + err.Error())
		return
	}
	reply.Content = []binary.Node{content, rmr}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.device.deliver(reply)
}

// moved is where a file is now, for who has its key; or that it is nowhere.
func (s *Server) moved(id string, key, sum []byte) (binary.Node, error) {
	s.mu.Lock()
	data := s.lost[base64.RawURLEncoding.EncodeToString(sum)]
	s.mu.Unlock()
	if data == nil {
		return binary.Node{Tag: "error", Attrs: binary.Attrs{"code": strconv.Itoa(notOnPhone)}}, nil
	}
	path := s.keep(append([]byte("again"), sum...), data)
	plain, err := proto.Marshal(&waMmsRetry.MediaRetryNotification{StanzaID: &id, DirectPath: &path, Result: waMmsRetry.MediaRetryNotification_SUCCESS.Enum()})
	if err != nil {
		return binary.Node{}, err
	}
	iv := make([]byte, 12)
	rand.Read(iv) // never fails
	sealed, err := gcmutil.Encrypt(hkdfutil.SHA256(key, nil, []byte("WhatsApp Media Retry Notification"), 32), iv, plain, []byte(id))
	if err != nil {
		return binary.Node{}, err
	}
	return binary.Node{Tag: "encrypt", Content: []binary.Node{{Tag: "enc_p", Content: sealed}, {Tag: "enc_iv", Content: iv}}}, nil
}

// mediaOf gives the key of a message's file and the sum under which it was kept.
func mediaOf(m *waE2E.Message) (key, sum []byte) {
	for _, part := range []interface {
		GetMediaKey() []byte
		GetFileEncSHA256() []byte
	}{m.GetImageMessage(), m.GetVideoMessage(), m.GetAudioMessage(), m.GetDocumentMessage(), m.GetStickerMessage()} {
		if k := part.GetMediaKey(); k != nil {
			return k, part.GetFileEncSHA256()
		}
	}
	return nil, nil
}
