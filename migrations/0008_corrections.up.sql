-- What people said of a codebase, and which of its files they left out. Times are Unix ms.

CREATE TABLE corrections (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    repository INTEGER NOT NULL REFERENCES repositories (n),
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    UNIQUE (repository, kind, text)
);
