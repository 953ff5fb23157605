package whatsapp

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "github.com/mattn/go-sqlite3" // driver "sqlite3"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"google.golang.org/protobuf/proto"
)

// keepSent is how long a reply is kept for phones that ask for it again and
// for receipts that come late.
const keepSent = 30 * 24 * time.Hour

// session is the database of an account.
type session struct {
	db        *sql.DB
	container *sqlstore.Container
	sqlite    bool
	now       func() time.Time
	had       had
}

// Ours, beside whatsmeow's tables: replies sent, work left to do, what came and
// the desk has not yet, and a ban.
const schema = `
CREATE TABLE IF NOT EXISTS ventanilla_sent (
	id TEXT PRIMARY KEY, reply TEXT NOT NULL, chat TEXT NOT NULL, message BYTEA NOT NULL, at BIGINT NOT NULL, acked BIGINT NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS ventanilla_work (
	id TEXT PRIMARY KEY, kind TEXT NOT NULL, data BYTEA NOT NULL, due BIGINT NOT NULL, tries BIGINT NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS ventanilla_taken (
	n SERIAL_KEY, external TEXT NOT NULL, body BYTEA NOT NULL, received BIGINT NOT NULL, envelope TEXT NOT NULL, mark_key TEXT NOT NULL, mark TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS ventanilla_taken_external ON ventanilla_taken (external);
CREATE TABLE IF NOT EXISTS ventanilla_ban (until BIGINT NOT NULL, detail TEXT NOT NULL);
`

var notName = regexp.MustCompile(`[^a-z0-9_]+`)

// openSession opens the database, whatsmeow's store in it, and our tables.
func openSession(ctx context.Context, o Options) (s *session, err error) {
	s = &session{now: o.Now, sqlite: !strings.HasPrefix(o.Database, "postgres://") && !strings.HasPrefix(o.Database, "postgresql://")}
	dialect := "sqlite3"
	if s.sqlite {
		s.db, err = openFile(o.Database)
	} else {
		dialect = "postgres"
		s.db, err = openSchema(ctx, o.Database, "whatsapp_"+notName.ReplaceAllString(strings.ToLower(o.Name), "_"))
	}
	if err != nil {
		return nil, fmt.Errorf("opening the WhatsApp session: %w", err)
	}
	s.container = sqlstore.NewWithDB(s.db, dialect, quiet{o.Log})
	if err = s.container.Upgrade(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("preparing the WhatsApp session: %w", err), s.db.Close())
	}
	ours := strings.ReplaceAll(schema, "SERIAL_KEY", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY")
	if s.sqlite {
		ours = strings.NewReplacer("BYTEA", "BLOB", "SERIAL_KEY", "INTEGER PRIMARY KEY AUTOINCREMENT").Replace(schema)
	}
	if _, err = s.db.ExecContext(ctx, ours); err != nil {
		return nil, errors.Join(fmt.Errorf("preparing our tables in the WhatsApp session: %w", err), s.db.Close())
	}
	return s, nil
}

// openFile opens SQLite so that a message that was decrypted is on disk, and
// that two writers wait for each other instead of failing: without
// _txlock=immediate some messages count as undecryptable under load.
func openFile(path string) (*sql.DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) // keys: nobody else's to read
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	return sql.Open("sqlite3", SessionDSN(path))
}

// SessionDSN is how a session's SQLite file is opened, for the driver "sqlite3".
func SessionDSN(path string) string {
	name := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	return "file:" + name + "?_foreign_keys=on&_journal_mode=WAL&_synchronous=FULL&_busy_timeout=10000&_txlock=immediate&_stmt_cache_size=64"
}

// openSchema opens PostgreSQL with a schema of the account's own.
func openSchema(ctx context.Context, url, name string) (*sql.DB, error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the address of the PostgreSQL database cannot be read") // it holds a password
	}
	cfg.RuntimeParams["search_path"] = name
	db := stdlib.OpenDB(*cfg)
	db.SetMaxOpenConns(8)
	if _, err := db.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+pgx.Identifier{name}.Sanitize()); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// q writes a statement for the engine: SQLite numbers ?1, not $1.
func (s *session) q(text string) string {
	if s.sqlite {
		return strings.ReplaceAll(text, "$", "?")
	}
	return text
}

func (s *session) exec(ctx context.Context, text string, args ...any) error {
	_, err := s.db.ExecContext(ctx, s.q(text), args...)
	return err
}

// device is the linked device, or a new one that waits to be linked.
func (s *session) device(ctx context.Context) (*store.Device, error) {
	d, err := s.container.GetFirstDevice(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the WhatsApp session: %w", err)
	}
	return d, nil
}

// forget deletes a device that was logged out. whatsmeow does so too, but its
// client ends at the same moment, and its deletion with it: a device that stayed
// would knock again with keys that WhatsApp has struck out.
func (s *session) forget(ctx context.Context) error {
	d, err := s.device(ctx)
	if err != nil || d.ID == nil {
		return err
	}
	if err := d.Delete(ctx); err != nil {
		return fmt.Errorf("forgetting the unlinked device: %w", err)
	}
	return nil
}

