/* Pieces of pinned trees, kept for the other daemons of a shared database. A tree's pieces are numbered from 0; one with
 * the file "" ends it. */
#ifndef PLAND_STORE_TREE_PIECES_H
#define PLAND_STORE_TREE_PIECES_H

#include "pland/store/store.h"

struct tree_piece_row {
    int64_t n;
    const char *tree;
    int64_t seq;
    const char *file; /* NULL: the end */
    const void *bytes;
    size_t n_bytes;
    int64_t at; /* when it was put */
};
/* A piece that is there already stays: equal trees have equal pieces. */
_must_check_ enum err_kind store_tree_piece_put(struct txn *tx, struct tree_piece_row *r, struct err *e);
/* ERR_NOT_FOUND: there is no such piece. */
_must_check_ enum err_kind store_tree_piece_get(struct txn *tx, const char *tree, int64_t seq, struct arena *a, struct tree_piece_row *ret, struct err *e);
/* Is the whole tree there? */
_must_check_ enum err_kind store_tree_pieces_whole(struct txn *tx, const char *tree, bool *ret, struct err *e);
/* Removes trees that nothing refers to and that were put before that time. */
_must_check_ enum err_kind store_tree_pieces_prune(struct txn *tx, int64_t before, int64_t *ret, struct err *e);

#endif
