ALTER TABLE progress DROP COLUMN evidence;
DROP TABLE waivers;
