package email

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// listed is a mail seen in the folder.
type listed struct {
	uid  uint32
	size int64
}

// fetched is a mail with its bytes; of one over the limit, its header.
type fetched struct {
	listed
	date time.Time
	body []byte
}

// maxHeader bounds what is fetched of a mail over the limit.
const maxHeader = 1 << 20

// list returns the mails after UID last, in order of UID.
func (c *conn) list(last uint32) ([]listed, error) {
	if mb := c.imap.Mailbox(); last == ^uint32(0) || mb != nil && mb.NumMessages == 0 {
		return nil, nil
	}
	var out []listed
	err := c.within(5*c.m.o.Timeout, func() error {
		// "n:*" always names the last mail, even below n (RFC 3501 §9).
		cmd := c.imap.Fetch(imap.UIDSet{imap.UIDRange{Start: imap.UID(last + 1)}}, &imap.FetchOptions{UID: true, RFC822Size: true})
		defer cmd.Close()
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			d, err := msg.Collect()
			if err != nil {
				return err
			}
			if l := (listed{uint32(d.UID), d.RFC822Size}); l.uid > last {
				out = append(out, l)
			}
		}
		return cmd.Close()
	})
	if err != nil {
		return nil, fmt.Errorf("listing mails: %w", err)
	}
	slices.SortFunc(out, func(a, b listed) int { return cmp.Compare(a.uid, b.uid) })
	return slices.CompactFunc(out, func(a, b listed) bool { return a.uid == b.uid }), nil
}

// fetch gets the bytes of mails, without marking them as seen. Mails that
// somebody removed meanwhile are left out.
func (c *conn) fetch(mails []listed, maxBytes int64) ([]fetched, error) {
	var whole, heads []listed
	for _, l := range mails {
		if l.size > maxBytes {
			heads = append(heads, l)
		} else {
			whole = append(whole, l)
		}
	}
	var out []fetched
	get := func(list []listed, section *imap.FetchItemBodySection) error {
		if len(list) == 0 {
			return nil
		}
		return c.within(5*c.m.o.Timeout, func() error { return c.fetchSection(list, section, &out) })
	}
	err := get(whole, &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: maxBytes}})
	if err == nil {
		err = get(heads, &imap.FetchItemBodySection{Peek: true, Specifier: imap.PartSpecifierHeader, Partial: &imap.SectionPartial{Size: maxHeader}})
	}
	if err != nil {
		return nil, fmt.Errorf("fetching mails: %w", err)
	}
	slices.SortFunc(out, func(a, b fetched) int { return cmp.Compare(a.uid, b.uid) })
	return out, nil
}

func (c *conn) fetchSection(list []listed, section *imap.FetchItemBodySection, out *[]fetched) error {
	sizes := make(map[uint32]int64, len(list))
	for _, l := range list {
		sizes[l.uid] = l.size
	}
	cmd := c.imap.Fetch(uidSet(list), &imap.FetchOptions{UID: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{section}})
	defer cmd.Close()
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		f, ok, err := one(msg, section.Partial.Size)
		if err != nil {
			return err
		}
		size, asked := sizes[f.uid]
		if !ok || !asked {
			continue
		}
		delete(sizes, f.uid)
		f.size = size
		*out = append(*out, f)
	}
	return cmd.Close()
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
		case imapclient.FetchItemDataBodySection:
			if f.body, err = readAll(item.Literal, limit); err != nil {
				return f, false, err
			}
			ok = true
		}
	}
	return f, ok, nil
}
