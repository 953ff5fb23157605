package loopback

import (
	"bytes"
	"compress/zlib"
	"fmt"

	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/proto/waHistorySync"
	"go.mau.fi/whatsmeow/proto/waWeb"
	"google.golang.org/protobuf/proto"
)

// A phone and its linked devices talk to each other too, in messages of the
// category "peer" that no person sees: keys of the settings they share, old
// chats for a device that was just linked, and messages that the device could
// not decrypt but the phone could.

// ShareKey gives the person's devices a key for the collections of shared
// settings, which they then ask for.
func (p *Phone) ShareKey() (string, error) {
	p.server.mu.Lock()
	p.shared = true
	p.server.mu.Unlock()
	return p.Send(p, Draft{Peer: true, Message: &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
		Type: waE2E.ProtocolMessage_APP_STATE_SYNC_KEY_SHARE.Enum(),
		AppStateSyncKeyShare: &waE2E.AppStateSyncKeyShare{Keys: []*waE2E.AppStateSyncKey{{
			KeyID: &waE2E.AppStateSyncKeyId{KeyID: settingsKeyID},
			KeyData: &waE2E.AppStateSyncKeyData{
				KeyData: settingsKey, Timestamp: proto.Int64(p.server.now().Unix()),
				Fingerprint: &waE2E.AppStateSyncKeyFingerprint{RawID: proto.Uint32(1), CurrentIndex: proto.Uint32(0), DeviceIndexes: []uint32{0}},
			},
		}}},
	}}})
}

// ShareHistory tells the person's devices of a chat from before they were
// linked, as a phone does after pairing.
func (p *Phone) ShareHistory(with *Phone, words string) (string, error) {
	chat := with.lid.String()
	blob, err := proto.Marshal(&waHistorySync.HistorySync{
		SyncType:      waHistorySync.HistorySync_INITIAL_BOOTSTRAP.Enum(),
		Conversations: []*waHistorySync.Conversation{{ID: &chat, Messages: []*waHistorySync.HistorySyncMsg{{Message: p.web(with, NewID(), &waE2E.Message{Conversation: &words})}}}},
	})
	if err != nil {
		return "", fmt.Errorf("writing the history: %w", err)
	}
	sealed, err := deflated(blob)
	if err != nil {
		return "", fmt.Errorf("packing the history: %w", err)
	}
	return p.Send(p, Draft{Peer: true, Message: &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
		Type: waE2E.ProtocolMessage_HISTORY_SYNC_NOTIFICATION.Enum(),
		HistorySyncNotification: &waE2E.HistorySyncNotification{
			SyncType: waE2E.HistorySyncType_INITIAL_BOOTSTRAP.Enum(), ChunkOrder: proto.Uint32(1), InitialHistBootstrapInlinePayload: sealed,
		},
	}}})
}

// web is a message as a phone keeps it.
func (p *Phone) web(from *Phone, id string, m *waE2E.Message) *waWeb.WebMessageInfo {
	return &waWeb.WebMessageInfo{
		Key:     &waCommon.MessageKey{RemoteJID: proto.String(from.lid.String()), FromMe: proto.Bool(false), ID: &id},
		Message: m, MessageTimestamp: proto.Uint64(uint64(p.server.now().Unix())), PushName: &from.Name,
	}
}

// peer answers what the person's own device asks of the phone: a message that
// the device could not decrypt. p.mu is held.
func (p *Phone) peer(m *waE2E.Message) {
	asked := m.GetProtocolMessage().GetPeerDataOperationRequestMessage()
	var results []*waE2E.PeerDataOperationRequestResponseMessage_PeerDataOperationResult
	for _, r := range asked.GetPlaceholderMessageResendRequest() {
		if kept := p.kept[r.GetMessageKey().GetID()]; kept != nil {
			results = append(results, &waE2E.PeerDataOperationRequestResponseMessage_PeerDataOperationResult{
				PlaceholderMessageResendResponse: &waE2E.PeerDataOperationRequestResponseMessage_PeerDataOperationResult_PlaceholderMessageResendResponse{WebMessageInfoBytes: kept},
			})
		}
	}
	if len(results) == 0 {
		return
	}
	d := Draft{ID: NewID(), Peer: true, Message: &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
		Type: waE2E.ProtocolMessage_PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE.Enum(),
		PeerDataOperationRequestResponseMessage: &waE2E.PeerDataOperationRequestResponseMessage{
			PeerDataOperationRequestType: waE2E.PeerDataOperationRequestType_PLACEHOLDER_MESSAGE_RESEND.Enum(), PeerDataOperationResult: results,
		},
	}}}
	p.sent[d.ID] = d
	if err := p.send(p, d, 0); err != nil {
		p.server.unknown("answering a device: " + err.Error())
	}
}

// Keep has the phone hold a message of another person's, as the phone that a
// message is addressed to always does, so that its devices can ask for it.
func (p *Phone) Keep(from *Phone, id string, m *waE2E.Message) error {
	body, err := proto.Marshal(p.web(from, id, m))
	if err != nil {
		return fmt.Errorf("keeping a message: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept[id] = body
	return nil
}

func deflated(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	err := w.Close()
	return b.Bytes(), err
}
