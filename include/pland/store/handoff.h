/* What happens to a plan after the handoff: progress of phases, what their criteria said, who works on which phase, and
 * read-only links. Times are Unix ms; text results live in the arena given. */
#ifndef PLAND_STORE_HANDOFF_H
#define PLAND_STORE_HANDOFF_H

#include "pland/base/hash.h"
#include "pland/store/store.h"

/* progress: one row per (plan, phase), written whole */
struct progress_row {
    int64_t plan, at, person;
    const char *phase;
    int status; /* progress_status_names */
    const char *note, *commit, *evidence /* JSON array or NULL */;
    int64_t started_at, done_at; /* 0: not yet, or not said */
    int64_t worked_ms;           /* sum of the claims that have ended; once done, the actual time; 0: not known */
    int64_t estimated;           /* likely minutes of the phase, when it was done */
    const char *reason;          /* why it was out of order */
};
struct progress_list { struct progress_row *v; size_t n; };
_must_check_ enum err_kind store_progress_put(struct txn *tx, const struct progress_row *r, struct err *e);
/* ERR_NOT_FOUND: nothing was reported of it. */
_must_check_ enum err_kind store_progress_get(struct txn *tx, int64_t plan, const char *phase, struct arena *a, struct progress_row *ret, struct err *e);
_must_check_ enum err_kind store_progress_list(struct txn *tx, int64_t plan, struct arena *a, struct progress_list *ret, struct err *e);

/* Estimate against actual of the finished phases whose time is known, by plan, the newest first, at most 1,000. */
struct effort_row { const char *plan, *title; int64_t phases, estimated /* minutes */, worked_ms; };
struct effort_list { struct effort_row *v; size_t n; };
_must_check_ enum err_kind store_effort_list(struct txn *tx, int64_t project, struct arena *a, struct effort_list *ret, struct err *e);

/* criteria: the last word on each criterion of a phase, by its text */
enum criterion_status { CRITERION_PASSED, CRITERION_FAILED };
extern const char *const criterion_status_names[];
struct criterion_row {
    int64_t plan, at, person;
    const char *phase, *criterion; /* the command, or the words of a manual one */
    int status;
    const char *output, *commit, *url, *note;
};
struct criterion_list { struct criterion_row *v; size_t n; };
_must_check_ enum err_kind store_criterion_put(struct txn *tx, const struct criterion_row *r, struct err *e);
_must_check_ enum err_kind store_criterion_list(struct txn *tx, int64_t plan, struct arena *a, struct criterion_list *ret, struct err *e);

/* claims: a phase is worked on by one at a time; a row is gone when its claim has ended */
struct claim_row {
    int64_t n;
    const char *id; /* clm_… */
    int64_t plan;
    const char *phase;
    int64_t at, lease_until, person, token;
    const char *holder; /* in words; NULL: the person */
};
struct claim_list { struct claim_row *v; size_t n; };
/* Sets n. ERR_CONFLICT when the phase has a claim. */
_must_check_ enum err_kind store_claim_insert(struct txn *tx, struct claim_row *r, struct err *e);
_must_check_ enum err_kind store_claim_get(struct txn *tx, int64_t plan, const char *id, struct arena *a, struct claim_row *ret, struct err *e);
_must_check_ enum err_kind store_claim_list(struct txn *tx, int64_t plan, struct arena *a, struct claim_list *ret, struct err *e);
_must_check_ enum err_kind store_claim_renew(struct txn *tx, int64_t n, int64_t lease_until, struct err *e);
_must_check_ enum err_kind store_claim_delete(struct txn *tx, int64_t n, struct err *e);
/* Those whose lease has run out, limit at most, of all plans. */
_must_check_ enum err_kind store_claims_over(struct txn *tx, int64_t now, int limit, struct arena *a, struct claim_list *ret, struct err *e);

/* links: pages of one plan for people without a token; only the hash of the secret is here */
struct link_row {
    int64_t n;
    const char *id; /* lnk_… */
    struct sha256 hash;
    int64_t plan, at, person, expires_at, revoked_at;
    const char *note;
};
struct link_list { struct link_row *v; size_t n; };
_must_check_ enum err_kind store_link_insert(struct txn *tx, struct link_row *r, struct err *e);
_must_check_ enum err_kind store_link_by_hash(struct txn *tx, const struct sha256 *h, struct arena *a, struct link_row *ret, struct err *e);
_must_check_ enum err_kind store_link_get(struct txn *tx, int64_t plan, const char *id, struct arena *a, struct link_row *ret, struct err *e);
_must_check_ enum err_kind store_link_list(struct txn *tx, int64_t plan, struct arena *a, struct link_list *ret, struct err *e);
_must_check_ enum err_kind store_link_revoke(struct txn *tx, int64_t n, int64_t at, struct err *e);

#endif
