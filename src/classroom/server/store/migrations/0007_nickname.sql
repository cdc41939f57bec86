-- Whoever stands on a roster is known to the room by a nickname that lasts as long as the
-- seat; for everybody else it is empty, and what they typed is what the room reads.
ALTER TABLE seat_name ADD COLUMN nickname TEXT NOT NULL DEFAULT '';
UPDATE seat_name SET nickname = 'Guest ' || (
    SELECT count(*) FROM seat AS other
    WHERE other.class_id = seat_name.class_id AND other.id <= seat_name.seat_id
) WHERE seat_id IN (SELECT id FROM seat WHERE came_at IS NULL OR came_at <> joined_at);
