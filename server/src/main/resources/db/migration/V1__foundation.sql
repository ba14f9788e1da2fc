-- One schema for SQLite and PostgreSQL. ${identity} and ${bytes} are the two words the dialects spell differently.
-- Instants are BIGINT microseconds since the epoch, UTC. GUIDs are lower case with dashes. JSON is TEXT.

CREATE TABLE tenants (
  id            TEXT PRIMARY KEY,
  display_name  TEXT NOT NULL,
  domain_name   TEXT UNIQUE,
  settings      TEXT NOT NULL,
  created_at    BIGINT NOT NULL,
  -- head of the tenant's audit chain; updating it is also what serializes appends
  audit_number  BIGINT NOT NULL,
  audit_hash    ${bytes} NOT NULL
);

-- Private keys are wrapped by the data directory's master key, so that a copy of the database alone signs nothing.
CREATE TABLE server_keys (
  id              TEXT PRIMARY KEY,
  purpose         TEXT NOT NULL,
  wrapped_private ${bytes} NOT NULL,
  public_der      ${bytes} NOT NULL,
  created_at      BIGINT NOT NULL,
  retired_at      BIGINT
);

CREATE TABLE tenant_keys (
  tenant_id       TEXT NOT NULL REFERENCES tenants (id),
  id              TEXT NOT NULL,
  purpose         TEXT NOT NULL,
  wrapped_private ${bytes} NOT NULL,
  public_der      ${bytes} NOT NULL,
  created_at      BIGINT NOT NULL,
  retired_at      BIGINT,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE applications (
  tenant_id     TEXT NOT NULL REFERENCES tenants (id),
  id            TEXT NOT NULL,
  object_id     TEXT NOT NULL,
  display_name  TEXT NOT NULL,
  enabled       BOOLEAN NOT NULL,
  created_at    BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE application_permissions (
  tenant_id      TEXT NOT NULL,
  application_id TEXT NOT NULL,
  permission     TEXT NOT NULL,
  PRIMARY KEY (tenant_id, application_id, permission),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id)
);

CREATE TABLE application_secrets (
  tenant_id      TEXT NOT NULL,
  application_id TEXT NOT NULL,
  id             TEXT NOT NULL,
  hash           ${bytes} NOT NULL,
  hint           TEXT NOT NULL,
  starts_at      BIGINT NOT NULL,
  expires_at     BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, application_id, id),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id)
);

