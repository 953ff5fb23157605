CREATE INDEX person_merged ON person (merged) WHERE merged <> '';
