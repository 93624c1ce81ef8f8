-- Projects, people, tokens, the audit, idempotency keys, small named values.
--
-- One text for every engine: only INTEGER, TEXT and BLOB; an engine with other names translates these words, and
-- INTEGER PRIMARY KEY [AUTOINCREMENT], and WITHOUT ROWID. Rows have an integer key that grows (appending is cheap) and,
-- where the outside names them, a unique text id. 0 and '' mean "none" in columns that are NOT NULL. Enumerations are
-- stored by name. Times are Unix milliseconds. AUTOINCREMENT where a number must never come again.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE projects (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    settings TEXT,
    created_at INTEGER NOT NULL
);

CREATE TABLE people (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    email TEXT,
    logins TEXT,
    created_at INTEGER NOT NULL
);

CREATE TABLE tokens (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT,
    hash BLOB NOT NULL UNIQUE,
    role TEXT NOT NULL,
    project INTEGER NOT NULL,
    person INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL
);

CREATE TABLE audit (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    project INTEGER NOT NULL,
    person INTEGER NOT NULL,
    token INTEGER NOT NULL,
    plan INTEGER NOT NULL,
    action TEXT NOT NULL,
    object TEXT,
    detail TEXT
);
CREATE INDEX audit_plan ON audit (plan) WHERE plan <> 0;

CREATE TABLE idempotency (
    n INTEGER PRIMARY KEY,
    token INTEGER NOT NULL,
    key BLOB NOT NULL,
    request BLOB NOT NULL,
    status INTEGER NOT NULL,
    href TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (token, key)
);
