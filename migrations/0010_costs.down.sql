DROP INDEX llm_calls_project_at;
ALTER TABLE llm_calls DROP COLUMN first_ms;
ALTER TABLE llm_calls DROP COLUMN written;
ALTER TABLE llm_calls DROP COLUMN usd;
