/* Calls to models: what each was, what it has cost, and, where a project asks for it, what was said. */
#ifndef PLAND_STORE_CALLS_H
#define PLAND_STORE_CALLS_H

#include "pland/store/store.h"

/* llm_calls: one for every attempt, kept when its plan goes */
struct llm_call_row {
    int64_t n; /* read only */
    int64_t plan, job, at, input, output, cached, latency_ms, usd /* millionths */, written, first_ms /* 0: nothing came */;
    const char *provider, *step, *request_id, *error;
    const char *prompt;           /* versions of the prompts it was made with */
    int64_t status;               /* HTTP; 0: none */
    const char *request, *answer; /* what was said, secrets left out; NULL: not kept. Not read by lists */
    int64_t until;                /* how long that is kept, Unix ms; 0 on reading: it is not there */
};
struct llm_call_list { struct llm_call_row *v; size_t n; };
_must_check_ enum err_kind store_llm_call_insert(struct txn *tx, const struct llm_call_row *r, struct err *e);
/* Oldest first, from behind n = after. */
_must_check_ enum err_kind store_llm_call_list(struct txn *tx, int64_t plan, int64_t after, int limit, struct arena *a, struct llm_call_list *ret, struct err *e);
/* With what was said. ERR_NOT_FOUND: the plan has no such call. */
_must_check_ enum err_kind store_llm_call_get(struct txn *tx, int64_t plan, int64_t n, struct arena *a, struct llm_call_row *ret, struct err *e);
/* Forgets what was to be kept until now at most, limit rows; the calls stay. */
_must_check_ enum err_kind store_llm_content_prune(struct txn *tx, int64_t now, int limit, struct err *e);

struct usage { int64_t calls, input, output, cached, written, usd; };
_must_check_ enum err_kind store_usage(struct txn *tx, int64_t project, int64_t plan, int64_t since, struct usage *ret, struct err *e);
/* What the project's last calls that were answered have taken, by step: jobs is how many steps that was. */
struct usage_step { const char *step; int64_t jobs, calls, input, output, cached; };
struct usage_steps { struct usage_step *v; size_t n; };
_must_check_ enum err_kind store_usage_steps(struct txn *tx, int64_t project, struct arena *a, struct usage_steps *ret, struct err *e);
/* The same in groups, largest cost first, at most 1,000: by "plan" (its id), "day" (days since 1970), "model", "step". */
struct usage_group { const char *key; struct usage usage; };
struct usage_groups { struct usage_group *v; size_t n; };
_must_check_ enum err_kind store_usage_by(struct txn *tx, int64_t project, const char *by, int64_t since, struct arena *a, struct usage_groups *ret, struct err *e);

#endif
