/* The queue of work. Truth is this table; whatever memory holds is a cache of it. */
#ifndef PLAND_STORE_JOBS_H
#define PLAND_STORE_JOBS_H

#include "pland/store/store.h"

enum job_kind { /* stored as text; names in jobs.c */
    JOB_RESEARCH, JOB_OPTIONS, JOB_OUTLINE, JOB_PHASE, JOB_CLOSING, JOB_CHECK, JOB_REPAIR, JOB_REFINE,
    JOB_DELIVER /* one outgoing webhook delivery */, JOB_INBOUND /* one incoming webhook */,
    JOB_MOVED /* the codebase of a resting plan has moved */,
    JOB_IMPORT /* one fetch of a codebase from its remote */,
    JOB_TICKET /* what a ticket is told about its plan */, JOB_POLL /* asks a source what has changed there */,
    JOB_MESSAGE /* what somebody wrote, for a model to read */,
    JOB_KIND_N_
};
enum job_state { JOB_QUEUED, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_VOID, JOB_STATE_N_ };
extern const char *const job_kind_names[];
extern const char *const job_state_names[];

struct job {
    int64_t n;
    int64_t plan;        /* plans.n; 0: none */
    int kind, state;
    int64_t generation;  /* of the plan when made */
    int64_t priority;    /* lower first: a waiting person before bulk */
    int64_t run_at;      /* Unix ms */
    int64_t attempts;    /* finished unsuccessfully so far */
    int64_t lease_until;
    int64_t person;      /* who it is for, for fairness */
    const char *owner;   /* node that holds the lease */
    const char *subject; /* "ph2", a delivery id …; NULL: none */
    const char *error;   /* last failure in words */
};
struct job_list { struct job *v; size_t n; };

/* ERR_CONFLICT when an equal (plan, kind, subject, generation) is already queued or running. */
_must_check_ enum err_kind store_job_insert(struct txn *tx, struct job *j /* sets n */, struct err *e);
/* The same where there is no such job, but for a mistake, and nobody asks for its number. */
_must_check_ enum err_kind store_job_add(struct txn *tx, const struct job *j, struct err *e);
/* A queued job without a plan, never tried yet, that would run later than run_at runs then. */
_must_check_ enum err_kind store_job_sooner(struct txn *tx, int kind, const char *subject, int64_t run_at, struct err *e);
/* Claims up to max due jobs of the kinds in mask (bit per kind), fair over people: state running, owner, lease.
 * Deliveries are claimed alone (their bit and no other), fair over hooks: they belong to person -hook. */
_must_check_ enum err_kind store_job_claim(struct txn *tx, const char *owner, int64_t now, int64_t lease_ms, unsigned kinds, int max, struct arena *a, struct job_list *ret, struct err *e);
/* Finishing checks owner and state running: ERR_CONFLICT when the lease was lost. */
_must_check_ enum err_kind store_job_finish(struct txn *tx, int64_t n, const char *owner, enum job_state state, const char *error, struct err *e);
/* Back to queued, at run_at; count_attempt: whether it was the job's fault. */
_must_check_ enum err_kind store_job_retry(struct txn *tx, int64_t n, const char *owner, int64_t run_at, bool count_attempt, const char *error, struct err *e);
/* Those that are no longer the owner's are passed over. */
_must_check_ enum err_kind store_job_renew(struct txn *tx, const char *owner, const int64_t *ns, size_t n_ns, int64_t lease_until, struct err *e);
/* Jobs whose lease is over go back to the queue, attempts uncounted; returns how many. So do those of owner (NULL:
 * nobody), and with all every other. */
_must_check_ enum err_kind store_job_reclaim(struct txn *tx, int64_t now, bool all, const char *owner, int64_t *ret,
                                              struct err *e);
/* A queued job that was never tried has nothing to wait for: it is due now, though the clock was set back since it was
 * made. Returns how many were ahead. */
_must_check_ enum err_kind store_job_hasten(struct txn *tx, int64_t now, int64_t *ret, struct err *e);
/* Queued and running jobs of the plan become void. */
_must_check_ enum err_kind store_job_void(struct txn *tx, int64_t plan, struct err *e);
/* Earliest run_at of a queued job of these kinds; 0: none. */
_must_check_ enum err_kind store_job_next(struct txn *tx, unsigned kinds, int64_t *ret, struct err *e);
_must_check_ enum err_kind store_job_open(struct txn *tx, int64_t plan, struct arena *a, struct job_list *ret, struct err *e); /* queued, running, failed */
_must_check_ enum err_kind store_job_counts(struct txn *tx, int64_t ret[JOB_STATE_N_], struct err *e);
/* Done and void jobs older than before are removed, at most limit; returns how many. */
_must_check_ enum err_kind store_job_prune(struct txn *tx, int64_t before, int limit, int64_t *ret, struct err *e);

#endif
