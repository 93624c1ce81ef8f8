/* What follows when a codebase has moved: plans that rest on it are looked at again, in the background. */
#ifndef PLAND_SERVICE_MOVED_H
#define PLAND_SERVICE_MOVED_H

#include "pland/check/check.h"
#include "pland/service/steps.h"

/* The one call for everything that learns of a new commit or tree of a codebase: an upload, a sync, a webhook, a changed
 * default ref, a plan that was researched on newer code. Makes a job for every plan that rests on it with a revision and
 * waits for people; equal jobs are made once. In the caller's transaction. except: plans.n of one that is not to be
 * looked at; 0: none. */
_must_check_ enum err_kind service_repository_moved(struct txn *tx, struct service *s, int64_t repository, int64_t except, struct arena *a, struct outcome *out, struct err *e);

/* What a plan shows while its codebase has moved: kept as the part "staleness". */
struct staleness {
    const char *from, *to;     /* commits (or trees) */
    struct check_staleness what;
    LIST(const char *) commits; /* at fault, newest first: "4f2a91c… Move the tokens" */
};
extern const struct record staleness_record;

/* JOB_MOVED has looked: keeps what it found, sets or clears stale, tells. */
_must_check_ enum err_kind service_moved_finish(struct service *s, const struct job *j, const char *node, const struct staleness *what, struct err *e);
/* Ids of the phases that were claimed (started) or done. */
struct phase_ids { LIST(const char *) v; };
_must_check_ enum err_kind service_phases_done(struct service *s, int64_t plan, struct arena *a, struct phase_ids *ret, struct err *e);

#endif
