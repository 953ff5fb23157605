package authentic

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/miekg/dns"
)

// zone is a name server on loopback that knows a few TXT records.
type zone struct {
	mu    sync.Mutex
	txt   map[string]string
	slow  map[string]bool // never answered
	bad   map[string]bool // SERVFAIL
	asked map[string]int
}

func serveZone(t *testing.T, z *zone) *net.Resolver {
	t.Helper()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	z.asked = map[string]int{}
	srv := &dns.Server{PacketConn: pc, Handler: dns.HandlerFunc(z.answer)}
	go srv.ActivateAndServe()
	t.Cleanup(func() { srv.Shutdown() })
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", pc.LocalAddr().String())
	}}
}

func (z *zone) answer(w dns.ResponseWriter, q *dns.Msg) {
	z.mu.Lock()
	defer z.mu.Unlock()
	m := new(dns.Msg)
	m.SetReply(q)
	name := strings.TrimSuffix(strings.ToLower(q.Question[0].Name), ".")
	z.asked[name]++
	if z.slow[name] {
		return
	}
	switch txt, ok := z.txt[name]; {
	case z.bad[name]:
		m.Rcode = dns.RcodeServerFailure
	case !ok:
		m.Rcode = dns.RcodeNameError
	case q.Question[0].Qtype == dns.TypeTXT:
		var parts []string
		for ; len(txt) > 255; txt = txt[255:] {
			parts = append(parts, txt[:255])
		}
		m.Answer = []dns.RR{&dns.TXT{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeTXT, Class: dns.ClassINET, Ttl: 60}, Txt: append(parts, txt)}}
	}
	w.WriteMsg(m)
}

const letter = "From: =?utf-8?q?Mar=C3=ADa?= <maria@%>\r\nTo: soporte@mesa.bo\r\nSubject: No puedo ingresar\r\nDate: Mon, 23 Nov 2026 10:00:00 -0400\r\nMessage-ID: <a@%>\r\n\r\nBuenos días,\r\nno puedo ingresar.\r\n"

func from(domain string) string { return strings.ReplaceAll(letter, "%", domain) }

