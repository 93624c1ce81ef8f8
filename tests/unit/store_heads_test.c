/* Served bytes through the store: kept in memory between reads, and never older than what was acknowledged. */
#include "unit/check_main.h"
#include "unit/store_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

#include "pland/store/documents.h"

struct put { int64_t plan, revision; bool fails, deletes; };

static enum err_kind put_fn(struct txn *tx, void *arg, struct err *e)
{
    struct put *x = arg;
    char bytes[32], etag[32];
    enum err_kind k;
    if (x->deletes) return store_plan_delete(tx, &(struct plan_row){ .n = x->plan, .id = "plan_1", .project = 1 }, 7, 5, e);
    (void)snprintf(bytes, sizeof bytes, "revision %lld", (long long)x->revision);
    (void)snprintf(etag, sizeof etag, "\"%lld\"", (long long)x->revision);
    k = store_head_put(tx, x->plan, "json", x->revision, etag, bytes, strlen(bytes), e);
    return k == ERR_OK && x->fails ? err_set(e, ERR_CONFLICT, "on second thoughts") : k;
}

struct get { int64_t project; struct arena *arena; struct head_bytes head; };

static void *take(void *arg, size_t n)
{
    return arena_alloc(arg, n + 1);
}

static enum err_kind get_fn(struct txn *tx, void *arg, struct err *e)
{
    struct get *x = arg;
    return store_head_get(tx, "plan_1", x->project, "json", take, x->arena, x->arena, &x->head, e);
}

static int64_t open_with_plan(struct fixture *f)
{
    struct plan_row p;
    fixture_open(f);
    fixture_begin(f);
    p = fixture_put_plan(f, 1);
    fixture_commit(f);
    return p.n;
}

START_TEST(what_is_kept_follows_every_write)
{
    struct fixture f;
    int64_t plan = open_with_plan(&f);
    struct get any = { .project = 0, .arena = f.arena }, own = { .project = 1, .arena = f.arena },
               other = { .project = 2, .arena = f.arena };
    FAILS(ERR_NOT_FOUND, store_read(f.store, get_fn, &any, &f.e));
    for (int64_t n = 1; n <= 3; n++) {
        OK(store_exec(f.store, put_fn, &(struct put){ .plan = plan, .revision = n }, &f.e));
        for (int i = 0; i < 3; i++) { /* from the database, then as it was kept */
            OK(store_read(f.store, get_fn, i % 2 ? &own : &any, &f.e));
            ck_assert_int_eq((i % 2 ? own : any).head.revision, n);
        }
        FAILS(ERR_NOT_FOUND, store_read(f.store, get_fn, &other, &f.e));
    }
    ck_assert_str_eq(any.head.etag, "\"3\"");
    ck_assert(any.head.n == 10 && memcmp(any.head.bytes, "revision 3", 10) == 0);
    FAILS(ERR_CONFLICT, store_exec(f.store, put_fn, &(struct put){ .plan = plan, .revision = 4, .fails = true }, &f.e));
    OK(store_read(f.store, get_fn, &any, &f.e));
    ck_assert_int_eq(any.head.revision, 3);
    OK(store_exec(f.store, put_fn, &(struct put){ .plan = plan, .deletes = true }, &f.e));
    FAILS(ERR_GONE, store_read(f.store, get_fn, &any, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(what_is_kept_is_really_kept)
{
    struct fixture f;
    int64_t plan = open_with_plan(&f);
    struct get x = { .arena = f.arena };
    if (f.config.database) { /* others may change it: nothing is kept */
        fixture_close(&f);
        return;
    }
    OK(store_exec(f.store, put_fn, &(struct put){ .plan = plan, .revision = 1 }, &f.e));
    OK(store_read(f.store, get_fn, &x, &f.e));
    fixture_begin(&f);
    OK(txn_run(f.tx, "DELETE FROM heads", NULL, 0, NULL, &f.e)); /* behind the store's back */
    fixture_commit(&f);
    OK(store_read(f.store, get_fn, &x, &f.e));
    ck_assert_int_eq(x.head.revision, 1);
    fixture_close(&f);
}
END_TEST

enum { READERS = 3, REVISIONS = 400 };
struct race { struct fixture *f; _Atomic int64_t acknowledged, wrong; };

static void *read_on(void *arg)
{
    struct race *r = arg;
    int64_t last = 0;
    while (last < REVISIONS && atomic_load(&r->wrong) == 0) {
        auto_arena a = arena_new(0);
        struct get x = { .arena = a };
        struct err e;
        char bytes[32];
        int64_t least = atomic_load(&r->acknowledged);
        bool ok = store_read(r->f->store, get_fn, &x, &e) == ERR_OK;
        (void)snprintf(bytes, sizeof bytes, "revision %lld", (long long)x.head.revision);
        ok = ok && x.head.revision >= least && x.head.revision >= last && x.head.n == strlen(bytes) &&
             memcmp(bytes, x.head.bytes, x.head.n) == 0;
        if (!ok) atomic_store(&r->wrong, x.head.revision ? x.head.revision : -1);
        last = x.head.revision;
    }
    return NULL;
}

START_TEST(nobody_reads_an_older_head_than_was_acknowledged)
{
    struct fixture f;
    int64_t plan = open_with_plan(&f);
    struct race r = { .f = &f, .acknowledged = 1 };
    pthread_t threads[READERS];
    OK(store_exec(f.store, put_fn, &(struct put){ .plan = plan, .revision = 1 }, &f.e));
    for (int i = 0; i < READERS; i++) ck_assert_int_eq(pthread_create(&threads[i], NULL, read_on, &r), 0);
    for (int64_t n = 2; n <= REVISIONS; n++) {
        OK(store_exec(f.store, put_fn, &(struct put){ .plan = plan, .revision = n }, &f.e));
        atomic_store(&r.acknowledged, n);
    }
    for (int i = 0; i < READERS; i++) (void)pthread_join(threads[i], NULL);
    ck_assert_msg(atomic_load(&r.wrong) == 0, "revision %lld came when a newer one was acknowledged",
                  (long long)atomic_load(&r.wrong));
    fixture_close(&f);
}
END_TEST

UNIT_MAIN("store_heads", { what_is_kept_follows_every_write, what_is_kept_is_really_kept, nobody_reads_an_older_head_than_was_acknowledged })
