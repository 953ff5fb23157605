-- What operators teach the classifier: their last decision on each case at
-- 9.1/3–4 beside what had been suggested, the models made of it, and which
-- model is in use since when (the newest row counts; model 0 is the one that
-- the program brings along).

CREATE TABLE lesson (
	ticket     {{id}} PRIMARY KEY REFERENCES ticket(id),
	at         BIGINT NOT NULL,
	actor      {{id}} NOT NULL,
	class      {{id}} NOT NULL,
	suggested  {{id}} NOT NULL,
	confidence BIGINT NOT NULL, -- thousandths
	sure       INTEGER NOT NULL
);
CREATE INDEX lesson_at ON lesson (at);
CREATE TABLE model (
	id      {{serial}},
	at      BIGINT NOT NULL,
	base    {{id}} NOT NULL, -- fingerprint of the model and data that the program brought along
	lessons BIGINT NOT NULL, -- how many there were
	newest  BIGINT NOT NULL, -- when the newest of them was given
	verdict {{id}} NOT NULL, -- accepted, refused
	figures TEXT NOT NULL,
	data    {{bytes}} NOT NULL -- the model's text, compressed; empty when it was refused
);
CREATE TABLE model_use (
	id     {{serial}},
	at     BIGINT NOT NULL,
	model  BIGINT NOT NULL,
	actor  {{id}} NOT NULL,
	reason {{id}} NOT NULL -- trained, chosen
);
