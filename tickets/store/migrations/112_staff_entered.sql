-- When a person of the office last signed in whole; 0: never. Of before, what the audit remembers.
ALTER TABLE staff ADD COLUMN entered BIGINT NOT NULL DEFAULT 0;
UPDATE staff SET entered = COALESCE((SELECT MAX(at) FROM audit WHERE audit.act = 'login' AND audit.target = staff.id), 0);
