CREATE INDEX claim_policy ON claim (policy);
