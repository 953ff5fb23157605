-- Two persons that are one: who saw which proof, and who took it back.

CREATE TABLE person_join (
	id        {{serial}},
	person    {{id}} NOT NULL REFERENCES person(id), -- counted as the other from then on
	other     {{id}} NOT NULL REFERENCES person(id),
	proof     TEXT NOT NULL,
	detail    TEXT NOT NULL,
	actor     {{id}} NOT NULL,
	at        BIGINT NOT NULL,
	undone    BIGINT NOT NULL DEFAULT 0,
	undone_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX person_join_person ON person_join (person);
CREATE INDEX person_join_other ON person_join (other);
