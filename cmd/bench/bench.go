package main

import (
	"fmt"
	"os"
	"runtime/pprof"
	"sync"
	"testing"
)

// bench lends the tests' servers to a program: they ask for a testing.TB, of
// which they use these methods.
type bench struct {
	testing.TB
	profile string
	mu      sync.Mutex
	undo    []func()
}

func newBench(profile string) *bench { return &bench{profile: profile} }

func (b *bench) Helper() {}

func (b *bench) Cleanup(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.undo = append(b.undo, f)
}

// clean undoes everything, the newest first.
func (b *bench) clean() {
	for {
		b.mu.Lock()
		n := len(b.undo)
		if n == 0 {
			b.mu.Unlock()
			return
		}
		f := b.undo[n-1]
		b.undo = b.undo[:n-1]
		b.mu.Unlock()
		f()
	}
}

// aside runs f and then undoes what f started, so that no server of one figure
// disturbs the next.
func (b *bench) aside(f func(b *bench)) {
	own := newBench(b.profile)
	b.Cleanup(own.clean)
	f(own)
	own.clean()
}

// fail ends the program: a figure that could not be measured is none.
func (b *bench) fail(words ...any) {
	fmt.Fprintln(os.Stderr, append([]any{"bench:"}, words...)...)
	b.clean()
	os.Exit(1)
}

func (b *bench) check(err error) {
	if err != nil {
		b.fail(err)
	}
}

func (b *bench) Fatal(words ...any)                 { b.fail(words...) }
func (b *bench) Fatalf(format string, words ...any) { b.fail(fmt.Sprintf(format, words...)) }
func (b *bench) Error(words ...any)                 { b.fail(words...) }
func (b *bench) Errorf(format string, words ...any) { b.fail(fmt.Sprintf(format, words...)) }
func (b *bench) Logf(format string, words ...any)   { fmt.Fprintf(os.Stderr, format+"\n", words...) }

// TempDir is a folder that is removed at the end.
func (b *bench) TempDir() string {
	dir, err := os.MkdirTemp("", "ventanilla-bench-")
	b.check(err)
	b.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// profiling profiles this process, where a desk runs in it, until done is called.
func (b *bench) profiling() (done func()) {
	if b.profile == "" {
		return func() {}
	}
	f, err := os.Create(fmt.Sprintf("%s.%d", b.profile, profiles.Add(1)))
	b.check(err)
	b.check(pprof.StartCPUProfile(f))
	return func() {
		pprof.StopCPUProfile()
		b.check(f.Close())
	}
}
