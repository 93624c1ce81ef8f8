create table supper (id bigint generated always as identity primary key, dish text not null);
