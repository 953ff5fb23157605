-- Raw forms in which a password, PIN or code was hidden have their own
-- retention; see sealed.go.

ALTER TABLE ledger ADD COLUMN secrets INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN purged BIGINT NOT NULL DEFAULT 0;
CREATE INDEX ledger_sealed ON ledger (settled, id) WHERE secrets > 0 AND purged = 0;
