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

CREATE TABLE webhooks (
  tenant_id       TEXT NOT NULL REFERENCES tenants (id),
  id              TEXT NOT NULL,
  name            TEXT NOT NULL,
  url             TEXT NOT NULL,
  -- JSON array; empty: all kinds
  kinds           TEXT NOT NULL,
  -- wrapped by the master key
  secret          ${bytes} NOT NULL,
  enabled         BOOLEAN NOT NULL,
  created_at      BIGINT NOT NULL,
  -- everything up to this event was delivered, or is none of its kinds
  number          BIGINT NOT NULL,
  -- of the event that could not be delivered so far
  failing_since   BIGINT,
  failures        BIGINT NOT NULL,
  next_attempt_at BIGINT NOT NULL,
  parked_at       BIGINT,
  -- which of several servers delivers, and until when
  leased_by       TEXT,
  leased_until    BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE webhook_deliveries (
  seq          ${identity},
  tenant_id    TEXT NOT NULL,
  webhook_id   TEXT NOT NULL,
  number       BIGINT NOT NULL,
  kind         TEXT NOT NULL,
  at           BIGINT NOT NULL,
  milliseconds BIGINT NOT NULL,
  -- null: there was no answer
  status       INTEGER,
  error        TEXT
);
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (tenant_id, webhook_id, seq);

-- How far something that is not a tenant's own has followed the tenant's feed.
CREATE TABLE feed_cursors (
  name      TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  number    BIGINT NOT NULL,
  PRIMARY KEY (name, tenant_id)
);
