-- Several servers may serve the same classes. Each counts what it changed, so that the
-- others hear that there is something to look at; a program that changes scores beside a
-- running server does the same.
CREATE TABLE news (
    server TEXT PRIMARY KEY,
    n BIGINT NOT NULL,
    at BIGINT NOT NULL
);
-- Whose signatures receipts bear: every server has a key of its own.
CREATE TABLE signer (
    key_id TEXT PRIMARY KEY,
    public_key TEXT NOT NULL,
    first_at BIGINT NOT NULL
);
-- When a seat was last heard of, by whichever server; 0 where only one serves, which
-- knows by itself. Unix milliseconds.
ALTER TABLE seat ADD COLUMN heard_at BIGINT NOT NULL DEFAULT 0;
