-- What was said in a case is kept as long as the office says; see retention.go.

ALTER TABLE ticket ADD COLUMN purged BIGINT NOT NULL DEFAULT 0; -- when its texts were destroyed
CREATE INDEX ticket_texts ON ticket (updated, id) WHERE closed > 0 AND (purged < updated OR purged < last_in);

-- Who else holds the same bytes, before they are destroyed.
CREATE INDEX ledger_blob ON ledger (blob) WHERE blob IS NOT NULL;
CREATE INDEX file_hash ON file (hash);
CREATE INDEX message_html ON message (html) WHERE html <> '';
