-- Revisions: immutable lists of content-addressed sections; the served bytes of the newest; what people say about them.

CREATE TABLE sections (
    n INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    bytes TEXT NOT NULL
);

CREATE TABLE revisions (
    n INTEGER PRIMARY KEY,
    plan INTEGER NOT NULL REFERENCES plans (n),
    number INTEGER NOT NULL,
    parent INTEGER NOT NULL,
    at INTEGER NOT NULL,
    author INTEGER NOT NULL,
    content BLOB NOT NULL,
    reason TEXT,
    detail TEXT,
    checks TEXT,
    verified INTEGER NOT NULL,
    to_create INTEGER NOT NULL,
    unprovable INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    UNIQUE (plan, number)
);

CREATE TABLE revision_sections (
    revision INTEGER NOT NULL REFERENCES revisions (n),
    ordinal INTEGER NOT NULL,
    id TEXT NOT NULL,
    section INTEGER NOT NULL REFERENCES sections (n),
    PRIMARY KEY (revision, ordinal)
) WITHOUT ROWID;
CREATE INDEX revision_sections_section ON revision_sections (section);

CREATE TABLE heads (
    n INTEGER PRIMARY KEY,
    plan INTEGER NOT NULL REFERENCES plans (n),
    format TEXT NOT NULL,
    revision INTEGER NOT NULL,
    etag TEXT NOT NULL,
    bytes TEXT NOT NULL,
    UNIQUE (plan, format)
);

CREATE TABLE refinements (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    plan INTEGER NOT NULL REFERENCES plans (n),
    base_revision INTEGER NOT NULL,
    at INTEGER NOT NULL,
    author INTEGER NOT NULL,
    instruction TEXT NOT NULL,
    sections TEXT,
    state TEXT NOT NULL,
    result_revision INTEGER NOT NULL,
    detail TEXT
);
CREATE INDEX refinements_plan ON refinements (plan);

CREATE TABLE approvals (
    n INTEGER PRIMARY KEY,
    plan INTEGER NOT NULL REFERENCES plans (n),
    revision INTEGER NOT NULL,
    at INTEGER NOT NULL,
    person INTEGER NOT NULL,
    content BLOB NOT NULL,
    tree TEXT,
    note TEXT,
    voided_at INTEGER NOT NULL
);
CREATE INDEX approvals_plan ON approvals (plan);

CREATE TABLE progress (
    n INTEGER PRIMARY KEY,
    plan INTEGER NOT NULL REFERENCES plans (n),
    phase TEXT NOT NULL,
    at INTEGER NOT NULL,
    person INTEGER NOT NULL,
    status TEXT NOT NULL,
    note TEXT,
    commit_id TEXT,
    UNIQUE (plan, phase)
);
