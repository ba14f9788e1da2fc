-- When a key begins to sign; it is published from created_at on, so that clients know it before they meet it.
ALTER TABLE server_keys ADD COLUMN signs_from BIGINT NOT NULL DEFAULT 0;
