package e2e

import (
	"database/sql"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// stopped is the tests' PostgreSQL, stopped for a while.
type stopped struct {
	t                 testing.TB
	url, data, binary string
	command           string // as it was started
	owner             *syscall.SysProcAttr
}

// stopPostgres stops the server behind a database, cutting its connections.
// It is started again at the end of the test if start was not called.
func stopPostgres(t testing.TB, url string) *stopped {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := &stopped{t: t, url: url}
	if err := db.QueryRow("SHOW data_directory").Scan(&s.data); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(s.data, "postmaster.opts"))
	if err != nil {
		t.Fatal(err)
	}
	s.command = strings.TrimSpace(string(b))
	info, err := os.Stat(s.data)
	if err != nil {
		t.Fatal(err)
	}
	own := info.Sys().(*syscall.Stat_t)
	s.owner = &syscall.SysProcAttr{}
	if me, err := user.Current(); err == nil && me.Uid != strconv.Itoa(int(own.Uid)) {
		s.owner.Credential = &syscall.Credential{Uid: own.Uid, Gid: own.Gid}
	}
	syscall.Kill(s.pid(), syscall.SIGINT) // fast shutdown
	eventually(t, 20*time.Second, "PostgreSQL has stopped", func() bool {
		_, err := os.Stat(filepath.Join(s.data, "postmaster.pid"))
		return os.IsNotExist(err)
	})
	return s
}

func (s *stopped) pid() int {
	s.t.Helper()
	b, err := os.ReadFile(filepath.Join(s.data, "postmaster.pid"))
	if err != nil {
		s.t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.SplitN(string(b), "\n", 2)[0])
	if err != nil {
		s.t.Fatal(err)
	}
	return pid
}

// start starts the server again, as it was, until the tests end.
func (s *stopped) start() {
	s.t.Helper()
	cmd := exec.Command("/bin/sh", "-c", "exec "+s.command)
	cmd.Dir, cmd.SysProcAttr = filepath.Dir(s.data), s.owner
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	atEnd = append(atEnd, func() {
		cmd.Process.Signal(syscall.SIGINT)
		cmd.Wait()
	})
	eventually(s.t, 20*time.Second, "PostgreSQL answers", func() bool {
		db, err := sql.Open("pgx", s.url)
		if err != nil {
			return false
		}
		defer db.Close()
		return db.Ping() == nil
	})
}
