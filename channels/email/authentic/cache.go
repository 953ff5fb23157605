package authentic

import (
	"context"
	"net"
	"sync"
	"time"
)

// Times of a Cache. What did not work is asked again soon, but not with every
// mail: a dead name server would cost each of them its patience.
const (
	lookupPatience = 2 * time.Second
	keepAnswer     = 5 * time.Minute
	keepTrouble    = 30 * time.Second
	maxKept        = 5000
)

// Cache is a Resolver that remembers TXT records for a while and waits at most
// two seconds for any answer.
type Cache struct {
	Resolver Resolver
	Now      func() time.Time

	mu   sync.Mutex
	kept map[string]answer
}

type answer struct {
	txt   []string
	err   error
	until time.Time
}

// NewCache makes a Cache in front of r.
func NewCache(r Resolver, now func() time.Time) *Cache {
	return &Cache{Resolver: r, Now: now, kept: map[string]answer{}}
}

// LookupTXT answers from memory where it can.
func (c *Cache) LookupTXT(ctx context.Context, name string) ([]string, error) {
	now := c.Now()
	c.mu.Lock()
	a, ok := c.kept[name]
	c.mu.Unlock()
	if ok && now.Before(a.until) {
		return a.txt, a.err
	}
	short, cancel := context.WithTimeout(ctx, lookupPatience)
	defer cancel()
	txt, err := c.Resolver.LookupTXT(short, name)
	err = dnsError(name, err)
	a = answer{txt, err, now.Add(keepAnswer)}
	if dns, ok := err.(*net.DNSError); ok && !dns.IsNotFound {
		if ctx.Err() != nil {
			return txt, err // the caller's patience ended, not the server's
		}
		a.until = now.Add(keepTrouble)
	}
	c.mu.Lock()
	if len(c.kept) >= maxKept {
		clear(c.kept)
	}
	c.kept[name] = a
	c.mu.Unlock()
	return txt, err
}

// LookupMX asks anew.
func (c *Cache) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupPatience)
	defer cancel()
	return c.Resolver.LookupMX(ctx, name)
}

// LookupIPAddr asks anew.
func (c *Cache) LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupPatience)
	defer cancel()
	return c.Resolver.LookupIPAddr(ctx, host)
}

// LookupAddr asks anew.
func (c *Cache) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupPatience)
	defer cancel()
	return c.Resolver.LookupAddr(ctx, addr)
}
