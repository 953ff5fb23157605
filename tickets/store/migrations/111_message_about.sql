-- The message of the same case that one is about which says nothing by itself: what a reaction is to.
ALTER TABLE message ADD COLUMN about TEXT NOT NULL DEFAULT '';
