-- Which prompts a call was made with; and, where a project has asked for it, what was sent and what came back.
ALTER TABLE llm_calls ADD COLUMN prompt TEXT;
CREATE TABLE llm_contents (
    call INTEGER PRIMARY KEY,
    until INTEGER NOT NULL,
    request TEXT,
    answer TEXT
);
CREATE INDEX llm_contents_until ON llm_contents (until);
