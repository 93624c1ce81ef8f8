DROP TABLE progress;
DROP TABLE approvals;
DROP TABLE refinements;
DROP TABLE heads;
DROP TABLE revision_sections;
DROP TABLE revisions;
DROP TABLE sections;
