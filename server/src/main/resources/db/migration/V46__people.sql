-- The parts of a person's name, for who wants them apart.
ALTER TABLE users ADD COLUMN given_name TEXT;
ALTER TABLE users ADD COLUMN family_name TEXT;
-- Null for a password that was there before this column.
ALTER TABLE users ADD COLUMN password_set_at BIGINT;
-- Words, separated by blanks.
ALTER TABLE users ADD COLUMN directory_roles TEXT NOT NULL DEFAULT '';

-- Whether the application is served under its tenant's name only, and not at common and organizations.
ALTER TABLE applications ADD COLUMN own_tenant_only BOOLEAN NOT NULL DEFAULT FALSE;

-- The outside issuer at which the user signed in; null: here.
ALTER TABLE sign_ins ADD COLUMN issuer_id TEXT;