func sign(t *testing.T, mail, domain, selector string, key crypto.Signer) string {
	t.Helper()
	var b bytes.Buffer
	err := dkim.Sign(&b, strings.NewReader(mail), &dkim.SignOptions{
		Domain: domain, Selector: selector, Signer: key, HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// names is the zone of all tests: who signs, who sends and who asks for what.
func names(t *testing.T) (z *zone, rsaKey, edKey crypto.Signer) {
	rk, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, ek, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(rk.Public())
	if err != nil {
		t.Fatal(err)
	}
	rsaTXT := "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)
	z = &zone{txt: map[string]string{
		"r._domainkey.banco.bo": rsaTXT, "r._domainkey.correo.banco.bo": rsaTXT, "r._domainkey.maligno.bo": rsaTXT, "r._domainkey.exacto.bo": rsaTXT,
		"e._domainkey.banco.bo":  "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(ek.Public().(ed25519.PublicKey)),
		"_dmarc.banco.bo":        "v=DMARC1; p=reject; sp=quarantine",
		"_dmarc.exacto.bo":       "v=DMARC1; p=reject; adkim=s; aspf=s",
		"_dmarc.tranquilo.bo":    "v=DMARC1; p=none",
		"_dmarc.probando.bo":     "v=DMARC1; p=reject; pct=0",
		"_dmarc.averiado.bo":     "v=DMARC1; p=reject",
		"banco.bo":               "v=spf1 ip4:198.51.100.0/24 -all",
		"exacto.bo":              "v=spf1 ip4:198.51.100.7 -all",
		"sin.bo":                 "v=spf1 ip4:198.51.100.7 -all",
		"averiado.bo":            "v=spf1 include:roto.bo -all",
		"maligno.bo":             "v=spf1 +all",
		"_dmarc.gob.bo":          "v=DMARC1; p=reject",
		"r._domainkey.ciudad.bo": rsaTXT,
	}, bad: map[string]bool{"roto.bo": true, "_dmarc.callado.bo": true}, slow: map[string]bool{"_dmarc.lento.bo": true}}
	return z, rk, ek
}

func TestVerdicts(t *testing.T) {
	z, rk, ek := names(t)
	r := serveZone(t, z)
	good, bad := net.ParseIP("198.51.100.7"), net.ParseIP("203.0.113.9")
	ar := func(s, mail string) string { return "Authentication-Results: mx.mesa.bo; " + s + "\r\n" + mail }
	trusting := Facts{TrustedAuthServ: []string{"MX.mesa.bo"}}
	sent := func(ip net.IP, mailFrom string) Facts {
		return Facts{Peer: ip, Helo: "mx.banco.bo", MailFrom: mailFrom}
	}
	signed := sign(t, from("banco.bo"), "banco.bo", "r", rk)
	cases := []struct {
		name string
		mail string
		f    Facts
		want State
	}{
		{"a signature, RSA", signed, Facts{}, Pass},
		{"a signature, Ed25519", sign(t, from("banco.bo"), "banco.bo", "e", ek), Facts{}, Pass},
		{"a signature, lines ended by LF", strings.ReplaceAll(signed, "\r\n", "\n"), Facts{}, Pass},
		{"a signature of the organisation", sign(t, from("correo.banco.bo"), "banco.bo", "r", rk), Facts{}, Pass},
		{"a signature of a sibling domain", sign(t, from("banco.bo"), "correo.banco.bo", "r", rk), Facts{}, Pass},
		{"exactly the same is asked, and given", sign(t, from("exacto.bo"), "exacto.bo", "r", rk), Facts{}, Pass},
		{"a stranger's signature above ours", sign(t, signed, "maligno.bo", "r", rk), Facts{}, Pass},
		{"no DMARC record, signed", sign(t, from("ciudad.bo"), "ciudad.bo", "r", rk), sent(bad, "x@otro.bo"), Pass},
		{"words changed", strings.Replace(signed, "ingresar.", "ingresar. Mi cuenta es otra.", 1), sent(bad, "maria@banco.bo"), Fail},
		{"subject changed", strings.Replace(signed, "Subject: No", "Subject: Si", 1), sent(bad, "maria@banco.bo"), Fail},
		{"a stranger's signature", sign(t, from("banco.bo"), "maligno.bo", "r", rk), sent(bad, "x@maligno.bo"), Fail},
		{"key not published", sign(t, from("banco.bo"), "banco.bo", "nadie", rk), sent(bad, "maria@banco.bo"), Fail},
		{"no signature, server unknown", from("banco.bo"), Facts{}, None},
		{"no signature, own server in front", from("banco.bo"), sent(net.ParseIP("10.1.2.3"), "maria@banco.bo"), None},
		{"server allowed", from("banco.bo"), sent(good, "maria@banco.bo"), Pass},
		{"server allowed, null sender", from("banco.bo"), Facts{Peer: good, Helo: "banco.bo"}, Pass},
		{"server not allowed", from("banco.bo"), sent(bad, "maria@banco.bo"), Fail},
		{"server allowed for a stranger", from("banco.bo"), sent(bad, "x@maligno.bo"), Fail},
		{"subdomain's own policy", from("otra.banco.bo"), sent(bad, "x@maligno.bo"), Fail},
		{"the domain asks for nothing", from("tranquilo.bo"), sent(bad, "x@maligno.bo"), None},
		{"the domain is trying", from("probando.bo"), sent(bad, "x@maligno.bo"), None},
		{"no policy at all", from("sin.bo"), sent(bad, "maria@sin.bo"), None},
		{"no policy at all, server allowed", from("sin.bo"), sent(good, "maria@sin.bo"), Pass},
		{"a public suffix is nobody's organisation", sign(t, from("una.gob.bo"), "otra.gob.bo", "r", rk), sent(bad, "x@otra.gob.bo"), None},
		{"policy out of order", from("callado.bo"), sent(bad, "x@maligno.bo"), TempError},
		{"SPF out of order", from("averiado.bo"), sent(bad, "maria@averiado.bo"), TempError},
		{"two authors", "From: otro@otra.bo\r\n" + signed, sent(bad, "maria@banco.bo"), None},
		{"two authors, the strict one first", strings.Replace(signed, "\r\nTo:", "\r\nFrom: x@tranquilo.bo\r\nTo:", 1), sent(good, "maria@banco.bo"), Fail},
		{"the desk answers to another than signs", signed, Facts{From: "pedro@exacto.bo", Peer: bad, MailFrom: "maria@banco.bo"}, Fail},
		{"no author", "Subject: x\r\n\r\nhola\r\n", sent(bad, ""), None},
		{"trusted server: DMARC", ar("dmarc=pass (p=REJECT sp=NONE) header.from=banco.bo", from("banco.bo")), trusting, Pass},
		{"trusted server: DMARC of another", ar("dmarc=pass header.from=maligno.bo", from("banco.bo")), trusting, Fail},
		{"trusted server: SPF", ar("dkim=none; spf=pass (a; b) smtp.mailfrom=maria@banco.bo", from("banco.bo")), trusting, Pass},
		{"trusted server: DKIM of a stranger", ar("dkim=pass header.d=maligno.bo; spf=fail smtp.mailfrom=banco.bo", from("banco.bo")), trusting, Fail},
		{"trusted server: it failed", ar("dmarc=fail header.from=banco.bo", from("banco.bo")), trusting, Fail},
		{"trusted server: it failed, nothing is asked", ar("dmarc=fail header.from=tranquilo.bo", from("tranquilo.bo")), trusting, None},
		{"trusted server below a stranger", "Authentication-Results: mx.maligno.bo; spf=fail\r\n" + ar("dmarc=pass header.from=banco.bo", from("banco.bo")), trusting, None},
		{"server not trusted", ar("dmarc=pass header.from=banco.bo", from("banco.bo")), sent(bad, "x@maligno.bo"), Fail},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if v := Verify(t.Context(), []byte(c.mail), c.f, r); v.State != c.want {
				t.Errorf("%+v, want %s", v, c.want)
			}
		})
	}
}

func TestWithoutNameService(t *testing.T) {
	trusting := Facts{TrustedAuthServ: []string{"mx.mesa.bo"}}
	cases := []struct {
		name, mail string
		want       State
	}{
		{"nothing said", from("banco.bo"), None},
		{"passed", "Authentication-Results: mx.mesa.bo 1; dmarc=pass header.from=banco.bo\r\n" + from("banco.bo"), Pass},
		{"failed", "Authentication-Results: mx.mesa.bo; dmarc=fail header.from=banco.bo\r\n" + from("banco.bo"), Fail},
	}
	for _, c := range cases {
		if v := Verify(t.Context(), []byte(c.mail), trusting, nil); v.State != c.want {
			t.Errorf("%s: %+v, want %s", c.name, v, c.want)
		}
	}
}

// A name server that never answers costs a mail its patience once, and the
// next mails nothing.
func TestASlowNameServer(t *testing.T) {
	z, _, _ := names(t)
	c := NewCache(serveZone(t, z), time.Now)
	began := time.Now()
	for range 20 {
		if v := Verify(t.Context(), []byte(from("lento.bo")), Facts{Peer: net.ParseIP("203.0.113.9"), MailFrom: "x@maligno.bo"}, c); v.State != TempError {
			t.Fatalf("%+v", v)
		}
	}
	if took := time.Since(began); took > 2*lookupPatience {
		t.Errorf("20 mails took %v", took)
	}
}

func TestTheContextEnds(t *testing.T) {
	z, rk, _ := names(t)
	r := serveZone(t, z)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	mail := sign(t, from("banco.bo"), "banco.bo", "r", rk)
	if v := Verify(ctx, []byte(mail), Facts{}, r); v.State != TempError {
		t.Errorf("%+v", v)
	}
}

func TestCacheAsksOnce(t *testing.T) {
	z, rk, _ := names(t)
	now := time.Now()
	c := NewCache(serveZone(t, z), func() time.Time { return now })
	mail := []byte(sign(t, from("banco.bo"), "banco.bo", "r", rk))
	for range 5 {
		if v := Verify(t.Context(), mail, Facts{}, c); v.State != Pass {
			t.Fatalf("%+v", v)
		}
	}
	now = now.Add(keepAnswer + time.Second)
	Verify(t.Context(), mail, Facts{}, c)
	if n := z.asked["_dmarc.banco.bo"]; n != 2 {
		t.Errorf("asked %d times, want 2", n)
	}
}

// A stranger's own slow servers are not even asked.
func TestOnlyAlignedNamesAreAsked(t *testing.T) {
	z, rk, _ := names(t)
	r := serveZone(t, z)
	Verify(t.Context(), []byte(sign(t, from("banco.bo"), "maligno.bo", "r", rk)), Facts{Peer: net.ParseIP("203.0.113.9"), MailFrom: "x@maligno.bo"}, r)
	for name := range z.asked {
		if strings.Contains(name, "maligno") {
			t.Errorf("%s was asked", name)
		}
	}
}

func TestHostileMailsEndSoon(t *testing.T) {
	z, _, _ := names(t)
	c := NewCache(serveZone(t, z), time.Now)
	sig := "DKIM-Signature: v=1; a=rsa-sha256; d=banco.bo; s=r; h=from; bh=AAAA; b=AAAA\r\n"
	cases := map[string]string{
		"no line ends":    strings.Repeat("x", 1<<20),
		"folded lines":    sig + "X: a\r\n" + strings.Repeat(" b\r\n", 1<<20) + from("banco.bo"),
		"many signatures": strings.Repeat(sig, 5000) + from("banco.bo"),
		"long body":       sig + from("banco.bo") + strings.Repeat("palabra \r\n", 1<<20),
		"many authors":    "From: " + strings.Repeat("a@b.bo, ", 50_000) + "\r\n\r\n",
		"open comment":    "Authentication-Results: " + strings.Repeat("(", 1<<18) + "\r\n" + from("banco.bo"),
		"NUL":             "From: a\x00@b\x00.bo\r\n\r\n\x00",
		"empty":           "",
	}
	for name, mail := range cases {
		began := time.Now()
		Verify(t.Context(), []byte(mail), Facts{TrustedAuthServ: []string{"x"}}, c)
		if took := time.Since(began); took > 4*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}

// FuzzVerify holds only that nothing panics and everything ends.
func FuzzVerify(f *testing.F) {
	f.Add([]byte(from("banco.bo")))
	f.Add([]byte("Authentication-Results: mx; dmarc=fail (x\r\n y) header.from=b.bo\r\nDKIM-Signature: v=1; d=b.bo; s=; h=from; a=rsa-sha256; bh=; b=\r\nFrom: a@b.bo\r\n\r\nx"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		switch v := Verify(t.Context(), raw, Facts{Peer: net.ParseIP("203.0.113.9"), Helo: "b.bo", TrustedAuthServ: []string{"mx"}}, deaf{}); v.State {
		case Pass, Fail, None, TempError:
		default:
			t.Errorf("state %q", v.State)
		}
	})
}

// deaf gives every name the same odd record, at once.
type deaf struct{}

func (deaf) LookupTXT(_ context.Context, name string) ([]string, error) {
	if strings.HasPrefix(name, "_dmarc.") {
		return []string{"v=DMARC1; p=reject"}, nil
	}
	return []string{"v=spf1 a mx include:%{d} -all"}, nil
}
func (deaf) LookupMX(context.Context, string) ([]*net.MX, error)        { return nil, nil }
func (deaf) LookupIPAddr(context.Context, string) ([]net.IPAddr, error) { return nil, nil }
func (deaf) LookupAddr(context.Context, string) ([]string, error)       { return nil, nil }
