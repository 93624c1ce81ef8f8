CREATE TABLE posting (
    id      bigserial PRIMARY KEY,
    account uuid NOT NULL REFERENCES account (id),
    amount  bigint NOT NULL,
    memo    text,
    at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX posting_account ON posting (account, at);
