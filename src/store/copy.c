/* Copying a database: one routine for all tables, led by the catalogue. Rows are read in pages by their primary key, so
 * that no engine has to hold a table in memory. */
#include "pland/store/copy.h"

#include <stdlib.h>
#include <string.h>

#include "embedded/migrations.h"
#include "pland/base/buf.h"
#include "pland/base/hash.h"
#include "store/catalogue.h"
#include "store/conn.h"
#include "store/migrate.h"

enum { PAGE = 64, ROW_MAX = 1 << 30 };

/* Rows of a table, and the sum of their hashes: it does not depend on their order, in which engines differ. */
struct seen { int64_t rows; uint64_t sum[SHA256_LEN / sizeof(uint64_t)]; };

struct copy {
    const struct store_config *from_config, *to_config;
    struct txn from, to;
    struct catalogue from_tables, to_tables;
    struct arena *arena;
    struct buf row; /* what a row is hashed as */
};

/* --- opening ---------------------------------------------------------------------------------------------------- */
static const struct engine *engine_of(const struct store_config *c)
{
    return c->database ? &postgres_engine : &sqlite_engine;
}

static const char *place_of(const struct store_config *c)
{
    return c->database ? c->database : c->data_dir;
}

static enum err_kind open_one(const struct store_config *c, enum conn_role role, struct txn *ret, struct err *e)
{
    enum err_kind k = conn_open(engine_of(c), place_of(c), role, NULL, &ret->conn, e);
    ret->clock = c->clock;
    return k;
}

static enum err_kind claim(struct txn *tx, struct err *e)
{
    return tx->conn->engine->claim ? tx->conn->engine->claim(tx->conn, e) : ERR_OK;
}

static struct migrate_job job_of(const struct store_config *c, struct txn *tx)
{
    return (struct migrate_job){ .conn = tx->conn, .place = place_of(c), .files = embedded_migrations, .clock = c->clock };
}

/* SQL made at run time, "name" by "name". */
static void add_names(struct buf *b, const struct catalogue_column *v, size_t n, bool keys)
{
    const char *separator = "";
    for (size_t i = 0; i < n; i++) {
        if (keys && !v[i].key) continue;
        buf_fmt(b, "%s\"%s\"", separator, v[i].name);
        separator = ", ";
    }
}

static void add_values(struct buf *b, size_t n)
{
    for (size_t i = 1; i <= n; i++) buf_fmt(b, "%s$%zu", i > 1 ? ", " : "", i);
}

/* A statement made at run time, until the block ends. */
struct made { struct txn *tx; struct stmt *s; };

static void unmake(struct made *m)
{
    if (m->s) m->tx->conn->engine->reset(m->s);
    if (m->s) m->tx->conn->engine->finalize(m->s);
}

static enum err_kind make(struct made *m, struct txn *tx, const struct buf *sql, struct err *e)
{
    enum err_kind k = buf_check(sql, e);
    m->tx = tx;
    return k == ERR_OK ? tx->conn->engine->prepare(tx->conn, buf_cstr(sql), &m->s, e) : k;
}

static enum err_kind start(struct made *m, const struct value *v, size_t n, struct err *e)
{
    m->tx->conn->engine->reset(m->s);
    return m->tx->conn->engine->bind(m->s, v, n, e);
}

/* --- what is there ---------------------------------------------------------------------------------------------- */
static enum err_kind count(struct txn *tx, const char *table, int64_t *ret, struct err *e)
{
    auto_buf sql = BUF_INIT(1024);
    AUTO(unmake) struct made m = { 0 };
    bool row = false;
    enum err_kind k;
    buf_fmt(&sql, "SELECT count(*) FROM \"%s\"", table);
    if (strcmp(table, "meta") == 0) buf_str(&sql, " WHERE key <> '" MIGRATE_META "'");
    if ((k = make(&m, tx, &sql, e)) != ERR_OK || (k = start(&m, NULL, 0, e)) != ERR_OK) return k;
    if ((k = txn_step(tx, m.s, &row, e)) == ERR_OK) *ret = row ? txn_column(tx, m.s, 0).i : 0;
    return k;
}

