package authentic

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"blitiri.com.ar/go/spf"
	"github.com/emersion/go-msgauth/dkim"
)

// spf says whether the sending server may send for the claimed domain.
func (j *judge) spf() bool {
	ip := j.f.Peer
	if j.r == nil || ip == nil || ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsUnspecified() {
		return false
	}
	j.whole = true
	sender, domain := j.f.MailFrom, domainOf(j.f.MailFrom)
	if domain == "" { // the null sender: the server speaks for itself (RFC 7208 §2.4)
		sender, domain = "postmaster@"+j.f.Helo, clean(j.f.Helo)
	}
	if !j.aligned(domain, j.rule.exactS) {
		j.v.SPF = "none, another domain"
		return false
	}
	res, _ := spf.CheckHostWithSender(ip, j.f.Helo, sender, spf.WithContext(j.ctx), spf.WithResolver(resolver{j.r}))
	j.v.SPF = string(res) + " " + domain
	j.temp = j.temp || res == spf.TempError || res != spf.Pass && j.ctx.Err() != nil
	return res == spf.Pass
}

// resolver gives the SPF library errors in the form it knows.
type resolver struct{ r Resolver }

func (s resolver) LookupTXT(ctx context.Context, n string) ([]string, error) {
	out, err := s.r.LookupTXT(ctx, n)
	return out, dnsError(n, err)
}

func (s resolver) LookupMX(ctx context.Context, n string) ([]*net.MX, error) {
	out, err := s.r.LookupMX(ctx, n)
	return out, dnsError(n, err)
}

func (s resolver) LookupIPAddr(ctx context.Context, n string) ([]net.IPAddr, error) {
	out, err := s.r.LookupIPAddr(ctx, n)
	return out, dnsError(n, err)
}

func (s resolver) LookupAddr(ctx context.Context, n string) ([]string, error) {
	out, err := s.r.LookupAddr(ctx, n)
	return out, dnsError(n, err)
}

// maxSignatures is how many aligned signatures of one mail are tried.
const maxSignatures = 4

// dkim says whether an aligned signature holds. Each is checked alone, with the
// other ones left out: the library checks several at once in goroutines of its
// own, whose panics nobody could catch.
func (j *judge) dkim() bool {
	if j.r == nil || j.h.heavy {
		return false
	}
	tried := 0
	for i, f := range j.h.fields {
		if f.name != "dkim-signature" {
			continue
		}
		domain := tag(f.value(), "d")
		if !j.aligned(domain, j.rule.exactDKIM) {
			continue
		}
		if tried++; tried > maxSignatures {
			break
		}
		err := j.signature(i)
		switch {
		case err == nil:
			j.v.DKIM = "pass " + clean(domain)
			return true
		case dkim.IsTempFail(err) || j.ctx.Err() != nil:
			j.temp, j.v.DKIM = true, "temperror "+clean(domain)
		default:
			j.v.DKIM = "fail " + strings.TrimPrefix(err.Error(), "dkim: ")
		}
	}
	return false
}

func (j *judge) signature(keep int) error {
	vs, err := dkim.VerifyWithOptions(&untilDone{j.ctx, j.h.withOnly(keep)}, &dkim.VerifyOptions{LookupTXT: j.txt, MaxVerifications: 1})
	if err != nil {
		return err
	}
	if len(vs) != 1 || vs[0].Err == nil && !j.aligned(vs[0].Domain, j.rule.exactDKIM) {
		return errors.New("malformed signature")
	}
	return vs[0].Err
}

// untilDone is a reader that ends early when its context does; the signature
// then does not match, and the context tells why.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u *untilDone) Read(b []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, io.EOF
	}
	return u.r.Read(b)
}

// tag is the value of a tag in a tag=value list (RFC 6376 §3.2).
func tag(list, name string) string {
	for part := range strings.SplitSeq(list, ";") {
		if k, v, ok := strings.Cut(part, "="); ok && strings.TrimSpace(k) == name {
			return strings.Join(strings.Fields(v), "")
		}
	}
	return ""
}

// withOnly is the mail without the signatures other than the one at keep.
func (h head) withOnly(keep int) io.Reader {
	parts := make([]io.Reader, 0, len(h.fields)+1)
	for i, f := range h.fields {
		if f.name != "dkim-signature" || i == keep {
			parts = append(parts, bytes.NewReader(f.raw))
		}
	}
	return io.MultiReader(append(parts, strings.NewReader("\r\n"), bytes.NewReader(h.body))...)
}
