/* The writer thread. It takes everything that waits (up to a cap) into one transaction, each write undone alone when it
 * fails; after the commit it tells every writer, without holding a lock.
 *
 * A savepoint for each write would be a third of what the writes themselves cost, and nearly all of them succeed. So a
 * group is tried without; when one of its writes fails, all is rolled back and run again with savepoints, and the
 * groups after it get them from the start for a while. On an engine where waiting costs (driver.h), a group is also bold
 * at first, and run again as well when the database gave way: then nothing was committed. There the transaction is begun
 * before the group is cut, for it may have to wait until another daemon's has ended: what comes meanwhile goes with it. */
#include "store/writer.h"

#include <stdlib.h>

#include "pland/base/lock.h"
#include "pland/base/log.h"
#include "store/checkpoint.h"
#include "store/conn.h"
#include "store/head_cache.h"
#include "store/migrate.h"
#include "store/txn.h"

enum { GROUP_MAX = 512, CAREFUL_GROUPS = 32, TRIES_MAX = 3 };

struct writer {
    struct txn tx;
    struct checkpointer *checkpointer;
    pthread_t thread;
    int queue_max;
    struct lock lock; /* guards first, last, waiting, closing */
    struct cond wake;
    struct store_write *first, **last;
    int waiting;
    bool closing;
    _Atomic int64_t commits, writes, failed, queue, log_bytes;
    int careful;       /* groups to come that run with savepoints from the start */
    bool begun;        /* the transaction of the group to come; so it went: */
    enum err_kind begun_k;
    struct err begun_err;
    int64_t finish_at; /* log size at which the writer itself makes the log start afresh */
};

static _Thread_local int open_transactions;

void transaction_enter(void) { open_transactions++; }
void transaction_leave(void) { open_transactions--; }
bool store_in_transaction(void) { return open_transactions > 0; }

/* --- queue ------------------------------------------------------------------------------------------------------ */
enum err_kind writer_submit(struct writer *w, struct store_write *write, struct err *e)
{
    HOLD(&w->lock);
    if (w->closing) return err_set(e, ERR_BUSY, "shutting down");
    if (w->waiting >= w->queue_max) return err_set(e, ERR_BUSY, "%d writes are waiting already: try again", w->waiting);
    write->next = NULL;
    *w->last = write;
    w->last = &write->next;
    atomic_store_explicit(&w->queue, ++w->waiting, memory_order_relaxed);
    if (w->waiting == 1) cond_signal(&w->wake);
    return ERR_OK;
}

static bool runs_alone(const struct store_write *write)
{
    return write->fn == writer_checkpoint;
}

/* The first write that waits, NULL once the queue is closed and empty. Only the writer takes it away. */
static struct store_write *wait_for_writes(struct writer *w)
{
    HOLD(&w->lock);
    while (!w->first && !w->closing) cond_wait(&w->wake, &w->lock);
    return w->first;
}

/* Cuts a group off the queue, in which there is one: its first write. */
static struct store_write *take_group(struct writer *w, int *ret_n)
{
    HOLD(&w->lock);
    struct store_write *first = w->first, *end = first;
    int n = 1;
    while (end->next && n < GROUP_MAX && !runs_alone(end) && !runs_alone(end->next)) {
        end = end->next;
        n++;
    }
    w->first = end->next;
    if (!w->first) w->last = &w->first;
    end->next = NULL;
    w->waiting -= n;
    atomic_store_explicit(&w->queue, w->waiting, memory_order_relaxed);
    *ret_n = n;
    return first;
}

/* --- one group -------------------------------------------------------------------------------------------------- */
static void set_result(struct store_write *write, enum err_kind k, const struct err *e)
{
    write->result = k;
    write->err = *e;
    write->err.kind = k;
}

/* A write that failed after something was taken for granted: was it, perhaps, because that was wrong? */
static void doubt(struct conn *c)
{
    struct err e;
    if (c->bold && (c->guessed || conn_settle(c, &e) != ERR_OK)) c->wrong = true;
}

