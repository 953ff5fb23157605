CREATE INDEX outage_report_state ON outage_report (outage, state);
