-- What was seen on the channels, exactly as delivered, and what became of it.

CREATE TABLE blob (
	id      {{serial}},
	hash    {{id}} NOT NULL UNIQUE,
	size    BIGINT NOT NULL,
	created BIGINT NOT NULL,
	data    {{bytes}} NOT NULL -- the first 256 kB; the rest is in blob_chunk
);
CREATE TABLE blob_chunk (
	blob BIGINT NOT NULL REFERENCES blob(id) ON DELETE CASCADE,
	n    INTEGER NOT NULL,
	data {{bytes}} NOT NULL,
	PRIMARY KEY (blob, n)
);

CREATE TABLE ledger (
	id          {{serial}},
	medium      {{id}} NOT NULL,
	dedupe      {{id}} NOT NULL,
	channel     {{id}} NOT NULL,
	external_id TEXT NOT NULL,
	envelope    TEXT NOT NULL,
	blob        BIGINT REFERENCES blob(id),
	size        BIGINT NOT NULL,
	received    BIGINT NOT NULL,
	accepted    BIGINT NOT NULL,
	fate        {{id}} NOT NULL,
	cause       TEXT NOT NULL DEFAULT '',
	actor       TEXT NOT NULL DEFAULT '',
	ticket      {{id}} NOT NULL DEFAULT '',
	message     {{id}} NOT NULL DEFAULT '',
	sender      TEXT NOT NULL DEFAULT '',
	subject     TEXT NOT NULL DEFAULT '',
	tries       INTEGER NOT NULL DEFAULT 0,
	due         BIGINT NOT NULL,
	error       TEXT NOT NULL DEFAULT '',
	settled     BIGINT NOT NULL DEFAULT 0,
	sightings   INTEGER NOT NULL DEFAULT 1,
	UNIQUE (medium, dedupe)
);
CREATE INDEX ledger_due ON ledger (due, id) WHERE fate = 'pending';
CREATE INDEX ledger_rare ON ledger (fate, id) WHERE fate NOT IN ('pending', 'case', 'message');
CREATE INDEX ledger_ticket ON ledger (ticket) WHERE ticket <> '';

CREATE TABLE sighting (
	channel     {{id}} NOT NULL,
	external_id {{id}} NOT NULL,
	ledger      BIGINT NOT NULL REFERENCES ledger(id),
	seen        BIGINT NOT NULL,
	times       INTEGER NOT NULL DEFAULT 1,
	PRIMARY KEY (channel, external_id)
){{norowid}};

CREATE TABLE mark (
	channel {{id}} NOT NULL,
	name    {{id}} NOT NULL,
	value   TEXT NOT NULL,
	at      BIGINT NOT NULL,
	PRIMARY KEY (channel, name)
){{norowid}};

CREATE TABLE lease (
	name    {{id}} PRIMARY KEY,
	holder  TEXT NOT NULL,
	fence   BIGINT NOT NULL,
	expires BIGINT NOT NULL
){{norowid}};

CREATE TABLE throttle (
	name  {{id}} NOT NULL,
	slot  BIGINT NOT NULL,
	n     INTEGER NOT NULL,
	PRIMARY KEY (name, slot)
){{norowid}};

CREATE TABLE counter (
	name {{id}} PRIMARY KEY,
	n    BIGINT NOT NULL
){{norowid}};
