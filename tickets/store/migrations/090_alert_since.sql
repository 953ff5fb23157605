-- When an alert was to be sent first: due moves on with every try, and three days
-- of trying count from here. Estimates that are over look for their alert by case.

ALTER TABLE alert ADD COLUMN since BIGINT NOT NULL DEFAULT 0;
UPDATE alert SET since = due;
CREATE INDEX alert_ticket ON alert (ticket, kind, at);
