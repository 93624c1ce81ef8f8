/* Copying a database: every table and column arrives, from SQLite to the engine under test and back; what is refused; a
 * copy that fails leaves nothing. */
#include "unit/check_main.h"
#include "unit/store_fixture.h"

#include "embedded/migrations.h"
#include "pland/base/buf.h"
#include "pland/store/access.h"
#include "pland/store/copy.h"
#include "store/catalogue.h"
#include "store/migrate.h"

enum { ROWS = 130 }; /* of each table: more than two pages */

#define SAYS(words) ck_assert_msg(strstr(f.e.msg, words) != NULL, "'%s' does not say '%s'", f.e.msg, words)

static void make_sqlite(struct fixture *fp)
{
    const char *server = getenv("PLAND_TEST_DATABASE");
    char *kept = server ? strdup(server) : NULL;
    (void)unsetenv("PLAND_TEST_DATABASE");
    fixture_directory(fp);
    if (kept) (void)setenv("PLAND_TEST_DATABASE", kept, 1);
    free(kept);
}

/* f is on the engine under test, g on SQLite. */
static void make_both(struct fixture *fp, struct fixture *gp)
{
    fixture_directory(fp);
    make_sqlite(gp);
}

static void remove_both(struct fixture *fp, struct fixture *gp)
{
    fixture_close(fp);
    fixture_close(gp);
}

static void close_all(struct fixture *fp)
{
    conn_close(fp->own.conn);
    fp->own.conn = NULL;
    fp->tx = NULL;
    store_close(fp->store);
    fp->store = NULL;
}

static enum err_kind copy(struct fixture *from, struct fixture *to, store_copy_fn *more, struct store_copied_list *ret, struct err *e)
{
    return store_copy(&from->config, &to->config, more, NULL, from->arena, ret, e);
}

/* --- rows of every table ---------------------------------------------------------------------------------------- */
/* Numbers are 1 to ROWS everywhere, so that rows refer to rows that exist. */
static struct value made_up(struct arena *a, const struct catalogue_column *c, int64_t i)
{
    char *text = arena_fmt(a, "%s %lld \xc3\xa9\n", c->name, (long long)i);
    ck_assert_ptr_nonnull(text);
    if (!c->needed && i % 3 == 0) return (struct value){ .type = VALUE_NULL };
    if (strcmp(c->type, "INTEGER") == 0) return v_int(i);
    if (strcmp(c->type, "TEXT") == 0) return !c->needed && i % 3 == 1 ? v_text("") : v_text(text);
    ck_assert_str_eq(c->type, "BLOB");
    text[0] = '\0';
    return v_blob(text, !c->needed && i % 3 == 1 ? 0 : strlen(c->name) + 4);
}

static void fill_table(struct fixture *fp, const struct catalogue_table *t)
{
    auto_buf sql = BUF_INIT(8192);
    struct value v[VALUES_MAX];
    const struct engine *engine = fp->tx->conn->engine;
    struct stmt *s = NULL;
    buf_fmt(&sql, "INSERT INTO %s (", t->name);
    for (size_t i = 0; i < t->columns.n; i++) buf_fmt(&sql, "%s%s", i ? ", " : "", t->columns.v[i].name);
    for (size_t i = 0; i < t->columns.n; i++) buf_fmt(&sql, "%s$%zu", i ? ", " : ") VALUES (", i + 1);
    buf_str(&sql, ")");
    ck_assert_int_eq(engine->prepare(fp->tx->conn, buf_cstr(&sql), &s, &fp->e), ERR_OK);
    for (int64_t n = 1; n <= ROWS; n++) {
        bool row;
        for (size_t i = 0; i < t->columns.n; i++) v[i] = made_up(fp->arena, &t->columns.v[i], n);
        ck_assert_int_eq(engine->bind(s, v, t->columns.n, &fp->e), ERR_OK);
        ck_assert_msg(engine->step(s, &row, &fp->e) == ERR_OK, "%s: %s", t->name, fp->e.msg);
        engine->reset(s);
    }
    engine->finalize(s);
}

