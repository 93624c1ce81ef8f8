DROP TABLE plan_bases;
DROP TABLE plan_files;
DROP TABLE parts;
DROP TABLE events;
DROP TABLE tickets;
DROP TABLE tombstones;
DROP TABLE plans;
