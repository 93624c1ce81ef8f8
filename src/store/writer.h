/* The writer thread: a bounded queue of writes, taken in groups, one commit per group. */
#ifndef STORE_WRITER_H
#define STORE_WRITER_H

#include "pland/store/store.h"
#include "store/driver.h"

struct writer;
struct checkpointer;

struct writer_config {
    struct conn *conn; /* the writer's from now on, closed by writer_stop() */
    const struct clock *clock;
    struct head_cache *heads; /* borrowed; NULL: none */
    int queue_max;
    struct checkpointer *checkpointer; /* woken when the log has grown; borrowed */
};

_must_check_ enum err_kind writer_start(const struct writer_config *c, struct writer **ret,
                                        struct err *e); /* on failure conn stays the caller's */
void writer_stop(struct writer *w); /* finishes what is queued; accepts NULL */
_must_check_ enum err_kind writer_submit(struct writer *w, struct store_write *write, struct err *e);
void writer_stats(struct writer *w, struct store_stats *ret);

/* A write that is no transaction: submitted like others, runs alone, moves the whole log and lets it start afresh. */
store_fn writer_checkpoint;

/* Transactions open on this thread. */
void transaction_enter(void);
void transaction_leave(void);

#endif
