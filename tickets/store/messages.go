package store

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"ventanilla/channels"
	"ventanilla/tickets"
	"ventanilla/tickets/words"
)

// Direction says which way a message of a case's thread went.
type Direction string

const (
	In   Direction = "in"     // from the person
	Out  Direction = "out"    // to the person
	Note Direction = "note"   // inside the office
	Sys  Direction = "system" // machine mail and other things the gateway noted
)

// Message is one thing said in a case, on any channel.
type Message struct {
	ID         string // "<case id>-<seq>"; given by the store, as Ticket and Seq
	Ticket     string
	Seq        int // 1, 2, … within the case
	Direction  Direction
	Kind       channels.Kind
	Medium     channels.Medium
	Channel    string
	ExternalID string // the message's own id at the far side
	Author     string // person id, user id or "system"
	AuthorName string
	Address    string // canonical address it came from or went to
	Subject    string
	Said       string // what was written now
	Text       string // everything, quotes and signature included; empty if the same as Said
	HTML       string // hash of the stored HTML; empty if none
	HTMLData   string // given to AddMessage instead of HTML; empty when read
	About      string // id of the message that it is about, if it says nothing by itself: what a reaction is to
	Ledger     int64  // the ledger line it was read from; 0 if none
	Defects    []string
	Authentic  string // whether the sender is who it claims to be, as channels.Report has it
	SentAt     time.Time
	ReceivedAt time.Time
	At         time.Time // when it entered the case
	Files      []File
	// Terms is what the search shall find of the body, made by words.Index;
	// empty: AddMessage makes it from Said. Making it beforehand keeps the
	// writer free.
	Terms string
	// Whole is the far side's id of what the message is a part of, as an album; the
	// case of its first part is that of the others.
	Whole string
	// Quiet leaves the case unread and where it is in the list (automatic replies).
	Quiet bool

	// Gone says that its writer took it back, or that it corrects another, which
	// says it now. Heard and Thread tell.
	Gone bool
	// Now is what it says since its writer corrected it; empty if nobody did.
	// Thread tells.
	Now string

	Outgoing string // id in the outbox, for Out
	Quotes   string // id of the message that it shows above its words, for Out; Thread tells
	State    channels.State
	Error    string // why it was not delivered
}

// File is a file of a message; its bytes are in Blob(Hash).
type File struct {
	N         int
	Hash      string // hex SHA-256
	Name      string
	Type      string
	ContentID string
	Inline    bool
	Size      int64
	Data      []byte // given to AddMessage instead of Hash; nil when read
}

func (m *Message) prepare(tx *Tx, ticket string, seq int) {
	m.Ticket, m.Seq = ticket, seq
	m.ID = ticket + "-" + strconv.Itoa(seq)
	if m.At.IsZero() {
		m.At = tx.now.Truncate(time.Millisecond) // as the rules stamp events
	}
	m.Subject, m.Said, m.Text, m.AuthorName = short(m.Subject, 500), clean(m.Said), clean(m.Text), short(m.AuthorName, 200)
	if m.Text == m.Said {
		m.Text = ""
	}
}

// Quotable says whether a reply can show the message above its words: something
// that a person wrote on a chat and did not take back, and no piece of another
// message.
func (m *Message) Quotable() bool {
	return m.Direction == In && m.Medium == channels.WhatsApp && m.Kind == channels.Human && m.ExternalID != "" && !strings.Contains(m.ExternalID, "#") && !m.Gone
}

func (m *Message) snippet() string { return short(m.Said, 160) }

// apply adds a message to the row's sums.
func (r *Row) apply(m *Message) {
	r.Messages++
	switch m.Direction {
	case In:
		r.LastIn = m.At
		if !m.Quiet {
			r.Unread = true
		}
	case Out:
		r.LastOut = m.At
	}
	if !m.Quiet && m.Direction != Note && m.Direction != Sys {
		r.Snippet = m.snippet()
	}
}

// AddMessage appends a message to a case: its files, its search words, its
// foreign id, and the case's place in the lists. The case's version stays:
// something said is no conflict with an act under way.
func (tx *Tx) AddMessage(ticket string, m *Message) error {
	list, err := all(context.Background(), tx, scanRow, "SELECT "+rowColumns+" FROM ticket t WHERE t.id = $1"+tx.s.dialect.forUpdate, ticket)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return ErrNotFound
	}
	c := Case{tx: tx, stored: list[0], row: list[0]}
	if err := c.Say(m); err != nil {
		return err
	}
	return c.Save()
}

// indexed is what the search finds of a case besides what was said in it.
func (r *Row) indexed() string {
	return words.Index(r.Subject+" "+r.Code+" "+r.PersonName+" "+r.Address) + numberForms(r.Address)
}

