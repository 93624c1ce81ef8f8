CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    project TEXT NOT NULL,
    started TIMESTAMP NOT NULL,
    stopped TIMESTAMP
);
