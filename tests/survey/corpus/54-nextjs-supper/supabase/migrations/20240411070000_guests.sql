alter table supper add column guests int not null default 4;
