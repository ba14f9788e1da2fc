-- What is in the vaults of the machines, as their reports tell it: a row comes with the report of a quarantine and goes
-- with that of its restore.

CREATE TABLE quarantined_files (
  seq               ${identity},
  tenant_id         TEXT NOT NULL,
  machine_id        TEXT NOT NULL,
  vault_id          TEXT NOT NULL,
  action_id         TEXT NOT NULL REFERENCES machine_actions (id),
  computer_dns_name TEXT,
  path              TEXT NOT NULL,
  size              BIGINT NOT NULL,
  sha256            TEXT,
  quarantined_at    BIGINT NOT NULL,
  UNIQUE (tenant_id, machine_id, vault_id),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machines (tenant_id, id)
);
CREATE INDEX quarantined_files_by_age ON quarantined_files (tenant_id, seq DESC);
CREATE INDEX quarantined_files_by_machine ON quarantined_files (tenant_id, machine_id, seq DESC);
