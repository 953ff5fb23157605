package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// errBroken says that a part of a stored file is missing.
var errBroken = errors.New("store: a stored file is not whole")

// chunkSize is how much of a file one row holds: small enough that neither
// database keeps a big value in memory as a whole.
const chunkSize = 256 << 10

// putBlob stores data once and gives its number and hex SHA-256. Bytes that are
// there already stay until the commit, whoever means to destroy them.
func (tx *Tx) putBlob(data []byte) (id int64, hash string, err error) {
	sum := sha256.Sum256(data)
	hash = hex.EncodeToString(sum[:])
	for err = ErrNotFound; err == ErrNotFound; { // destroyed while this waited for it: stored anew
		if id, err = tx.newBlob(hash, data); err == ErrNotFound {
			err = tx.row(nil, "SELECT id FROM blob WHERE hash = $1"+tx.s.dialect.forShare, hash).Scan(&id)
		}
	}
	return id, hash, err
}

// newBlob stores bytes under their hash; ErrNotFound if they are there already.
func (tx *Tx) newBlob(hash string, data []byte) (id int64, err error) {
	first := data[:min(len(data), chunkSize)]
	if first == nil {
		first = []byte{}
	}
	err = tx.row(nil, "INSERT INTO blob (hash, size, created, data) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING RETURNING id",
		hash, len(data), micros(tx.now), first).Scan(&id)
	for n := 1; err == nil && n*chunkSize < len(data); n++ {
		_, err = tx.exec("INSERT INTO blob_chunk (blob, n, data) VALUES ($1, $2, $3)", id, n, data[n*chunkSize:min((n+1)*chunkSize, len(data))])
	}
	return id, err
}

// dropBlob destroys stored bytes unless something still holds them: the same
// file may have come in with another case.
func (tx *Tx) dropBlob(where string, key any) error {
	var id int64
	var hash string
	err := tx.row(nil, "SELECT id, hash FROM blob WHERE "+where+tx.s.dialect.forUpdate, key).Scan(&id, &hash)
	if err == ErrNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	var held int
	err = tx.row(nil, `SELECT (SELECT count(*) FROM (SELECT 1 FROM ledger WHERE blob = $1 LIMIT 1) a) + (SELECT count(*) FROM (SELECT 1 FROM file WHERE hash = $2 LIMIT 1) b)
		+ (SELECT count(*) FROM (SELECT 1 FROM message WHERE html = $2 AND html <> '' LIMIT 1) c)`, id, hash).Scan(&held)
	if err != nil || held > 0 {
		return err
	}
	if tx.s.dialect == sqliteDialect { // freed pages are overwritten, too
		if _, err := tx.exec("PRAGMA secure_delete = ON"); err != nil {
			return err
		}
	}
	if _, err := tx.exec("DELETE FROM blob_chunk WHERE blob = $1", id); err != nil {
		return err
	}
	return tx.one("DELETE FROM blob WHERE id = $1", id)
}

// PutBlob stores the bytes of a file, once, and gives their hex SHA-256.
func (tx *Tx) PutBlob(data []byte) (hash string, err error) {
	_, hash, err = tx.putBlob(data)
	return hash, err
}

// Blob gives the bytes stored under a hex SHA-256. ErrNotFound if there are none.
func (s *Store) Blob(ctx context.Context, hash string) ([]byte, error) {
	return blob(ctx, s, "b.hash = $1", hash)
}

func blob(ctx context.Context, r reader, where string, key any) ([]byte, error) {
	var id, size int64
	var data []byte
	if err := r.row(ctx, "SELECT b.id, b.size, b.data FROM blob b WHERE "+where, key).Scan(&id, &size, &data); err != nil {
		return nil, err
	}
	if size <= chunkSize {
		return data, nil
	}
	chunks, err := all(ctx, r, func(scan scanner) (c []byte, err error) { return c, scan(&c) }, "SELECT data FROM blob_chunk WHERE blob = $1 ORDER BY n", id)
	if err != nil {
		return nil, err
	}
	for _, c := range chunks {
		data = append(data, c...)
	}
	if int64(len(data)) != size {
		return nil, fmt.Errorf("%w: %d bytes instead of %d", errBroken, len(data), size)
	}
	return data, nil
}
