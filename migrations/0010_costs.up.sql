-- What a call has cost (millionths of a dollar), what of its input was written into the server's cache, when it began to
-- answer.
ALTER TABLE llm_calls ADD COLUMN usd INTEGER NOT NULL DEFAULT 0;
ALTER TABLE llm_calls ADD COLUMN written INTEGER NOT NULL DEFAULT 0;
ALTER TABLE llm_calls ADD COLUMN first_ms INTEGER NOT NULL DEFAULT 0;
CREATE INDEX llm_calls_project_at ON llm_calls (project, at);
