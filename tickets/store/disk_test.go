package store_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rs/zerolog"

	"ventanilla/channels"
	"ventanilla/tickets/store"
	"ventanilla/tickets/store/storetest"
)

// TestFullDisk fills a small disk: the batch that no longer fits is refused
// with a clear error, what was accepted stays, and with room it goes on.
func TestFullDisk(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("NOT TESTED: only root can mount the small disk that this test fills")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=3m"); err != nil {
		t.Skipf("NOT TESTED: this machine lets nobody mount the small disk that this test fills (%v)", err)
	}
	defer syscall.Unmount(dir, syscall.MNT_DETACH)
	s, err := store.Open(context.Background(), store.Options{URL: "sqlite:" + filepath.Join(dir, "v.db"), Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx := context.Background()
	stored := 0
	for i := 0; ; i++ {
		r := raw(i)
		r.Body = []byte(strings.Repeat(string(rune('a'+i%26)), 100_000+i))
		err := s.Accept(ctx, "soporte", 0, channels.Batch{Raws: []channels.Raw{r}})
		if err != nil {
			if !errors.Is(err, store.ErrFull) {
				t.Fatalf("a full disk says: %v", err)
			}
			break
		}
		if stored++; stored > 100 {
			t.Fatal("10 MB on a disk of 3")
		}
	}
	sum, err := s.Accounts(ctx)
	if err != nil || sum.Received != int64(stored) {
		t.Errorf("%d received of %d accepted, %v", sum.Received, stored, err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=20m"); err != nil {
		t.Fatal(err)
	}
	if err := s.Accept(ctx, "soporte", 0, channels.Batch{Raws: []channels.Raw{raw(1000)}}); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

// TestReadOnlyFolder starts where nothing may be written. Root writes
// everywhere, so the test runs itself again as nobody.
func TestReadOnlyFolder(t *testing.T) {
	if dir := os.Getenv("STORE_TEST_READONLY"); dir != "" {
		for _, name := range []string{"v.db", "below/v.db"} {
			_, err := store.Open(context.Background(), store.Options{URL: "sqlite:" + filepath.Join(dir, name), Log: zerolog.Nop()})
			if err == nil {
				t.Fatal("opened in a folder that cannot be written")
			}
			if text := err.Error(); !strings.Contains(text, "writable") && !strings.Contains(text, "permission denied") {
				t.Errorf("not clear: %v", err)
			}
		}
		return
	}
	dir, err := os.MkdirTemp("/tmp", "store-readonly-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	// A copy of the test program that nobody may read and run.
	data, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	self := dir + ".test"
	defer os.Remove(self)
	if err := os.WriteFile(self, data, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestReadOnlyFolder$")
	cmd.Env = append(os.Environ(), "STORE_TEST_READONLY="+dir)
	cmd.Dir = "/tmp"
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestBadAddresses(t *testing.T) {
	ctx := context.Background()
	file := filepath.Join(t.TempDir(), "notes.txt")
	os.WriteFile(file, []byte(strings.Repeat("not a database ", 100)), 0o600)
	for url, want := range map[string]string{
		"mysql:x":        "must begin with sqlite: or postgres:",
		"sqlite:" + file: "not a SQLite database",
		"postgres://nobody@127.0.0.1:1/x?sslmode=disable&connect_timeout=2": "connect",
	} {
		_, err := store.Open(ctx, store.Options{URL: url, Log: zerolog.Nop()})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "opening database: ") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// TestReopen: what was durable is there after a start, and an older program
// refuses a database that a newer one has changed.
func TestReopen(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		ctx := context.Background()
		s, err := store.Open(ctx, store.Options{URL: url, Log: zerolog.Nop()})
		if err != nil {
			t.Fatal(err)
		}
		c := newCase(t, s, "ana@example.bo", "Señal", "no hay señal")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := s.Write(ctx, func(*store.Tx) error { return nil }); !errors.Is(err, store.ErrClosed) {
			t.Errorf("a closed store writes: %v", err)
		}
		s = storetest.Open(t, url, nil)
		if got, err := s.Ticket(ctx, c.ID); err != nil || got.Code != c.Code {
			t.Errorf("%v, %v", got, err)
		}
		store.FromTheFuture(t, s)
		if _, err := store.Open(ctx, store.Options{URL: url, Log: zerolog.Nop()}); err == nil || !strings.Contains(err.Error(), "newer version") {
			t.Errorf("a newer database: %v", err)
		}
	})
}
