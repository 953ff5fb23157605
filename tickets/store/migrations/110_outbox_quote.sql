-- The message of the person that a reply shows above its words, where one was chosen.
ALTER TABLE outbox ADD COLUMN quote TEXT NOT NULL DEFAULT '';