static void fill(struct fixture *fp)
{
    struct catalogue all;
    fixture_reopen(fp);
    fixture_begin(fp);
    ck_assert_int_eq(catalogue_read(fp->tx, fp->arena, &all, &fp->e), ERR_OK);
    for (size_t i = 0; i < all.tables.n; i++) fill_table(fp, &all.tables.v[i]);
    fixture_commit(fp);
    close_all(fp);
}

static void same_value(const struct value *x, const struct value *y, const char *table, const char *column)
{
    bool same = x->type == y->type && x->i == y->i && x->n == y->n && (x->n == 0 || memcmp(x->p, y->p, x->n) == 0);
    ck_assert_msg(same, "%s.%s: not the same", table, column);
}

/* Row for row, with other statements than those that copied. */
static void same_rows(struct fixture *fp, struct fixture *gp, const struct catalogue_table *t)
{
    struct { struct conn *c; struct stmt *s; bool row; } side[2] = { { .c = fp->tx->conn }, { .c = gp->tx->conn } };
    auto_buf sql = BUF_INIT(8192);
    int64_t rows = 0;
    buf_str(&sql, "SELECT ");
    for (size_t i = 0; i < t->columns.n; i++) buf_fmt(&sql, "%s%s", i ? ", " : "", t->columns.v[i].name);
    buf_fmt(&sql, " FROM %s ORDER BY 1, 2", t->name);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(side[i].c->engine->prepare(side[i].c, buf_cstr(&sql), &side[i].s, &fp->e), ERR_OK);
        ck_assert_int_eq(side[i].c->engine->bind(side[i].s, NULL, 0, &fp->e), ERR_OK);
    }
    for (;; rows++) {
        for (int i = 0; i < 2; i++) ck_assert_int_eq(side[i].c->engine->step(side[i].s, &side[i].row, &fp->e), ERR_OK);
        ck_assert_int_eq(side[0].row, side[1].row);
        if (!side[0].row) break;
        for (size_t i = 0; i < t->columns.n; i++) {
            struct value x = side[0].c->engine->column(side[0].s, (int)i), y = side[1].c->engine->column(side[1].s, (int)i);
            same_value(&x, &y, t->name, t->columns.v[i].name);
        }
    }
    ck_assert_msg(rows >= ROWS - 1, "%s has %lld rows", t->name, (long long)rows);
    for (int i = 0; i < 2; i++) side[i].c->engine->reset(side[i].s), side[i].c->engine->finalize(side[i].s);
}

static void same_tables(struct fixture *fp, struct fixture *gp, bool pieces)
{
    struct catalogue one, other;
    fixture_begin(fp);
    fixture_begin(gp);
    ck_assert_int_eq(catalogue_read(fp->tx, fp->arena, &one, &fp->e), ERR_OK);
    ck_assert_int_eq(catalogue_read(gp->tx, gp->arena, &other, &fp->e), ERR_OK);
    ck_assert_msg(catalogue_compare(&one, &other, &fp->e) == ERR_OK, "%s", fp->e.msg);
    ck_assert_uint_gt(one.tables.n, 30);
    for (size_t i = 0; i < one.tables.n; i++)
        if (pieces || strcmp(one.tables.v[i].name, "tree_pieces") != 0) same_rows(fp, gp, &one.tables.v[i]);
    close_all(fp);
    close_all(gp);
}

static int64_t next_token(struct fixture *fp)
{
    struct token_row t = { .id = "tok_new", .name = "new", .role = ROLE_VIEWER };
    fixture_begin(fp);
    ck_assert_msg(store_token_insert(fp->tx, &t, &fp->e) == ERR_OK, "%s", fp->e.msg);
    close_all(fp);
    return t.n;
}

START_TEST(every_row_of_every_table_arrives_and_comes_back)
{
    struct fixture f, g, back;
    struct store_copied_list tables;
    make_both(&f, &g);
    make_sqlite(&back);
    fill(&g);
    fixture_begin(&g);
    OK(txn_run(g.tx, "DELETE FROM tokens WHERE n = $1", VALUES(v_int(ROWS)), NULL, &f.e));
    fixture_commit(&g);
    close_all(&g);
    OK(copy(&g, &f, NULL, &tables, &f.e));
    for (size_t i = 0; i < tables.n; i++)
        ck_assert_int_eq(tables.v[i].rows, ROWS + (strcmp(tables.v[i].table, "meta") == 0) - (strcmp(tables.v[i].table, "tokens") == 0));
    same_tables(&f, &g, f.config.database != NULL);
    ck_assert_int_eq(next_token(&f), ROWS + 1); /* the number of the one that is gone does not come again */
    OK(copy(&f, &back, NULL, &tables, &f.e));
    same_tables(&back, &g, false);
    ck_assert_int_eq(next_token(&back), ROWS + (f.config.database ? 2 : 1));
    fixture_close(&back);
    remove_both(&f, &g);
}
END_TEST