func (tx *Tx) insertMessage(m *Message, head string) error {
	if m.HTMLData != "" {
		hash, err := tx.PutBlob([]byte(m.HTMLData))
		if err != nil {
			return err
		}
		m.HTML, m.HTMLData = hash, ""
	}
	_, err := tx.exec(`INSERT INTO message (id, ticket, seq, direction, kind, medium, channel, external_id, author, author_name, address, subject, said, full_text,
		html, ledger, defects, sent_at, received_at, at, outgoing, authentic, about) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`,
		m.ID, m.Ticket, m.Seq, m.Direction, m.Kind, m.Medium, m.Channel, clean(m.ExternalID), m.Author, m.AuthorName, clean(m.Address), m.Subject, m.Said, m.Text,
		m.HTML, m.Ledger, encode(m.Defects), micros(m.SentAt), micros(m.ReceivedAt), micros(m.At), m.Outgoing, m.Authentic, m.About)
	if err != nil {
		return err
	}
	for i := range m.Files {
		if err := tx.addFile(m, i+1, &m.Files[i]); err != nil {
			return err
		}
	}
	for _, id := range []string{m.ExternalID, m.Whole} {
		if id == "" {
			continue
		}
		if err := tx.AddRef(m.Medium, id, m.Ticket, m.ID); err != nil {
			return err
		}
	}
	tx.indexMessage(m, head)
	return nil
}

// indexMessage makes a message findable; head is what is known of the case,
// for its first message.
func (tx *Tx) indexMessage(m *Message, head string) {
	if m.Direction == Out && m.Quiet {
		return // acknowledgements are all alike
	}
	terms := m.Terms
	if terms == "" {
		terms = words.Index(m.Said)
	}
	for i := range m.Files {
		terms += " " + words.Index(m.Files[i].Name)
	}
	if head == "" && m.Direction == In {
		head = words.Index(m.Subject + " " + m.AuthorName)
	}
	tx.index("case", m.Ticket, head, terms)
}

// indexEvent makes what a person wrote in an act's record findable: the problem,
// the solution, an observation; not what is sealed for one unit.
func (tx *Tx) indexEvent(ticket string, e *tickets.Event) {
	if e.Role == tickets.System || e.Sealed != "" {
		return
	}
	var body strings.Builder
	for _, name := range slices.Sorted(maps.Keys(e.Record)) {
		if value := e.Record[name]; strings.Contains(value, " ") {
			body.WriteString(words.Index(value) + " ")
		}
	}
	tx.index("case", ticket, "", body.String())
}

