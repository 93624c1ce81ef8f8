-- Codebases that are fetched from a git remote: one row beside each in repositories. Times are Unix ms.

CREATE TABLE imports (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    repository INTEGER NOT NULL UNIQUE REFERENCES repositories (n),
    url TEXT NOT NULL,
    username TEXT,
    credential TEXT NOT NULL,
    secret BLOB,
    secret_file TEXT,
    state TEXT NOT NULL,
    error TEXT,
    progress TEXT,
    sync_every INTEGER NOT NULL,
    synced_at INTEGER NOT NULL,
    tried_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    again INTEGER NOT NULL
);
CREATE INDEX imports_next ON imports (next_at) WHERE next_at > 0;
