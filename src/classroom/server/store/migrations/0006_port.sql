-- Whether it went over the port for browsers, which is not encrypted: the token of a
-- seat, and anything of an attempt. Before this release there was no other port.
ALTER TABLE seat ADD COLUMN plain BIGINT NOT NULL DEFAULT 1;
ALTER TABLE attempt ADD COLUMN plain BIGINT NOT NULL DEFAULT 1;
