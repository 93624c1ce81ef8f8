-- The queue of work. No foreign key to plans (hot path; jobs of deliveries have no plan).

CREATE TABLE jobs (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    plan INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    generation INTEGER NOT NULL,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL,
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    person INTEGER NOT NULL,
    owner TEXT,
    error TEXT,
    ended_at INTEGER NOT NULL
);
-- One open job of a kind; also the way to a plan's open jobs.
CREATE UNIQUE INDEX jobs_open ON jobs (plan, kind, subject, generation) WHERE state IN ('queued', 'running');
-- Claiming walks the people, and within a person the order of work.
CREATE INDEX jobs_queued ON jobs (person, priority, run_at, kind) WHERE state = 'queued';
CREATE INDEX jobs_running ON jobs (person, lease_until) WHERE state = 'running';
CREATE INDEX jobs_failed ON jobs (plan, generation) WHERE state = 'failed';
CREATE INDEX jobs_over ON jobs (ended_at, state) WHERE state IN ('done', 'void');
