package demo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFreshFolder(t *testing.T) {
	t.Run("strange files stay", func(t *testing.T) {
		dir := t.TempDir()
		thesis := filepath.Join(dir, "tesis.odt")
		if err := os.WriteFile(thesis, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := freshFolder(dir); err == nil || !strings.Contains(err.Error(), "no se toca") {
			t.Fatalf("took over a folder that is not its own: %v", err)
		}
		if _, err := os.Stat(thesis); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("its own is emptied, one demo at a time", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "data-demo")
		first, err := freshFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		old := filepath.Join(dir, "ventanilla.db")
		if err := os.WriteFile(old, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := freshFolder(dir); err == nil || !strings.Contains(err.Error(), "ya hay una demostración en marcha") {
			t.Fatalf("a second demo took the folder: %v", err)
		}
		if _, err := os.Stat(old); err != nil {
			t.Fatal("the second demo removed the first one's data")
		}
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		again, err := freshFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		if _, err := os.Stat(old); !os.IsNotExist(err) {
			t.Fatalf("the old data is still there: %v", err)
		}
	})
	t.Run("a temporary one disappears", func(t *testing.T) {
		f, err := freshFolder("")
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(f.path); !os.IsNotExist(err) {
			t.Fatal("the temporary folder stayed")
		}
	})
}
