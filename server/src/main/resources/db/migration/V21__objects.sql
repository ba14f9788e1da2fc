-- What machines handed over: investigation packages and file samples. Their bytes are files in the data directory,
-- encrypted with a key of their own, which the master key wraps.

CREATE TABLE objects (
  seq          ${identity},
  id           TEXT NOT NULL UNIQUE,
  tenant_id    TEXT NOT NULL,
  machine_id   TEXT NOT NULL,
  action_id    TEXT NOT NULL REFERENCES machine_actions (id),
  upload_id    TEXT NOT NULL,
  kind         TEXT NOT NULL,
  name         TEXT NOT NULL,
  size         BIGINT NOT NULL,
  sha256       TEXT NOT NULL,
  wrapped_key  ${bytes} NOT NULL,
  created_at   BIGINT NOT NULL,
  completed_at BIGINT,
  deleted_at   BIGINT,
  UNIQUE (tenant_id, machine_id, upload_id),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machines (tenant_id, id)
);
CREATE INDEX objects_by_action ON objects (action_id);
CREATE INDEX objects_by_age ON objects (tenant_id, completed_at);

-- Links that open one object each without a token. Only the hash of a link's secret is kept.
CREATE TABLE object_links (
  id          TEXT PRIMARY KEY,
  tenant_id   TEXT NOT NULL,
  object_id   TEXT NOT NULL REFERENCES objects (id),
  secret_hash ${bytes} NOT NULL,
  requestor   TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  revoked_at  BIGINT
);
CREATE INDEX object_links_by_object ON object_links (object_id);
CREATE INDEX object_links_by_expiry ON object_links (expires_at);
