package store

import (
	"context"
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate applies what the database has not seen yet, each file in one
// transaction, under a lock that other nodes wait for.
func (s *Store) migrate(ctx context.Context) error {
	names, err := migrationNames()
	if err != nil {
		return err
	}
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	for _, name := range names {
		text, err := migrations.ReadFile("migrations/" + name)
		if err != nil {
			return err
		}
		err = inTransaction(ctx, conn, s.dialect.begin, func() error {
			if err := s.dialect.lockMigrations(ctx, conn); err != nil {
				return err
			}
			if _, err := conn.ExecContext(ctx, s.dialect.sql(migrationTable)); err != nil {
				return err
			}
			var seen int
			row := conn.QueryRowContext(ctx, s.dialect.sql("SELECT count(*) FROM migration WHERE name = $1"), name)
			if err := row.Scan(&seen); err != nil || seen > 0 {
				return err
			}
			for _, statement := range statements(s.dialect, string(text)) {
				if _, err := conn.ExecContext(ctx, statement); err != nil {
					return fmt.Errorf("%w in %.60q", err, statement)
				}
			}
			_, err := conn.ExecContext(ctx, s.dialect.sql("INSERT INTO migration (name, at) VALUES ($1, $2)"), name, micros(s.now()))
			return err
		})
		if err != nil {
			return fmt.Errorf("migration %s: %w", name, explain(err))
		}
	}
	return s.refuseNewer(ctx, names)
}

const migrationTable = "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, at BIGINT NOT NULL)"

// refuseNewer stops an old program on a database that a newer one has changed.
func (s *Store) refuseNewer(ctx context.Context, known []string) error {
	applied, err := s.schema(ctx, s)
	if err != nil {
		return err
	}
	for _, name := range applied {
		if !slices.Contains(known, name) {
			return fmt.Errorf("the database was used by a newer version of the program (%s): start that version", name)
		}
	}
	return nil
}

// schema lists the migrations that the database has.
func (s *Store) schema(ctx context.Context, r reader) ([]string, error) {
	return all(ctx, r, text1, "SELECT name FROM migration ORDER BY name")
}

func migrationNames() ([]string, error) {
	entries, err := migrations.ReadDir("migrations")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if path.Ext(e.Name()) == ".sql" {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// statements fills in the macros, keeps the parts meant for this database
// ("--sqlite" and "--postgres" begin such a part, "--both" ends it) and cuts
// the text at the semicolons that end a line.
func statements(d *dialect, text string) []string {
	var kept strings.Builder
	for part, line := "both", ""; text != ""; {
		line, text, _ = strings.Cut(text, "\n")
		switch line {
		case "--sqlite", "--postgres", "--both":
			part = line[2:]
			continue
		}
		if part == "both" || part == d.name {
			kept.WriteString(line + "\n")
		}
	}
	body := kept.String()
	for name, value := range d.macros {
		body = strings.ReplaceAll(body, "{{"+name+"}}", value)
	}
	var list []string
	for _, statement := range strings.Split(body, ";\n") {
		if strings.TrimSpace(statement) != "" {
			list = append(list, statement)
		}
	}
	return list
}
