-- A token that was made with a claim knows of it, and ends with it.
-- compatible with 17

ALTER TABLE tokens ADD COLUMN claim TEXT;
UPDATE tokens SET claim = substr(name, 7) WHERE name LIKE 'claim clm_%' AND plan IS NOT NULL;
CREATE INDEX tokens_claim ON tokens (claim) WHERE claim IS NOT NULL;
