-- What people of the office are told by mail of what lands on them: code and
-- step, never a citizen's data. A row is made in the commit that counts the case.

ALTER TABLE staff ADD COLUMN mail TEXT NOT NULL DEFAULT '';
ALTER TABLE staff ADD COLUMN alerts TEXT NOT NULL DEFAULT 'now'; -- now, digest, none

CREATE TABLE alert (
	id      {{id}} PRIMARY KEY,
	staff   {{id}} NOT NULL, -- empty: the address on call
	address TEXT NOT NULL,
	ticket  {{id}} NOT NULL, -- empty: no case in particular
	code    TEXT NOT NULL,   -- empty: restricted, nothing is named
	kind    {{id}} NOT NULL,
	step    {{id}} NOT NULL,
	mark    {{id}} NOT NULL, -- what it tells of: one alert each
	at      BIGINT NOT NULL,
	due     BIGINT NOT NULL,
	state   {{id}} NOT NULL, -- queued, sent, failed
	tries   INTEGER NOT NULL,
	error   TEXT NOT NULL,
	sent    BIGINT NOT NULL,
	UNIQUE (staff, ticket, kind, mark)
);
CREATE INDEX alert_due ON alert (due, id) WHERE state = 'queued';
CREATE INDEX alert_at ON alert (at, id);
