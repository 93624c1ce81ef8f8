DROP TABLE tree_pieces;
