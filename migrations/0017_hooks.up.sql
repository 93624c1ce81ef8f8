-- Webhooks out: what they look like, secrets that overlap, receivers that rest, and a line for each attempt. Jobs of
-- deliveries belong to their hook (as a negative person), so that work is shared fairly over receivers, too.

ALTER TABLE hooks ADD COLUMN format TEXT;
ALTER TABLE hooks ADD COLUMN old_secret BLOB;
ALTER TABLE hooks ADD COLUMN old_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE hooks ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE hooks ADD COLUMN rest_until INTEGER NOT NULL DEFAULT 0;

CREATE TABLE attempts (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery INTEGER NOT NULL REFERENCES deliveries (n),
    at INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    status INTEGER NOT NULL,
    error TEXT
);
CREATE INDEX attempts_delivery ON attempts (delivery);

UPDATE jobs SET person = -coalesce((SELECT hook FROM deliveries WHERE id = jobs.subject), 0) WHERE kind = 'deliver';
