-- Comments on the text of a plan, followed from revision to revision; why a revision exists; which sections use what
-- was changed in it.

CREATE TABLE comments (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    plan INTEGER NOT NULL,
    reply_to TEXT,
    revision INTEGER NOT NULL,
    at INTEGER NOT NULL,
    author INTEGER NOT NULL,
    anchor TEXT NOT NULL,
    quote TEXT,
    body TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    section TEXT NOT NULL,
    outdated INTEGER NOT NULL,
    resolved_at INTEGER NOT NULL,
    resolved_by INTEGER NOT NULL,
    resolved_in INTEGER NOT NULL
);
CREATE INDEX comments_plan ON comments (plan);

ALTER TABLE refinements ADD COLUMN comments TEXT;
ALTER TABLE refinements ADD COLUMN cause TEXT NOT NULL DEFAULT 'instruction';
ALTER TABLE revisions ADD COLUMN refinement TEXT;
ALTER TABLE revisions ADD COLUMN comments TEXT;
ALTER TABLE revisions ADD COLUMN repairs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE revisions ADD COLUMN affected TEXT;
