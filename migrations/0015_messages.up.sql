-- What people write to a plan in their own words, and what was made of it.

CREATE TABLE messages (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    plan INTEGER NOT NULL,
    at INTEGER NOT NULL,
    author INTEGER NOT NULL,
    role INTEGER NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL,
    plan_state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    understood TEXT,
    spoken INTEGER NOT NULL,
    why TEXT,
    done_at INTEGER NOT NULL
);
CREATE INDEX messages_plan ON messages (plan);
