ALTER TABLE goods DROP COLUMN best_before;
