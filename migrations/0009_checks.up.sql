-- Findings that somebody answers for, and what the criteria of a phase said when they were run.

CREATE TABLE waivers (
    n INTEGER PRIMARY KEY,
    plan INTEGER NOT NULL REFERENCES plans (n),
    finding TEXT NOT NULL,
    rule TEXT NOT NULL,
    section TEXT NOT NULL,
    message TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    person INTEGER NOT NULL,
    UNIQUE (plan, finding)
);

ALTER TABLE progress ADD COLUMN evidence TEXT;
