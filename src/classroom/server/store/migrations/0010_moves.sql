-- A code that is spoken and brings a seat to another device, once and for some minutes.
-- Only its hash is kept, and not for longer.
CREATE TABLE seat_code (
    seat_id TEXT PRIMARY KEY REFERENCES seat (id),
    code_hash TEXT NOT NULL UNIQUE,
    good_until BIGINT NOT NULL
);
-- When a seat went from one device to another, and what had opened it until then: whoever
-- comes with that is told where the seat is.
CREATE TABLE seat_move (
    seat_id TEXT NOT NULL REFERENCES seat (id),
    n BIGINT NOT NULL,
    moved_at BIGINT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    PRIMARY KEY (seat_id, n)
);
