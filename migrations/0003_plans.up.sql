-- Plans and what is written while they are made. The rows of the hot path (plans, tickets, events) carry no foreign
-- keys: they are written under the plan's row in one transaction, and removing a plan removes them.

CREATE TABLE plans (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    project INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    resume TEXT NOT NULL,
    mode TEXT NOT NULL,
    size TEXT NOT NULL,
    generation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    approved INTEGER NOT NULL,
    fanin INTEGER NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    stale INTEGER NOT NULL,
    suspicious INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    waiting_until INTEGER NOT NULL,
    usd_limit INTEGER NOT NULL,
    token_limit INTEGER NOT NULL,
    usd_used INTEGER NOT NULL,
    tokens_used INTEGER NOT NULL,
    next_section INTEGER NOT NULL,
    title TEXT,
    labels TEXT,
    provider TEXT,
    ticket_key TEXT,
    ticket_url TEXT,
    error TEXT,
    wait_reason TEXT,
    forked_from TEXT
);
CREATE INDEX plans_ticket_key ON plans (ticket_key) WHERE ticket_key IS NOT NULL;
CREATE INDEX plans_ticket_url ON plans (ticket_url) WHERE ticket_url IS NOT NULL;

CREATE INDEX plans_state ON plans (state);

-- What is left of a removed plan.
CREATE TABLE tombstones (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    project INTEGER NOT NULL,
    approved INTEGER NOT NULL,
    at INTEGER NOT NULL,
    deleted_by INTEGER NOT NULL
);

CREATE TABLE tickets (
    plan INTEGER PRIMARY KEY,
    ticket TEXT,
    request TEXT
);

CREATE TABLE events (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    plan INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor INTEGER NOT NULL,
    type TEXT NOT NULL,
    data TEXT,
    UNIQUE (plan, seq)
);

CREATE TABLE parts (
    n INTEGER PRIMARY KEY,
    plan INTEGER NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (plan, name)
);

CREATE TABLE plan_files (
    n INTEGER PRIMARY KEY,
    plan INTEGER NOT NULL,
    path TEXT NOT NULL,
    content TEXT NOT NULL,
    UNIQUE (plan, path)
);

CREATE TABLE plan_bases (
    n INTEGER PRIMARY KEY,
    plan INTEGER NOT NULL REFERENCES plans (n),
    ordinal INTEGER NOT NULL,
    repository INTEGER NOT NULL REFERENCES repositories (n),
    alias TEXT,
    ref TEXT,
    commit_id TEXT,
    tree TEXT,
    UNIQUE (plan, ordinal)
);
CREATE INDEX plan_bases_repository ON plan_bases (repository);
