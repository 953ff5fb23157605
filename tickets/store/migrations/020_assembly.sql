-- Bursts: what one person writes on a chat within a quiet window waits here to
-- be joined, as numbers of the ledger, so that nothing is kept in memory.

CREATE TABLE assembly (
	medium  {{id}} NOT NULL,
	channel {{id}} NOT NULL,
	address {{id}} NOT NULL,
	began   BIGINT NOT NULL,
	due     BIGINT NOT NULL, -- when it is decided
	latest  BIGINT NOT NULL, -- due is never later while messages come in
	greeted INTEGER NOT NULL, -- the greeting was answered
	resting INTEGER NOT NULL, -- says nothing of a matter yet; waits for what comes
	tries   INTEGER NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (medium, channel, address)
){{norowid}};
CREATE INDEX assembly_due ON assembly (due);

CREATE TABLE assembly_part (
	medium  {{id}} NOT NULL,
	channel {{id}} NOT NULL,
	address {{id}} NOT NULL,
	ledger  BIGINT NOT NULL REFERENCES ledger(id),
	PRIMARY KEY (medium, channel, address, ledger)
){{norowid}};

-- What goes out to somebody who has no case: the answer to a greeting alone.
CREATE TABLE courtesy (
	id      {{id}} PRIMARY KEY,
	medium  {{id}} NOT NULL,
	channel {{id}} NOT NULL,
	address {{id}} NOT NULL,
	name    TEXT NOT NULL,
	body    TEXT NOT NULL,
	state   {{id}} NOT NULL,
	tries   INTEGER NOT NULL,
	due     BIGINT NOT NULL,
	error   TEXT NOT NULL,
	created BIGINT NOT NULL
);
CREATE INDEX courtesy_due ON courtesy (due) WHERE state = 'queued';

-- What the program noticed between cases and a person decides: a message that
-- may be a matter of its own, a matter that may be an old one's.
CREATE TABLE suggestion (
	id       {{id}} PRIMARY KEY,
	ticket   {{id}} NOT NULL REFERENCES ticket(id),
	kind     {{id}} NOT NULL, -- split, same, reopen, person
	other    {{id}} NOT NULL, -- the other case, or the other person
	message  {{id}} NOT NULL, -- the message that gave rise to it
	reason   {{id}} NOT NULL,
	created  BIGINT NOT NULL,
	decided  BIGINT NOT NULL,
	decision {{id}} NOT NULL,
	actor    {{id}} NOT NULL
);
CREATE INDEX suggestion_ticket ON suggestion (ticket, id);
