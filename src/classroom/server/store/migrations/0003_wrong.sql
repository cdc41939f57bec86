-- When the game is wrong. What an instructor takes out of the count, for the whole class;
-- what is lifted again stays here with its moment.
CREATE TABLE void (
    class_id TEXT NOT NULL REFERENCES class (id),
    no BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('clause', 'decision')),
    scenario TEXT NOT NULL,
    name TEXT NOT NULL,
    why TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    lifted_at BIGINT,
    PRIMARY KEY (class_id, no)
);
-- Every score an attempt ever had: the first is the one it was handed in with, the last
-- counts. `voids` holds the numbers of what did not count for it.
CREATE TABLE score (
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    n BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    rules TEXT NOT NULL,
    voids TEXT NOT NULL,
    satisfaction BIGINT NOT NULL,
    conduct BIGINT NOT NULL,
    total BIGINT NOT NULL,
    passed BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, n)
);
INSERT INTO score (attempt_id, n, made_at, rules, voids, satisfaction, conduct, total, passed)
SELECT id, 1, received_at, '', '', satisfaction, conduct, total, passed FROM attempt
WHERE received_at IS NOT NULL AND total IS NOT NULL;
-- "I disagree, because": one a decision, in the trainee's own words.
CREATE TABLE objection (
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    turn BIGINT NOT NULL,
    beat TEXT NOT NULL,
    why TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, turn)
);
