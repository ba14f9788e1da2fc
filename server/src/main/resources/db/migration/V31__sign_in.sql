-- Passkeys (WebAuthn) of users. One works under the host name for which it was made, and no other.
CREATE TABLE passkeys (
  tenant_id       TEXT NOT NULL,
  user_id         TEXT NOT NULL,
  id              TEXT NOT NULL,
  name            TEXT NOT NULL,
  rp_id           TEXT NOT NULL,
  -- as the authenticator names it; on the whole server one passkey is one user's
  credential_id   ${bytes} NOT NULL UNIQUE,
  -- attested credential data: model, credential id and public key in COSE
  credential      ${bytes} NOT NULL,
  sign_count      BIGINT NOT NULL,
  backup_eligible BOOLEAN NOT NULL,
  -- words, separated by blanks
  transports      TEXT NOT NULL,
  created_at      BIGINT NOT NULL,
  last_used_at    BIGINT,
  PRIMARY KEY (tenant_id, user_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);

-- What an authenticator has to sign: once, soon, in the browser that asked for it.
CREATE TABLE passkey_challenges (
  hash       ${bytes} PRIMARY KEY,
  purpose    TEXT NOT NULL,
  browser    ${bytes} NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_challenges_by_expiry ON passkey_challenges (expires_at);

-- The sweep of what signs nobody in any more, and the checks of the keys that point at sign-ins.
CREATE INDEX authorization_codes_by_sign_in ON authorization_codes (sign_in_id);
CREATE INDEX device_codes_by_sign_in ON device_codes (sign_in_id);
CREATE INDEX device_codes_by_expiry ON device_codes (expires_at);

-- One-time codes for a user whose second factor is gone.
CREATE TABLE recovery_codes (
  tenant_id TEXT NOT NULL,
  user_id   TEXT NOT NULL,
  hash      ${bytes} NOT NULL,
  used_at   BIGINT,
  PRIMARY KEY (tenant_id, user_id, hash),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);

-- Whether whoever holds a role needs a second factor.
ALTER TABLE roles ADD COLUMN second_factor BOOLEAN NOT NULL DEFAULT FALSE;
