alter table item add column found_at timestamptz not null default now();
