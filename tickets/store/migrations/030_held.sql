-- Why a report waits for a person is a code of a closed list (package router),
-- and stays known when the person has decided, so that a decision can be undone.
ALTER TABLE ledger ADD COLUMN held TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN address {{id}} NOT NULL DEFAULT '';
UPDATE ledger SET cause = 'stranger' WHERE cause = 'desconocido en un caso' AND fate = 'held';
UPDATE ledger SET cause = 'authentication' WHERE cause = 'autenticación fallida' AND fate = 'held';
UPDATE ledger SET cause = 'spam' WHERE cause = 'marcado como correo no deseado por el servidor' AND fate = 'held';
UPDATE ledger SET cause = 'flood' WHERE cause = 'demasiados mensajes del mismo remitente' AND fate = 'held';
UPDATE ledger SET cause = 'malformed' WHERE cause = 'no se pudo leer nada' AND fate = 'held';
UPDATE ledger SET cause = 'unfinished' WHERE cause = 'no terminó de leerse en varios intentos' AND fate = 'quarantined';
UPDATE ledger SET cause = 'failed:' || cause WHERE cause <> 'unfinished' AND fate = 'quarantined';
UPDATE ledger SET cause = 'list' WHERE cause = 'lista de correo o envío masivo' AND fate = 'ignored';
UPDATE ledger SET cause = 'feedback' WHERE cause = 'aviso de abuso de otro servidor' AND fate = 'ignored';
UPDATE ledger SET cause = 'machine' WHERE cause = 'respuesta automática sin caso' AND fate = 'ignored';
UPDATE ledger SET cause = 'machine-forged' WHERE cause = 'respuesta automática con autenticación fallida' AND fate = 'ignored';
UPDATE ledger SET cause = 'machine-stranger' WHERE cause = 'respuesta automática de un desconocido' AND fate = 'ignored';
UPDATE ledger SET cause = 'aside' WHERE cause = 'no pide nada a la mesa' AND fate = 'ignored';
UPDATE ledger SET cause = 'call-not-in' WHERE cause = 'llamada que no entró de la calle' AND fate = 'ignored';
UPDATE ledger SET cause = 'bounce-unknown' WHERE cause = 'no nombra ninguna respuesta de esta mesa' AND fate = 'bounce';
UPDATE ledger SET held = cause WHERE fate IN ('held', 'quarantined');
ALTER TABLE message ADD COLUMN authentic TEXT NOT NULL DEFAULT '';
