-- Two causes were written as words; the ledger's list is of codes (package router).
UPDATE ledger SET cause = 'unjoined' WHERE cause = 'no se pudo unir con los demás mensajes en varios intentos' AND fate = 'quarantined';
UPDATE ledger SET held = 'unjoined' WHERE held = 'no se pudo unir con los demás mensajes en varios intentos';
UPDATE ledger SET cause = 'outside' WHERE cause = 'escrito desde el propio teléfono de la oficina' AND fate = 'ignored';
