-- The desk: texts that are written often, what someone is writing, who looks
-- at a case now, the views that people keep, and indexes for the queue's own.

-- Every version stays; the newest approved one is offered. A slot is a name in
-- braces: {nombre}. channel: email, whatsapp, phone; empty = any of them.
CREATE TABLE template (
	id       {{id}} NOT NULL,
	version  BIGINT NOT NULL,
	name     TEXT NOT NULL,
	channel  {{id}} NOT NULL,
	language {{id}} NOT NULL,
	body     TEXT NOT NULL,
	state    {{id}} NOT NULL, -- draft, approved, retired
	actor    {{id}} NOT NULL,
	at       BIGINT NOT NULL,
	PRIMARY KEY (id, version)
);
INSERT INTO template (id, version, name, channel, language, body, state, actor, at) VALUES
	('pedir-datos', 1, 'Pedir datos que faltan', '', 'es', '{saludo}, {nombre}:

Para atender su caso {codigo} necesitamos que nos diga {dato}.

Puede responder a este mensaje.', 'approved', 'system', 0),
	('solucion', 1, 'Decir la solución', '', 'es', '{saludo}, {nombre}:

Su caso {codigo} tiene solución:

{solucion}

Si algo no funciona como le decimos, responda a este mensaje.', 'approved', 'system', 0),
	('en-proceso', 1, 'Decir que está en proceso', '', 'es', '{saludo}, {nombre}:

Estamos trabajando en su caso {codigo}. Le escribiremos apenas haya novedades; no necesita enviar otro mensaje.', 'approved', 'system', 0),
	('contrasena', 1, 'Recuperar la contraseña', '', 'es', '{saludo}, {nombre}:

Para recuperar su contraseña elija «¿Olvidó su contraseña?» en la página de ingreso y siga los pasos. Le llegará un código a su celular o a su correo.

No comparta ese código con nadie: nunca se lo pediremos.', 'approved', 'system', 0),
	('guion-llamada', 1, 'Guion de la llamada', 'phone', 'es', '{saludo}, ¿hablo con {nombre}? Le llamo por su caso {codigo}. {solucion} ¿Pudo ingresar? ¿Hay algo más en que le podamos ayudar?', 'approved', 'system', 0);

-- What someone is writing in a form and did not send. form is the number of
-- the form that it was typed in; one whose act was done leaves an empty row, so
-- that a save that was under way then does not bring its text back.
CREATE TABLE draft (
	staff {{id}} NOT NULL,
	name  {{id}} NOT NULL,
	form  {{id}} NOT NULL,
	body  TEXT NOT NULL,
	at    BIGINT NOT NULL,
	PRIMARY KEY (staff, name)
){{norowid}};

CREATE TABLE presence (
	ticket  {{id}} NOT NULL,
	staff   {{id}} NOT NULL,
	writing INTEGER NOT NULL,
	at      BIGINT NOT NULL,
	PRIMARY KEY (ticket, staff)
){{norowid}};

CREATE TABLE saved_view (
	id      {{id}} PRIMARY KEY,
	name    TEXT NOT NULL,
	address TEXT NOT NULL, -- the queue's query string
	owner   {{id}} NOT NULL,
	shared  INTEGER NOT NULL,
	at      BIGINT NOT NULL
);

-- Few of many: the views that would otherwise read every open case.
CREATE INDEX ticket_unread ON ticket (updated, id) WHERE closed = 0 AND unread = 1;
CREATE INDEX ticket_free ON ticket (unit, updated, id) WHERE closed = 0 AND assignee = '';
CREATE INDEX ticket_flagged ON ticket (updated, id) WHERE closed = 0 AND flags <> '';
CREATE INDEX ticket_afterwards ON ticket (updated, id) WHERE closed > 0 AND unread = 1;
