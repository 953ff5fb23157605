// Package e2e tests the whole program from outside: real processes, killed and
// stopped as machines kill and stop them, between real mail servers and real
// databases. What a part promises alone is tested beside that part; here stands
// what only the whole can break.
package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"ventanilla/cmd/ventanilla/desk"
	"ventanilla/config"
)

// The test binary is also a node: with nodeConfig in its environment it runs
// the desk instead of the tests. Unlike the program it can be told that it
// starts later than it does (nodeAhead), so that what a killed node held has
// lapsed without anybody waiting for it.
const (
	nodeConfig = "VENTANILLA_E2E_CONFIG"
	nodeAhead  = "VENTANILLA_E2E_AHEAD"
)

func TestMain(m *testing.M) {
	if file := os.Getenv(nodeConfig); file != "" {
		if err := node(file); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	for _, end := range atEnd {
		end()
	}
	os.Exit(code)
}

// atEnd is done once after all tests.
var atEnd []func()

func node(file string) error {
	ahead, err := time.ParseDuration(os.Getenv(nodeAhead))
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	cfg, err := config.Load(file, false, os.Getenv)
	if err != nil {
		return err
	}
	log := zerolog.New(os.Stderr).Level(zerolog.DebugLevel).With().Timestamp().Logger()
	d, err := desk.Open(ctx, cfg, desk.Options{Version: "e2e", Log: log, Now: func() time.Time { return time.Now().Add(ahead) }})
	if err != nil {
		return err
	}
	return errors.Join(d.Run(ctx), d.Close())
}

var built struct {
	sync.Once
	file string
	err  error
}

// program is the path of the real program, built once, in a folder that any
// user may enter.
func program(t testing.TB) string {
	t.Helper()
	built.Do(func() {
		dir, err := os.MkdirTemp("", "ventanilla-e2e-")
		if err != nil {
			built.err = err
			return
		}
		atEnd = append(atEnd, func() { os.RemoveAll(dir) })
		built.file = filepath.Join(dir, "ventanilla")
		if err := os.Chmod(dir, 0o755); err != nil {
			built.err = err
			return
		}
		out, err := exec.Command("go", "build", "-ldflags", "-X main.version=e2e", "-o", built.file, "ventanilla/cmd/ventanilla").CombinedOutput()
		if err != nil {
			built.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	if built.err != nil {
		t.Fatalf("building the program: %v", built.err)
	}
	return built.file
}
