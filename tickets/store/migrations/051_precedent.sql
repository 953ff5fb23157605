-- Closed cases by what they were about, for 9.1/3; see precedent.go. All of it
-- is made anew from the cases when a backup is restored.

CREATE TABLE precedent (
	id        BIGINT PRIMARY KEY, -- in the order of closing
	ticket    {{id}} NOT NULL UNIQUE,
	system    {{id}} NOT NULL,
	class     {{id}} NOT NULL,
	procedure {{id}} NOT NULL,
	subject   {{id}} NOT NULL, -- stems of the subject
	stems     {{id}} NOT NULL  -- every different stem, and tags
);
CREATE TABLE stem ( -- how many precedents have it
	stem {{id}} PRIMARY KEY,
	n    BIGINT NOT NULL
){{norowid}};

--sqlite
CREATE VIRTUAL TABLE fts_precedent USING fts5(stems, content='', contentless_delete=1, detail=none, tokenize='ascii');
--postgres
CREATE INDEX precedent_stems ON precedent USING gin (string_to_array(stems, ' ')) WITH (fastupdate = off);
