-- Outages (rule G4): proposed by the gateway, confirmed by a person; the
-- reports that fit; and acts done on many cases, each with its own record.

ALTER TABLE ticket ADD COLUMN outage {{id}} NOT NULL DEFAULT ''; -- code of the principal case while this one waits for it
CREATE INDEX ticket_outage ON ticket (outage, updated, id) WHERE outage <> '';

CREATE TABLE outage (
	id       {{id}} PRIMARY KEY,
	system   {{id}} NOT NULL,
	state    {{id}} NOT NULL, -- proposed, confirmed, dismissed, recalled, over
	parent   {{id}} NOT NULL DEFAULT '',
	code     {{id}} NOT NULL DEFAULT '',
	found    BIGINT NOT NULL,
	since    BIGINT NOT NULL,
	span     BIGINT NOT NULL,
	people   INTEGER NOT NULL,
	expected DOUBLE PRECISION NOT NULL,
	decided  BIGINT NOT NULL DEFAULT 0,
	actor    {{id}} NOT NULL DEFAULT '',
	reason   TEXT NOT NULL DEFAULT '',
	solved   BIGINT NOT NULL DEFAULT 0, -- when its principal was: from then on it takes no more reports
	ended    BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX outage_found ON outage (found, id);
CREATE UNIQUE INDEX outage_open ON outage (system) WHERE ended = 0 AND solved = 0;

CREATE TABLE outage_report (
	outage {{id}} NOT NULL REFERENCES outage(id),
	ticket {{id}} NOT NULL REFERENCES ticket(id),
	state  {{id}} NOT NULL, -- proposed, attached, refused, detached, told
	at     BIGINT NOT NULL,
	PRIMARY KEY (outage, ticket)
){{norowid}};
CREATE INDEX outage_report_ticket ON outage_report (ticket);

CREATE TABLE batch (
	id      {{id}} PRIMARY KEY,
	outage  {{id}} NOT NULL REFERENCES outage(id),
	act     {{id}} NOT NULL,
	actor   TEXT NOT NULL,
	total   INTEGER NOT NULL,
	created BIGINT NOT NULL
);
CREATE INDEX batch_outage ON batch (outage, id);
CREATE TABLE batch_item (
	batch  {{id}} NOT NULL REFERENCES batch(id),
	n      INTEGER NOT NULL,
	ticket {{id}} NOT NULL,
	acts   TEXT NOT NULL,  -- JSON: acts with their records, done together
	state  {{id}} NOT NULL, -- due, done, refused
	error  TEXT NOT NULL DEFAULT '',
	at     BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (batch, n)
){{norowid}};
CREATE INDEX batch_item_due ON batch_item (batch, n) WHERE state = 'due';
