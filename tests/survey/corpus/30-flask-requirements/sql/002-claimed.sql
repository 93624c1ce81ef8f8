alter table item add column claimed_by text;
