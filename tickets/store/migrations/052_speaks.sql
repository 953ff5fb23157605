-- The languages in which people of the office can attend (Ley 269), besides
-- Spanish, which all speak.

CREATE TABLE staff_speaks (
	staff    {{id}} NOT NULL REFERENCES staff(id),
	language {{id}} NOT NULL,
	PRIMARY KEY (staff, language)
){{norowid}};
