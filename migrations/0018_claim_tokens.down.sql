DROP INDEX tokens_claim;
ALTER TABLE tokens DROP COLUMN claim;
