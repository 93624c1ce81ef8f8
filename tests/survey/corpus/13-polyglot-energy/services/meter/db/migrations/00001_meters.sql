-- +goose Up
CREATE TABLE meter (id text PRIMARY KEY, kind text NOT NULL);

-- +goose Down
DROP TABLE meter;
