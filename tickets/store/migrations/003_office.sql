-- The office: who works here, what they know, what they may change, and what
-- they did.

CREATE TABLE staff (
	id             {{id}} PRIMARY KEY,
	login          {{id}} NOT NULL UNIQUE,
	name           TEXT NOT NULL,
	hash           TEXT NOT NULL,
	roles          TEXT NOT NULL,
	unit           {{id}} NOT NULL,
	active         INTEGER NOT NULL,
	language       TEXT NOT NULL,
	suplencia      TEXT NOT NULL,
	suplencia_from BIGINT NOT NULL,
	suplencia_to   BIGINT NOT NULL,
	failed         INTEGER NOT NULL,
	failed_at      BIGINT NOT NULL,
	created        BIGINT NOT NULL,
	updated        BIGINT NOT NULL
);
CREATE TABLE session (
	token   {{id}} PRIMARY KEY,
	staff   {{id}} NOT NULL REFERENCES staff(id),
	created BIGINT NOT NULL,
	seen    BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	peer    TEXT NOT NULL,
	agent   TEXT NOT NULL
);
CREATE INDEX session_staff ON session (staff);
CREATE TABLE once (
	token   {{id}} PRIMARY KEY,
	purpose {{id}} NOT NULL,
	created BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	used    BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE audit (
	id      {{serial}},
	at      BIGINT NOT NULL,
	actor   {{id}} NOT NULL,
	act     {{id}} NOT NULL,
	target  {{id}} NOT NULL,
	details TEXT NOT NULL,
	peer    TEXT NOT NULL
);
CREATE INDEX audit_target ON audit (target, id);

CREATE TABLE setting (
	name    {{id}} PRIMARY KEY,
	version BIGINT NOT NULL,
	value   TEXT NOT NULL,
	actor   {{id}} NOT NULL,
	at      BIGINT NOT NULL
);
CREATE TABLE setting_history (
	name    {{id}} NOT NULL,
	version BIGINT NOT NULL,
	value   TEXT NOT NULL,
	actor   {{id}} NOT NULL,
	at      BIGINT NOT NULL,
	PRIMARY KEY (name, version)
);

CREATE TABLE article (
	id         {{id}} PRIMARY KEY,
	version    BIGINT NOT NULL,
	title      TEXT NOT NULL,
	body       TEXT NOT NULL,
	system     {{id}} NOT NULL,
	class      {{id}} NOT NULL,
	unit       {{id}} NOT NULL,
	procedure  {{id}} NOT NULL,
	visibility {{id}} NOT NULL,
	state      {{id}} NOT NULL,
	ticket     {{id}} NOT NULL,
	actor      {{id}} NOT NULL,
	created    BIGINT NOT NULL,
	updated    BIGINT NOT NULL
);
CREATE INDEX article_updated ON article (updated, id);
CREATE TABLE article_history (
	article {{id}} NOT NULL REFERENCES article(id),
	version BIGINT NOT NULL,
	body    TEXT NOT NULL,
	actor   {{id}} NOT NULL,
	at      BIGINT NOT NULL,
	PRIMARY KEY (article, version)
);

CREATE TABLE catalogue (
	id         {{id}} PRIMARY KEY,
	name       TEXT NOT NULL,
	about      TEXT NOT NULL,
	reports    TEXT NOT NULL,
	basis      TEXT NOT NULL,
	status     TEXT NOT NULL,
	owner      TEXT NOT NULL,
	valid_from BIGINT NOT NULL,
	valid_to   BIGINT NOT NULL,
	place      INTEGER NOT NULL,
	updated    BIGINT NOT NULL
);
