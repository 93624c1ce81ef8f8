-- created by hand; there are no migrations yet
CREATE TABLE IF NOT EXISTS book (isbn TEXT PRIMARY KEY);