/* False: the whole transaction is gone and write->err says why. bare: without a savepoint. */
static bool run_one(struct writer *w, struct store_write *write, bool bare)
{
    enum err_kind k;
    write->err = (struct err){ 0 };
    k = bare ? ERR_OK : conn_savepoint(w->tx.conn, &write->err);
    if (k == ERR_OK) k = write->fn(&w->tx, write->arg, &write->err);
    if (k == ERR_OK && !bare) k = conn_keep(w->tx.conn, &write->err);
    write->result = k;
    write->err.kind = k;
    if (k == ERR_OK) return true;
    if (!bare && !w->tx.conn->again) return conn_undo(w->tx.conn);
    doubt(w->tx.conn);
    conn_rollback(w->tx.conn);
    return false;
}

/* Everything that seemed to succeed, or never ran, fails like this. */
static void fail_group(struct store_write *first, enum err_kind k, const struct err *e)
{
    for (struct store_write *x = first; x; x = x->next)
        if (x->result == ERR_OK) set_result(x, k, e);
}

/* Behind a new connection there may be another schema. */
static enum err_kind begin(struct writer *w, struct err *e)
{
    struct conn *c = w->tx.conn;
    enum err_kind k = conn_begin(c, true, e);
    if (k != ERR_OK || !c->renewed) return k;
    k = migrate_fits(&w->tx, c->schema, e);
    if (k == ERR_OK) c->renewed = false;
    else conn_rollback(c);
    return k;
}

/* Begins for the group to come, and waits until it has begun. */
static void begin_ahead(struct writer *w)
{
    struct conn *c = w->tx.conn;
    if (!c->engine->post) return;
    c->bold = w->careful == 0;
    w->begun = true;
    w->begun_k = begin(w, &w->begun_err);
    if (w->begun_k == ERR_OK && (w->begun_k = conn_settle(c, &w->begun_err)) != ERR_OK) conn_rollback(c);
}

static enum err_kind begun(struct writer *w, struct err *e)
{
    if (!w->begun) return begin(w, e);
    w->begun = false;
    if (w->begun_k != ERR_OK) *e = w->begun_err;
    return w->begun_k;
}

/* ret_good: writes that succeeded. On failure nothing of the transaction is left. */
static enum err_kind run_writes(struct writer *w, struct store_write *first, bool bare, int *ret_good, struct err *e)
{
    enum err_kind k = begun(w, e);
    *ret_good = 0;
    for (struct store_write *x = first; x; x = x->next) x->result = ERR_OK;
    if (k != ERR_OK) return k;
    for (struct store_write *x = first; x; x = x->next) {
        if (!run_one(w, x, bare)) {
            *e = x->err;
            conn_rollback(w->tx.conn);
            return x->result;
        }
        *ret_good += x->result == ERR_OK;
    }
    return ERR_OK;
}

/* The writes and their commit, once. On failure nothing of them is left, or it is not known (and not tried again). */
static enum err_kind attempt(struct writer *w, struct store_write *first, bool bare, struct err *e)
{
    int good;
    enum err_kind k;
    w->tx.conn->bold = bare;
    k = run_writes(w, first, bare, &good, e);
    if (k != ERR_OK) return k;
    if (good > 0) return conn_commit(w->tx.conn, e);
    conn_rollback(w->tx.conn); /* nothing to make durable */
    return ERR_OK;
}

static enum err_kind run_group(struct writer *w, struct store_write *first, int n, struct err *e)
{
    const struct conn *c = w->tx.conn;
    bool alone = n == 1, bare = alone || w->careful == 0;
    enum err_kind k;
    w->tx.conn->expected = n;
    k = attempt(w, first, bare, e);
    if (w->careful > 0) w->careful--;
    if (k == ERR_OK || c->unknown) return k;
    if (bare && !alone && !c->again && !c->wrong) w->careful = CAREFUL_GROUPS;
    if (c->again || (bare && (c->wrong || !alone))) k = attempt(w, first, false, e);
    for (int i = 1; k != ERR_OK && c->again && i < TRIES_MAX; i++) k = attempt(w, first, false, e);
    return k;
}

