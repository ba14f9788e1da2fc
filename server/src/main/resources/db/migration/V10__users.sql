-- People, what they may do and on which machines, and how they sign in.

CREATE TABLE machine_groups (
  tenant_id   TEXT NOT NULL REFERENCES tenants (id),
  id          BIGINT NOT NULL,
  name        TEXT NOT NULL,
  -- of the groups whose rule a machine meets, the one with the lowest rank has it
  rank        BIGINT NOT NULL,
  rule        TEXT NOT NULL,
  -- kept when it is gone, so that no other group ever gets its id and with it what roles reach
  deleted     BOOLEAN NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);

CREATE TABLE users (
  tenant_id           TEXT NOT NULL REFERENCES tenants (id),
  id                  TEXT NOT NULL,
  -- lower case, and unique on the server, because some sign-ins name no tenant
  user_principal_name TEXT NOT NULL UNIQUE,
  display_name        TEXT NOT NULL,
  -- null until the user has chosen one
  password            TEXT,
  enabled             BOOLEAN NOT NULL,
  second_factor       BOOLEAN NOT NULL,
  -- wrapped by the master key; null until the user has enrolled
  totp_secret         ${bytes},
  totp_last_step      BIGINT NOT NULL,
  failed_tries        BIGINT NOT NULL,
  locked_until        BIGINT NOT NULL,
  created_at          BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE roles (
  tenant_id    TEXT NOT NULL REFERENCES tenants (id),
  id           TEXT NOT NULL,
  display_name TEXT NOT NULL,
  permissions  TEXT NOT NULL,
  all_machines BOOLEAN NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, display_name)
);

CREATE TABLE role_machine_groups (
  tenant_id        TEXT NOT NULL,
  role_id          TEXT NOT NULL,
  machine_group_id BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, role_id, machine_group_id),
  FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id)
);

CREATE TABLE user_roles (
  tenant_id TEXT NOT NULL,
  user_id   TEXT NOT NULL,
  role_id   TEXT NOT NULL,
  PRIMARY KEY (tenant_id, user_id, role_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
  FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id)
);
CREATE INDEX user_roles_by_role ON user_roles (tenant_id, role_id);

-- One-time links with which a user chooses a password.
CREATE TABLE invitations (
  hash       ${bytes} PRIMARY KEY,
  tenant_id  TEXT NOT NULL REFERENCES tenants (id),
  -- null: whoever comes becomes the tenant's first administrator
  user_id    TEXT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at    BIGINT
);

-- How users sign in to an application; one without a row here acts only for itself.
CREATE TABLE application_sign_in (
  tenant_id      TEXT NOT NULL,
  application_id TEXT NOT NULL,
  public_client  BOOLEAN NOT NULL,
  password_grant BOOLEAN NOT NULL,
  PRIMARY KEY (tenant_id, application_id),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id)
);

CREATE TABLE application_redirect_uris (
  tenant_id      TEXT NOT NULL,
  application_id TEXT NOT NULL,
  uri            TEXT NOT NULL,
  PRIMARY KEY (tenant_id, application_id, uri),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id)
);

CREATE TABLE application_scopes (
  tenant_id      TEXT NOT NULL,
  application_id TEXT NOT NULL,
  scope          TEXT NOT NULL,
  PRIMARY KEY (tenant_id, application_id, scope),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id)
);

CREATE TABLE consents (
  tenant_id      TEXT NOT NULL,
  application_id TEXT NOT NULL,
  -- empty: an administrator consented for everybody
  user_id        TEXT NOT NULL,
  scope          TEXT NOT NULL,
  granted_at     BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, application_id, user_id, scope),
  FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id)
);

-- A browser in which somebody has signed in.
CREATE TABLE sign_in_sessions (
  hash             ${bytes} PRIMARY KEY,
  tenant_id        TEXT NOT NULL,
  user_id          TEXT NOT NULL,
  -- how: words of RFC 8176, separated by blanks
  methods          TEXT NOT NULL,
  -- false while a second factor is still to come
  complete         BOOLEAN NOT NULL,
  authenticated_at BIGINT NOT NULL,
  expires_at       BIGINT NOT NULL,
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);
CREATE INDEX sign_in_sessions_by_user ON sign_in_sessions (tenant_id, user_id);

-- One sign-in of a user to an application, and all tokens that come of it.
CREATE TABLE sign_ins (
  id               TEXT PRIMARY KEY,
  tenant_id        TEXT NOT NULL,
  application_id   TEXT NOT NULL,
  user_id          TEXT NOT NULL,
  methods          TEXT NOT NULL,
  -- what was asked for at first; a refresh that asks for nothing gets it again
  scope            TEXT NOT NULL,
  authenticated_at BIGINT NOT NULL,
  -- of the browser session it came from, if any: signing out there revokes it
  session_hash     ${bytes},
  created_at       BIGINT NOT NULL,
  revoked_at       BIGINT,
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);
CREATE INDEX sign_ins_by_user ON sign_ins (tenant_id, user_id);
CREATE INDEX sign_ins_by_session ON sign_ins (session_hash);

CREATE TABLE refresh_tokens (
  hash       ${bytes} PRIMARY KEY,
  sign_in_id TEXT NOT NULL REFERENCES sign_ins (id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at    BIGINT
);
CREATE INDEX refresh_tokens_by_sign_in ON refresh_tokens (sign_in_id);

CREATE TABLE authorization_codes (
  hash             ${bytes} PRIMARY KEY,
  sign_in_id       TEXT NOT NULL REFERENCES sign_ins (id),
  redirect_uri     TEXT NOT NULL,
  challenge        TEXT,
  challenge_method TEXT,
  nonce            TEXT,
  expires_at       BIGINT NOT NULL,
  redeemed_at      BIGINT
);

CREATE TABLE device_codes (
  hash           ${bytes} PRIMARY KEY,
  user_code      TEXT NOT NULL UNIQUE,
  tenant_id      TEXT NOT NULL,
  application_id TEXT NOT NULL,
  scope          TEXT NOT NULL,
  expires_at     BIGINT NOT NULL,
  last_poll_at   BIGINT,
  declined       BOOLEAN NOT NULL,
  -- null until the user has let it in
  sign_in_id     TEXT REFERENCES sign_ins (id),
  redeemed_at    BIGINT
);
