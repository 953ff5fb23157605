-- What the reports count: one narrow row per case, made from the case by the
-- office's own work in the background (tickets/office), so that no report reads
-- whole cases. Durations are minutes of working time, -1 where there is none.

CREATE TABLE fact (
	ticket     {{id}} PRIMARY KEY REFERENCES ticket(id),
	version    BIGINT NOT NULL, -- of the case it was made from
	events     INTEGER NOT NULL, -- of the case that were looked at for alerts
	last_in    BIGINT NOT NULL,
	day        INTEGER NOT NULL, -- opened, as 20261125 in La Paz
	closed_day INTEGER NOT NULL, -- 0: open
	medium     {{id}} NOT NULL,
	system     {{id}} NOT NULL,
	entity     TEXT NOT NULL,
	class      {{id}} NOT NULL,
	unit       {{id}} NOT NULL, -- that solved it, or has it
	procedure  {{id}} NOT NULL, -- 9.1, 9.2, 9.3
	outcome    {{id}} NOT NULL,
	operator   {{id}} NOT NULL,
	restricted INTEGER NOT NULL,
	register   INTEGER NOT NULL, -- report to 9.1/2
	notify     INTEGER NOT NULL, -- 9.1/2 to the notice
	finish     INTEGER NOT NULL, -- 9.1/2 to the close
	active     INTEGER NOT NULL, -- report to the close, without what the person kept it waiting
	ait        INTEGER NOT NULL,
	uit        INTEGER NOT NULL,
	upat       INTEGER NOT NULL,
	acgii      INTEGER NOT NULL,
	adt        INTEGER NOT NULL,
	target     INTEGER NOT NULL,
	returned   INTEGER NOT NULL,
	misrouted  INTEGER NOT NULL,
	reopened   INTEGER NOT NULL,
	demanded   INTEGER NOT NULL, -- estimates that the road asked for
	omitted    INTEGER NOT NULL, -- of those, not given
	overrun    INTEGER NOT NULL, -- estimates that took longer
	estimated  INTEGER NOT NULL,
	precedent  INTEGER NOT NULL, -- 9.1/3: 1 handled before by UIT, 0 not, -1 not decided
	evidence   INTEGER NOT NULL, -- the decision names what was looked at
	article    {{id}} NOT NULL, -- decision on the knowledge base
	due        BIGINT NOT NULL -- when the estimate in force ends; 0: none
);
CREATE INDEX fact_day ON fact (day);
CREATE INDEX fact_closed ON fact (closed_day) WHERE closed_day > 0;
CREATE INDEX fact_due ON fact (due) WHERE due > 0;
