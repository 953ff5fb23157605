-- The cases: narrow rows for the lists, the whole case beside them, what was
-- said in them and what happened to them.

CREATE TABLE person (
	id      {{id}} PRIMARY KEY,
	name    TEXT NOT NULL,
	entity  TEXT NOT NULL DEFAULT '',
	note    TEXT NOT NULL DEFAULT '',
	merged  {{id}} NOT NULL DEFAULT '',
	created BIGINT NOT NULL
);
CREATE TABLE address (
	id      {{serial}},
	kind    {{id}} NOT NULL,
	value   {{id}} NOT NULL,
	name    TEXT NOT NULL DEFAULT '',
	created BIGINT NOT NULL,
	UNIQUE (kind, value)
);
CREATE TABLE person_address (
	id        {{serial}},
	person    {{id}} NOT NULL REFERENCES person(id),
	address   BIGINT NOT NULL REFERENCES address(id),
	proof     TEXT NOT NULL,
	actor     TEXT NOT NULL,
	at        BIGINT NOT NULL,
	undone    BIGINT NOT NULL DEFAULT 0,
	undone_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX person_address_address ON person_address (address, id) WHERE undone = 0;
CREATE INDEX person_address_person ON person_address (person, id);

CREATE TABLE ticket (
	id          {{id}} PRIMARY KEY,
	code        {{id}} NOT NULL UNIQUE,
	version     BIGINT NOT NULL,
	step        {{id}} NOT NULL,
	unit        {{id}} NOT NULL,
	assignee    {{id}} NOT NULL,
	operator    {{id}} NOT NULL,
	class       {{id}} NOT NULL,
	suggested   {{id}} NOT NULL,
	confidence  DOUBLE PRECISION NOT NULL,
	sure        INTEGER NOT NULL,
	system      {{id}} NOT NULL,
	channel     {{id}} NOT NULL,
	medium      {{id}} NOT NULL,
	address     {{id}} NOT NULL,
	person      {{id}} NOT NULL,
	person_name TEXT NOT NULL,
	subject     TEXT NOT NULL,
	snippet     TEXT NOT NULL,
	priority    TEXT NOT NULL,
	language    TEXT NOT NULL,
	opened      BIGINT NOT NULL,
	updated     BIGINT NOT NULL,
	last_in     BIGINT NOT NULL,
	last_out    BIGINT NOT NULL,
	messages    INTEGER NOT NULL,
	unread      INTEGER NOT NULL,
	waiting     INTEGER NOT NULL,
	wait_next   BIGINT NOT NULL,
	flags       TEXT NOT NULL,
	restricted  INTEGER NOT NULL,
	seers       TEXT NOT NULL,
	returns     INTEGER NOT NULL,
	notice      TEXT NOT NULL,
	closed      BIGINT NOT NULL
){{norowid}};
CREATE INDEX ticket_open ON ticket (updated, id) WHERE closed = 0;
CREATE INDEX ticket_open_unit ON ticket (unit, updated, id) WHERE closed = 0;
CREATE INDEX ticket_open_step ON ticket (step, updated, id) WHERE closed = 0;
CREATE INDEX ticket_open_class ON ticket (class, updated, id) WHERE closed = 0 AND class <> '';
CREATE INDEX ticket_open_system ON ticket (system, updated, id) WHERE closed = 0 AND system <> '';
CREATE INDEX ticket_open_assignee ON ticket (assignee, updated, id) WHERE closed = 0 AND assignee <> '';
CREATE INDEX ticket_open_operator ON ticket (operator, updated, id) WHERE closed = 0 AND operator <> '';
CREATE INDEX ticket_waiting ON ticket (wait_next, id) WHERE closed = 0 AND waiting = 1;
CREATE INDEX ticket_closed ON ticket (updated, id) WHERE closed > 0;
CREATE INDEX ticket_person ON ticket (person, updated, id);
CREATE INDEX ticket_address ON ticket (address, updated, id) WHERE address <> '';

CREATE TABLE ticket_body (
	ticket {{id}} PRIMARY KEY REFERENCES ticket(id),
	body   TEXT NOT NULL
);

CREATE TABLE event (
	ticket {{id}} NOT NULL REFERENCES ticket(id),
	seq    INTEGER NOT NULL,
	at     BIGINT NOT NULL,
	actor  {{id}} NOT NULL,
	act    {{id}} NOT NULL,
	sealed {{id}} NOT NULL,
	body   TEXT NOT NULL,
	PRIMARY KEY (ticket, seq)
){{norowid}};

CREATE TABLE message (
	id          {{id}} PRIMARY KEY, -- <ticket>-<seq>: one index serves both
	ticket      {{id}} NOT NULL REFERENCES ticket(id),
	seq         INTEGER NOT NULL,
	direction   {{id}} NOT NULL,
	kind        {{id}} NOT NULL,
	medium      {{id}} NOT NULL,
	channel     {{id}} NOT NULL,
	external_id TEXT NOT NULL,
	author      {{id}} NOT NULL,
	author_name TEXT NOT NULL,
	address     TEXT NOT NULL,
	subject     TEXT NOT NULL,
	said        TEXT NOT NULL,
	full_text   TEXT NOT NULL,
	html        {{id}} NOT NULL,
	ledger      BIGINT NOT NULL,
	defects     TEXT NOT NULL,
	sent_at     BIGINT NOT NULL,
	received_at BIGINT NOT NULL,
	at          BIGINT NOT NULL,
	outgoing    {{id}} NOT NULL -- its row in the outbox
);
CREATE TABLE file (
	message    {{id}} NOT NULL REFERENCES message(id),
	n          INTEGER NOT NULL,
	hash       {{id}} NOT NULL,
	name       TEXT NOT NULL,
	type       TEXT NOT NULL,
	content_id TEXT NOT NULL,
	inline     INTEGER NOT NULL,
	size       BIGINT NOT NULL,
	PRIMARY KEY (message, n)
){{norowid}};
CREATE TABLE message_ref (
	medium      {{id}} NOT NULL,
	external_id {{id}} NOT NULL,
	ticket      {{id}} NOT NULL,
	message     {{id}} NOT NULL,
	PRIMARY KEY (medium, external_id)
){{norowid}};

CREATE TABLE outbox (
	id          {{id}} PRIMARY KEY, -- <ticket>.<n>
	ticket      {{id}} NOT NULL REFERENCES ticket(id),
	code        TEXT NOT NULL,
	message     {{id}} NOT NULL,
	purpose     {{id}} NOT NULL,
	medium      {{id}} NOT NULL,
	channel     {{id}} NOT NULL,
	to_value    TEXT NOT NULL,
	to_name     TEXT NOT NULL,
	cc          TEXT NOT NULL,
	subject     TEXT NOT NULL,
	body        TEXT NOT NULL,
	in_reply_to TEXT NOT NULL,
	refs        TEXT NOT NULL,
	token       TEXT NOT NULL,
	auto        INTEGER NOT NULL,
	files       TEXT NOT NULL,
	actor       {{id}} NOT NULL,
	state       {{id}} NOT NULL,
	tries       INTEGER NOT NULL,
	due         BIGINT NOT NULL,
	claim       BIGINT NOT NULL,
	error       TEXT NOT NULL,
	detail      TEXT NOT NULL,
	created     BIGINT NOT NULL,
	sent_at     BIGINT NOT NULL,
	state_at    BIGINT NOT NULL
);
CREATE INDEX outbox_due ON outbox (due, id) WHERE state = 'queued';
CREATE INDEX outbox_created ON outbox (created, id);
CREATE INDEX outbox_failed ON outbox (created, id) WHERE state = 'failed';
CREATE TABLE attempt (
	id      {{serial}},
	outbox  {{id}} NOT NULL REFERENCES outbox(id),
	actor   {{id}} NOT NULL,
	at      BIGINT NOT NULL,
	outcome {{id}} NOT NULL,
	note    TEXT NOT NULL
);
CREATE INDEX attempt_outbox ON attempt (outbox, id);

CREATE TABLE call (
	id        {{id}} PRIMARY KEY,
	channel   {{id}} NOT NULL,
	number    {{id}} NOT NULL,
	raw       TEXT NOT NULL,
	name      TEXT NOT NULL,
	direction {{id}} NOT NULL,
	started   BIGINT NOT NULL,
	answered  INTEGER NOT NULL,
	talk      BIGINT NOT NULL,
	agent     TEXT NOT NULL,
	queue     TEXT NOT NULL,
	ticket    {{id}} NOT NULL,
	state     {{id}} NOT NULL,
	updated   BIGINT NOT NULL
);
CREATE INDEX call_state ON call (state, started);
CREATE INDEX call_number ON call (number, started);

CREATE TABLE change (
	seq    BIGINT PRIMARY KEY,
	ticket {{id}} NOT NULL,
	kind   {{id}} NOT NULL,
	unit   {{id}} NOT NULL,
	at     BIGINT NOT NULL
);

CREATE TABLE doc (
	id   {{serial}},
	kind {{id}} NOT NULL,
	ref  {{id}} NOT NULL
);
CREATE INDEX doc_article ON doc (ref) WHERE kind = 'article'; -- the only ones that are taken back

--sqlite
CREATE VIRTUAL TABLE fts_case USING fts5(subject, body, content='', contentless_delete=1, tokenize='ascii');
CREATE VIRTUAL TABLE fts_person USING fts5(subject, body, content='', contentless_delete=1, tokenize='ascii');
CREATE VIRTUAL TABLE fts_article USING fts5(subject, body, content='', contentless_delete=1, tokenize='ascii');
--postgres
CREATE TABLE fts_case (id BIGINT PRIMARY KEY, tsv TSVECTOR NOT NULL);
CREATE TABLE fts_person (id BIGINT PRIMARY KEY, tsv TSVECTOR NOT NULL);
CREATE TABLE fts_article (id BIGINT PRIMARY KEY, tsv TSVECTOR NOT NULL);
-- unpacking costs more than the space: every ranked match is read
ALTER TABLE fts_case ALTER COLUMN tsv SET STORAGE EXTERNAL;
CREATE INDEX fts_case_tsv ON fts_case USING gin (tsv);
CREATE INDEX fts_person_tsv ON fts_person USING gin (tsv);
CREATE INDEX fts_article_tsv ON fts_article USING gin (tsv);
