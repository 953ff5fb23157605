package email

import (
	"context"
	"net"

	"ventanilla/channels"
	"ventanilla/channels/email/authentic"
)

// Authenticity judges mails for the router. Trusted are the names that the
// office's own servers write at the start of Authentication-Results. Always
// judges every mail; without it only those are judged of which something can
// be known: the sending server is a public one, or a trusted server speaks.
type Authenticity struct {
	Resolver authentic.Resolver // nil: nothing is looked up
	Trusted  []string
	Always   bool
}

// Verify says "pass", "fail" or "none"; "" if the mail was not judged. It
// looks up names, and waits for no answer longer than authentic.Limit. What
// could not be asked is "none": trouble with names must not stop the mail.
func (a Authenticity) Verify(ctx context.Context, rep *channels.Report, raw channels.Raw) string {
	if raw.Medium != channels.Email || raw.Envelope[EnvUnread] != "" {
		return ""
	}
	peer := net.ParseIP(raw.Envelope[EnvPeer])
	if !a.Always && len(a.Trusted) == 0 && (peer == nil || !peer.IsGlobalUnicast() || peer.IsPrivate()) {
		return ""
	}
	v := authentic.Verify(ctx, raw.Body, authentic.Facts{
		From: rep.From.Value, Peer: peer, Helo: raw.Envelope[EnvHelo], MailFrom: raw.Envelope[EnvMailFrom], TrustedAuthServ: a.Trusted,
	}, a.Resolver)
	if v.State == authentic.TempError {
		return string(authentic.None)
	}
	return string(v.State)
}
