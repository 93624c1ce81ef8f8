CREATE TABLE account (
    id       uuid PRIMARY KEY,
    name     text NOT NULL,
    currency char(3) NOT NULL,
    balance  bigint NOT NULL DEFAULT 0 CHECK (balance >= 0)
);