static enum err_kind check_empty(struct txn *tx, struct arena *a, struct err *e)
{
    enum { NAMED = 6 };
    auto_buf words = BUF_INIT(4096);
    struct catalogue tables;
    size_t full = 0;
    enum err_kind k = catalogue_read(tx, a, &tables, e);
    for (size_t i = 0; k == ERR_OK && i < tables.tables.n; i++) {
        int64_t rows = 0;
        k = count(tx, tables.tables.v[i].name, &rows, e);
        if (rows > 0 && full++ < NAMED)
            buf_fmt(&words, "%s%s (%lld)", full > 1 ? ", " : "", tables.tables.v[i].name, (long long)rows);
    }
    if (k != ERR_OK || !full) return k;
    if (full > NAMED) buf_fmt(&words, " and rows of %zu more", full - NAMED);
    return err_set(e, ERR_CONFLICT, "the target is not empty, it holds rows of %s", buf_cstr(&words));
}

/* Looks before anything is changed. Claimed after migrating, which ends with the limits of a daemon's work. */
static enum err_kind prepare_target(struct copy *c, struct err *e)
{
    struct migrate_job job = job_of(c->to_config, &c->to);
    int64_t version = 0;
    enum err_kind k = conn_begin(c->to.conn, false, e);
    if (k == ERR_OK) k = check_empty(&c->to, c->arena, e);
    conn_rollback(c->to.conn);
    if (k == ERR_OK) k = migrate(&job, MIGRATE_NEWEST, &version, e);
    return k == ERR_OK ? claim(&c->to, e) : k;
}

static enum err_kind check_source(struct copy *c, struct err *e)
{
    struct migrate_job job = job_of(c->from_config, &c->from);
    int64_t version = 0;
    enum err_kind k = migrate_check(&job, &version, e);
    return k == ERR_OK ? k : err_wrap(e, "the source");
}

/* --- rows ------------------------------------------------------------------------------------------------------- */
typedef enum err_kind row_fn(void *arg, const struct value *v, size_t n, struct err *e);

static void hash_row(struct buf *room, const struct value *v, size_t n, struct seen *seen)
{
    uint64_t lanes[countof(seen->sum)];
    struct sha256 h;
    buf_clear(room);
    for (size_t i = 0; i < n; i++) {
        buf_fmt(room, "%d %lld %zu ", (int)v[i].type, v[i].type == VALUE_INT ? (long long)v[i].i : 0, v[i].n);
        if (v[i].type == VALUE_TEXT || v[i].type == VALUE_BLOB) buf_add(room, v[i].p, v[i].n);
    }
    h = hash_quick(buf_cstr(room), room->n);
    memcpy(lanes, h.b, sizeof lanes);
    for (size_t i = 0; i < countof(lanes); i++) seen->sum[i] += lanes[i];
    seen->rows++;
}

static enum err_kind keep_key(const struct catalogue_table *t, const struct value *v, struct arena *a, struct value *ret,
                              struct err *e)
{
    for (size_t i = 0, n = 0; i < t->columns.n; i++) {
        if (!t->columns.v[i].key) continue;
        ret[n] = v[i];
        if (v[i].type != VALUE_INT) ret[n].p = arena_dup_n(a, v[i].p, v[i].n);
        n++;
    }
    return arena_check(a, e);
}

static void select_sql(struct buf *b, const struct catalogue_table *t, size_t behind)
{
    buf_str(b, "SELECT ");
    add_names(b, t->columns.v, t->columns.n, false);
    buf_fmt(b, " FROM \"%s\"", t->name);
    if (behind) {
        buf_str(b, " WHERE (");
        add_names(b, t->columns.v, t->columns.n, true);
        buf_str(b, ") > (");
        add_values(b, behind);
        buf_char(b, ')');
    }
    buf_str(b, " ORDER BY ");
    add_names(b, t->columns.v, t->columns.n, true);
    buf_fmt(b, " LIMIT %d", PAGE);
}

struct walk {
    struct copy *copy;
    struct txn *tx;
    const struct catalogue_table *table;
    row_fn *each; /* NULL: they are only looked at */
    void *arg;
    struct seen seen;
};

