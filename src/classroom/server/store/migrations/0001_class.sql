-- Portable between SQLite and PostgreSQL: TEXT and BIGINT only, moments in Unix
-- milliseconds, yes and no as 1 and 0.
CREATE TABLE class (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    code TEXT NOT NULL UNIQUE,
    projector TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('lobby', 'running', 'paused', 'closed')),
    joining BIGINT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('open', 'sealed')),
    assignment TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    revision BIGINT NOT NULL
);
CREATE TABLE seat (
    id TEXT PRIMARY KEY,
    class_id TEXT NOT NULL REFERENCES class (id),
    token_hash TEXT NOT NULL UNIQUE,
    removed BIGINT NOT NULL,
    joined_at BIGINT NOT NULL
);
CREATE INDEX seat_of_class ON seat (class_id);
-- The only table with names; erasing a person empties a row here and nowhere else.
CREATE TABLE seat_name (
    seat_id TEXT PRIMARY KEY REFERENCES seat (id),
    class_id TEXT NOT NULL,
    name TEXT NOT NULL,
    likeness TEXT NOT NULL,
    UNIQUE (class_id, likeness)
);
CREATE TABLE attempt (
    id TEXT PRIMARY KEY,
    class_id TEXT NOT NULL REFERENCES class (id),
    seat_id TEXT NOT NULL REFERENCES seat (id),
    scenario TEXT NOT NULL,
    number BIGINT NOT NULL,
    seed TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('browser', 'file')),
    begun_at BIGINT NOT NULL,
    received_at BIGINT,
    hash TEXT,
    transcript TEXT,
    verdict TEXT,
    why TEXT,
    late BIGINT NOT NULL DEFAULT 0,
    satisfaction BIGINT,
    conduct BIGINT,
    total BIGINT,
    passed BIGINT,
    receipt_no BIGINT UNIQUE,
    receipt TEXT,
    UNIQUE (seat_id, scenario, number)
);
CREATE INDEX attempt_of_class ON attempt (class_id);
-- Lines of a run that is played in a browser: each is here before its consequence is shown.
CREATE TABLE turn (
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    n BIGINT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (attempt_id, n)
);
-- What was handed in and belongs to something else: kept for the instructor to look at.
CREATE TABLE rejected (
    id TEXT PRIMARY KEY,
    class_id TEXT NOT NULL,
    seat_id TEXT NOT NULL,
    attempt_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    transcript TEXT NOT NULL,
    why TEXT NOT NULL,
    received_at BIGINT NOT NULL
);
-- The end of the chain of receipts; one row, and whoever extends the chain locks it.
CREATE TABLE chain (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    receipt_no BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO chain (one, receipt_no, hash) VALUES (1, 0, '');
