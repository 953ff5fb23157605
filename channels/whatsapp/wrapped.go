package whatsapp

import (
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// deepest is how many wrappings of a message are taken off; phones make two.
const deepest = 6

// unwrap takes a message out of what it may be wrapped in: copies of the own
// phone, disappearing, view-once and edited messages, photos in a better quality,
// and wrappings that whatsmeow knows only by their form.
func unwrap(m *waE2E.Message) *waE2E.Message {
	for range deepest {
		e := (&events.Message{RawMessage: m}).UnwrapRaw()
		if e.IsViewOnce {
			markOnce(e.Message)
		}
		if m = wrappedIn(e.Message); m == nil {
			return e.Message
		}
		if m.MessageContextInfo == nil {
			m.MessageContextInfo = e.Message.MessageContextInfo
		}
	}
	return m
}

// wrappedIn is the message that another is no more than a wrapping of, nil for none.
func wrappedIn(m *waE2E.Message) (inner *waE2E.Message) {
	m.ProtoReflect().Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if f.Message() == nil || f.IsList() || f.IsMap() {
			return true
		}
		if w, ok := v.Message().Interface().(*waE2E.FutureProofMessage); ok {
			inner = w.GetMessage()
		}
		return inner == nil
	})
	return inner
}

// partOf is the id of the message that another belongs to: the album of a photo,
// the photo in ordinary quality that came before the better one. Empty for none.
func partOf(m *waE2E.Message) string {
	return m.GetMessageContextInfo().GetMessageAssociation().GetParentMessageKey().GetID()
}

// albumOf is the id of the album that a photo or video is in; empty for none.
func albumOf(m *waE2E.Message) string {
	if m.GetMessageContextInfo().GetMessageAssociation().GetAssociationType() != waE2E.MessageAssociation_MEDIA_ALBUM {
		return ""
	}
	return partOf(m)
}

// better says whether a photo or video is one that came already, in better quality.
func better(m *waE2E.Message) bool {
	switch m.GetMessageContextInfo().GetMessageAssociation().GetAssociationType() {
	case waE2E.MessageAssociation_HD_IMAGE_DUAL_UPLOAD, waE2E.MessageAssociation_HD_VIDEO_DUAL_UPLOAD, waE2E.MessageAssociation_HEVC_VIDEO_DUAL_UPLOAD:
		return true
	}
	return false
}