/* --- refusals --------------------------------------------------------------------------------------------------- */
START_TEST(a_target_that_holds_something_is_refused_by_its_tables)
{
    struct fixture f, g;
    struct store_copied_list tables;
    make_both(&f, &g);
    fixture_reopen(&g);
    close_all(&g);
    fixture_reopen(&f);
    fixture_begin(&f);
    OK(store_meta_set(f.tx, "epoch", "x", &f.e));
    (void)fixture_put_plan(&f, 1);
    fixture_commit(&f);
    close_all(&f);
    FAILS(ERR_CONFLICT, copy(&g, &f, NULL, &tables, &f.e));
    SAYS("not empty");
    SAYS("meta (1)");
    SAYS("plans (1)");
    remove_both(&f, &g);
}
END_TEST

START_TEST(an_old_source_is_refused_and_an_old_empty_target_is_brought_up)
{
    struct fixture f, g;
    struct store_copied_list tables;
    make_both(&f, &g);
    OK(store_migrate(&g.config, 5, &f.e));
    FAILS(ERR_CONFLICT, copy(&g, &f, NULL, &tables, &f.e));
    SAYS("schema version 5");
    OK(store_migrate(&f.config, 5, &f.e));
    OK(store_migrate(&g.config, MIGRATE_NEWEST, &f.e));
    OK(copy(&g, &f, NULL, &tables, &f.e));
    ck_assert_uint_gt(tables.n, 30);
    remove_both(&f, &g);
}
END_TEST

static enum err_kind break_off(struct txn *from, struct txn *to, void *arg, struct err *e)
{
    (void)from, (void)arg;
    ck_assert_int_eq(store_meta_set(to, "half", "1", e), ERR_OK);
    return err_set(e, ERR_IO, "on purpose");
}

START_TEST(a_copy_that_fails_leaves_nothing_and_may_be_tried_again)
{
    struct fixture f, g;
    struct store_copied_list tables;
    make_both(&f, &g);
    fill(&g);
    FAILS(ERR_IO, copy(&g, &f, break_off, &tables, &f.e));
    OK(copy(&g, &f, NULL, &tables, &f.e));
    same_tables(&f, &g, f.config.database != NULL);
    remove_both(&f, &g);
}
END_TEST

static enum err_kind open_daemon(struct txn *from, struct txn *to, void *arg, struct err *e)
{
    struct fixture f = { .e = { 0 } };
    (void)from, (void)arg, (void)e;
    (void)to;
    FAILS(ERR_CONFLICT, store_open((const struct store_config *)arg, &f.store, &f.e));
    SAYS("to itself");
    return ERR_OK;
}

START_TEST(a_database_in_use_is_refused_and_one_being_copied_opens_for_nobody)
{
    struct fixture f, g;
    struct store_copied_list tables;
    if (!getenv("PLAND_TEST_DATABASE")) return; /* SQLite's is the lock of the data directory */
    make_both(&f, &g);
    fixture_reopen(&g);
    close_all(&g);
    fixture_reopen(&f);
    FAILS(ERR_CONFLICT, copy(&g, &f, NULL, &tables, &f.e));
    SAYS("a daemon uses");
    close_all(&f);
    OK(store_copy(&g.config, &f.config, open_daemon, &f.config, f.arena, &tables, &f.e));
    remove_both(&f, &g);
}
END_TEST

UNIT_MAIN("store_copy", {
    every_row_of_every_table_arrives_and_comes_back, a_target_that_holds_something_is_refused_by_its_tables,
    an_old_source_is_refused_and_an_old_empty_target_is_brought_up,
    a_copy_that_fails_leaves_nothing_and_may_be_tried_again,
    a_database_in_use_is_refused_and_one_being_copied_opens_for_nobody,
})
