package store_test

import (
	"database/sql"
	"testing"

	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// TestEveryConnectionLost: a PostgreSQL that was started again has lost every
// connection of the pool, and each says so at its first use only.
func TestEveryConnectionLost(t *testing.T) {
	url := storetest.Postgres(t)
	st, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	server, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	for i := range 3 {
		for range 2 { // the driver itself pings a connection that was never taken again
			store.Idle(t, st, 10)
		}
		if _, err := server.Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"); err != nil {
			t.Fatal(err)
		}
		for others := 1; others > 0; {
			if err := server.QueryRow("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()").Scan(&others); err != nil {
				t.Fatal(err)
			}
		}
		if err := st.Write(t.Context(), func(tx *store.Tx) error {
			_, err := open(tx, "a@ejemplo.bo", "Asunto", "Texto")
			return err
		}); err != nil {
			t.Fatalf("write %d after every connection was lost: %v", i+1, err)
		}
	}
}