/* key: of the last row so far, replaced by this page's. */
static enum err_kind walk_page(struct walk *w, struct made *m, struct value *key, struct arena *a, int *ret_rows,
                               struct err *e)
{
    struct value v[VALUES_MAX];
    bool row = false;
    enum err_kind k;
    for (*ret_rows = 0; (k = txn_step(w->tx, m->s, &row, e)) == ERR_OK && row; ++*ret_rows) {
        for (size_t i = 0; i < w->table->columns.n; i++) v[i] = txn_column(w->tx, m->s, (int)i);
        hash_row(&w->copy->row, v, w->table->columns.n, &w->seen);
        if ((k = buf_check(&w->copy->row, e)) != ERR_OK) return k;
        if (w->each && (k = w->each(w->arg, v, w->table->columns.n, e)) != ERR_OK) return k;
        if (*ret_rows + 1 == PAGE && (k = keep_key(w->table, v, a, key, e)) != ERR_OK) return k;
    }
    return k;
}

static enum err_kind walk(struct walk *w, struct err *e)
{
    auto_buf first_sql = BUF_INIT(8192), next_sql = BUF_INIT(8192);
    auto_arena arena = arena_new(0);
    AUTO(unmake) struct made first = { 0 }, next = { 0 };
    struct value key[VALUES_MAX];
    size_t n_key = 0;
    int rows = 0;
    enum err_kind k;
    for (size_t i = 0; i < w->table->columns.n; i++) n_key += w->table->columns.v[i].key > 0;
    if (!n_key || w->table->columns.n > VALUES_MAX)
        return err_set(e, ERR_INTERNAL, "the table %s has no key, or too many columns", w->table->name);
    select_sql(&first_sql, w->table, 0);
    select_sql(&next_sql, w->table, n_key);
    if (!arena) return err_nomem(e);
    if ((k = make(&first, w->tx, &first_sql, e)) != ERR_OK || (k = make(&next, w->tx, &next_sql, e)) != ERR_OK) return k;
    if ((k = start(&first, NULL, 0, e)) == ERR_OK) k = walk_page(w, &first, key, arena, &rows, e);
    while (k == ERR_OK && rows == PAGE && (k = start(&next, key, n_key, e)) == ERR_OK)
        k = walk_page(w, &next, key, arena, &rows, e);
    return k;
}

/* --- one table -------------------------------------------------------------------------------------------------- */
static enum err_kind put(void *arg, const struct value *v, size_t n, struct err *e)
{
    struct made *m = arg;
    bool row = false;
    enum err_kind k = start(m, v, n, e);
    return k == ERR_OK ? txn_step(m->tx, m->s, &row, e) : k;
}

static enum err_kind copy_rows(struct copy *c, struct walk *w, struct err *e)
{
    auto_buf sql = BUF_INIT(8192);
    AUTO(unmake) struct made m = { 0 };
    enum err_kind k;
    buf_fmt(&sql, "INSERT INTO \"%s\" (", w->table->name);
    add_names(&sql, w->table->columns.v, w->table->columns.n, false);
    buf_str(&sql, ") VALUES (");
    add_values(&sql, w->table->columns.n);
    buf_char(&sql, ')');
    if ((k = make(&m, &c->to, &sql, e)) != ERR_OK) return k;
    w->each = put;
    w->arg = &m;
    return walk(w, e);
}

/* The column that numbers a table's rows; NULL: its key is another. */
static const char *number_of(const struct catalogue_table *t)
{
    const struct catalogue_column *key = NULL;
    for (size_t i = 0; i < t->columns.n; i++) {
        if (!t->columns.v[i].key) continue;
        if (key) return NULL;
        key = &t->columns.v[i];
    }
    return key && strcmp(key->type, "INTEGER") == 0 ? key->name : NULL;
}

/* A number that was given out must not come again, even when its row is gone. */
static enum err_kind copy_number(struct copy *c, const struct catalogue_table *t, struct err *e)
{
    auto_buf sql = BUF_INIT(1024);
    AUTO(unmake) struct made m = { 0 };
    int64_t last = 0, most = 0;
    bool row = false;
    const char *number = number_of(t);
    enum err_kind k;
    if (!number) return ERR_OK;
    buf_fmt(&sql, "SELECT max(\"%s\") FROM \"%s\"", number, t->name);
    k = txn_int(&c->from, c->from.conn->engine->last_number, VALUES(v_text(t->name)), &last, NULL, e);
    if (k == ERR_OK) k = make(&m, &c->from, &sql, e);
    if (k == ERR_OK) k = start(&m, NULL, 0, e);
    if (k == ERR_OK) k = txn_step(&c->from, m.s, &row, e);
    if (k == ERR_OK && row) most = txn_column(&c->from, m.s, 0).i;
    if (last < most) last = most;
    if (k != ERR_OK || last < 1) return k;
    return txn_run(&c->to, c->to.conn->engine->set_number, VALUES(v_text(t->name), v_int(last)), NULL, e);
}

