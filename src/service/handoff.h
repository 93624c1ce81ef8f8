/* Phases of the head as work after the handoff: which one is meant, how far it is, who has it. */
#ifndef SERVICE_HANDOFF_H
#define SERVICE_HANDOFF_H

#include "service/plan_txn.h"

/* The part "handoff". */
struct kept_handoff {
    const char *branch, *note; /* where it is implemented */
    const char *build, *test;  /* commands of the codebase, as the survey has them */
    const char *setup;         /* the file that says how its environment is prepared */
    int64_t at;
};
extern const struct record kept_handoff_record;
/* Commands that prepare and prove the checkout, from the survey that research kept; NULL members: not known. */
_must_check_ enum err_kind handoff_commands(struct txn *tx, int64_t plan, struct arena *a, struct kept_handoff *ret,
                                            struct err *e);

/* Counts the phases that have ended into the plan's progress: only those that the head still has. */
_must_check_ enum err_kind handoff_count(struct plan_txn *p, struct err *e);

/* What is being implemented. */
struct under_way {
    struct revision_row head;
    struct document document;
    struct progress_list progress;
    struct claim_list claims;
};
_must_check_ enum err_kind under_way_read(struct txn *tx, const struct plan_row *p, int64_t revision, struct arena *a,
                                          struct under_way *ret, struct err *e);
/* "P2" or "ph2"; ERR_INVALID at `at` names what there is. */
_must_check_ enum err_kind under_way_phase(const struct under_way *u, const char *want, const char *at, size_t *ret,
                                           struct err *e);
const struct progress_row *under_way_progress(const struct under_way *u, const char *phase); /* NULL: nothing yet */
const struct claim_row *under_way_claim(const struct under_way *u, const char *phase);       /* NULL: none */
const char *under_way_status(const struct under_way *u, const char *phase); /* open, started, done, skipped */
bool under_way_ended(const struct under_way *u, const char *phase);
/* The first phase that phase i depends on and that has not ended; NULL: none. ret_number: "P1". */
const struct phase *under_way_waits_for(const struct under_way *u, size_t i, size_t *ret_number);

/* Ends a claim: its time is added to the phase's, the row goes. at: when it ended. */
_must_check_ enum err_kind claim_end(struct txn *tx, const struct claim_row *c, int64_t at, struct arena *a,
                                     struct err *e);
/* Who holds it, in words. */
const char *claim_holder(struct txn *tx, const struct claim_row *c, struct arena *a);
/* Leases of all plans that have run out; what the janitor does. */
_must_check_ enum err_kind claims_expire(struct service *s, struct err *e);

#endif
