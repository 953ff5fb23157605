// Package ventanilla_test holds the map of the house: every folder with Go
// code, what it may import of the project, and what of others. A new folder,
// or an arrow that is not drawn here, fails: adding a room means adding a line
// on purpose.
package ventanilla_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// room is what one folder may import: folders of the project, and modules.
type room struct {
	own    []string
	others []string
}

var plan = map[string]room{
	".":                        {},
	"config":                   {nil, []string{"github.com/pelletier/go-toml/v2"}},
	"channels":                 {nil, []string{"github.com/rs/zerolog"}},
	"channels/clamd":           {[]string{"channels"}, nil},
	"channels/clamd/clamdtest": {nil, nil},
	"channels/email":           {[]string{"channels", "channels/email/authentic", "channels/email/message"}, []string{"github.com/emersion", "github.com/rs/zerolog"}},
	"channels/email/message":   {[]string{"channels"}, []string{"github.com/emersion/go-message", "golang.org/x/net", "golang.org/x/text"}},
	"channels/email/oauth":     {nil, []string{"golang.org/x/oauth2", "github.com/rs/zerolog"}},
	"channels/email/authentic": {nil, []string{"github.com/emersion/go-msgauth", "blitiri.com.ar/go/spf", "golang.org/x/net"}},
	"channels/email/mailtest": {[]string{"channels", "channels/email"}, []string{
		"github.com/emersion"}},
	"channels/phone":              {[]string{"channels"}, []string{"github.com/rs/zerolog", "golang.org/x/text"}},
	"channels/whatsapp":           {[]string{"channels"}, []string{"go.mau.fi/whatsmeow", "go.mau.fi/libsignal/logger", "google.golang.org/protobuf", "github.com/mattn/go-sqlite3", "github.com/jackc/pgx/v5", "github.com/rs/zerolog"}},
	"channels/whatsapp/loopback":  {nil, []string{"go.mau.fi/whatsmeow", "go.mau.fi/libsignal", "github.com/coder/websocket", "google.golang.org/protobuf"}},
	"router":                      {[]string{"channels", "router/classify", "router/dialogue", "router/facts", "router/outage", "tickets", "tickets/calendar", "tickets/privacy", "tickets/store", "tickets/words"}, []string{"github.com/rs/zerolog"}},
	"router/outage":               {nil, nil},
	"router/classify":             {[]string{"tickets/words"}, nil},
	"router/dialogue":             {[]string{"tickets/words"}, nil},
	"router/facts":                {[]string{"tickets", "tickets/privacy", "tickets/words"}, nil},
	"router/classify/learn":       {[]string{"router/classify"}, nil},
	"router/classify/data":        {nil, nil},
	"router/lessons":              {[]string{"router/classify", "router/classify/data", "router/classify/learn", "tickets/store"}, []string{"github.com/rs/zerolog"}},
	"router/classify/train":       {[]string{"router/classify", "router/classify/learn"}, nil},
	"tickets":                     {[]string{"tickets/calendar"}, nil},
	"tickets/calendar":            {nil, nil},
	"tickets/words":               {nil, []string{"github.com/kljensen/snowball", "golang.org/x/text"}},
	"tickets/privacy":             {[]string{"tickets/words"}, []string{"golang.org/x/net"}},
	"tickets/store":               {[]string{"channels", "tickets", "tickets/words"}, []string{"github.com/mattn/go-sqlite3", "github.com/jackc/pgx/v5", "github.com/rs/zerolog"}},
	"tickets/office":              {[]string{"channels", "tickets", "tickets/calendar", "tickets/store"}, []string{"github.com/rs/zerolog"}},
	"tickets/store/storetest":     {[]string{"tickets/store"}, []string{"github.com/rs/zerolog", "github.com/jackc/pgx/v5"}},
	"tickets/console/browsertest": {nil, []string{"github.com/chromedp"}},
	"tickets/console":             {[]string{"channels", "channels/phone", "tickets", "tickets/calendar", "tickets/privacy", "tickets/store"}, []string{"github.com/rs/zerolog", "github.com/microcosm-cc/bluemonday", "golang.org/x/crypto", "golang.org/x/net", "github.com/pelletier/go-toml/v2", "rsc.io/qr"}},
}

// anything may be imported by the programs that put the rooms together.
func programs(folder string) bool { return strings.HasPrefix(folder, "cmd/") }

func TestImports(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "." || d.Name() == "node_modules" || d.Name() == "testdata") {
			return fs.SkipDir
		}
		folder := filepath.ToSlash(filepath.Dir(path))
		if filepath.Ext(path) != ".go" || programs(folder) {
			return nil
		}
		seen[folder] = true
		check(t, folder, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for folder := range plan {
		if !seen[folder] {
			t.Errorf("%s is on the map and not in the house: take its line out", folder)
		}
	}
}

// check holds one file against the plan. Tests may import any room, since what
// they put together never ships.
func check(t *testing.T, folder, path string) {
	r, ok := plan[folder]
	if !ok {
		t.Errorf("%s: the folder %s is not on the map in imports_test.go", path, folder)
		return
	}
	if strings.HasSuffix(path, "_test.go") {
		return
	}
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, imp := range f.Imports {
		name, err := strconv.Unquote(imp.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if own, ok := strings.CutPrefix(name, "ventanilla/"); ok {
			if !slices.Contains(r.own, own) {
				t.Errorf("%s: %s may not import %s", path, folder, own)
			}
			continue
		}
		if first, _, _ := strings.Cut(name, "/"); strings.Contains(first, ".") && !slices.ContainsFunc(r.others, func(m string) bool {
			return name == m || strings.HasPrefix(name, m+"/")
		}) {
			t.Errorf("%s: %s may not import %s", path, folder, name)
		}
	}
}
