package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// chunkSize is how much of a file one row holds: small enough that neither
// database keeps a big value in memory as a whole.
const chunkSize = 256 << 10

// putBlob stores data once and gives its number and hex SHA-256.
func (tx *Tx) putBlob(data []byte) (id int64, hash string, err error) {
	sum := sha256.Sum256(data)
	hash = hex.EncodeToString(sum[:])
	rows, err := tx.query(nil, "INSERT INTO blob (hash, size, created) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING RETURNING id", hash, len(data), micros(tx.now))
	if err = (rowScanner{rows, err}).Scan(&id); err == ErrNotFound {
		return id, hash, tx.row(nil, "SELECT id FROM blob WHERE hash = $1", hash).Scan(&id)
	}
	if err != nil {
		return 0, "", err
	}
	for n := 0; n*chunkSize < len(data) || n == 0; n++ {
		part := data[n*chunkSize : min((n+1)*chunkSize, len(data))]
		if part == nil {
			part = []byte{}
		}
		if _, err := tx.exec("INSERT INTO blob_chunk (blob, n, data) VALUES ($1, $2, $3)", id, n, part); err != nil {
			return 0, "", err
		}
	}
	return id, hash, nil
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
	type chunk struct {
		size int64
		data []byte
	}
	chunks, err := all(ctx, r, func(scan scanner) (c chunk, err error) {
		return c, scan(&c.size, &c.data)
	}, "SELECT b.size, c.data FROM blob b JOIN blob_chunk c ON c.blob = b.id WHERE "+where+" ORDER BY c.n", key)
	if err != nil {
		return nil, err
	}
	if len(chunks) == 0 {
		return nil, ErrNotFound
	}
	data := chunks[0].data
	for _, c := range chunks[1:] {
		data = append(data, c.data...)
	}
	if int64(len(data)) != chunks[0].size {
		return nil, fmt.Errorf("stored file has %d bytes instead of %d", len(data), chunks[0].size)
	}
	return data, nil
}
