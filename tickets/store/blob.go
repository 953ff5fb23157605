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

// putBlob stores data once and gives its number and hex SHA-256.
func (tx *Tx) putBlob(data []byte) (id int64, hash string, err error) {
	sum := sha256.Sum256(data)
	hash = hex.EncodeToString(sum[:])
	first := data[:min(len(data), chunkSize)]
	if first == nil {
		first = []byte{}
	}
	err = tx.row(nil, "INSERT INTO blob (hash, size, created, data) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING RETURNING id",
		hash, len(data), micros(tx.now), first).Scan(&id)
	if err == ErrNotFound {
		return id, hash, tx.row(nil, "SELECT id FROM blob WHERE hash = $1", hash).Scan(&id)
	}
	for n := 1; err == nil && n*chunkSize < len(data); n++ {
		_, err = tx.exec("INSERT INTO blob_chunk (blob, n, data) VALUES ($1, $2, $3)", id, n, data[n*chunkSize:min((n+1)*chunkSize, len(data))])
	}
	return id, hash, err
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
