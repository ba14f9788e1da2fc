-- Tokens of outside issuers that an application may show in place of a secret.
CREATE TABLE federated_credentials (
  tenant_id      TEXT NOT NULL,
  application_id TEXT NOT NULL,
  id             TEXT NOT NULL,
  name           TEXT NOT NULL,
  issuer         TEXT NOT NULL,
  subject        TEXT NOT NULL,
  audience       TEXT NOT NULL,
  jwks_uri       TEXT,
  authority      TEXT,
  created_at     BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, application_id, id),
  UNIQUE (tenant_id, application_id, issuer, subject, audience),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id)
);

-- Issuers whose tokens the API itself accepts. Issuer and audience together lead to one tenant.
CREATE TABLE outside_issuers (
  tenant_id    TEXT NOT NULL REFERENCES tenants (id),
  id           TEXT NOT NULL,
  issuer       TEXT NOT NULL,
  audience     TEXT NOT NULL,
  jwks_uri     TEXT,
  authority    TEXT,
  mapping      TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (issuer, audience)
);
