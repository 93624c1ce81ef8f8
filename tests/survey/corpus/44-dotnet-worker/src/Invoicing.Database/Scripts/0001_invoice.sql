CREATE TABLE invoice (order_id uuid PRIMARY KEY, total numeric(12, 2) NOT NULL);
