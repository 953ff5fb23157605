-- Who may see a restricted case that nobody has: those responsible for what is due, not their whole unit.
UPDATE ticket SET seers = REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(seers, 'unit:UIT', 'role:uit'), 'unit:UPAT', 'role:upat'), 'unit:ACGII', 'role:acgii'), 'unit:ADT', 'role:adt'), 'unit:AIT',
	CASE WHEN closed > 0 OR step IN ('9.1/9', '9.1/10', '9.2/8', '9.2/9', '9.3/6', '9.3/7') THEN 'role:supervisor' ELSE 'role:operador' END)
	WHERE seers LIKE '%unit:%';
