/* Running statements inside a transaction. */
#include "store/txn.h"

#include <assert.h>
#include <string.h>

#include "store/conn.h"
#include "store/fault.h"

static bool posts(const struct txn *tx)
{
    return tx->conn->bold && tx->conn->engine->post;
}

/* --- step by step ----------------------------------------------------------------------------------------------- */
typedef enum err_kind bind_fn(struct stmt *s, const struct value *v, size_t n, struct err *e);

static enum err_kind start(struct txn *tx, const char *sql, bind_fn *bind, const struct value *v, size_t n, struct stmt **ret,
                           struct err *e)
{
    struct stmt *s = NULL;
    enum err_kind k = fault_statement(tx->conn->fault, e);
    *ret = NULL;
    if (k == ERR_OK) k = conn_statement(tx->conn, sql, &s, e);
    if (k == ERR_OK) {
        assert(!s->busy);
        k = bind(s, v, n, e);
    }
    if (k != ERR_OK) return k;
    s->busy = true;
    *ret = s;
    return ERR_OK;
}

enum err_kind txn_start(struct txn *tx, const char *sql, const struct value *v, size_t n, struct stmt **ret, struct err *e)
{
    return start(tx, sql, tx->conn->engine->bind, v, n, ret, e);
}

/* For what is asked again and again, where that costs. */
static enum err_kind start_kept(struct txn *tx, const char *sql, const struct value *v, size_t n, struct stmt **ret, struct err *e)
{
    const struct engine *engine = tx->conn->engine;
    return start(tx, sql, posts(tx) && engine->bind_kept ? engine->bind_kept : engine->bind, v, n, ret, e);
}

enum err_kind txn_step(struct txn *tx, struct stmt *s, bool *ret_row, struct err *e)
{
    return tx->conn->engine->step(s, ret_row, e);
}

struct value txn_column(const struct txn *tx, const struct stmt *s, int i)
{
    return tx->conn->engine->column(s, i);
}

void txn_end(struct txn *tx, struct stmt *s)
{
    if (!s) return;
    tx->conn->engine->reset(s);
    s->busy = false;
}

/* --- whole statements ------------------------------------------------------------------------------------------- */
static enum err_kind post(struct txn *tx, const char *sql, const struct value *v, size_t n, int64_t rows, struct err *e)
{
    struct stmt *s;
    enum err_kind k = txn_start(tx, sql, v, n, &s, e);
    if (k == ERR_OK) k = tx->conn->engine->post(s, rows, e);
    txn_end(tx, s);
    return k;
}

enum err_kind txn_run(struct txn *tx, const char *sql, const struct value *v, size_t n, int64_t *ret_changed,
                      struct err *e)
{
    struct stmt *s;
    bool row = true;
    if (!ret_changed && posts(tx)) return post(tx, sql, v, n, -1, e);
    enum err_kind k = txn_start(tx, sql, v, n, &s, e);
    while (k == ERR_OK && row) k = txn_step(tx, s, &row, e);
    if (k == ERR_OK && ret_changed) *ret_changed = tx->conn->engine->changed(s);
    txn_end(tx, s);
    return k;
}

enum err_kind txn_likely(struct txn *tx, const char *sql, const struct value *v, size_t n, int64_t rows,
                         int64_t *ret_changed, struct err *e)
{
    enum err_kind k;
    if (!posts(tx)) return txn_run(tx, sql, v, n, ret_changed, e);
    k = post(tx, sql, v, n, rows, e);
    if (k == ERR_OK) *ret_changed = rows;
    return k;
}

enum err_kind txn_change(struct txn *tx, const char *sql, const struct value *v, size_t n, const char *what,
                         struct err *e)
{
    int64_t changed = 0;
    enum err_kind k = txn_run(tx, sql, v, n, &changed, e);
    if (k == ERR_OK && changed == 0) k = err_set(e, ERR_NOT_FOUND, "no such %s", what);
    return k;
}

