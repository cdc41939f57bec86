-- A run that is played in a program is sent as it goes, line by line; when each line came,
-- by the clock of the server that took it, and 0 where that was not noted.
ALTER TABLE turn ADD COLUMN came_at BIGINT NOT NULL DEFAULT 0;
-- What an attempt that was handed in has to do with what had been sent of it: how many
-- lines that were; the input from which the two differ, 0 where another run had been
-- sent, and nothing where they do not; and whether its times agree with those above.
ALTER TABLE attempt ADD COLUMN sent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE attempt ADD COLUMN differs_at BIGINT;
ALTER TABLE attempt ADD COLUMN timed BIGINT NOT NULL DEFAULT 0;
-- The instructor handed it in, as far as it had come.
ALTER TABLE attempt ADD COLUMN cut BIGINT NOT NULL DEFAULT 0;
