create table item (
    id serial primary key,
    what text not null
);
