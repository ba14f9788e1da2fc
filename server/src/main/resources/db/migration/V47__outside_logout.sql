-- What the issuer calls its own session, so that it can say that this one has ended.
ALTER TABLE sign_in_sessions ADD COLUMN issuer_session TEXT;
CREATE INDEX sign_in_sessions_by_issuer ON sign_in_sessions (issuer_id, issuer_session);