func (tx *Tx) addFile(m *Message, n int, f *File) error {
	f.N = n
	if f.Hash == "" {
		var err error
		if f.Hash, err = tx.PutBlob(f.Data); err != nil {
			return err
		}
		f.Size = int64(len(f.Data))
	}
	_, err := tx.exec("INSERT INTO file (message, n, hash, name, type, content_id, inline, size) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		m.ID, n, f.Hash, short(f.Name, 255), clean(f.Type), clean(f.ContentID), number(f.Inline), f.Size)
	return err
}

// AddRef remembers that an id of the far side (a Message-ID, a WhatsApp id, a
// call id) belongs to a case. The first to claim an id keeps it.
func (tx *Tx) AddRef(medium channels.Medium, external, ticket, message string) error {
	_, err := tx.exec("INSERT INTO message_ref (medium, external_id, ticket, message) VALUES ($1, $2, $3, $4) ON CONFLICT (medium, external_id) DO NOTHING",
		medium, clean(external), ticket, message)
	return err
}

// FindRef gives the case that one of the ids belongs to, trying them in order;
// ErrNotFound if none is known.
func (tx *Tx) FindRef(medium channels.Medium, ids ...string) (ticket, message string, err error) {
	for _, id := range ids {
		err = tx.row(nil, "SELECT ticket, message FROM message_ref WHERE medium = $1 AND external_id = $2", medium, clean(id)).Scan(&ticket, &message)
		if err != ErrNotFound {
			return ticket, message, err
		}
	}
	return "", "", ErrNotFound
}

// MarkRead says that someone of the desk has looked at everything the person
// said so far.
func (s *Store) MarkRead(ctx context.Context, ticket string) error {
	return s.Write(ctx, func(tx *Tx) error {
		list, err := all(ctx, tx, scanRow, "SELECT "+rowColumns+" FROM ticket t WHERE t.id = $1 AND t.unread = 1"+tx.s.dialect.forUpdate, ticket)
		if err != nil || len(list) == 0 {
			return err
		}
		after := list[0]
		after.Unread = false
		tx.recount(&list[0], &after)
		tx.change(ticket, "read", after.Unit)
		_, err = tx.exec("UPDATE ticket SET unread = 0 WHERE id = $1", ticket)
		return err
	})
}

// inTicket is the condition on message m that it is one of case $1: its id
// lies between "<case>-" and the next character.
const inTicket = "m.id > $1 || '-' AND m.id < $1 || '.'"

// Thread gives everything said in a case, oldest first, with its files and,
// for what went out, how far it came.
func (s *Store) Thread(ctx context.Context, ticket string) ([]Message, error) {
	list, err := all(ctx, s, scanMessage, `SELECT m.id, m.ticket, m.seq, m.direction, m.kind, m.medium, m.channel, m.external_id, m.author, m.author_name, m.address,
		m.subject, m.said, m.full_text, m.html, m.ledger, m.defects, m.sent_at, m.received_at, m.at, m.outgoing, m.authentic, coalesce(o.state, ''), coalesce(o.error, ''), CASE WHEN m.now_says = '' THEN 1 ELSE 0 END, coalesce(m.now_says, ''), coalesce(o.quote, ''), m.about
		FROM message m LEFT JOIN outbox o ON o.id = m.outgoing WHERE `+inTicket+` ORDER BY m.seq`, ticket)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i := range list {
		at[list[i].ID] = i
	}
	type fileOf struct {
		message string
		File
	}
	files, err := all(ctx, s, func(scan scanner) (f fileOf, err error) {
		var inline int
		err = scan(&f.message, &f.N, &f.Hash, &f.Name, &f.Type, &f.ContentID, &inline, &f.Size)
		f.Inline = inline == 1
		return f, err
	}, `SELECT f.message, f.n, f.hash, f.name, f.type, f.content_id, f.inline, f.size
		FROM message m JOIN file f ON f.message = m.id WHERE `+inTicket+` ORDER BY m.seq, f.n`, ticket)
	for _, f := range files {
		m := &list[at[f.message]]
		m.Files = append(m.Files, f.File)
	}
	return list, err
}

func scanMessage(scan scanner) (m Message, err error) {
	var gone int
	err = scan(&m.ID, &m.Ticket, &m.Seq, &m.Direction, &m.Kind, &m.Medium, &m.Channel, &m.ExternalID, &m.Author, &m.AuthorName, &m.Address,
		&m.Subject, &m.Said, &m.Text, &m.HTML, &m.Ledger, object{&m.Defects}, when{&m.SentAt}, when{&m.ReceivedAt}, when{&m.At}, &m.Outgoing, &m.Authentic, &m.State, &m.Error, &gone, &m.Now, &m.Quotes, &m.About)
	m.Gone = gone == 1
	if m.Text == "" {
		m.Text = m.Said
	}
	return m, err
}

// History gives a case's events, oldest first, as viewer may see them (G20).
func (s *Store) History(ctx context.Context, ticket string, viewer tickets.Actor) ([]tickets.Event, error) {
	events, err := all(ctx, s, func(scan scanner) (e tickets.Event, err error) {
		return e, scan(object{&e})
	}, "SELECT body FROM event WHERE ticket = $1 ORDER BY seq", ticket)
	for i := range events {
		events[i] = tickets.Visible(events[i], viewer)
	}
	return events, err
}

// Said is how many messages a case has: the number of the newest.
func (s *Store) Said(ctx context.Context, ticket string) (n int, err error) {
	err = s.row(ctx, "SELECT messages FROM ticket WHERE id = $1", ticket).Scan(&n)
	return n, err
}

// Rewrite notes what message old of a case says since at, as the later one of the
// same case tells: text, or nothing if it was taken back. One that was corrected
// since, or taken back, stays as it is. The record keeps both as they came; what
// reads the case to understand it goes by Heard. It gives how the message came and
// how it read until now, empty if nothing was rewritten.
func (tx *Tx) Rewrite(ticket, old, later, text string, at time.Time) (said, read string, err error) {
	type was struct {
		said, read string
		settled    int
	}
	list, err := all(context.Background(), tx, func(scan scanner) (w was, err error) { return w, scan(&w.said, &w.read, &w.settled) },
		"SELECT said, coalesce(now_says, said), CASE WHEN now_says = '' OR now_at > $3 AND $4 <> '' THEN 1 ELSE 0 END FROM message WHERE id = $1 AND ticket = $2 AND direction = 'in'",
		old, ticket, micros(at), text)
	if err != nil || len(list) == 0 {
		return "", "", err // a word of the desk, which nobody else corrects, or of another case
	}
	if list[0].settled == 1 {
		list[0] = was{}
	} else if err := tx.one("UPDATE message SET now_says = $3, now_at = $4 WHERE id = $1 AND ticket = $2", old, ticket, text, micros(at)); err != nil {
		return "", "", err
	}
	return list[0].said, list[0].read, tx.one("UPDATE message SET now_says = '' WHERE id = $1 AND ticket = $2", later, ticket)
}

// Heard gives what was said in a case by its person and by the people of the
// desk, oldest first, as it reads now: its first messages and those after seq last.
func (tx *Tx) Heard(ticket string, first, last int) ([]Message, error) {
	return all(context.Background(), tx, func(scan scanner) (m Message, err error) {
		var files, gone int
		err = scan(&m.ID, &m.Seq, &m.Direction, &m.Said, &gone, when{&m.SentAt}, when{&m.ReceivedAt}, when{&m.At}, &files)
		m.Files, m.Gone = make([]File, files), gone == 1
		return m, err
	}, `SELECT m.id, m.seq, m.direction, coalesce(m.now_says, m.said), CASE WHEN m.now_says = '' THEN 1 ELSE 0 END, m.sent_at, m.received_at, m.at, (SELECT count(*) FROM file f WHERE f.message = m.id)
		FROM message m WHERE `+inTicket+` AND (m.seq <= $2 OR m.seq > $3) AND m.direction IN ('in', 'out') AND NOT (m.direction = 'out' AND m.author = 'system')
		ORDER BY m.seq`, ticket, first, last)
}
