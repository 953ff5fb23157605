-- What citizens said of how they were attended, by the link in their messages.

CREATE TABLE opinion (
	ticket  {{id}} PRIMARY KEY REFERENCES ticket(id),
	score   INTEGER NOT NULL, -- 1 (bad) to 5 (good)
	comment TEXT NOT NULL,
	at      BIGINT NOT NULL
);
CREATE INDEX opinion_at ON opinion (at);
