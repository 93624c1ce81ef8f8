ALTER TABLE goods ADD COLUMN best_before DATE;
