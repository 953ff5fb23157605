-- Other names under which people write of a supported system, parted by commas.
-- The program knows some of its own; these are the office's.

ALTER TABLE catalogue ADD COLUMN aliases TEXT NOT NULL DEFAULT '';
