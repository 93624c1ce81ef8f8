/* What every transaction on a plan shares: taking its row, numbering events, making jobs, writing the row back. */
#ifndef SERVICE_PLAN_TXN_H
#define SERVICE_PLAN_TXN_H

#include "pland/service/service.h"
#include "pland/service/steps.h"

struct plan_txn {
    struct txn *tx;
    struct service *service;
    struct arena *arena;
    struct plan_row row;
    int64_t now, actor;
    struct outcome *out;
};

/* Takes the plan named by call->id within the caller's project. */
_must_check_ enum err_kind plan_txn_begin(struct plan_txn *p, struct txn *tx, struct call *c, struct outcome *out,
                                          struct err *e);
/* Takes the row of a job's plan; actor is pland itself. ERR_CONFLICT when the generation has moved on. */
_must_check_ enum err_kind plan_txn_step(struct plan_txn *p, struct txn *tx, struct service *s, struct arena *a,
                                         const struct job *j, struct outcome *out, struct err *e);
/* ERR_PRECONDITION when If-Match was sent and is not the plan's ETag. */
_must_check_ enum err_kind plan_txn_match(const struct plan_txn *p, const struct call *c, struct err *e);
/* A refusal because of what the plan has become says which revision is the newest: member "revision". Returns its kind. */
enum err_kind plan_txn_newer(const struct plan_txn *p, struct err *e);
/* Applies a verb to the state; the error names what is possible. */
_must_check_ enum err_kind plan_txn_verb(struct plan_txn *p, enum plan_verb v, struct err *e);
_must_check_ enum err_kind plan_txn_outcome(struct plan_txn *p, enum plan_outcome o, struct err *e);
/* Numbers and stores an event, and a delivery for every webhook that wants it. data: JSON object text. */
_must_check_ enum err_kind plan_txn_event(struct plan_txn *p, const char *type, const char *data, struct err *e);
_must_check_ enum err_kind plan_txn_job(struct plan_txn *p, enum job_kind kind, const char *subject, struct err *e);
/* Bumps the generation: every queued job is void, every running step is told to stop. */
_must_check_ enum err_kind plan_txn_void(struct plan_txn *p, struct err *e);
/* Writes the row; the answer shows the plan. */
_must_check_ enum err_kind plan_txn_end(struct plan_txn *p, int status, struct err *e);
/* c NULL: the service itself, for the actor. */
_must_check_ enum err_kind plan_txn_audit(struct plan_txn *p, const struct call *c, const char *action,
                                          const char *object, const char *detail, struct err *e);

void plan_etag(const struct service *s, const struct plan_row *row, char ret[80]);
/* The ETag of a revision, quoted. format: "markdown" or "html", else JSON; code: how much of it is shown,
 * NULL when nothing was asked. Each representation has its own (RFC 9110 8.8.3), of the form "r1-hash.html.none". */
void revision_etag(const struct revision_row *r, const char *format, const char *code, char ret[80]);
/* What approval and own edits demand: If-Match with the ETag of one of the head's representations. */
_must_check_ enum err_kind revision_match(const struct call *c, const struct revision_row *head, struct err *e);
void outcome_notice(struct outcome *out, enum notice_kind kind, int64_t plan, int64_t seq);
/* The work of a webhook that was taken. */
struct inbound_row;
_must_check_ enum err_kind inbound_job(struct txn *tx, const struct inbound_row *r, struct outcome *out, struct err *e);
/* `{"a":"x","b":3}` into the arena: pairs of key and text, ended by NULL; a NULL text leaves its key out. */
const char *json_pairs(struct arena *a, ...) __attribute__((sentinel));
/* `["a","b"]` into the arena; NULL when out of memory. */
const char *json_strings(struct arena *a, const char *const *v, size_t n);

#endif
