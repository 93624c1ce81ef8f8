/* The store: opening, closing, and handing work to the writer and the readers. */
#include "pland/store/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "embedded/migrations.h"
#include "pland/base/buf.h"
#include "pland/base/lock.h"
#include "store/checkpoint.h"
#include "store/conn.h"
#include "store/fault.h"
#include "store/head_cache.h"
#include "store/migrate.h"
#include "store/readers.h"
#include "store/txn.h"
#include "store/writer.h"

struct store {
    const struct engine *engine;
    const struct clock *clock;
    char *place;
    int64_t version;
    struct fault fault;
    struct writer *writer;             /* NULL when opened for reading only */
    struct checkpointer *checkpointer; /* likewise */
    struct readers *readers;
    struct head_cache *heads;          /* likewise: for the writer's own process */
};

/* --- open, close ------------------------------------------------------------------------------------------------ */
/* From here on who migrates knows of this daemon; what happened before is found out by the first write. */
static enum err_kind run_beside(struct store *s, struct conn *writer, struct err *e)
{
    writer->renewed = true;
    writer->schema = migrate_newest(embedded_migrations);
    return s->engine->run_beside ? s->engine->run_beside(writer, writer->schema, e) : ERR_OK;
}

static enum err_kind open_writer(struct store *s, const struct store_config *c, struct err *e)
{
    struct conn *conn = NULL;
    struct migrate_job job = { .place = s->place, .files = embedded_migrations, .clock = s->clock };
    struct writer_config writer = { .clock = s->clock, .queue_max = c->queue_max };
    enum err_kind k = store_shared(s) ? ERR_OK : head_cache_new(&s->heads, e);
    if (k == ERR_OK) k = conn_open(s->engine, s->place, CONN_WRITER, &s->fault, &conn, e);
    if (k != ERR_OK) return k;
    writer.heads = s->heads;
    job.conn = writer.conn = conn;
    if (c->alone && s->engine->claim) k = s->engine->claim(conn, e);
    if (k == ERR_OK) k = migrate(&job, MIGRATE_NEWEST, &s->version, e);
    if (k == ERR_OK) k = run_beside(s, conn, e);
    if (k == ERR_OK && s->engine->checkpoint) k = checkpointer_start(s->engine, s->place, &s->checkpointer, e);
    writer.checkpointer = s->checkpointer;
    if (k == ERR_OK) k = writer_start(&writer, &s->writer, e);
    if (k != ERR_OK) conn_close(conn);
    return k;
}

static enum err_kind check_only(struct store *s, struct err *e)
{
    struct migrate_job job = { .place = s->place, .files = embedded_migrations, .clock = s->clock };
    enum err_kind k = readers_take(s->readers, &job.conn, e);
    if (k != ERR_OK) return k;
    k = migrate_check(&job, &s->version, e);
    readers_give(s->readers, job.conn);
    return k;
}

static enum err_kind open_parts(struct store *s, const struct store_config *c, struct err *e)
{
    enum err_kind k = hash_init(e);
    if (k == ERR_OK) k = readers_new(s->engine, s->place, c->readers, &s->readers, e);
    if (k != ERR_OK) return k;
    return c->read_only ? check_only(s, e) : open_writer(s, c, e);
}

static const struct engine *engine_of(const struct store_config *c)
{
    return c->database ? &postgres_engine : &sqlite_engine;
}

/* Where the database is; in an address also the name its sessions get, unless it says one itself. */
static char *place_of(const struct store_config *c)
{
    auto_buf b = BUF_INIT(1 << 16);
    buf_str(&b, c->database ? c->database : c->data_dir);
    if (c->database && c->node)
        buf_fmt(&b, "%cfallback_application_name=pland%%20%s", strchr(c->database, '?') ? '&' : '?', c->node);
    return b.failed ? NULL : strdup(buf_cstr(&b));
}

enum err_kind store_open(const struct store_config *c, struct store **ret, struct err *e)
{
    struct store *s = calloc(1, sizeof *s);
    enum err_kind k;
    if (!s) return err_nomem(e);
    s->engine = engine_of(c);
    s->clock = c->clock;
    s->place = place_of(c);
    fault_init(&s->fault);
    k = s->place ? open_parts(s, c, e) : err_nomem(e);
    if (k == ERR_OK) *ret = s;
    else store_close(s);
    return k;
}

/* The checkpoint thread after the writer, which wakes it; closing the last connection moves the log
 * into the database. */
void store_close(struct store *s)
{
    if (!s) return;
    readers_free(s->readers);
    writer_stop(s->writer);
    checkpointer_stop(s->checkpointer);
    head_cache_free(s->heads);
    free(s->place);
    free(s);
}

/* --- writes ----------------------------------------------------------------------------------------------------- */
enum err_kind store_submit(struct store *s, struct store_write *w, struct err *e)
{
    if (!s->writer) return err_set(e, ERR_FORBIDDEN, "the store is open for reading only");
    return writer_submit(s->writer, w, e);
}