// sent is a reply as it went out, or shall go.
type sent struct {
	reply   string // channels.Reply.ID of its last part; behind it "#…" of another, or "call/…" for no reply
	chat    string
	message *waE2E.Message
	acked   bool
}

// remember writes a reply down before its first try and returns it as it was
// written down then: a later try sends the same bytes under the same id.
func (s *session) remember(ctx context.Context, id string, r sent) (sent, error) {
	body, err := proto.Marshal(r.message)
	if err != nil {
		return r, fmt.Errorf("writing the message: %w", err)
	}
	err = s.exec(ctx, `INSERT INTO ventanilla_sent (id, reply, chat, message, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING`,
		id, r.reply, r.chat, body, s.now().Unix())
	if err != nil {
		return r, fmt.Errorf("keeping the message: %w", err)
	}
	return s.recall(ctx, id)
}

// recall finds a message of ours; sql.ErrNoRows if there is none.
func (s *session) recall(ctx context.Context, id string) (r sent, err error) {
	var body []byte
	var acked int64
	err = s.db.QueryRowContext(ctx, s.q(`SELECT reply, chat, message, acked FROM ventanilla_sent WHERE id = $1`), id).Scan(&r.reply, &r.chat, &body, &acked)
	if err != nil {
		return r, err
	}
	r.message, r.acked = &waE2E.Message{}, acked > 0
	return r, proto.Unmarshal(body, r.message)
}

// acked notes that WhatsApp took a message.
func (s *session) acked(ctx context.Context, id string) error {
	return s.exec(ctx, `UPDATE ventanilla_sent SET acked = $2 WHERE id = $1`, id, s.now().Unix())
}

// prune forgets very old replies.
func (s *session) prune(ctx context.Context) error {
	return s.exec(ctx, `DELETE FROM ventanilla_sent WHERE at < $1`, s.now().Add(-keepSent).Unix())
}

// work is something left to do: a file to fetch, or a message that could not be
// read and may yet come.
type work struct {
	id    string
	kind  string
	data  []byte
	due   time.Time
	tries int
}

const (
	workFile   = "file"
	workUnread = "unread"
	workCaller = "caller" // a text to somebody who called
)

// plan writes work down; the same id twice is the same work.
func (s *session) plan(ctx context.Context, w work) error {
	return s.exec(ctx, planning, w.id, w.kind, w.data, w.due.Unix())
}

const (
	planning  = `INSERT INTO ventanilla_work (id, kind, data, due) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`
	finishing = `DELETE FROM ventanilla_work WHERE id = $1`
)

// due gives work whose time has come, the oldest first: files, which take long,
// or all else.
func (s *session) due(ctx context.Context, files bool) ([]work, error) {
	which := `kind <> 'file'`
	if files {
		which = `kind = 'file'`
	}
	rows, err := s.db.QueryContext(ctx, s.q(`SELECT id, kind, data, tries FROM ventanilla_work WHERE due <= $1 AND `+which+` ORDER BY due, id LIMIT 20`), s.now().Unix())
	if err != nil {
		return nil, err
	}
	return scanWork(rows)
}

func scanWork(rows *sql.Rows) ([]work, error) {
	defer rows.Close()
	var list []work
	for rows.Next() {
		var w work
		if err := rows.Scan(&w.id, &w.kind, &w.data, &w.tries); err != nil {
			return nil, err
		}
		list = append(list, w)
	}
	return list, rows.Err()
}

// later leaves work for another time; a try that could not even begin, because
// there is no connection, does not count.
func (s *session) later(ctx context.Context, id string, due time.Time, tried bool) error {
	n := 0
	if tried {
		n = 1
	}
	return s.exec(ctx, `UPDATE ventanilla_work SET tries = tries + $3, due = $2 WHERE id = $1`, id, due.Unix(), n)
}

func (s *session) done(ctx context.Context, id string) error {
	return s.exec(ctx, finishing, id)
}

// open counts the work left, with what the desk has not taken yet; 0 when the
// database cannot say.
func (s *session) open() (n int) {
	if err := s.db.QueryRow(`SELECT (SELECT count(*) FROM ventanilla_work) + (SELECT count(*) FROM ventanilla_taken)`).Scan(&n); err != nil {
		return 0
	}
	return n
}

// banned notes until when WhatsApp wants to see no login; the zero time takes
// that back.
func (s *session) banned(ctx context.Context, until time.Time, detail string) error {
	err := s.exec(ctx, `DELETE FROM ventanilla_ban`)
	if err == nil && !until.IsZero() {
		err = s.exec(ctx, `INSERT INTO ventanilla_ban (until, detail) VALUES ($1, $2)`, until.Unix(), detail)
	}
	return err
}

// ban is a ban that still holds, and until when; the zero time if there is none.
func (s *session) ban(ctx context.Context) (until time.Time, detail string, err error) {
	var unix int64
	err = s.db.QueryRowContext(ctx, `SELECT until, detail FROM ventanilla_ban`).Scan(&unix, &detail)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, "", nil
	}
	if err != nil || s.now().Unix() >= unix {
		return time.Time{}, "", err
	}
	return time.Unix(unix, 0), detail, nil
}

func (s *session) close() error { return s.db.Close() }
