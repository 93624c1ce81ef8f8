/* Trees and mirrors are each node's own. What no repository can give again is in the database, in pieces; a mirror of a
 * remote follows what the database says of the last fetch by any node. */
#include "pland/service/codebases.h"

#include <string.h>
#include "pland/base/log.h"
#include "pland/repo/carry.h"
#include "pland/repo/mirror.h"
#include "pland/service/imports.h"
#include "pland/store/tree_pieces.h"

/* --- trees out of the database -------------------------------------------------------------------------------------- */
/* store NULL: within a transaction that is open already. */
struct fetched { struct store *store; struct txn *within; const char *tree; int64_t seq; struct arena *arena; struct tree_piece_row row; };

static enum err_kind look(struct fetched *f, store_fn *fn, struct err *e)
{
    return f->store ? store_read(f->store, fn, f, e) : fn(f->within, f, e);
}

static enum err_kind get_piece(struct txn *tx, void *arg, struct err *e)
{
    struct fetched *f = arg;
    return store_tree_piece_get(tx, f->tree, f->seq, f->arena, &f->row, e);
}

static enum err_kind get_whole(struct txn *tx, void *arg, struct err *e)
{
    struct fetched *f = arg;
    bool whole = false;
    enum err_kind k = store_tree_pieces_whole(tx, f->tree, &whole, e);
    return k == ERR_OK && !whole ? err_set(e, ERR_NOT_FOUND, "there is no tree %s", f->tree) : k;
}

/* ret_end: that was no piece but the mark behind the last. */
static enum err_kind receive_piece(struct fetched *f, struct tree_arrival *to, bool *ret_end, struct err *e)
{
    auto_arena arena = arena_new(0);
    enum err_kind k;
    if (!arena) return err_nomem(e);
    f->arena = arena;
    k = look(f, get_piece, e);
    *ret_end = k == ERR_OK && !f->row.file;
    if (k != ERR_OK || *ret_end) return k;
    return tree_arrival_add(to, &(struct tree_piece){ f->row.file, f->row.bytes, f->row.n_bytes }, e);
}

static enum err_kind receive(struct fetched *f, const char *data_dir, struct err *e)
{
    struct tree_arrival *to = NULL;
    bool end = false;
    enum err_kind k = look(f, get_whole, e);
    if (k == ERR_OK) k = tree_arrival_new(data_dir, &to, e);
    for (; k == ERR_OK && !end; f->seq++) k = receive_piece(f, to, &end, e);
    if (k == ERR_OK) k = tree_arrival_end(to, e);
    tree_arrival_free(to);
    return k;
}

enum err_kind service_tree_open(struct service *s, const char *id, struct tree **ret, struct err *e)
{
    struct fetched f = { .store = s->store, .tree = id };
    struct err why;
    enum err_kind k = tree_open_pinned(s->data_dir, id, ret, e);
    if (k != ERR_NOT_FOUND || !store_shared(s->store)) return k;
    if ((k = receive(&f, s->data_dir, &why)) != ERR_OK) return k == ERR_NOT_FOUND ? k : (*e = why, k);
    return tree_open_pinned(s->data_dir, id, ret, e);
}

/* --- trees into the database ---------------------------------------------------------------------------------------- */
struct kept { struct store *store; struct txn *within; struct tree_piece_row row; }; /* as above */

static enum err_kind put_piece(struct txn *tx, void *arg, struct err *e)
{
    return store_tree_piece_put(tx, &((struct kept *)arg)->row, e);
}

static enum err_kind keep_piece(void *arg, const struct tree_piece *p, struct err *e)
{
    struct kept *x = arg;
    enum err_kind k;
    x->row.file = p->file;
    x->row.bytes = p->bytes;
    x->row.n_bytes = p->n;
    k = x->store ? store_exec(x->store, put_piece, x, e) : put_piece(x->within, x, e);
    x->row.seq++;
    return k;
}

static enum err_kind keep(struct kept *x, const char *data_dir, struct err *e)
{
    enum err_kind k = tree_carry(data_dir, x->row.tree, keep_piece, x, e);
    return k == ERR_OK ? keep_piece(x, &(struct tree_piece){ NULL, NULL, 0 }, e) : k;
}

