-- Whether two persons were said not to be the same is asked for every new case.
CREATE INDEX suggestion_other ON suggestion (other, kind);