CREATE TABLE enrollment_tokens (
  tenant_id   TEXT NOT NULL REFERENCES tenants (id),
  id          TEXT NOT NULL,
  hash        ${bytes} NOT NULL,
  description TEXT NOT NULL,
  max_uses    INTEGER NOT NULL,
  uses        INTEGER NOT NULL,
  created_at  BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  revoked_at  BIGINT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX enrollment_tokens_by_id ON enrollment_tokens (id);

CREATE TABLE machines (
  seq                      ${identity},
  tenant_id                TEXT NOT NULL REFERENCES tenants (id),
  id                       TEXT NOT NULL,
  computer_dns_name        TEXT,
  first_seen               BIGINT NOT NULL,
  last_seen                BIGINT NOT NULL,
  os_platform              TEXT NOT NULL,
  os_version               TEXT,
  os_processor             TEXT NOT NULL,
  os_architecture          TEXT NOT NULL,
  os_build                 BIGINT,
  version                  TEXT NOT NULL,
  agent_version            TEXT NOT NULL,
  last_ip_address          TEXT,
  last_external_ip_address TEXT,
  ip_addresses             TEXT NOT NULL,
  health_status            TEXT NOT NULL,
  onboarding_status        TEXT NOT NULL,
  device_value             TEXT NOT NULL,
  risk_score               TEXT NOT NULL,
  exposure_level           TEXT NOT NULL,
  rbac_group_id            BIGINT NOT NULL,
  rbac_group_name          TEXT,
  aad_device_id            TEXT,
  capabilities             TEXT NOT NULL,
  public_key               ${bytes} NOT NULL,
  next_sequence            BIGINT NOT NULL,
  last_report_number       BIGINT NOT NULL,
  connected                BOOLEAN NOT NULL,
  UNIQUE (tenant_id, id)
);
CREATE INDEX machines_by_name ON machines (tenant_id, computer_dns_name);
CREATE INDEX machines_by_last_seen ON machines (tenant_id, last_seen);
CREATE INDEX machines_by_health ON machines (tenant_id, health_status, seq);
CREATE INDEX machines_by_address ON machines (tenant_id, last_ip_address);

CREATE TABLE machine_tags (
  tenant_id  TEXT NOT NULL,
  machine_id TEXT NOT NULL,
  tag        TEXT NOT NULL,
  PRIMARY KEY (tenant_id, machine_id, tag),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machines (tenant_id, id)
);
CREATE INDEX machine_tags_by_tag ON machine_tags (tenant_id, tag);

CREATE TABLE machine_certificates (
  tenant_id  TEXT NOT NULL,
  machine_id TEXT NOT NULL,
  serial     TEXT NOT NULL,
  der        ${bytes} NOT NULL,
  issued_at  BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT,
  PRIMARY KEY (tenant_id, serial),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machines (tenant_id, id)
);
CREATE INDEX machine_certificates_by_machine ON machine_certificates (tenant_id, machine_id);

-- Intent and truth, an aspect a row: what was asked for and what the machine last said it is.
CREATE TABLE machine_states (
  tenant_id         TEXT NOT NULL,
  machine_id        TEXT NOT NULL,
  aspect            TEXT NOT NULL,
  desired           TEXT NOT NULL,
  desired_sequence  BIGINT NOT NULL,
  desired_at        BIGINT NOT NULL,
  observed          TEXT,
  observed_sequence BIGINT,
  observed_at       BIGINT,
  PRIMARY KEY (tenant_id, machine_id, aspect),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machines (tenant_id, id)
);

CREATE TABLE machine_actions (
  seq                   ${identity},
  tenant_id             TEXT NOT NULL,
  id                    TEXT NOT NULL UNIQUE,
  type                  TEXT NOT NULL,
  title                 TEXT,
  requestor             TEXT NOT NULL,
  requestor_id          TEXT NOT NULL,
  requestor_comment     TEXT NOT NULL,
  status                TEXT NOT NULL,
  machine_id            TEXT NOT NULL,
  computer_dns_name     TEXT,
  created_at            BIGINT NOT NULL,
  updated_at            BIGINT NOT NULL,
  expires_at            BIGINT NOT NULL,
  cancellation_requestor TEXT,
  cancellation_comment  TEXT,
  cancelled_at          BIGINT,
  error_hresult         INTEGER NOT NULL,
  scope                 TEXT,
  external_id           TEXT,
  request_source        TEXT NOT NULL,
  -- hash of the file it is about, lower-case hex
  related_file          TEXT,
  commands              TEXT NOT NULL,
  troubleshoot_info     TEXT,
  outcome               TEXT,
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machines (tenant_id, id)
);
CREATE INDEX machine_actions_by_created ON machine_actions (tenant_id, created_at DESC, seq DESC);
CREATE INDEX machine_actions_by_updated ON machine_actions (tenant_id, updated_at DESC, seq DESC);
CREATE INDEX machine_actions_by_status ON machine_actions (tenant_id, status, created_at DESC, seq DESC);
CREATE INDEX machine_actions_by_type ON machine_actions (tenant_id, type, created_at DESC, seq DESC);
CREATE INDEX machine_actions_by_machine ON machine_actions (tenant_id, machine_id, created_at DESC, seq DESC);
CREATE INDEX machine_actions_by_requestor ON machine_actions (tenant_id, requestor, created_at DESC, seq DESC);
-- The few that are open, for the rule of one of a kind per machine and for their expiry.
CREATE INDEX machine_actions_open ON machine_actions (tenant_id, machine_id, type)
  WHERE status IN ('Pending', 'InProgress');
CREATE INDEX machine_actions_by_expiry ON machine_actions (expires_at)
  WHERE status IN ('Pending', 'InProgress');

-- The outbox of a machine: exact signed bytes in sequence order.
CREATE TABLE commands (
  tenant_id       TEXT NOT NULL,
  machine_id      TEXT NOT NULL,
  sequence        BIGINT NOT NULL,
  action_id       TEXT NOT NULL REFERENCES machine_actions (id),
  kind            TEXT NOT NULL,
  -- the state that an aspect of the machine shall have from this command on
  intent          TEXT,
  envelope        ${bytes} NOT NULL,
  created_at      BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL,
  -- set in the same transaction that hands the bytes to a gateway: once set, withdrawal needs the machine's word
  delivered_at    BIGINT,
  acknowledged_at BIGINT,
  withdrawn_at    BIGINT,
  -- the machine itself gave up this intent (break-glass, dead-man roll-back), whatever became of the action
  undone_at       BIGINT,
  -- the one-time code that releases this isolation locally, wrapped by the master key
  break_glass     ${bytes},
  PRIMARY KEY (tenant_id, machine_id, sequence),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machines (tenant_id, id)
);
CREATE INDEX commands_by_action ON commands (action_id);

CREATE TABLE idempotency_keys (
  tenant_id    TEXT NOT NULL,
  requestor_id TEXT NOT NULL,
  key          TEXT NOT NULL,
  request_hash ${bytes} NOT NULL,
  action_id    TEXT NOT NULL REFERENCES machine_actions (id),
  created_at   BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, requestor_id, key)
);

CREATE TABLE audit_entries (
  tenant_id     TEXT NOT NULL REFERENCES tenants (id),
  number        BIGINT NOT NULL,
  at            BIGINT NOT NULL,
  actor         TEXT NOT NULL,
  event         TEXT NOT NULL,
  subject       TEXT NOT NULL,
  detail        TEXT NOT NULL,
  previous_hash ${bytes} NOT NULL,
  hash          ${bytes} NOT NULL,
  PRIMARY KEY (tenant_id, number)
);