enum err_kind service_tree_keep(struct service *s, const char *id, struct err *e)
{
    struct kept x = { .store = s->store, .row = { .tree = id, .at = clock_now(s->clock) } };
    struct fetched f = { .store = s->store, .tree = id };
    enum err_kind k;
    if (!store_shared(s->store)) return ERR_OK;
    k = look(&f, get_whole, e);
    return k == ERR_NOT_FOUND ? keep(&x, s->data_dir, e) : k;
}

bool service_tree_only_pinned(const char *id)
{
    return strlen(id) == TREE_ID_LEN - 1;
}

/* --- a whole instance's --------------------------------------------------------------------------------------------- */
struct moving { struct txn *tx; const char *data_dir; const struct clock *clock; };

static enum err_kind move_in(const struct moving *m, const char *id, struct err *e)
{
    return keep(&(struct kept){ .within = m->tx, .row = { .tree = id, .at = clock_now(m->clock) } }, m->data_dir, e);
}

static enum err_kind move_out(const struct moving *m, const char *id, struct err *e)
{
    if (tree_pinned(m->data_dir, id)) return ERR_OK;
    return receive(&(struct fetched){ .within = m->tx, .tree = id }, m->data_dir, e);
}

static enum err_kind move_all(const struct moving *m, enum err_kind (*one)(const struct moving *m, const char *id, struct err *e),
                              struct trees_moved *ret, struct err *e)
{
    struct used_tree_list used = { 0 };
    auto_arena a = arena_new(0);
    enum err_kind k = a ? store_trees_used(m->tx, a, &used, e) : err_nomem(e);
    *ret = (struct trees_moved){ 0 };
    for (size_t i = 0; k == ERR_OK && i < used.n; i++) {
        if (!service_tree_only_pinned(used.v[i].id)) continue;
        k = one(m, used.v[i].id, e);
        if (k == ERR_OK) ret->moved++;
        else if (k == ERR_NOT_FOUND) ret->missing++, k = ERR_OK;
    }
    return k;
}

enum err_kind service_trees_into(struct txn *tx, const char *data_dir, const struct clock *clock, struct trees_moved *ret, struct err *e)
{
    return move_all(&(struct moving){ tx, data_dir, clock }, move_in, ret, e);
}

enum err_kind service_trees_out_of(struct txn *tx, const char *data_dir, struct trees_moved *ret, struct err *e)
{
    return move_all(&(struct moving){ tx, data_dir, NULL }, move_out, ret, e);
}

struct tidied { int64_t before, removed; };

static enum err_kind tidy(struct txn *tx, void *arg, struct err *e)
{
    struct tidied *t = arg;
    return store_tree_pieces_prune(tx, t->before, &t->removed, e);
}

enum err_kind service_trees_tidy(struct service *s, int64_t before, struct err *e)
{
    return store_shared(s->store) ? store_exec(s->store, tidy, &(struct tidied){ .before = before }, e) : ERR_OK;
}

/* --- places --------------------------------------------------------------------------------------------------------- */
/* Synced elsewhere since this node's mirror was: it follows. */
static enum err_kind follow(struct service *s, const struct repository_row *r, struct err *e)
{
    auto_arena a = arena_new(0);
    struct import_load load = { 0 };
    struct mirror_job job = { 0 };
    enum err_kind k = a ? service_import_load(s, &(struct job){ .subject = r->id }, a, &load, e) : err_nomem(e);
    if (k != ERR_OK || !s->git || mirror_is_as_of(s->data_dir, r->id, load.import.synced_at)) return k;
    job.url = load.import.url;
    job.username = load.import.username;
    job.token = load.token;
    job.key = load.key;
    job.as_of = load.import.synced_at;
    return mirror_fetch(s->git, s->data_dir, r->id, &job, e);
}

enum err_kind service_codebase_locate(struct service *s, const struct repository_row *r, struct repo_location *ret, struct err *e)
{
    enum err_kind k = ERR_OK;
    if (r->kind != REPOSITORY_GIT) return repo_locate(s->roots, r->path, ret, e);
    if (store_shared(s->store)) k = follow(s, r, e);
    return k == ERR_OK ? mirror_locate(s->data_dir, r->id, ret, e) : k;
}
