package store

import (
	"context"
	"crypto/rand"
	"time"
)

// Opinion is what a person said of how their case was attended, once.
type Opinion struct {
	Ticket  string
	Score   int // 1 (bad) to 5 (good)
	Comment string
	At      time.Time
}

// AddOpinion stores an opinion; ErrExists if the person gave one already.
func (tx *Tx) AddOpinion(o Opinion) error {
	n, err := tx.exec("INSERT INTO opinion (ticket, score, comment, at) VALUES ($1, $2, $3, $4) ON CONFLICT (ticket) DO NOTHING", o.Ticket, o.Score, short(o.Comment, 1000), micros(tx.now))
	if err == nil && n == 0 {
		return ErrExists
	}
	return err
}

// Opinion gives what was said of a case; ErrNotFound if nothing was.
func (s *Store) Opinion(ctx context.Context, ticket string) (o Opinion, err error) {
	err = s.row(ctx, "SELECT ticket, score, comment, at FROM opinion WHERE ticket = $1", ticket).Scan(&o.Ticket, &o.Score, &o.Comment, when{&o.At})
	return o, err
}

// SigningKey is the office's own key, made at the first start: with it what
// leaves the desk carries a proof. When two nodes start at once the first one's stays.
func (s *Store) SigningKey(ctx context.Context) ([]byte, error) {
	if known := s.signing.Load(); known != nil {
		return *known, nil
	}
	var key []byte
	known, err := s.Setting(ctx, "reply_key", &key)
	if err == nil && !known {
		err = s.makeSigningKey(ctx, &key)
	}
	if err != nil {
		return nil, err
	}
	s.signing.Store(&key)
	return key, nil
}

func (s *Store) makeSigningKey(ctx context.Context, key *[]byte) error {
	return s.Write(ctx, func(tx *Tx) error {
		known, err := tx.Setting("reply_key", key)
		if err != nil || known {
			return err
		}
		*key = make([]byte, 32)
		rand.Read(*key) // never fails
		return tx.SetSetting("reply_key", *key, "system")
	})
}
