ALTER TABLE revisions DROP COLUMN affected;
ALTER TABLE revisions DROP COLUMN repairs;
ALTER TABLE revisions DROP COLUMN comments;
ALTER TABLE revisions DROP COLUMN refinement;
ALTER TABLE refinements DROP COLUMN cause;
ALTER TABLE refinements DROP COLUMN comments;
DROP TABLE comments;
