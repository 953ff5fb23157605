-- A filter of the queue that few cases meet reads those, not a million others.
CREATE INDEX ticket_open_medium ON ticket (medium, updated, id) WHERE closed = 0;
CREATE INDEX ticket_closed_medium ON ticket (medium, updated, id) WHERE closed > 0;
CREATE INDEX ticket_closed_class ON ticket (class, updated, id) WHERE closed > 0 AND class <> '';
CREATE INDEX ticket_closed_system ON ticket (system, updated, id) WHERE closed > 0 AND system <> '';
