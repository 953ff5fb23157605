package demo

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// marker is the file by which the demo knows a folder as its own. It also
// holds the lock that keeps a second demo out.
const marker = ".ventanilla-demo"

// folder is the demo's data folder, locked while it is open.
type folder struct {
	path string
	lock *os.File
	temp bool
}

// freshFolder empties or makes the demo's folder. It never touches one that
// holds anything and lacks the demo's marker. Empty path: a temporary folder
// that Close removes.
func freshFolder(path string) (*folder, error) {
	if path == "" {
		dir, err := os.MkdirTemp("", "ventanilla-demo-")
		if err != nil {
			return nil, fmt.Errorf("no se pudo crear una carpeta temporal: %w", err)
		}
		return &folder{path: dir, temp: true}, nil
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("no se pudo crear la carpeta de la demostración: %w", err)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("no se pudo leer la carpeta de la demostración: %w", err)
	}
	file := filepath.Join(path, marker)
	if _, err := os.Lstat(file); errors.Is(err, fs.ErrNotExist) && len(entries) > 0 {
		return nil, fmt.Errorf("la carpeta %s tiene cosas que no son de la demostración y no se toca; elija otra con --data o muévala", path)
	}
	lock, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("no se pudo marcar la carpeta de la demostración: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("ya hay una demostración en marcha en %s; ciérrela con Ctrl-C o elija otra carpeta con --data", path), lock.Close())
	}
	for _, e := range entries {
		if e.Name() == marker {
			continue
		}
		if err := os.RemoveAll(filepath.Join(path, e.Name())); err != nil {
			return nil, errors.Join(fmt.Errorf("no se pudo vaciar la carpeta de la demostración: %w", err), lock.Close())
		}
	}
	return &folder{path: path, lock: lock}, nil
}

// log is where the desk writes its own log: beside the data, so that the
// terminal tells the story.
func (f *folder) log(o Options) (io.WriteCloser, error) {
	if o.Exit {
		return stays{o.Err}, nil
	}
	file, err := os.OpenFile(filepath.Join(f.path, "ventanilla.log"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("no se pudo escribir el registro de la demostración: %w", err)
	}
	return file, nil
}

// stays is a writer that is not ours to close.
type stays struct{ io.Writer }

func (stays) Close() error { return nil }

// Close lets the folder go; a temporary one disappears.
func (f *folder) Close() error {
	if f.temp {
		return os.RemoveAll(f.path)
	}
	return f.lock.Close()
}