/* Takes a group off the queue and runs it: its first write. */
static struct store_write *run_transaction(struct writer *w)
{
    struct err e = { 0 };
    struct store_write *first;
    enum err_kind k;
    int n = 0;
    transaction_enter();
    begin_ahead(w);
    first = take_group(w, &n);
    k = run_group(w, first, n, &e);
    head_cache_open(w->tx.heads);
    transaction_leave();
    if (k != ERR_OK) fail_group(first, k, &e);
    else atomic_fetch_add_explicit(&w->commits, 1, memory_order_relaxed);
    if (k != ERR_OK && n > 1) log_error("a group of writes was rolled back", LOG_E(&e), LOG_I("writes", n));
    atomic_fetch_add_explicit(&w->writes, n, memory_order_relaxed);
    return first;
}

static struct store_write *run_alone(struct writer *w)
{
    int n = 0;
    struct store_write *first = take_group(w, &n);
    first->result = first->fn(&w->tx, first->arg, &first->err);
    return first;
}

static void tell(struct writer *w, struct store_write *first)
{
    for (struct store_write *x = first, *next; x; x = next) {
        next = x->next; /* after done() the memory is its owner's */
        x->next = NULL;
        if (x->result != ERR_OK) atomic_fetch_add_explicit(&w->failed, 1, memory_order_relaxed);
        x->done(x);
    }
}

/* --- the log ---------------------------------------------------------------------------------------------------- */
enum { FINISH_AT = 64 << 20, FINISH_STEP = 16 << 20 };

enum err_kind writer_checkpoint(struct txn *tx, void *arg, struct err *e)
{
    (void)arg;
    return tx->conn->engine->checkpoint(tx->conn, true, e);
}

/* The checkpoint thread moves the log while writes go on, but under steady writes the log never ends: above a limit
 * the writer finishes the little that is left itself. Readers may prevent it; then again some megabytes later. */
static void tend_log(struct writer *w)
{
    struct conn *c = w->tx.conn;
    int64_t bytes = c->engine->log_bytes(c);
    if (bytes >= w->finish_at) {
        struct err e = { 0 };
        if (c->engine->checkpoint(c, true, &e) != ERR_OK) log_error("checkpoint failed", LOG_E(&e));
        bytes = c->engine->log_bytes(c);
        w->finish_at = bytes >= FINISH_AT ? bytes + FINISH_STEP : FINISH_AT;
    }
    atomic_store_explicit(&w->log_bytes, bytes, memory_order_relaxed);
    if (w->checkpointer) checkpointer_grown(w->checkpointer, bytes);
}

/* --- thread ----------------------------------------------------------------------------------------------------- */
static void *run(void *arg)
{
    struct writer *w = arg;
    struct store_write *first;
    while ((first = wait_for_writes(w)) != NULL) {
        first = runs_alone(first) ? run_alone(w) : run_transaction(w);
        tell(w, first);
        tend_log(w);
    }
    return NULL;
}

enum err_kind writer_start(const struct writer_config *c, struct writer **ret, struct err *e)
{
    struct writer *w = calloc(1, sizeof *w);
    int rc;
    if (!w) return err_nomem(e);
    w->tx = (struct txn){ .conn = c->conn, .clock = c->clock, .heads = c->heads, .heads_epoch = HEAD_EPOCH_NONE };
    w->checkpointer = c->checkpointer;
    w->queue_max = c->queue_max;
    w->last = &w->first;
    w->finish_at = FINISH_AT;
    lock_init(&w->lock);
    cond_init(&w->wake);
    rc = thread_start(&w->thread, "store-writer", run, w);
    if (rc != 0) {
        cond_release(&w->wake);
        lock_release(&w->lock);
        free(w);
        return err_errno(e, rc, "starting the store's writer");
    }
    *ret = w;
    return ERR_OK;
}

static void close_queue(struct writer *w)
{
    HOLD(&w->lock);
    w->closing = true;
    cond_signal(&w->wake);
}

void writer_stop(struct writer *w)
{
    if (!w) return;
    close_queue(w);
    (void)pthread_join(w->thread, NULL);
    conn_close(w->tx.conn);
    cond_release(&w->wake);
    lock_release(&w->lock);
    free(w);
}

void writer_stats(struct writer *w, struct store_stats *ret)
{
    ret->commits = atomic_load(&w->commits);
    ret->writes = atomic_load(&w->writes);
    ret->failed = atomic_load(&w->failed);
    ret->queue = atomic_load(&w->queue);
    ret->wal_bytes = atomic_load(&w->log_bytes);
}
