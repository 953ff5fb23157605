package storetest

import (
	"bytes"
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // driver "pgx"
)

// server is the one PostgreSQL of this test process. It is stopped when the
// last test that uses it ends, and by the watchdog when the process dies.
var server struct {
	sync.Mutex
	*postgres
	users int
	err   error
}

var databases atomic.Int64

// Postgres gives the address of a new, empty PostgreSQL database. The server is
// started by the first test that asks and stopped after the last one that runs.
func Postgres(t testing.TB) string {
	t.Helper()
	server.Lock()
	if server.postgres == nil && server.err == nil {
		server.postgres, server.err = start()
	}
	pg, err := server.postgres, server.err
	server.users++
	server.Unlock()
	t.Cleanup(func() {
		server.Lock()
		defer server.Unlock()
		server.users--
	})
	if err != nil {
		t.Fatalf("these tests need a PostgreSQL 15 or later: apt-get install postgresql (%v)", err)
	}
	name := fmt.Sprintf("test%d", databases.Add(1))
	db, err := sql.Open("pgx", pg.url("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	return pg.url(name)
}

// postgres is a running server.
type postgres struct {
	dir  string
	port int
	cmd  *exec.Cmd
}

func (p *postgres) url(database string) string {
	return fmt.Sprintf("postgres://test@127.0.0.1:%d/%s?sslmode=disable", p.port, database)
}

func start() (*postgres, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "ventanilla-postgres-")
	if err != nil {
		return nil, err
	}
	as, err := unprivileged(dir)
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = as(), dir
	if out, err := initdb.CombinedOutput(); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out))
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	p := &postgres{dir: dir, port: port}
	// The shell stops the server when its standard input, a pipe of this
	// process, closes: no server outlives a test process that was killed.
	script := `"$0" "$@" </dev/null & pid=$!; trap 'kill -INT $pid' TERM INT; cat >/dev/null; kill -INT $pid; wait $pid; cd /; rm -rf "$DIR"`
	p.cmd = exec.Command("/bin/sh", "-c", script, filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync="+fsync(), "-c", "max_connections=200",
		"-c", "shared_buffers=64MB", "-c", "deadlock_timeout=200ms", "-c", "log_min_messages=fatal")
	p.cmd.SysProcAttr, p.cmd.Dir = as(), dir
	p.cmd.Env = append(os.Environ(), "DIR="+dir)
	if _, err := p.cmd.StdinPipe(); err != nil { // held open until the process ends
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	return p, p.ready()
}

// fsync is off in tests, which kill no machine; STORETEST_FSYNC=on for benchmarks.
func fsync() string {
	if v := os.Getenv("STORETEST_FSYNC"); v != "" {
		return v
	}
	return "off"
}

func (p *postgres) ready() error {
	db, err := sql.Open("pgx", p.url("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	for range 300 {
		if err = db.Ping(); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(p.dir, "log"))
	return fmt.Errorf("server does not answer: %w: %s", err, log)
}

// binaries finds the newest installed server.
func binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	for _, place := range []string{"/usr/local/pgsql/bin/postgres", "/usr/pgsql/bin/postgres"} {
		if _, err := os.Stat(place); err == nil {
			found = append(found, place)
		}
	}
	if len(found) == 0 {
		if path, err := exec.LookPath("postgres"); err == nil {
			return filepath.Dir(path), nil
		}
		return "", fmt.Errorf("no server binaries under /usr/lib/postgresql")
	}
	slices.Sort(found)
	return filepath.Dir(found[len(found)-1]), nil
}

// unprivileged gives the credentials to run under: initdb refuses root.
func unprivileged(dir string) (func() *syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return func() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(dir, uid, gid); err != nil {
		return nil, err
	}
	return func() *syscall.SysProcAttr {
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
