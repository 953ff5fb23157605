// Package authentic judges whether a mail comes from the domain that its
// sender claims: DKIM (RFC 6376), SPF where the address of the sending server
// is known (RFC 7208), both held against the claimed domain as DMARC has it
// (RFC 7489), and the word of a mail server that the office trusts
// (RFC 8601).
//
// Decisions. The claim is the address that the desk takes for the author, for
// that is whose rights are at stake, whatever field it stood in. Only what is
// aligned with its domain is looked up at all: a stranger's slow name server
// can delay nothing but the stranger's own mail. A domain that asks nobody to
// refuse unproven mail (no DMARC record, or p=none) never fails, since
// forwarding breaks both proofs of honest mail. Neither does a mail whose
// sending server nobody judged, for its proof may have been just that. What
// could not be asked is TempError, never Fail: a network without name service
// must not look like a forger.
//
// All lookups go through a Resolver and end with the context; nothing panics.
package authentic

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// State is the judgement in one word.
type State string

const (
	Pass      State = "pass"      // an aligned proof holds
	Fail      State = "fail"      // no proof holds, and the domain asks to refuse such mail
	None      State = "none"      // nothing proves it and nothing forbids it
	TempError State = "temperror" // the answer hangs on a lookup that did not work
)

// Limit bounds one Verify, whatever the context allows.
const Limit = 6 * time.Second

// Facts are what is known of a mail beside its bytes.
type Facts struct {
	// From is the address that the mail is taken to come from; empty means the
	// first one of the header's From.
	From string
	// Peer is the server that handed the mail over; nil if unknown. Loopback and
	// private addresses are the office's own servers and count as unknown.
	Peer net.IP
	// Helo and MailFrom are what the peer said; only used with Peer.
	Helo, MailFrom string
	// TrustedAuthServ are the names that trusted servers write at the start of
	// Authentication-Results. They must remove such fields from mail that comes
	// in (RFC 8601 §5): only the topmost field is believed.
	TrustedAuthServ []string
}

// Resolver looks up names; *net.Resolver is one, Cache a better one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error)
	LookupAddr(ctx context.Context, addr string) ([]string, error)
}

// Verdict is what Verify found. SPF, DKIM and DMARC are for showing: a result
// of RFC 8601 §2.7, and the domain or reason behind a space.
type Verdict struct {
	State  State
	Domain string // the one judged; empty if the mail names none
	SPF    string
	DKIM   string
	DMARC  string
}

// Verify judges raw. With a nil Resolver nothing is looked up and only the
// trusted servers' word counts.
func Verify(ctx context.Context, raw []byte, f Facts, r Resolver) (v Verdict) {
	ctx, cancel := context.WithTimeout(ctx, Limit)
	defer cancel()
	v = Verdict{State: None, SPF: "none", DKIM: "none", DMARC: "none"}
	defer func() {
		if p := recover(); p != nil { // a library's mistake about a hostile mail
			v.State, v.DMARC = None, fmt.Sprintf("permerror %v", p)
		}
	}()
	h := readHead(raw)
	author := f.From
	if author == "" {
		author = h.from()
	}
	if v.Domain = domainOf(author); v.Domain == "" {
		return v
	}
	j := judge{ctx: ctx, r: r, h: h, f: f, v: &v}
	j.decide()
	return v
}

// judge is one Verify under way.
type judge struct {
	ctx  context.Context
	r    Resolver
	h    head
	f    Facts
	v    *Verdict
	rule policy
	word trustedWord
	temp bool // an aligned proof could not be checked
	// whole says that SPF was judged, by us or by a trusted server: without it
	// the lack of a proof proves nothing.
	whole bool
}

func (j *judge) decide() {
	j.rule = j.policyOf(j.v.Domain)
	j.word = j.h.trusted(j.f.TrustedAuthServ)
	// With several authors a signature vouches for one of them and the desk may
	// be looking at another (RFC 7489 §6.6.1).
	bySPF := j.spf()
	j.whole = j.whole || j.word.judged
	proven := j.h.count("from") == 1 && (bySPF || j.dkim() || j.trustedProof())
	switch {
	case proven:
		j.v.State, j.v.DMARC = Pass, "pass "+j.v.Domain
	case j.temp:
		j.v.State, j.v.DMARC = TempError, "temperror"
	case j.rule.unknown && j.word.dmarc == "fail":
		j.v.State, j.v.DMARC = Fail, "fail, as the mail server says"
	case j.rule.unknown && j.r != nil:
		j.v.State, j.v.DMARC = TempError, "temperror"
	case j.rule.strict() && !j.whole:
		j.v.DMARC = "none, the sending server is not known"
	case j.rule.strict():
		j.v.State, j.v.DMARC = Fail, "fail, the domain asks for "+j.rule.want
	case j.rule.want != "":
		j.v.DMARC = "fail, the domain asks for nothing"
	}
}

// aligned says whether a proof for domain is one for the claimed domain: the
// same, or where the domain allows it of the same organisation (RFC 7489 §3.1).
func (j *judge) aligned(domain string, exact bool) bool {
	domain = clean(domain)
	return domain != "" && (domain == j.v.Domain || !exact && organisation(domain) == organisation(j.v.Domain))
}

// organisation is the organisational domain (RFC 7489 §3.2).
func organisation(domain string) string {
	if o, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil {
		return o
	}
	return domain
}

func domainOf(address string) string {
	i := strings.LastIndexByte(address, '@')
	if i < 0 {
		return ""
	}
	return clean(strings.TrimRight(address[i+1:], "> \t"))
}

// clean is a domain as names are compared: lower case, ASCII, no last dot; ""
// if it cannot be one.
func clean(domain string) string {
	domain = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(domain)), ".")
	if len(domain) > 253 || !strings.Contains(domain, ".") || strings.ContainsAny(domain, " \t\r\n@/\\<>\"'()[]") {
		return ""
	}
	a, err := idna.Lookup.ToASCII(domain)
	if err != nil {
		return ""
	}
	return a
}
