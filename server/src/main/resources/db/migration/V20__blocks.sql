-- The files that a tenant blocks. Each change takes the next version; a file keeps the version of its last change, so
-- that what a machine lacks is what lies above its version. Unblocked files stay, because machines must be told.

CREATE TABLE block_lists (
  tenant_id TEXT PRIMARY KEY REFERENCES tenants (id),
  version   BIGINT NOT NULL,
  -- what a machine below this version has is not known here: it gets the whole list
  floor     BIGINT NOT NULL
);

CREATE TABLE blocked_files (
  seq                    ${identity},
  tenant_id              TEXT NOT NULL REFERENCES tenants (id),
  hash                   TEXT NOT NULL,
  version                BIGINT NOT NULL,
  blocked                BOOLEAN NOT NULL,
  stop_running           BOOLEAN NOT NULL,
  requestor              TEXT NOT NULL,
  requestor_comment      TEXT NOT NULL,
  created_at             BIGINT NOT NULL,
  updated_at             BIGINT NOT NULL,
  cancellation_requestor TEXT,
  cancellation_comment   TEXT,
  cancelled_at           BIGINT,
  UNIQUE (tenant_id, hash)
);
CREATE INDEX blocked_files_by_version ON blocked_files (tenant_id, version);
CREATE INDEX blocked_files_by_created ON blocked_files (tenant_id, created_at DESC, seq DESC);

-- What each machine last said of the list that it enforces.
CREATE TABLE block_enforcement (
  tenant_id  TEXT NOT NULL,
  machine_id TEXT NOT NULL,
  version    BIGINT NOT NULL,
  support    TEXT NOT NULL,
  limits     TEXT NOT NULL,
  told_at    BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, machine_id),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machines (tenant_id, id)
);
