-- +goose Up
CREATE TABLE reading (meter text REFERENCES meter (id), at timestamptz NOT NULL, wh bigint NOT NULL);

-- +goose Down
DROP TABLE reading;
