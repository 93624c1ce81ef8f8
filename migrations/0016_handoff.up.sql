-- Approvals bind every codebase; tokens may be narrowed to one plan and some verbs; who works on which phase and for how
-- long; what each criterion said; read-only links. Times are Unix ms.

ALTER TABLE approvals RENAME COLUMN tree TO base;
UPDATE approvals SET base = '[{"tree":"' || base || '"}]' WHERE base IS NOT NULL;

ALTER TABLE tokens ADD COLUMN plan TEXT;
ALTER TABLE tokens ADD COLUMN verbs TEXT;

ALTER TABLE progress ADD COLUMN started_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE progress ADD COLUMN done_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE progress ADD COLUMN worked_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE progress ADD COLUMN estimated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE progress ADD COLUMN reason TEXT;

CREATE TABLE claims (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    plan INTEGER NOT NULL REFERENCES plans (n),
    phase TEXT NOT NULL,
    at INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    person INTEGER NOT NULL,
    token INTEGER NOT NULL,
    holder TEXT,
    UNIQUE (plan, phase)
);
CREATE INDEX claims_lease ON claims (lease_until);

CREATE TABLE criteria (
    n INTEGER PRIMARY KEY,
    plan INTEGER NOT NULL REFERENCES plans (n),
    phase TEXT NOT NULL,
    criterion TEXT NOT NULL,
    at INTEGER NOT NULL,
    person INTEGER NOT NULL,
    status TEXT NOT NULL,
    output TEXT,
    commit_id TEXT,
    url TEXT,
    note TEXT,
    UNIQUE (plan, phase, criterion)
);

CREATE TABLE links (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    hash BLOB NOT NULL UNIQUE,
    plan INTEGER NOT NULL REFERENCES plans (n),
    at INTEGER NOT NULL,
    person INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL,
    note TEXT
);
CREATE INDEX links_plan ON links (plan);
