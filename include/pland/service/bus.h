/* The bus: after a commit, tells those who wait in this process. Nothing is kept; the database is the truth. */
#ifndef PLAND_SERVICE_BUS_H
#define PLAND_SERVICE_BUS_H

#include <stdint.h>
#include "pland/base/err.h"

enum notice_kind {
    NOTICE_PLAN = 1 << 0,   /* plan has a new event (seq) */
    NOTICE_JOBS = 1 << 1,   /* jobs are due */
    NOTICE_VOID = 1 << 2,   /* running steps of the plan below this generation are void */
    NOTICE_TOKENS = 1 << 3, /* tokens changed: caches are stale */
    NOTICE_RESUMED = 1 << 4, /* a restored instance may work again */
    NOTICE_LIVE = 1 << 5,    /* something passing about a plan that is worked on; not from the writer */
    NOTICE_RATE = 1 << 6,    /* a caller (plan: its key) has made seq requests to another daemon */
    NOTICE_BUDGETS = 1 << 7  /* a project's budgets changed */
};
struct notice {
    enum notice_kind kind;
    int64_t plan; /* row number; 0: none. RATE: any number */
    int64_t seq;  /* PLAN: event number; VOID: the new generation */
    const char *data; /* LIVE: a JSON object, until the call returns */
};

struct bus;
/* Runs on the thread that publishes (the writer, mostly): must be quick, must not block, may publish nothing itself. */
typedef void bus_fn(void *arg, const struct notice *n);

_must_check_ enum err_kind bus_new(struct bus **ret, struct err *e);
void bus_free(struct bus *b); /* nobody subscribed any more; accepts NULL */
/* kinds: mask; plan: 0 for all. Returns an id > 0, or 0: out of memory. Any thread. */
uint64_t bus_subscribe(struct bus *b, unsigned kinds, int64_t plan, bus_fn *fn, void *arg);
/* After it returns fn is not running and will not run (unless called from within fn itself). */
void bus_unsubscribe(struct bus *b, uint64_t id);
void bus_publish(struct bus *b, const struct notice *n);
/* To everybody who listens to this kind, whatever plan they wait for. */
void bus_publish_all(struct bus *b, const struct notice *n);

#endif
