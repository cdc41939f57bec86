-- The whole class as one trainee: a seat of its own that nobody holds a token of.
ALTER TABLE seat ADD COLUMN whole BIGINT NOT NULL DEFAULT 0;
-- What the class does with a run of that seat. A stage belongs to the input it was set
-- before, so a server that died between an input and its stage is at no wrong one.
CREATE TABLE vote (
    attempt_id TEXT PRIMARY KEY REFERENCES attempt (id),
    class_id TEXT NOT NULL REFERENCES class (id),
    n BIGINT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('scene', 'first', 'talk', 'second', 'tally')),
    other BIGINT NOT NULL,
    open BIGINT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX vote_of_class ON vote (class_id);
CREATE TABLE ballot (
    attempt_id TEXT NOT NULL REFERENCES vote (attempt_id),
    n BIGINT NOT NULL,
    round BIGINT NOT NULL,
    seat_id TEXT NOT NULL REFERENCES seat (id),
    choice BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, n, round, seat_id)
);
