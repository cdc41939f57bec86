-- Whether the room reads the names that people type, or a nickname of everybody. Classes
-- that are there go on as they began: who typed a name in them is called by it.
ALTER TABLE class ADD COLUMN shows_names BIGINT NOT NULL DEFAULT 0;
UPDATE class SET shows_names = 1;
ALTER TABLE seat_name ADD COLUMN typed BIGINT NOT NULL DEFAULT 0;
UPDATE seat_name SET typed = 1 WHERE nickname = '';
