-- Registered codebases, cached surveys.

CREATE TABLE repositories (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    project INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    path TEXT,
    is_private INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    default_ref TEXT,
    tree TEXT,
    commit_id TEXT,
    branch TEXT,
    remote TEXT,
    dirty INTEGER NOT NULL
);
-- An upload for one plan only is found by its id and takes no name away.
CREATE UNIQUE INDEX repositories_name ON repositories (project, name) WHERE is_private = 0;

CREATE TABLE surveys (
    n INTEGER PRIMARY KEY,
    tree TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (tree, version)
);
