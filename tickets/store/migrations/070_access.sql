-- Second factors of the office's people, and the codes that stand in for a lost telephone.

-- half: 0 = logged in, 1 = the code is still wanted, 2 = a second factor must be set up first
ALTER TABLE session ADD COLUMN half INTEGER NOT NULL DEFAULT 0;

CREATE TABLE factor (
	staff     {{id}} PRIMARY KEY REFERENCES staff(id),
	secret    TEXT NOT NULL,
	confirmed BIGINT NOT NULL, -- 0: shown, and no code of it was typed yet
	last_step BIGINT NOT NULL  -- time step of the newest code that was used; none of it or before counts again
);
CREATE TABLE recovery (
	staff {{id}} NOT NULL REFERENCES staff(id),
	hash  {{id}} NOT NULL,
	used  BIGINT NOT NULL,
	PRIMARY KEY (staff, hash)
);
