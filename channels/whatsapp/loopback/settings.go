package loopback

import (
	"context"

	"go.mau.fi/whatsmeow/appstate"
	"go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waServerSync"
	"go.mau.fi/whatsmeow/store"
	waLog "go.mau.fi/whatsmeow/util/log"
	"google.golang.org/protobuf/proto"
)

// What a person sets on the phone (here the name that others are shown) reaches
// the linked devices as patches of collections, sealed with a key that the phone
// shared with them: the server only hands them on.

var (
	settingsKeyID = []byte{0, 0, 0, 0, 0, 1}
	settingsKey   = make([]byte, 32) // nothing here is secret
)

// keyring is as much of a device's store as the sealing of a first patch needs.
type keyring struct {
	store.AppStateSyncKeyStore
	store.AppStateStore
}

func (keyring) GetAppStateSyncKey(context.Context, []byte) (*store.AppStateSyncKey, error) {
	return &store.AppStateSyncKey{Data: settingsKey}, nil
}

func (keyring) GetAppStateMutationMAC(context.Context, string, []byte) ([]byte, error) {
	return nil, nil // there was none before
}

// naming is the patch that tells a device its person's name.
func naming(name string) ([]byte, error) {
	sealer := appstate.NewProcessor(&store.Device{AppStateKeys: keyring{}, AppState: keyring{}}, waLog.Noop)
	sealed, err := sealer.EncodePatch(context.Background(), settingsKeyID, appstate.HashState{}, appstate.BuildSettingPushName(name))
	if err != nil {
		return nil, err
	}
	var patch waServerSync.SyncdPatch
	if err := proto.Unmarshal(sealed, &patch); err != nil {
		return nil, err
	}
	patch.Version = &waServerSync.SyncdVersion{Version: proto.Uint64(1)} // the server numbers what a device sealed
	return proto.Marshal(&patch)
}

// appState answers for the collections of settings that devices share: nothing
// was ever set here but the person's name. s.mu is held.
func (s *Server) appState(p *Phone, asked binary.Node) ([]binary.Node, *binary.Node) {
	var out []binary.Node
	for _, c := range asked.GetChildren() {
		s.collections++
		answer := binary.Node{Tag: "collection", Attrs: binary.Attrs{"name": text(&c, "name"), "version": "0", "has_more_patches": "false"}}
		if text(&c, "name") == string(appstate.WAPatchCriticalBlock) && p.shared && p.Name != "" && text(&c, "version") != "1" {
			patch, err := naming(p.Name)
			if err != nil {
				s.strange = append(s.strange, "the name of a phone could not be sealed: "+err.Error())
				return nil, refusing("500", "internal-server-error")
			}
			answer.Attrs["version"] = "1"
			answer.Content = []binary.Node{{Tag: "patches", Content: []binary.Node{{Tag: "patch", Content: patch}}}}
		}
		out = append(out, answer)
	}
	return []binary.Node{{Tag: "sync", Content: out}}, nil
}

// Shown is the name that others are shown where they have not saved the number,
// as the person's device told it, and what it said of being there ("available",
// "unavailable"); empty while none did, and others see "-".
func (p *Phone) Shown() (name, present string) {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	for _, d := range p.devices {
		if d.shown != "" {
			return d.shown, d.present
		}
	}
	return "", ""
}

// Unname has the server forget the name, as WhatsApp does in time.
func (p *Phone) Unname() {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	for _, d := range p.devices {
		d.shown, d.present = "", ""
	}
}
