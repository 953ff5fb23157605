-- What the office adopts and looks up: the settlement rules' acts, the audit log's filters.

CREATE TABLE rule_act (
	id          {{id}} PRIMARY KEY,
	rule        {{id}} NOT NULL,
	text        TEXT NOT NULL, -- empty: as the program proposes it
	act         TEXT NOT NULL,
	signatory   TEXT NOT NULL,
	valid_from  BIGINT NOT NULL,
	valid_to    BIGINT NOT NULL,
	proposed_by {{id}} NOT NULL,
	proposed    BIGINT NOT NULL,
	settled_by  {{id}} NOT NULL,
	settled     BIGINT NOT NULL,
	state       {{id}} NOT NULL -- pending, adopted, refused
);
CREATE INDEX rule_act_rule ON rule_act (rule, proposed);

CREATE INDEX audit_actor ON audit (actor, id);
CREATE INDEX audit_act ON audit (act, id);
CREATE INDEX audit_at ON audit (at, id);
