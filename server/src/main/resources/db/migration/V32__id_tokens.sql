-- Whether the authorization endpoint may hand the application id tokens.
ALTER TABLE application_sign_in ADD COLUMN id_tokens BOOLEAN NOT NULL DEFAULT FALSE;
