package console

import (
	"net"
	"net/http"
)

// policy lets a page use its own files and nothing else: no inline script or
// style, no eval, no other host, no frames around us. frame-src 'self' is for
// the sandboxed frame that shows an HTML mail (see mail.go, with its own policy).
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; " +
	"font-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"

// secured sets the headers of every answer and refuses cross-site acts, with deny's answer.
func secured(next, deny http.Handler, tls bool) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(deny)
	guarded := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
		h.Set("Cache-Control", "no-store")
		if tls {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		guarded.ServeHTTP(w, r)
	})
}

// peer returns the address that a request came from. Behind a trusted proxy
// whoever wires the server has set RemoteAddr to what that proxy said.
func (c *Console) peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
