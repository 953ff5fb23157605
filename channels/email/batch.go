package email

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"ventanilla/channels"
)

// trouble counts how often in a row the connection broke at one place: while
// the mails from a UID on were fetched.
type trouble struct {
	validity, from uint32
	times          int
}

const (
	aloneAfter = 1 // broken connections at one place until mails are fetched singly
	skipAfter  = 5 // … until the mail there is recorded as unreadable
)

// again counts one more break at uid.
func (t trouble) again(f folder, uid uint32) trouble {
	if t.validity != f.validity || t.from != uid {
		t = trouble{validity: f.validity, from: uid}
	}
	t.times++
	return t
}

// batch is a run of mails that are stored together.
type batch struct {
	first uint32 // of the run in which it was fetched
	last  uint32 // the mark after it
	uids  []uint32
	raws  []channels.Raw
	err   error
}

// catchUp stores everything after UID last, and returns the new last. While
// one batch is being stored the next is fetched.
func (m *Mailbox) catchUp(ctx context.Context, h channels.Host, c *conn, f folder, last uint32) (uint32, error) {
	list, err := c.list(last)
	if err != nil || len(list) == 0 {
		return last, err
	}
	batches, quit := make(chan batch), make(chan struct{})
	go m.fetchAll(c, f, m.runs(f, list), m.trouble, batches, quit)
	defer func() {
		close(quit)
		for range batches { // the fetcher must not use the connection after us
		}
	}()
	var done []uint32
	for b := range batches {
		if b.err != nil {
			m.trouble = m.trouble.again(f, b.first)
			return last, b.err
		}
		err := h.Accept(ctx, channels.Batch{Raws: b.raws, Marks: map[string]string{m.o.Folder: fmt.Sprintf("%d:%d", f.validity, b.last)}})
		if err != nil {
			c.close() // do not wait for the rest
			return last, fmt.Errorf("storing mails of %s: %w", m.o.Folder, err)
		}
		last, m.trouble = b.last, trouble{}
		h.Progress("fetching")
		done = append(done, b.uids...)
	}
	if m.o.MoveTo != "" {
		return last, c.move(done, m.o.MoveTo)
	}
	return last, nil
}

// runs cuts the list into what is fetched at once. Where the connection broke
// before, mails are fetched singly until that place is passed.
func (m *Mailbox) runs(f folder, list []uint32) [][]uint32 {
	var out [][]uint32
	if t := m.trouble; t.validity == f.validity && t.times >= aloneAfter {
		n := min(len(list), m.o.BatchMails)
		out = slices.Collect(slices.Chunk(list[:n], 1))
		list = list[n:]
	}
	return append(out, slices.Collect(slices.Chunk(list, m.o.BatchMails))...)
}

// fetchAll fetches run after run and hands over batches of bounded size, until
// an error or quit.
func (m *Mailbox) fetchAll(c *conn, f folder, runs [][]uint32, t trouble, out chan<- batch, quit <-chan struct{}) {
	defer close(out)
	for _, run := range runs {
		skip := t.validity == f.validity && t.times >= skipAfter && len(run) == 1 && run[0] == t.from
		for b := range m.fetchRun(c, f, run, skip) {
			select {
			case out <- b:
			case <-quit:
				return
			}
			if b.err != nil {
				return
			}
		}
	}
}

// fetchRun yields the batches of one run; after an error none follows. A run
// that the server refuses because of one mail in it is fetched mail by mail,
// and that mail becomes a raw without a body: a row in the ledger rather than
// a wall. So does one at which the connection broke too often (skip).
func (m *Mailbox) fetchRun(c *conn, f folder, run []uint32, skip bool) iter.Seq[batch] {
	end := run[len(run)-1]
	unread := func(why string) batch {
		m.o.Log.Warn().Str("reason", why).Str("channel", m.o.Name).Uint32("uid", end).Msg("the server does not give a mail")
		return batch{first: end, last: end, raws: []channels.Raw{m.unreadable(f, end, why)}}
	}
	return func(yield func(batch) bool) {
		if skip {
			yield(unread("the connection breaks while this mail is fetched"))
			return
		}
		mails, err := c.probe(run)
		if refused(err) && len(run) == 1 {
			yield(unread(err.Error()))
			return
		}
		if refused(err) {
			for _, uid := range run {
				for b := range m.fetchRun(c, f, []uint32{uid}, false) {
					if !yield(b) || b.err != nil {
						return
					}
				}
			}
			return
		}
		if err != nil {
			yield(batch{first: run[0], err: err})
			return
		}
		parts := m.bySize(mails)
		for i, part := range parts {
			b := m.batch(c, f, part)
			if b.first = run[0]; i == len(parts)-1 {
				b.last = end // also over mails removed meanwhile
			}
			if !yield(b) || b.err != nil {
				return
			}
		}
	}
}

func (m *Mailbox) batch(c *conn, f folder, part []fetched) (b batch) {
	if b.err = c.complete(part, m.o.MaxBytes); b.err != nil {
		return b
	}
	for _, g := range part {
		b.uids = append(b.uids, g.uid)
		b.raws = append(b.raws, m.raw(f, g))
		b.last = g.uid
	}
	return b
}

// bySize cuts mails into batches of at most BatchBytes, but at least one mail.
// It gives one batch even for no mails: the mark moves over removed ones.
func (m *Mailbox) bySize(mails []fetched) [][]fetched {
	out := [][]fetched{nil}
	var sum int64
	for _, l := range mails {
		size := min(max(l.size, int64(len(l.body))), m.o.MaxBytes)
		if n := len(out) - 1; len(out[n]) > 0 && sum+size > m.o.BatchBytes {
			out, sum = append(out, nil), 0
		}
		n := len(out) - 1
		out[n], sum = append(out[n], l), sum+size
	}
	return out
}
