/* Carrying pinned trees to another data directory, piece by piece: a tree's own files and those of the pins it shares
 * bytes with. Blocking; any thread. */
#ifndef PLAND_REPO_CARRY_H
#define PLAND_REPO_CARRY_H

#include <stddef.h>
#include <stdint.h>
#include "pland/base/err.h"

struct tree_piece {
    const char *file; /* "<id>/<content, listing or history>"; pieces of one file follow each other */
    const void *bytes;
    size_t n; /* at most TREE_PIECE_MAX; 0: an empty file */
};
enum { TREE_PIECE_MAX = 1 << 18, TREE_PIECE_NAME = 96 };

/* Hands over all pieces, in the order in which they have to arrive. ERR_NOT_FOUND: it is not pinned here. */
typedef enum err_kind tree_piece_fn(void *arg, const struct tree_piece *p, struct err *e);
_must_check_ enum err_kind tree_carry(const char *data_dir, const char *id, tree_piece_fn *fn, void *arg, struct err *e);

/* The other end. Each pin is put into its place when its last piece is there: after the end, or a failure, none is half. */
struct tree_arrival;
_must_check_ enum err_kind tree_arrival_new(const char *data_dir, struct tree_arrival **ret, struct err *e);
_must_check_ enum err_kind tree_arrival_add(struct tree_arrival *a, const struct tree_piece *p, struct err *e);
_must_check_ enum err_kind tree_arrival_end(struct tree_arrival *a, struct err *e); /* puts the last one into its place */
void tree_arrival_free(struct tree_arrival *a);                                     /* accepts NULL */

#endif
