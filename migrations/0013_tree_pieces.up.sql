-- Trees that nothing can rebuild, for the other daemons of a shared database (repo/carry.h). file '' ends a tree.
CREATE TABLE tree_pieces (
    n INTEGER PRIMARY KEY,
    tree TEXT NOT NULL,
    seq INTEGER NOT NULL,
    file TEXT NOT NULL,
    bytes BLOB,
    at INTEGER NOT NULL,
    UNIQUE (tree, seq)
);
