-- When a message was corrected to what it says now, so that an older correction
-- that comes later does not undo it.
ALTER TABLE message ADD COLUMN now_at BIGINT NOT NULL DEFAULT 0;
