package message

import (
	"slices"
	"strings"
)

// recipients gathers the addresses that the transport delivered to.
func (m *Mail) recipients(e *Envelope) {
	add := func(s string) {
		if a := Canonical(s); a != "" && !slices.Contains(m.Recipients, a) && len(m.Recipients) < 100 {
			m.Recipients = append(m.Recipients, a)
		}
	}
	for _, name := range [...]string{"delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to"} {
		for _, v := range m.head.all(name) {
			add(v)
		}
	}
	if e != nil {
		for _, r := range e.RcptTo {
			add(r)
		}
	}
}

// token finds the reply token in "local+token@domain" (RFC 5233), in the
// addresses delivered to first, then in To and Cc. Where our own addresses are
// known only theirs count: people have plus addresses too.
func (m *Mail) token(o Options) string {
	try := func(a string) string {
		t := plusPart(a)
		if t == "" || len(o.Own) > 0 && !owns(o.Own, a) {
			return ""
		}
		return t
	}
	for _, a := range m.Recipients {
		if t := try(a); t != "" {
			return t
		}
	}
	for _, a := range append(slices.Clone(m.To), m.Cc...) {
		if t := try(a.Value); t != "" {
			return t
		}
	}
	return ""
}

func plusPart(addr string) string {
	local, _, _ := strings.Cut(addr, "@")
	_, tok, _ := strings.Cut(local, "+")
	return tok
}

func withoutPlus(addr string) string {
	local, domain, ok := strings.Cut(addr, "@")
	if !ok {
		return addr
	}
	local, _, _ = strings.Cut(local, "+")
	return local + "@" + domain
}

// WithToken puts a token into an address: "local+token@domain". Tokens come
// back in lower case: mail programs fold addresses.
func WithToken(addr, token string) string {
	local, domain, ok := strings.Cut(withoutPlus(addr), "@")
	if !ok || token == "" {
		return addr
	}
	return local + "+" + token + "@" + domain
}
