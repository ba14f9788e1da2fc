-- Whether the application has an API of its own, for which other applications get tokens.
ALTER TABLE application_sign_in ADD COLUMN exposes_api BOOLEAN NOT NULL DEFAULT FALSE;

-- Whether a page in a browser is sent there, which redeems its codes itself.
ALTER TABLE application_redirect_uris ADD COLUMN single_page BOOLEAN NOT NULL DEFAULT FALSE;
-- Whether a page in a browser keeps the token: then it has a fixed end.
ALTER TABLE refresh_tokens ADD COLUMN single_page BOOLEAN NOT NULL DEFAULT FALSE;
