/* The columns of a plan's row, shared by the files that read plans. */
#ifndef STORE_PLAN_SHAPE_H
#define STORE_PLAN_SHAPE_H

#include "store/txn.h"

#define PLAN_COLUMNS \
    "n, id, project, created_at, state, resume, mode, size, generation, seq, revision, approved, fanin, done, total," \
    " stale, suspicious, owner, created_by, updated_at, waiting_until, usd_limit, token_limit, usd_used, tokens_used," \
    " next_section, title, labels, provider, ticket_key, ticket_url, error, wait_reason, forked_from"

extern const struct shape plan_shape; /* of struct plan_row, in the order of PLAN_COLUMNS */

#endif
