-- Certificates whose holder may sign client assertions (RFC 7523) for an application.
CREATE TABLE application_certificates (
  tenant_id      TEXT NOT NULL,
  application_id TEXT NOT NULL,
  id             TEXT NOT NULL,
  der            ${bytes} NOT NULL,
  -- SHA-256 thumbprint as base64url
  sha256         TEXT NOT NULL,
  starts_at      BIGINT NOT NULL,
  expires_at     BIGINT NOT NULL,
  single_use     BOOLEAN NOT NULL,
  created_at     BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, application_id, id),
  UNIQUE (tenant_id, application_id, sha256),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id)
);

-- Assertions that were accepted under a single-use certificate and could still be sent again.
CREATE TABLE used_assertions (
  tenant_id      TEXT NOT NULL,
  application_id TEXT NOT NULL,
  id             TEXT NOT NULL,
  expires_at     BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, application_id, id),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id)
);
CREATE INDEX used_assertions_by_expiry ON used_assertions (expires_at);
