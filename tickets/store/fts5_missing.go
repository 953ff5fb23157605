//go:build !sqlite_fts5

package store

// Without the tag go-sqlite3 has no full-text search; Open says so at once
// instead of the database's "no such module" in the middle of the first start.
const hasFTS5 = false
