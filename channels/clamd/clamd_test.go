package clamd_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"sync"
	"testing"
	"time"

	"ventanilla/channels"
	"ventanilla/channels/clamd"
	"ventanilla/channels/clamd/clamdtest"
)

func TestScan(t *testing.T) {
	daemon := clamdtest.Start(t)
	c := clamd.New(clamd.Options{Network: "unix", Address: daemon.Socket, MaxBytes: 8 << 20})
	if err := c.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	virus := []byte("antes " + clamdtest.Virus + " después")
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	w, err := z.Create("documento.txt")
	if err != nil {
		t.Fatal(err)
	}
	w.Write(virus)
	z.Close()
	mail := fmt.Sprintf("From: ana@correo.ejemplo\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n", base64.StdEncoding.EncodeToString(virus))
	found := channels.Finding{Virus: clamdtest.Name}
	for _, tc := range []struct {
		name string
		data []byte
		want channels.Finding
	}{
		{"nothing", nil, channels.Finding{}},
		{"empty", []byte{}, channels.Finding{}},
		{"words", []byte("Buenos días, no puedo ingresar."), channels.Finding{}},
		{"larger than a chunk", bytes.Repeat([]byte("a"), 700<<10), channels.Finding{}},
		{"virus", virus, found},
		{"virus at a seam of chunks", append(bytes.Repeat([]byte("a"), 256<<10-10), virus...), found},
		{"virus in an archive", zipped.Bytes(), found},
		{"virus in a mail", []byte(mail), found},
		{"above the daemon's limit", bytes.Repeat([]byte("a"), 5<<20), channels.Finding{Unscanned: "size"}},
		{"above our limit", bytes.Repeat([]byte("a"), 9<<20), channels.Finding{Unscanned: "size"}},
	} {
		if got, err := c.Scan(t.Context(), tc.data); err != nil || got != tc.want {
			t.Errorf("%s: %+v, %v; want %+v", tc.name, got, err, tc.want)
		}
	}
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			data, want := []byte("palabras"), channels.Finding{}
			if i%2 == 0 {
				data, want = virus, found
			}
			if got, err := c.Scan(t.Context(), data); err != nil || got != want {
				t.Errorf("at once: %+v, %v", got, err)
			}
		})
	}
	wg.Wait()
}

// TestScannerInTrouble: a daemon that is not there, or does not answer, is an
// error and never a clean bill.
func TestScannerInTrouble(t *testing.T) {
	daemon := clamdtest.Start(t)
	c := clamd.New(clamd.Options{Network: "unix", Address: daemon.Socket, Timeout: 300 * time.Millisecond})
	daemon.Freeze()
	if got, err := c.Scan(t.Context(), []byte("palabras")); err == nil {
		t.Errorf("a frozen daemon: %+v", got)
	}
	daemon.Thaw()
	daemon.Stop()
	if got, err := c.Scan(t.Context(), []byte("palabras")); err == nil {
		t.Errorf("no daemon: %+v", got)
	}
	if err := c.Ping(t.Context()); err == nil {
		t.Error("no daemon answers a ping")
	}
}
