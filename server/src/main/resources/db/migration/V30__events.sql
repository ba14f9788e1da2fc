-- What happened, in the order in which it was committed, for those who follow: streams, webhooks, syslog. A tenant's
-- numbers rise by one; taking the next one updates the tenant's row, which is also what serializes its audit chain.
ALTER TABLE tenants ADD COLUMN event_number BIGINT NOT NULL DEFAULT 0;

CREATE TABLE events (
  tenant_id  TEXT NOT NULL REFERENCES tenants (id),
  number     BIGINT NOT NULL,
  at         BIGINT NOT NULL,
  kind       TEXT NOT NULL,
  actor      TEXT NOT NULL,
  subject    TEXT NOT NULL,
  -- null: it is not about one machine, or one action
  machine_id TEXT,
  action_id  TEXT,
  detail     TEXT NOT NULL,
  PRIMARY KEY (tenant_id, number)
);
CREATE INDEX events_by_age ON events (at);

-- What is about one thing, or was caused by one machine, among all that is in the log.
CREATE INDEX audit_entries_by_subject ON audit_entries (tenant_id, subject, number);
CREATE INDEX audit_entries_by_actor ON audit_entries (tenant_id, actor, number);
