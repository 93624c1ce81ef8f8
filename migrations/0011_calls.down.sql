DROP TABLE llm_contents;
ALTER TABLE llm_calls DROP COLUMN prompt;