struct waiter {
    struct store_write write;
    struct lock lock; /* guards done */
    struct cond wake;
    bool done;
};

static void wake_waiter(struct store_write *w)
{
    struct waiter *x = (struct waiter *)w;
    HOLD(&x->lock);
    x->done = true;
    cond_signal(&x->wake);
}

static void wait_done(struct waiter *x)
{
    HOLD(&x->lock);
    while (!x->done) cond_wait(&x->wake, &x->lock);
}

enum err_kind store_exec(struct store *s, store_fn *fn, void *arg, struct err *e)
{
    struct waiter x = { .write = { .fn = fn, .arg = arg, .done = wake_waiter } };
    enum err_kind k;
    assert(!store_in_transaction()); /* the writer would wait for itself */
    lock_init(&x.lock);
    cond_init(&x.wake);
    k = store_submit(s, &x.write, e);
    if (k == ERR_OK) {
        wait_done(&x);
        k = x.write.result;
        if (k != ERR_OK) *e = x.write.err;
    }
    cond_release(&x.wake);
    lock_release(&x.lock);
    return k;
}

bool store_shared(const struct store *s)
{
    return s->engine->now != NULL;
}

enum err_kind wire_start(struct store *s, wire_fn *heard, void *arg, struct wire **ret, struct err *e)
{
    *ret = NULL;
    return s->engine->wire_start ? s->engine->wire_start(s->place, heard, arg, ret, e) : ERR_OK;
}

enum err_kind store_now(struct txn *tx, int64_t *ret, struct err *e)
{
    if (tx->conn->engine->now && !atomic_load(&tx->clock->fixed_ms)) return txn_int(tx, tx->conn->engine->now, NULL, 0, ret, NULL, e);
    *ret = clock_now(tx->clock);
    return ERR_OK;
}

/* --- reads ------------------------------------------------------------------------------------------------------ */
enum err_kind store_read(struct store *s, store_fn *fn, void *arg, struct err *e)
{
    struct txn tx = { .clock = s->clock, .heads = s->heads, .heads_epoch = head_cache_epoch(s->heads) };
    enum err_kind k;
    assert(!store_in_transaction()); /* threads that hold a connection and wait for another could all wait */
    k = readers_take(s->readers, &tx.conn, e);
    if (k != ERR_OK) return k;
    transaction_enter();
    k = conn_begin(tx.conn, false, e);
    if (k == ERR_OK) k = fn(&tx, arg, e);
    conn_rollback(tx.conn); /* nothing was written: both ends are the same, and this one cannot fail */
    transaction_leave();
    readers_give(s->readers, tx.conn);
    return k;
}

/* --- maintenance ------------------------------------------------------------------------------------------------ */
enum err_kind store_backup(struct store *s, const char *file, struct err *e)
{
    struct conn *c = NULL;
    enum err_kind k = conn_open(s->engine, s->place, CONN_TOOL, NULL, &c, e);
    if (k == ERR_OK) k = s->engine->backup(c, file, e);
    conn_close(c);
    return k;
}

enum err_kind store_verify(struct store *s, struct err *e)
{
    struct conn *c = NULL;
    enum err_kind k = conn_open(s->engine, s->place, CONN_TOOL, NULL, &c, e);
    if (k == ERR_OK) k = s->engine->verify(c, e);
    conn_close(c);
    return k;
}

enum err_kind store_checkpoint(struct store *s, struct err *e)
{
    if (!s->engine->checkpoint) return ERR_OK;
    return store_exec(s, writer_checkpoint, NULL, e);
}

enum err_kind store_migrate(const struct store_config *c, int version, struct err *e)
{
    char *place = place_of(c);
    struct migrate_job job = { .place = place, .files = embedded_migrations, .clock = c->clock };
    int64_t reached = 0;
    enum err_kind k = place ? hash_init(e) : err_nomem(e);
    if (k == ERR_OK) k = conn_open(engine_of(c), place, CONN_WRITER, NULL, &job.conn, e);
    if (k == ERR_OK) k = migrate(&job, version, &reached, e);
    conn_close(job.conn);
    free(place);
    return k;
}

enum err_kind store_fits(struct txn *tx, struct err *e)
{
    return migrate_fits(tx, migrate_newest(embedded_migrations), e);
}

int store_schema_version(struct store *s)
{
    return (int)s->version;
}

void store_stats(struct store *s, struct store_stats *ret)
{
    *ret = (struct store_stats){ 0 };
    if (s->writer) writer_stats(s->writer, ret);
}

void store_fail_statement(struct store *s, int64_t n, enum err_kind kind)
{
    atomic_store(&s->fault.kind, (int)kind);
    atomic_store(&s->fault.statements, n);
}