static enum err_kind compare_seen(const struct seen *sent, const struct seen *there, struct err *e)
{
    if (sent->rows == there->rows && memcmp(sent->sum, there->sum, sizeof sent->sum) == 0) return ERR_OK;
    return err_set(e, ERR_IO, "what arrived is not what was sent (%lld rows of %lld)", (long long)there->rows,
                   (long long)sent->rows);
}

static enum err_kind copy_table(struct copy *c, const struct catalogue_table *t, int64_t *ret_rows, struct err *e)
{
    struct walk sent = { .copy = c, .tx = &c->from, .table = t }, there = { .copy = c, .tx = &c->to, .table = t };
    enum err_kind k = copy_rows(c, &sent, e);
    if (k == ERR_OK) k = copy_number(c, t, e);
    if (k == ERR_OK) k = walk(&there, e);
    if (k == ERR_OK) k = compare_seen(&sent.seen, &there.seen, e);
    if (k != ERR_OK) return err_wrap(e, "the table %s, behind %lld rows", t->name, (long long)sent.seen.rows);
    *ret_rows = sent.seen.rows;
    return ERR_OK;
}

/* --- all of them ------------------------------------------------------------------------------------------------ */
static bool stays(const struct copy *c, const struct catalogue_table *t)
{
    return !c->to.conn->engine->now && strcmp(t->name, "tree_pieces") == 0;
}

static enum err_kind copy_tables(struct copy *c, struct store_copied_list *ret, struct err *e)
{
    static const char forget_sql[] = "DELETE FROM meta WHERE key = '" MIGRATE_META "'"; /* the source's says the same */
    enum err_kind k = catalogue_read(&c->from, c->arena, &c->from_tables, e);
    if (k == ERR_OK) k = txn_run(&c->to, forget_sql, NULL, 0, NULL, e);
    if (k == ERR_OK) k = catalogue_read(&c->to, c->arena, &c->to_tables, e);
    if (k == ERR_OK) k = catalogue_compare(&c->from_tables, &c->to_tables, e);
    for (size_t i = 0; k == ERR_OK && i < c->from_tables.tables.n; i++) {
        const struct catalogue_table *t = &c->from_tables.tables.v[i];
        struct store_copied *done;
        if (stays(c, t)) continue;
        if (!(done = arena_push(c->arena, ret, sizeof *done))) return arena_check(c->arena, e);
        done->table = t->name;
        k = copy_table(c, t, &done->rows, e);
    }
    return k;
}

static enum err_kind copy_all(struct copy *c, store_copy_fn *more, void *arg, struct store_copied_list *ret, struct err *e)
{
    enum err_kind k = conn_begin(c->from.conn, false, e);
    if (k == ERR_OK) k = conn_begin(c->to.conn, true, e);
    if (k == ERR_OK) k = copy_tables(c, ret, e);
    if (k == ERR_OK && more) k = more(&c->from, &c->to, arg, e);
    return k == ERR_OK ? conn_commit(c->to.conn, e) : k;
}

enum err_kind store_copy(const struct store_config *from, const struct store_config *to, store_copy_fn *more, void *arg,
                         struct arena *a, struct store_copied_list *ret, struct err *e)
{
    struct copy c = { .from_config = from, .to_config = to, .arena = a, .row = BUF_INIT(ROW_MAX) };
    enum err_kind k = hash_init(e);
    *ret = (struct store_copied_list){ 0 };
    if (k == ERR_OK) k = open_one(from, CONN_READER, &c.from, e);
    if (k == ERR_OK) k = claim(&c.from, e);
    if (k == ERR_OK) k = check_source(&c, e);
    if (k == ERR_OK) k = open_one(to, CONN_WRITER, &c.to, e);
    if (k == ERR_OK) k = prepare_target(&c, e);
    if (k == ERR_OK) k = copy_all(&c, more, arg, ret, e);
    conn_close(c.to.conn); /* rolls back what was not committed */
    conn_close(c.from.conn);
    buf_release(&c.row);
    return k;
}
