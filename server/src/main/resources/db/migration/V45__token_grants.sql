-- Whether the application has an API of its own, for which other applications get tokens.
ALTER TABLE application_sign_in ADD COLUMN exposes_api BOOLEAN NOT NULL DEFAULT FALSE;
