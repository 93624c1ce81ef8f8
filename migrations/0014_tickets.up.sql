-- Ticket systems: how their APIs are called, their tickets with the plans they became, what is said in them.
ALTER TABLE sources ADD COLUMN credential BLOB;
ALTER TABLE sources ADD COLUMN synced_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN next_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN error TEXT;
ALTER TABLE inbound ADD COLUMN event TEXT;
ALTER TABLE inbound ADD COLUMN digest TEXT;
CREATE UNIQUE INDEX inbound_digest ON inbound (source, digest) WHERE digest IS NOT NULL;
CREATE INDEX inbound_at ON inbound (source, at);

CREATE TABLE source_tickets (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    source INTEGER NOT NULL REFERENCES sources (n),
    ticket TEXT NOT NULL,
    plan INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    state TEXT,
    based_on TEXT,
    comment TEXT,
    shown TEXT,
    UNIQUE (source, ticket)
);
CREATE INDEX source_tickets_plan ON source_tickets (plan) WHERE plan > 0;

CREATE TABLE source_replies (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket INTEGER NOT NULL REFERENCES source_tickets (n),
    topic TEXT NOT NULL,
    body TEXT,
    comment TEXT,
    UNIQUE (ticket, topic)
);
