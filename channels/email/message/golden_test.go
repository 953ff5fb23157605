package message

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ventanilla/channels"
)

var update = flag.Bool("update", false, "write the golden files anew; then read what changed")

var own = []string{"soporte@agetic.gob.bo", "agetic.gob.bo"}

// golden is what a fixture is expected to mean.
type golden struct {
	Kind       channels.Kind
	From       string
	To, Cc     []string `json:",omitempty"`
	Subject    string
	Date       string                `json:",omitempty"`
	MessageID  string                `json:",omitempty"`
	InReplyTo  []string              `json:",omitempty"`
	References []string              `json:",omitempty"`
	Token      string                `json:",omitempty"`
	NoReply    bool                  `json:",omitempty"`
	Listed     bool                  `json:",omitempty"`
	Text       string                `json:",omitempty"`
	Said       string                `json:",omitempty"` // only if it differs from Text
	HTML       int                   `json:",omitempty"` // length
	Files      []goldenFile          `json:",omitempty"`
	Bounces    []channels.BounceInfo `json:",omitempty"`
	Defects    []string              `json:",omitempty"`
}

type goldenFile struct {
	Name, Type string
	ContentID  string `json:",omitempty"`
	Inline     bool   `json:",omitempty"`
	Bytes      int
}

func goldenOf(m Mail) golden {
	addr := func(a channels.Address) string {
		if a.Name == "" {
			return a.Value
		}
		return a.Name + " <" + a.Value + ">"
	}
	list := func(l []channels.Address) (out []string) {
		for _, a := range l {
			out = append(out, addr(a))
		}
		return out
	}
	g := golden{
		Kind: m.Kind, From: addr(m.From), To: list(m.To), Cc: list(m.Cc), Subject: m.Subject, MessageID: m.MessageID,
		InReplyTo: m.InReplyTo, References: m.References, Token: m.Token, NoReply: m.NoReply, Listed: m.Listed, Text: m.Text,
		HTML: len(m.HTML), Bounces: m.Bounces, Defects: m.Defects,
	}
	if !m.Date.IsZero() {
		g.Date = m.Date.Format("2006-01-02T15:04:05Z07:00")
	}
	if m.Said != m.Text {
		g.Said = m.Said
	}
	for _, f := range m.Files {
		g.Files = append(g.Files, goldenFile{f.Name, f.Type, f.ContentID, f.Inline, len(f.Data)})
	}
	return g
}

func fixtures(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("testdata/mails/*.eml")
	if err != nil || len(names) < 40 {
		t.Fatalf("%d fixtures, %v", len(names), err)
	}
	out := map[string][]byte{}
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(n), ".eml")] = b
	}
	return out
}

// TestGolden reads every fixture and compares with what a person has checked.
func TestGolden(t *testing.T) {
	for name, raw := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			got := goldenOf(Parse(raw, Options{Own: own}))
			path := "testdata/mails/" + name + ".json"
			if *update {
				b, err := marshal(got)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, b, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var want golden
			if err := json.Unmarshal(b, &want); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// marshal writes JSON that people can read: no escapes for <, > and &.
func marshal(v any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return []byte(b.String()), err
}
