package phone

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"ventanilla/channels"
)

func entry(n int) string {
	return line("71234567", "100", "from-trunk", "71234567", "", "Dial", "2026-11-23 10:00:00", "NO ANSWER", fmt.Sprintf("17000.%d", n)) + "\n"
}

func appendTo(t *testing.T, path, s string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(s); err != nil {
		t.Fatal(err)
	}
}

func log(t *testing.T) *CDR {
	return &CDR{ID: "central", File: filepath.Join(t.TempDir(), "Master.csv"), Poll: 5 * time.Millisecond, Log: zerolog.Nop()}
}

func (c *CDR) mustCatchUp(t *testing.T, h *ledger) {
	t.Helper()
	if err := c.catchUp(context.Background(), h); err != nil {
		t.Fatal(err)
	}
}

func expect(t *testing.T, h *ledger, lines ...string) {
	t.Helper()
	want := strings.Split(strings.TrimSuffix(strings.Join(lines, ""), "\n"), "\n")
	if d := cmp.Diff(want, h.bodies()); d != "" {
		t.Fatal(d)
	}
}

func TestFollowGrowthAndRestart(t *testing.T) {
	c, h := log(t), newLedger()
	appendTo(t, c.File, entry(1)+entry(2)+entry(3)[:40])
	c.mustCatchUp(t, h)
	expect(t, h, entry(1), entry(2))
	appendTo(t, c.File, entry(3)[40:]+"garbage\n\n")
	again := &CDR{ID: c.ID, File: c.File, Log: zerolog.Nop()} // a new process with the stored mark
	again.mustCatchUp(t, h)
	expect(t, h, entry(1), entry(2), entry(3), "garbage\n")
	calls := h.calls
	again.mustCatchUp(t, h)
	if h.calls != calls {
		t.Error("nothing new, and yet something was handed over")
	}
}

func TestFollowRotation(t *testing.T) {
	c, h := log(t), newLedger()
	appendTo(t, c.File, entry(1))
	c.mustCatchUp(t, h)
	appendTo(t, c.File, entry(2)+strings.TrimSuffix(entry(3), "\n"))
	if err := os.Rename(c.File, c.File+".1"); err != nil {
		t.Fatal(err)
	}
	if err := c.catchUp(context.Background(), h); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("err = %v", err)
	}
	appendTo(t, c.File, "") // created, still empty: the old one may still grow
	c.mustCatchUp(t, h)
	expect(t, h, entry(1), entry(2))
	appendTo(t, c.File, entry(4))
	c.mustCatchUp(t, h)
	expect(t, h, entry(1), entry(2), entry(3), entry(4))
}

func TestFollowTwoRotationsWhileAway(t *testing.T) {
	c, h := log(t), newLedger()
	appendTo(t, c.File, entry(1))
	c.mustCatchUp(t, h)
	appendTo(t, c.File, entry(2))
	old := time.Now().Add(-time.Hour)
	os.Rename(c.File, c.File+".2")
	os.Chtimes(c.File+".2", old, old)
	appendTo(t, c.File+".1", entry(3))
	appendTo(t, c.File, entry(4))
	c.mustCatchUp(t, h)
	expect(t, h, entry(1), entry(2), entry(3), entry(4))
}

func TestFollowTruncation(t *testing.T) {
	c, h := log(t), newLedger()
	appendTo(t, c.File, entry(1)+entry(2))
	c.mustCatchUp(t, h)
	if err := os.Truncate(c.File, 0); err != nil {
		t.Fatal(err)
	}
	c.mustCatchUp(t, h)
	appendTo(t, c.File, entry(3)+entry(4)+entry(5)) // longer than before: size alone would not tell
	c.mustCatchUp(t, h)
	expect(t, h, entry(1), entry(2), entry(3), entry(4), entry(5))
}

func TestFollowStoreDown(t *testing.T) {
	c, h := log(t), newLedger()
	appendTo(t, c.File, entry(1))
	h.full = true
	if err := c.Run(context.Background(), h); !errors.Is(err, errFull) {
		t.Fatalf("Run = %v, want the store's error", err)
	}
	h.full = false
	c.mustCatchUp(t, h)
	expect(t, h, entry(1))
}

func TestFollowLongLine(t *testing.T) {
	c, h := log(t), newLedger()
	appendTo(t, c.File, strings.Repeat("x", 3*maxLine)+"\n"+entry(1))
	c.mustCatchUp(t, h)
	if n := h.count(); n < 4 {
		t.Fatalf("%d raws", n)
	}
	last := h.raws[len(h.raws)-1]
	if string(last.Body)+"\n" != entry(1) {
		t.Errorf("the line after the long one is %.60q", last.Body)
	}
}

func TestFollowHeadingAndSince(t *testing.T) {
	c, h := log(t), newLedger()
	c.Since = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	appendTo(t, c.File, "accountcode,src,dst,dcontext,clid,channel,dstchannel,lastapp,lastdata,start,answer,end,duration,billsec,disposition\n"+
		strings.Replace(entry(1), "2026-11-23", "2019-11-23", 1)+entry(2))
	c.mustCatchUp(t, h)
	expect(t, h, entry(2))
}

func TestRun(t *testing.T) {
	c, h := log(t), newLedger()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx, h) }()
	appendTo(t, c.File, entry(1))
	for deadline := time.Now().Add(time.Minute); h.count() == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the line was not seen")
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run = %v after its context ended", err)
	}
}

// TestFollowMany asserts the work, not the time: 100,000 lines are taken whole,
// in few commits, and reading them again hands nothing over.
func TestFollowMany(t *testing.T) {
	if testing.Short() {
		t.Skip("100,000 lines")
	}
	c, h := log(t), newLedger()
	var b strings.Builder
	const n = 100_000
	for i := range n {
		b.WriteString(entry(i))
	}
	appendTo(t, c.File, b.String())
	start := time.Now()
	c.mustCatchUp(t, h)
	t.Logf("%d lines in %v, %d commits", n, time.Since(start).Round(time.Millisecond), h.calls)
	if h.count() != n || h.calls > n/batchLines+1 {
		t.Errorf("%d raws in %d commits", h.count(), h.calls)
	}
}

var _ channels.Host = (*ledger)(nil)
