package authentic

import (
	"errors"
	"net"

	"github.com/emersion/go-msgauth/dmarc"
)

// policy is what a domain asks receivers to do with unproven mail.
type policy struct {
	want              string // "none", "quarantine", "reject"; empty without a record
	unknown           bool   // could not be asked
	exactDKIM, exactS bool   // only the very same domain proves
}

func (p policy) strict() bool { return p.want == "quarantine" || p.want == "reject" }

// policyOf finds the DMARC record of domain, or of its organisation
// (RFC 7489 §6.6.3).
func (j *judge) policyOf(domain string) policy {
	if j.r == nil {
		return policy{unknown: true}
	}
	rec, err := j.record(domain)
	sub := false
	if org := organisation(domain); errors.Is(err, dmarc.ErrNoPolicy) && org != domain {
		rec, err = j.record(org)
		sub = true
	}
	var dns net.Error
	switch {
	case dmarc.IsTempFail(err) || errors.As(err, &dns) || err != nil && j.ctx.Err() != nil:
		return policy{unknown: true}
	case err != nil:
		return policy{} // no record, or one that nobody can read: it asks for nothing
	}
	p := policy{
		want: string(rec.Policy), exactDKIM: rec.DKIMAlignment == dmarc.AlignmentStrict, exactS: rec.SPFAlignment == dmarc.AlignmentStrict,
	}
	if sub && rec.SubdomainPolicy != "" {
		p.want = string(rec.SubdomainPolicy)
	}
	if rec.Percent != nil && *rec.Percent == 0 { // a domain that is only trying
		p.want = "none"
	}
	return p
}

func (j *judge) record(domain string) (*dmarc.Record, error) {
	return dmarc.LookupWithOptions(domain, &dmarc.LookupOptions{LookupTXT: j.txt})
}

// txt looks up TXT records; errors are *net.DNSError, as the libraries want them.
func (j *judge) txt(name string) ([]string, error) {
	txts, err := j.r.LookupTXT(j.ctx, name)
	return txts, dnsError(name, err)
}

func dnsError(name string, err error) error {
	var dns *net.DNSError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &dns):
		if !dns.IsNotFound { // refused, malformed, unreachable: all may be otherwise tomorrow
			return &net.DNSError{Err: dns.Err, Name: name, IsTemporary: true, IsTimeout: dns.IsTimeout}
		}
		return dns
	}
	return &net.DNSError{Err: err.Error(), Name: name, IsTemporary: true}
}
