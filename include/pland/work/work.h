/* The pool: claims jobs, runs steps, keeps leases, retries. "Steps" in the README's architecture says how it hangs together.
 *
 * A step with a model is prepare (a worker) → waiting (held by the HTTP loop, no worker is occupied) → finish (a
 * worker). Steps may run twice; a result is committed once. */
#ifndef PLAND_WORK_WORK_H
#define PLAND_WORK_WORK_H

#include "pland/llm/models.h"
#include "pland/repo/tree.h"
#include "pland/service/service.h"
#include "pland/tracker/tracker.h"

struct work_config {
    struct service *service;  /* borrowed, as are models and tracker */
    struct llm_models *models; /* NULL: there are none */
    struct tracker *tracker;
    const char *node;         /* who holds the leases: the same at each start, another for each daemon of a database */
    int workers;              /* threads; 0: nothing is claimed at all */
    int steps;                /* jobs held at once, waiting for a model included */
    int64_t lease_ms, retry_base_ms;
    int64_t looks;            /* rounds in which a model may ask to see more code before a step's answer */
    int64_t pack_tokens;      /* how much of the code models are shown; 0: PACK_TOKENS */
    int attempts;             /* after so many failures a step is given up */
    struct tree_limits limits;
};

struct work;
_must_check_ enum err_kind work_start(const struct work_config *c, struct work **ret, struct err *e);
/* Claims nothing any more, gives running steps grace_ms to end, takes the rest back (their jobs go to the queue), joins. */
void work_stop(struct work *w, int64_t grace_ms);

struct work_stats { int64_t held, waiting, finished, failed, again; };
void work_stats(struct work *w, struct work_stats *ret);

#endif
