DROP TABLE llm_calls;
DROP TABLE inbound;
DROP TABLE sources;
DROP TABLE deliveries;
DROP TABLE hooks;
