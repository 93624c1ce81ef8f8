/* Pieces of trees as rows. */
#include "pland/store/tree_pieces.h"

#include "store/txn.h"

static const struct column columns[] = {
    C_INT(struct tree_piece_row, n),
    C_TEXT(struct tree_piece_row, tree),
    C_INT(struct tree_piece_row, seq),
    C_WORD(struct tree_piece_row, file),
    C_BLOB(struct tree_piece_row, bytes, n_bytes),
    C_INT(struct tree_piece_row, at),
};
static const struct shape shape = SHAPE("piece of a tree", struct tree_piece_row, columns);

enum err_kind store_tree_piece_put(struct txn *tx, struct tree_piece_row *r, struct err *e)
{
    static const char sql[] = "INSERT INTO tree_pieces (tree, seq, file, bytes, at) VALUES ($1, $2, $3, $4, $5)"
                              " ON CONFLICT DO NOTHING RETURNING n";
    enum err_kind k = txn_insert(tx, sql, &shape, r, "it is there already", e);
    return k == ERR_CONFLICT ? ERR_OK : k;
}

enum err_kind store_tree_piece_get(struct txn *tx, const char *tree, int64_t seq, struct arena *a, struct tree_piece_row *ret,
                                   struct err *e)
{
    static const char sql[] = "SELECT n, tree, seq, file, bytes, at FROM tree_pieces WHERE tree = $1 AND seq = $2";
    return txn_one(tx, sql, VALUES(v_text(tree), v_int(seq)), &shape, a, ret, e);
}

enum err_kind store_tree_pieces_whole(struct txn *tx, const char *tree, bool *ret, struct err *e)
{
    static const char sql[] = "SELECT count(*) FROM tree_pieces WHERE tree = $1 AND file = ''";
    int64_t n;
    enum err_kind k = txn_int(tx, sql, VALUES(v_text(tree)), &n, NULL, e);
    if (k == ERR_OK) *ret = n > 0;
    return k;
}

enum err_kind store_tree_pieces_prune(struct txn *tx, int64_t before, int64_t *ret, struct err *e)
{
    static const char sql[] = "DELETE FROM tree_pieces WHERE at < $1"
                              " AND tree NOT IN (SELECT tree FROM plan_bases WHERE tree IS NOT NULL)"
                              " AND tree NOT IN (SELECT tree FROM repositories WHERE tree IS NOT NULL)";
    return txn_run(tx, sql, VALUES(v_int(before)), ret, e);
}