enum err_kind txn_int(struct txn *tx, const char *sql, const struct value *v, size_t n, int64_t *ret, bool *ret_found,
                      struct err *e)
{
    struct stmt *s;
    bool row = false, more = true;
    int64_t value = 0;
    enum err_kind k = txn_start(tx, sql, v, n, &s, e);
    if (k == ERR_OK) k = txn_step(tx, s, &row, e);
    if (k == ERR_OK && row) value = txn_column(tx, s, 0).i;
    /* To the end: an INSERT … RETURNING is finished only then. */
    for (more = row; k == ERR_OK && more;) k = txn_step(tx, s, &more, e);
    txn_end(tx, s);
    if (k != ERR_OK) return k;
    *ret = value;
    if (ret_found) *ret_found = row;
    return ERR_OK;
}

enum err_kind txn_text(struct txn *tx, const char *sql, const struct value *v, size_t n, struct arena *a,
                       const char **ret, struct err *e)
{
    struct stmt *s;
    bool row = false;
    const char *text = NULL;
    enum err_kind k = txn_start(tx, sql, v, n, &s, e);
    if (k == ERR_OK) k = txn_step(tx, s, &row, e);
    if (k == ERR_OK && row) {
        struct value c = txn_column(tx, s, 0);
        text = c.type == VALUE_NULL ? NULL : arena_dup_n(a, c.p, c.n);
        k = arena_check(a, e);
    }
    txn_end(tx, s);
    if (k == ERR_OK) *ret = text;
    return k;
}

enum err_kind txn_one(struct txn *tx, const char *sql, const struct value *v, size_t n, const struct shape *shape,
                      struct arena *a, void *ret, struct err *e)
{
    struct stmt *s;
    bool row = false;
    enum err_kind k = txn_start(tx, sql, v, n, &s, e);
    if (k == ERR_OK) k = txn_step(tx, s, &row, e);
    if (k == ERR_OK && row) k = shape_read(shape, tx->conn, s, a, ret, e);
    else if (k == ERR_OK) k = err_set(e, ERR_NOT_FOUND, "no such %s", shape->what);
    txn_end(tx, s);
    return k;
}

static enum err_kind collect(struct txn *tx, struct stmt *s, const struct shape *shape, struct arena *a, void *ret_list,
                             struct err *e)
{
    LIST(char) list = { 0 };
    bool row = false;
    enum err_kind k;
    while ((k = txn_step(tx, s, &row, e)) == ERR_OK && row) {
        void *dst = arena_push(a, &list, shape->size);
        k = dst ? shape_read(shape, tx->conn, s, a, dst, e) : arena_check(a, e);
        if (k != ERR_OK) return k;
    }
    if (k == ERR_OK) memcpy(ret_list, &list, sizeof list);
    return k;
}

enum err_kind txn_all(struct txn *tx, const char *sql, const struct value *v, size_t n, const struct shape *shape,
                      struct arena *a, void *ret_list, struct err *e)
{
    struct stmt *s;
    enum err_kind k = txn_start(tx, sql, v, n, &s, e);
    if (k == ERR_OK) k = collect(tx, s, shape, a, ret_list, e);
    txn_end(tx, s);
    return k;
}

enum err_kind txn_all_kept(struct txn *tx, const char *sql, const struct value *v, size_t n, const struct shape *shape,
                           struct arena *a, void *ret_list, struct err *e)
{
    struct stmt *s;
    enum err_kind k = start_kept(tx, sql, v, n, &s, e);
    if (k == ERR_OK) k = collect(tx, s, shape, a, ret_list, e);
    txn_end(tx, s);
    return k;
}

enum err_kind txn_one_kept(struct txn *tx, const char *sql, const struct value *v, size_t n, const struct shape *shape,
                           struct arena *a, void *ret, struct err *e)
{
    LIST(char) list = { 0 };
    enum err_kind k = txn_all_kept(tx, sql, v, n, shape, a, &list, e);
    if (k == ERR_OK && !list.n) return err_set(e, ERR_NOT_FOUND, "no such %s", shape->what);
    if (k == ERR_OK) memcpy(ret, list.v, shape->size);
    return k;
}

void txn_forget(struct txn *tx)
{
    tx->conn->era++;
}

