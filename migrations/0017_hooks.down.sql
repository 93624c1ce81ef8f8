UPDATE jobs SET person = 0 WHERE kind = 'deliver';
DROP TABLE attempts;
ALTER TABLE hooks DROP COLUMN rest_until;
ALTER TABLE hooks DROP COLUMN failures;
ALTER TABLE hooks DROP COLUMN old_until;
ALTER TABLE hooks DROP COLUMN old_secret;
ALTER TABLE hooks DROP COLUMN format;
