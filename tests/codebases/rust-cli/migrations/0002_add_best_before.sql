ALTER TABLE items ADD COLUMN best_before TEXT;
CREATE INDEX items_best_before ON items (best_before);
