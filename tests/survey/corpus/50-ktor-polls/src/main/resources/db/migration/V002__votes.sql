create table vote (poll uuid references poll (id), voter text, choice int, primary key (poll, voter));
