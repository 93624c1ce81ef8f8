CREATE TABLE claim (id uuid PRIMARY KEY, policy varchar(40) NOT NULL, amount numeric(12, 2) NOT NULL);
