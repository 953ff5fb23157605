-- What a message says now, where its writer corrected it or took it back
-- (empty); NULL where nothing changed. What was said stays beside it.
ALTER TABLE message ADD COLUMN now_says TEXT;