enum err_kind txn_all_once(struct txn *tx, const char *sql, const struct value *v, size_t n, const struct shape *shape,
                           struct arena *a, void *ret_list, struct err *e)
{
    const struct engine *engine = tx->conn->engine;
    struct stmt *s = NULL;
    enum err_kind k = fault_statement(tx->conn->fault, e);
    if (k == ERR_OK) k = engine->prepare(tx->conn, sql, &s, e);
    if (k != ERR_OK) return k;
    k = engine->bind(s, v, n, e);
    if (k == ERR_OK) k = collect(tx, s, shape, a, ret_list, e);
    engine->reset(s);
    engine->finalize(s);
    return k;
}

/* --- structs ---------------------------------------------------------------------------------------------------- */
enum err_kind txn_insert(struct txn *tx, const char *sql, const struct shape *s, void *src, const char *conflict,
                         struct err *e)
{
    struct value v[VALUES_MAX];
    size_t n = 0;
    int64_t number = 0;
    bool found = false;
    enum err_kind k;
    shape_values(s, 1, src, v, &n);
    k = txn_int(tx, sql, v, n, &number, &found, e);
    if (k != ERR_OK) return k;
    if (!found) return err_set(e, ERR_CONFLICT, "%s", conflict);
    memcpy((char *)src + s->columns[0].offset, &number, sizeof number);
    return ERR_OK;
}

/* For a group always as many, so that they come with the beginning of the next one; but none of them twice. */
static enum err_kind fetch_numbers(struct txn *tx, const char *sql, struct err *e)
{
    struct conn *c = tx->conn;
    const struct value want = v_int(c->expected > 1 ? NUMBERS_MAX : 1);
    struct stmt *s = NULL;
    bool row = false;
    enum err_kind k = c->numbers.era == c->era ? txn_start(tx, sql, &want, 1, &s, e) : start_kept(tx, sql, &want, 1, &s, e);
    c->numbers.era = c->era;
    c->numbers.at = c->numbers.n = 0;
    while (k == ERR_OK && (k = txn_step(tx, s, &row, e)) == ERR_OK && row && c->numbers.n < NUMBERS_MAX)
        c->numbers.v[c->numbers.n++] = txn_column(tx, s, 0).i;
    txn_end(tx, s);
    return k == ERR_OK && !c->numbers.n ? err_set(e, ERR_INTERNAL, "the database gives no numbers") : k;
}

/* The next number for a row; 0: the engine numbers it. */
static enum err_kind next_number(struct txn *tx, const char *numbers, int64_t *ret, struct err *e)
{
    struct conn *c = tx->conn;
    enum err_kind k = ERR_OK;
    *ret = 0;
    if (!c->engine->post) return ERR_OK;
    if (c->numbers.at == c->numbers.n) k = fetch_numbers(tx, numbers, e);
    if (k == ERR_OK) *ret = c->numbers.v[c->numbers.at++];
    return k;
}

enum err_kind txn_insert_numbered(struct txn *tx, const char *numbers, const char *sql, const struct shape *s, void *src,
                                  const char *conflict, struct err *e)
{
    struct value v[VALUES_MAX];
    size_t n = 1;
    int64_t number = 0;
    bool found = true;
    enum err_kind k = next_number(tx, numbers, &number, e);
    if (k != ERR_OK) return k;
    v[0] = number ? v_int(number) : (struct value){ .type = VALUE_NULL };
    shape_values(s, 1, src, v, &n);
    k = posts(tx) ? post(tx, sql, v, n, 1, e) : txn_int(tx, sql, v, n, &number, &found, e);
    if (k != ERR_OK) return k;
    if (!found) return err_set(e, ERR_CONFLICT, "%s", conflict);
    memcpy((char *)src + s->columns[0].offset, &number, sizeof number);
    return ERR_OK;
}

enum err_kind txn_update(struct txn *tx, const char *sql, const struct shape *s, size_t from, const void *src,
                         struct err *e)
{
    struct value v[VALUES_MAX];
    size_t n = 1;
    int64_t number;
    memcpy(&number, (const char *)src + s->columns[0].offset, sizeof number);
    v[0] = v_int(number);
    shape_values(s, from, src, v, &n);
    int64_t changed = 0;
    enum err_kind k = txn_likely(tx, sql, v, n, 1, &changed, e);
    if (k == ERR_OK && changed == 0) k = err_set(e, ERR_NOT_FOUND, "no such %s", s->what);
    return k;
}
