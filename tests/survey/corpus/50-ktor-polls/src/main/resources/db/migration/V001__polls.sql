create table poll (id uuid primary key, question text not null);
