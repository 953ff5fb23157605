package email

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// fetched is a mail with its bytes, or as many of them as were asked for.
type fetched struct {
	uid  uint32
	size int64 // as the server says; some only guess
	date time.Time
	body []byte
	cut  bool // body is only the header, or not all of the mail
}

const (
	// probe is how much of each mail of a run is fetched at once; most mails are
	// shorter, and need no second look.
	probe = 64 << 10
	// maxHeader bounds what is fetched of a mail over the limit.
	maxHeader = 1 << 20
)

// list returns the UIDs after last, in order. It searches rather than asks for
// sizes: a server opens each mail to learn its size, and one that it cannot
// open would keep all others from being listed.
func (c *conn) list(last uint32) ([]uint32, error) {
	if mb := c.imap.Mailbox(); last == ^uint32(0) || mb != nil && mb.NumMessages == 0 {
		return nil, nil
	}
	var out []uint32
	err := c.within(5*c.m.o.Timeout, func() error {
		// "n:*" always names the last mail, even below n (RFC 3501 §9).
		after := imap.UIDSet{imap.UIDRange{Start: imap.UID(last + 1)}}
		d, err := c.imap.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{after}}, nil).Wait()
		if err != nil {
			return err
		}
		for _, uid := range d.AllUIDs() {
			if uint32(uid) > last {
				out = append(out, uint32(uid))
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("listing mails: %w", err)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// probe fetches mails up to probe bytes, without marking them as seen. Mails
// that somebody removed meanwhile are left out.
func (c *conn) probe(uids []uint32) ([]fetched, error) {
	return c.fetch(uids, &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: probe}})
}

// complete replaces the bodies that probe cut: by the whole mail, or by its
// header where the mail is over the limit.
func (c *conn) complete(mails []fetched, maxBytes int64) error {
	for i := range mails {
		f := &mails[i]
		if len(f.body) < probe {
			continue
		}
		section := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: maxBytes}}
		if f.size > maxBytes {
			section = &imap.FetchItemBodySection{Peek: true, Specifier: imap.PartSpecifierHeader, Partial: &imap.SectionPartial{Size: maxHeader}}
		}
		got, err := c.fetch([]uint32{f.uid}, section)
		if err != nil {
			return err
		}
		if len(got) == 1 { // else it was removed: what we have is what there is
			f.body = got[0].body
			f.cut = f.size > maxBytes || int64(len(f.body)) >= maxBytes
		}
	}
	return nil
}

func (c *conn) fetch(uids []uint32, section *imap.FetchItemBodySection) ([]fetched, error) {
	var out []fetched
	opts := &imap.FetchOptions{UID: true, InternalDate: true, RFC822Size: true, BodySection: []*imap.FetchItemBodySection{section}}
	err := c.within(5*c.m.o.Timeout, func() error {
		cmd := c.imap.Fetch(uidSet(uids), opts)
		defer cmd.Close()
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			f, ok, err := one(msg, section.Partial.Size)
			if err != nil {
				return err
			}
			if ok && slices.Contains(uids, f.uid) {
				out = append(out, f)
			}
		}
		return cmd.Close()
	})
	if err != nil {
		return nil, fmt.Errorf("fetching mails: %w", err)
	}
	slices.SortFunc(out, func(a, b fetched) int { return cmp.Compare(a.uid, b.uid) })
	return slices.CompactFunc(out, func(a, b fetched) bool { return a.uid == b.uid }), nil
}

// one reads the answer for one mail; ok is false if it has no body section
// (servers send flag changes in between). A body of NIL is an empty one: the
// mail still gets its row in the ledger.
func one(msg *imapclient.FetchMessageData, limit int64) (f fetched, ok bool, err error) {
	for item := msg.Next(); item != nil; item = msg.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			f.uid = uint32(item.UID)
		case imapclient.FetchItemDataInternalDate:
			f.date = item.Time
		case imapclient.FetchItemDataRFC822Size:
			f.size = item.Size
		case imapclient.FetchItemDataBodySection:
			if f.body, err = readAll(item.Literal, limit); err != nil {
				return f, false, err
			}
			ok = true
		}
	}
	return f, ok, nil
}
