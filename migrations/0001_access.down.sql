DROP TABLE idempotency;
DROP TABLE audit;
DROP TABLE tokens;
DROP TABLE people;
DROP TABLE projects;
DROP TABLE meta;
