package loopback

import (
	"errors"
	"slices"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/appstate"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// What a real client asks about people is answered: who is known, by which
// devices and hidden id, and who is not.
func TestQueriesOfPeople(t *testing.T) {
	s := open(t)
	desk, ana := s.Phone("+59171200000", "Mesa"), s.Phone("+59176543210", "Ana")
	c, hers := newClient(t, s), newClient(t, s)
	c.pair(t, desk)
	hers.pair(t, ana)
	stranger := types.NewJID("59170000000", types.DefaultUserServer)

	for name, ask := range map[string]struct {
		jids []types.JID
		want []uint16
	}{
		"own":             {[]types.JID{desk.pn}, []uint16{0, c.Store.GetJID().Device}},
		"other by number": {[]types.JID{ana.pn}, []uint16{0, hers.Store.GetJID().Device}},
		"other by hidden": {[]types.JID{ana.lid}, []uint16{0, hers.Store.GetJID().Device}},
		"nobody's":        {[]types.JID{stranger}, nil},
	} {
		got, err := c.GetUserDevices(t.Context(), ask.jids)
		var ids []uint16
		for _, j := range got {
			ids = append(ids, j.Device)
		}
		if err != nil || !slices.Equal(ids, ask.want) {
			t.Errorf("devices, %s: %v, %v", name, got, err)
		}
	}

	info, err := c.GetUserInfo(t.Context(), []types.JID{ana.pn, stranger})
	if err != nil || info[ana.pn].LID != ana.lid || len(info[ana.pn].Devices) != 2 || !info[stranger].LID.IsEmpty() {
		t.Errorf("what is known of people: %+v, %v", info, err)
	}
	on, err := c.IsOnWhatsApp(t.Context(), []string{ana.Number(), "+" + stranger.User})
	if err != nil || len(on) != 2 || !on[0].IsIn || on[0].JID != ana.lid || on[0].PhoneNumber != ana.pn || on[0].Query != ana.Number() || on[1].IsIn {
		t.Errorf("who has WhatsApp: %+v, %v", on, err)
	}
	if _, err := c.GetProfilePictureInfo(t.Context(), ana.lid, nil); !errors.Is(err, whatsmeow.ErrProfilePictureNotSet) {
		t.Errorf("a picture: %v", err)
	}
	if _, err := c.GetBusinessProfile(t.Context(), ana.lid); !errors.Is(err, whatsmeow.ErrIQNotFound) {
		t.Errorf("a business: %v", err)
	}
	if _, err := c.SendMessage(t.Context(), stranger, &waE2E.Message{Conversation: proto.String("hola")}); err == nil {
		t.Error("somebody who is nowhere was written to")
	}
}

// Groups are told of to who is in them.
func TestQueriesOfGroups(t *testing.T) {
	s := open(t)
	desk, ana := s.Phone("+59171200000", "Mesa"), s.Phone("+59176543210", "Ana")
	c := newClient(t, s)
	c.pair(t, desk)
	ours, theirs := s.Group("120363001", "Vecinos", ana, desk), s.Group("120363002", "Familia", ana)
	g, err := c.GetGroupInfo(t.Context(), ours)
	if err != nil || g.Name != "Vecinos" || len(g.Participants) != 2 || g.Participants[0].PhoneNumber != ana.pn || !g.Participants[0].IsSuperAdmin {
		t.Errorf("our group: %+v, %v", g, err)
	}
	if lid, err := c.Store.LIDs.GetLIDForPN(t.Context(), ana.pn); err != nil || lid != ana.lid {
		t.Errorf("who is in it: %v, %v", lid, err)
	}
	if _, err := c.GetGroupInfo(t.Context(), theirs); !errors.Is(err, whatsmeow.ErrNotInGroup) {
		t.Errorf("others' group: %v", err)
	}
	if _, err := c.GetGroupInfo(t.Context(), types.NewJID("120363009", types.GroupServer)); !errors.Is(err, whatsmeow.ErrGroupNotFound) {
		t.Errorf("no group: %v", err)
	}
	if all, err := c.GetJoinedGroups(t.Context()); err != nil || len(all) != 1 || all[0].JID != ours {
		t.Errorf("all groups: %v, %v", all, err)
	}
}

// What a client asks about its own account is answered.
func TestQueriesOfOneself(t *testing.T) {
	s := open(t)
	c := newClient(t, s)
	c.pair(t, s.Phone("+59171200000", "Mesa"))
	if settings, err := c.TryFetchPrivacySettings(t.Context(), true); err != nil || settings.ReadReceipts != types.PrivacySettingAll {
		t.Errorf("privacy: %+v, %v", settings, err)
	}
	if blocked, err := c.GetBlocklist(t.Context()); err != nil || len(blocked.JIDs) != 0 {
		t.Errorf("who is blocked: %+v, %v", blocked, err)
	}
	for _, name := range appstate.AllPatchNames {
		if err := c.FetchAppState(t.Context(), name, true, false); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for what, err := range map[string]error{
		"status":       c.SetStatusMessage(t.Context(), "Mesa de ayuda"),
		"not dirty":    c.MarkNotDirty(t.Context(), "groups", time.Now()),
		"passive":      c.SetPassive(t.Context(), false),
		"unlinking it": c.Logout(t.Context()),
	} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A question that the server does not know is refused and written down.
func TestQueryNotKnown(t *testing.T) {
	s, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	c := newClient(t, s)
	c.pair(t, s.Phone("+59171200000", "Mesa"))
	if _, err := c.GetContactQRLink(t.Context(), false); err == nil {
		t.Error("answered")
	}
	if n := len(s.Unknown()); n != 1 {
		t.Errorf("%d written down: %q", n, s.Unknown())
	}
}
