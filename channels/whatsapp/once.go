package whatsapp

import (
	"google.golang.org/protobuf/proto"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types/events"
)

// A photo, a video or a voice note can be sent to be seen once. WhatsApp mostly
// gives linked devices a notice in its place (<unavailable type="view_once"/>),
// seldom the file itself. Neither is taken for a message that could not be
// decrypted, and each says what it was and whether the file could be had.

// seenOnce is what somebody sent to be seen once, as the defect that tells it.
type seenOnce string

const (
	oncePhoto seenOnce = defectOncePhoto
	onceVideo seenOnce = defectOnceVideo
	onceVoice seenOnce = defectOnceVoice
	onceMedia seenOnce = defectOnceMedia
)

// onceOf says what of an unwrapped message is to be seen once; empty for none.
func onceOf(m *waE2E.Message) seenOnce {
	switch {
	case m.GetImageMessage().GetViewOnce():
		return oncePhoto
	case m.GetVideoMessage().GetViewOnce(), m.GetPtvMessage().GetViewOnce():
		return onceVideo
	case m.GetAudioMessage().GetViewOnce():
		return onceVoice
	}
	return ""
}

// markOnce notes in a message that it was wrapped as one to be seen once.
func markOnce(m *waE2E.Message) {
	switch {
	case m.GetImageMessage() != nil:
		m.ImageMessage.ViewOnce = proto.Bool(true)
	case m.GetVideoMessage() != nil:
		m.VideoMessage.ViewOnce = proto.Bool(true)
	case m.GetPtvMessage() != nil: // a round video
		m.PtvMessage.ViewOnce = proto.Bool(true)
	case m.GetAudioMessage() != nil:
		m.AudioMessage.ViewOnce = proto.Bool(true)
	}
}

// onceMissing says what was not given to this device, by the type of media that
// WhatsApp names; empty if it was no message to be seen once.
func onceMissing(e *events.UndecryptableMessage) seenOnce {
	if e.UnavailableType != events.UnavailableTypeViewOnce {
		return ""
	}
	switch e.Info.MediaType {
	case "image":
		return oncePhoto
	case "video", "gif":
		return onceVideo
	case "ptt", "audio":
		return onceVoice
	}
	return onceMedia
}

// how stands behind the name of a file that is to be seen once.
func (o seenOnce) how() string {
	switch o {
	case "":
		return ""
	case onceVoice:
		return " para escuchar una sola vez"
	}
	return " para ver una sola vez"
}

// notGiven stands for what WhatsApp did not give to this device.
func (o seenOnce) notGiven() string {
	switch o {
	case oncePhoto:
		return "[Foto" + o.how() + ": WhatsApp no la entrega a esta mesa. Hay que pedirla como foto común.]"
	case onceVideo:
		return "[Video" + o.how() + ": WhatsApp no lo entrega a esta mesa. Hay que pedirlo como video común.]"
	case onceVoice:
		return "[Nota de voz" + o.how() + ": WhatsApp no la entrega a esta mesa. Hay que pedirla como nota de voz común.]"
	}
	return "[Foto, video o nota de voz" + o.how() + ": WhatsApp no lo entrega a esta mesa. Hay que pedirlo como mensaje común.]"
}

// lost says that the file cannot be had any more.
func (o seenOnce) lost() string {
	switch o {
	case oncePhoto:
		return "La foto era" + o.how() + " y WhatsApp ya no la tiene: hay que pedirla como foto común."
	case onceVideo:
		return "El video era" + o.how() + " y WhatsApp ya no lo tiene: hay que pedirlo como video común."
	case onceVoice:
		return "La nota de voz era" + o.how() + " y WhatsApp ya no la tiene: hay que pedirla como nota de voz común."
	}
	return "El archivo ya no se puede obtener de WhatsApp: hay que pedirlo de nuevo."
}

// defects tell it in the message, with what became of the file; nil for
// what can be seen as often as one likes.
func (o seenOnce) defects(fate ...string) []string {
	if o == "" {
		return nil
	}
	return append([]string{string(o)}, fate...)
}
