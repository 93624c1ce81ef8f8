-- Webhooks out and in, model calls.

CREATE TABLE hooks (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    project INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    url TEXT NOT NULL,
    secret BLOB,
    events TEXT,
    disabled_at INTEGER NOT NULL,
    failing_since INTEGER NOT NULL,
    disabled_why TEXT
);

CREATE TABLE deliveries (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    hook INTEGER NOT NULL REFERENCES hooks (n),
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    last_status INTEGER NOT NULL,
    last_error TEXT
);
CREATE INDEX deliveries_hook ON deliveries (hook);

CREATE TABLE sources (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    project INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    secret BLOB,
    settings TEXT,
    created_at INTEGER NOT NULL,
    created_by INTEGER NOT NULL
);

CREATE TABLE inbound (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    source INTEGER NOT NULL REFERENCES sources (n),
    at INTEGER NOT NULL,
    delivery TEXT NOT NULL,
    body TEXT NOT NULL,
    done INTEGER NOT NULL,
    outcome TEXT,
    UNIQUE (source, delivery)
);

-- Kept when its plan goes: what has been spent stays spent.
CREATE TABLE llm_calls (
    n INTEGER PRIMARY KEY,
    project INTEGER NOT NULL,
    plan INTEGER NOT NULL,
    job INTEGER NOT NULL,
    at INTEGER NOT NULL,
    provider TEXT,
    step TEXT,
    request_id TEXT,
    error TEXT,
    status INTEGER NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cached INTEGER NOT NULL,
    latency_ms INTEGER NOT NULL
);
CREATE INDEX llm_calls_plan ON llm_calls (plan);
CREATE INDEX llm_calls_at ON llm_calls (at);
