DROP TABLE surveys;
DROP TABLE repositories;
