-- Refresh tokens of mailboxes, encrypted under the configuration's secrets.
CREATE TABLE mail_grant (
	name   {{id}} PRIMARY KEY,
	sealed {{bytes}} NOT NULL,
	at     BIGINT NOT NULL
){{norowid}};
