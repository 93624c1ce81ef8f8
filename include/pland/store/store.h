/* The store: one database, one writer, many readers.
 *
 * Writes are closures. One writer thread takes all that wait into one transaction (group commit): a closure that fails
 * is undone alone, a COMMIT that fails fails them all. A closure may run twice, its first run undone; it must not touch
 * the network or anything but the transaction and its own argument. Reads run on the calling thread on
 * a connection of a fixed pool and see one consistent state.
 *
 * Operations on rows are in store/plans.h, jobs.h, documents.h, access.h, repositories.h, corrections.h, imports.h,
 * hooks.h: each takes a struct txn, never opens one, and is written once for every engine. An operation that answers ERR_NOT_FOUND, ERR_GONE or
 * ERR_CONFLICT has written nothing, and the closure may go on; any other error it must return. ret_x is set on
 * success. */
#ifndef PLAND_STORE_STORE_H
#define PLAND_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>
#include "pland/base/arena.h"
#include "pland/base/clock.h"
#include "pland/base/err.h"

struct store;
struct txn; /* a connection inside a transaction; only valid within the closure that got it */

struct store_config {
    const char *data_dir;      /* pland.db lives here, unless: */
    const char *database;      /* NULL, or where a PostgreSQL database is, as libpq takes it ("postgresql://…") */
    const char *node;          /* NULL, or who this is, for those who look at the database's sessions */
    int readers;               /* read connections, 1..64 */
    int queue_max;             /* waiting writes; above it ERR_BUSY */
    const struct clock *clock; /* borrowed */
    bool read_only;            /* tools that only look */
    bool alone;                /* ERR_CONFLICT while another daemon uses a shared database; none can be started meanwhile */
};

/* Opens or creates, applies missing migrations (a backup of an existing database is made first). Refuses: a database
 * from a newer version, an edited migration, a damaged file, a read-only directory; each in words. */
_must_check_ enum err_kind store_open(const struct store_config *c, struct store **ret, struct err *e);
void store_close(struct store *s); /* finishes what is queued; accepts NULL */

typedef enum err_kind store_fn(struct txn *tx, void *arg, struct err *e);

struct store_write {
    store_fn *fn;
    void *arg;
    void (*done)(struct store_write *w); /* on the writer thread, after the commit, no lock held; exactly once */
    enum err_kind result;                /* for done */
    struct err err;
    struct store_write *next;            /* the store's */
};
/* Queues w (caller keeps the memory until done). ERR_BUSY: queue full or closing; then done is not called. Any
 * thread. */
_must_check_ enum err_kind store_submit(struct store *s, struct store_write *w, struct err *e);
/* Submits and waits. Not from the writer thread, nor inside a read (debug builds assert it). */
_must_check_ enum err_kind store_exec(struct store *s, store_fn *fn, void *arg, struct err *e);
/* Runs fn in a read transaction on this thread; waits for a free read connection when all are in use. Never inside
 * another read or write (debug builds assert it): the pool could run dry. */
_must_check_ enum err_kind store_read(struct store *s, store_fn *fn, void *arg, struct err *e);

/* Other daemons may use the same database: leases run by its time, and what is kept in memory may be out of date. */
bool store_shared(const struct store *s);
/* The time that leases are counted by, in Unix milliseconds: the database's where it is shared, unless a test's clock stands still. */
_must_check_ enum err_kind store_now(struct txn *tx, int64_t *ret, struct err *e);

/* True while a transaction is open on this thread: network code asserts it is not (debug builds). */
bool store_in_transaction(void);

/* Consistent copy of the database while running. ERR_CONFLICT when the target exists. */
_must_check_ enum err_kind store_backup(struct store *s, const char *file, struct err *e);
/* Checks the file at data_dir/pland.db as a whole (integrity, foreign keys). */
_must_check_ enum err_kind store_verify(struct store *s, struct err *e);
/* Migrates up or down to version (-1: newest). SQLite: with the daemon stopped. PostgreSQL: daemons
 * that the migration is compatible with may run, others make it fail. */
_must_check_ enum err_kind store_migrate(const struct store_config *c, int version, struct err *e);
int store_schema_version(struct store *s); /* of the database, when it was opened */
/* ERR_BUSY: a newer pland has migrated the database beyond what this one can use. */
_must_check_ enum err_kind store_fits(struct txn *tx, struct err *e);
/* Deliberate checkpoint of the write-ahead log, between two writes; called by the janitor when idle. A thread of the
 * store's own moves the log in the background while writes go on, so a long log needs no help. */
_must_check_ enum err_kind store_checkpoint(struct store *s, struct err *e);

struct store_stats { int64_t commits, writes, failed, queue, wal_bytes; };
void store_stats(struct store *s, struct store_stats *ret);

/* Fault injection (tests; also reachable by the environment variable PLAND_STORE_FAIL="statement:N" | "commit:N" |
 * "full:N" in builds with PLAND_FAULTS): the Nth statement from now fails with kind. n = 0 switches off. */
void store_fail_statement(struct store *s, int64_t n, enum err_kind kind);

/* meta: small named values. */
_must_check_ enum err_kind store_meta_get(struct txn *tx, const char *key, struct arena *a, const char **ret,
                                          struct err *e); /* NULL when absent */
_must_check_ enum err_kind store_meta_set(struct txn *tx, const char *key, const char *value, struct err *e);

#endif
