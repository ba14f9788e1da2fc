-- Issuers at which people sign in instead of with a password of this server.
CREATE TABLE sign_in_issuers (
  tenant_id     TEXT NOT NULL REFERENCES tenants (id),
  id            TEXT NOT NULL,
  display_name  TEXT NOT NULL,
  enabled       BOOLEAN NOT NULL,
  issuer        TEXT NOT NULL,
  jwks_uri      TEXT,
  authority     TEXT,
  client_id     TEXT NOT NULL,
  -- wrapped by the master key; absent for a public client
  client_secret ${bytes},
  -- JSON: what the issuer's claims mean here
  rules         TEXT NOT NULL,
  created_at    BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, issuer, client_id)
);

-- Who at an issuer is which user. By the issuer's name, so that it outlives a change of its settings.
CREATE TABLE outside_identities (
  tenant_id  TEXT NOT NULL,
  issuer     TEXT NOT NULL,
  subject    TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  -- whether the issuer made the user, and says at each sign-in which roles it has
  managed    BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, issuer, subject),
  UNIQUE (tenant_id, issuer, user_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);
CREATE INDEX outside_identities_by_user ON outside_identities (tenant_id, user_id);

-- Browsers that were sent to an issuer and are to come back: once, soon, and each to its own sign-in.
CREATE TABLE outside_sign_ins (
  hash        ${bytes} PRIMARY KEY,
  tenant_id   TEXT NOT NULL,
  issuer_id   TEXT NOT NULL,
  browser     ${bytes} NOT NULL,
  verifier    TEXT NOT NULL,
  nonce       TEXT NOT NULL,
  return_path TEXT NOT NULL,
  -- whether the issuer was to ask the person again, though it knows it
  afresh      BOOLEAN NOT NULL,
  begun_at    BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL
);
CREATE INDEX outside_sign_ins_by_expiry ON outside_sign_ins (expires_at);

-- The issuer through which a browser signed in, if any.
ALTER TABLE sign_in_sessions ADD COLUMN issuer_id TEXT;

-- Where an application is told that the user has signed out (OpenID Connect Front-Channel Logout 1.0).
ALTER TABLE application_sign_in ADD COLUMN front_channel_logout_uri TEXT;
