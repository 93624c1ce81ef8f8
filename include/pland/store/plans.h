/* Plans, their tickets, parts, files, bases, events and tombstones. Text results live in the arena given. */
#ifndef PLAND_STORE_PLANS_H
#define PLAND_STORE_PLANS_H

#include "pland/base/id.h"
#include "pland/plan/state.h"
#include "pland/store/store.h"

/* plans: the row that every transaction on a plan takes first. Kept small; the ticket is a row of its own. */
struct plan_row {
    int64_t n;          /* row number */
    const char *id;
    int64_t project;    /* projects.n */
    int state, resume;  /* enum plan_state; resume: where retry or a raised budget goes back to */
    int mode, size;
    int64_t generation; /* bumped by cancel, retry, ticket edits: voids every running step */
    int64_t seq;        /* number of the newest event; the plan's ETag */
    int64_t revision;   /* newest published, 0: none */
    int64_t approved;   /* approved revision, 0: none */
    int64_t fanin;      /* jobs that the next step waits for */
    int64_t done, total;/* progress of the step */
    bool stale, suspicious;
    int64_t owner, created_by; /* people.n */
    int64_t created_at, updated_at, waiting_until; /* Unix ms; 0: none */
    int64_t usd_limit, token_limit, usd_used, tokens_used;
    int64_t next_section; /* number for the next phase id */
    const char *title;
    const char *labels;   /* JSON array text or NULL */
    const char *provider; /* configured provider name, or "offline" */
    const char *ticket_key, *ticket_url; /* for lookups; NULL: none */
    const char *error;    /* problem JSON or NULL */
    const char *wait_reason;
    const char *forked_from; /* plan id or NULL */
};

_must_check_ enum err_kind store_plan_insert(struct txn *tx, struct plan_row *p /* sets n */, struct err *e);
/* By id within a project (0: any project). ERR_NOT_FOUND; ERR_GONE for a tombstone. */
_must_check_ enum err_kind store_plan_get(struct txn *tx, const char *id, int64_t project, struct arena *a, struct plan_row *ret, struct err *e);
_must_check_ enum err_kind store_plan_get_n(struct txn *tx, int64_t n, struct arena *a, struct plan_row *ret, struct err *e);
/* The newest plan not ended with this ticket key or url in the project; ERR_NOT_FOUND when none. */
_must_check_ enum err_kind store_plan_by_ticket(struct txn *tx, int64_t project, const char *key, const char *url, struct arena *a, struct plan_row *ret, struct err *e);
/* Writes every column but n, id, project, created_at. */
_must_check_ enum err_kind store_plan_update(struct txn *tx, const struct plan_row *p, struct err *e);
/* Removes the plan and all that hangs on it; writes a tombstone. */
_must_check_ enum err_kind store_plan_delete(struct txn *tx, const struct plan_row *p, int64_t by, int64_t at, struct err *e);

struct plan_filter {
    int64_t project;            /* 0: all */
    int state;                  /* -1: any */
    int activity;               /* -1: any, else enum plan_activity */
    int64_t owner;              /* 0: any */
    const char *ticket;         /* key or url */
    const char *q;              /* words in the title or key, case-insensitive */
    const char *label, *repository;
    int stale;                  /* -1: any */
    int64_t updated_since;      /* ms, 0: any */
    int64_t before;             /* cursor: rows with n < before; 0: from the newest */
    int limit;
};
/* Newest first. */
struct plan_list { struct plan_row *v; size_t n; };
_must_check_ enum err_kind store_plan_list(struct txn *tx, const struct plan_filter *f, struct arena *a, struct plan_list *ret, struct err *e);
/* Row numbers of the plans that rest on a codebase and wait for people with a revision: awaiting approval, approved or
 * being implemented. */
struct plan_number { int64_t n; };
struct plan_numbers { struct plan_number *v; size_t n; };
_must_check_ enum err_kind store_plans_resting(struct txn *tx, int64_t repository, struct arena *a, struct plan_numbers *ret, struct err *e);
/* Those that rest on a codebase and were handed off, finished ones too; the newest, limit at most. */
_must_check_ enum err_kind store_plans_handed_off(struct txn *tx, int64_t repository, int limit, struct arena *a, struct plan_numbers *ret, struct err *e);
/* How many plans in each state; ret has PLAN_STATE_N_ places. */
_must_check_ enum err_kind store_plan_counts(struct txn *tx, int64_t *ret, struct err *e);

/* tickets: one per plan; texts are JSON: ticket (plan/request.h ticket_record), request (all else of POST /plans). */
_must_check_ enum err_kind store_ticket_put(struct txn *tx, int64_t plan, const char *ticket, const char *request, struct err *e);
_must_check_ enum err_kind store_ticket_get(struct txn *tx, int64_t plan, struct arena *a, const char **ret_ticket, const char **ret_request, struct err *e);

/* parts: what the steps have produced so far, by name: "understanding", "answers", "corrections", "options", "choice",
 * "outline", "phase:ph1", "closing", "survey", "context", "summary". JSON text. Replaced on writing. */
_must_check_ enum err_kind store_part_put(struct txn *tx, int64_t plan, const char *name, const char *body, struct err *e);
_must_check_ enum err_kind store_part_get(struct txn *tx, int64_t plan, const char *name, struct arena *a, const char **ret, struct err *e); /* NULL when absent */
struct part { const char *name, *body; };
struct part_list { struct part *v; size_t n; };
/* Parts whose name starts with prefix, by name. */
_must_check_ enum err_kind store_part_list(struct txn *tx, int64_t plan, const char *prefix, struct arena *a, struct part_list *ret, struct err *e);
_must_check_ enum err_kind store_part_delete(struct txn *tx, int64_t plan, const char *prefix, struct err *e);

/* files given inline with the ticket */
struct plan_file { const char *path, *content; };
struct plan_file_list { struct plan_file *v; size_t n; };
_must_check_ enum err_kind store_file_put(struct txn *tx, int64_t plan, const char *path, const char *content, struct err *e);
_must_check_ enum err_kind store_file_list(struct txn *tx, int64_t plan, struct arena *a, struct plan_file_list *ret, struct err *e);

/* bases: the codebases of a plan in order; the first has alias NULL or its name */
struct plan_base {
    int64_t repository; /* repositories.n */
    const char *name, *repository_id, *alias, *ref, *commit, *tree; /* commit, tree NULL until researched */
};
struct plan_base_list { struct plan_base *v; size_t n; };
_must_check_ enum err_kind store_base_put(struct txn *tx, int64_t plan, int64_t ordinal, const struct plan_base *b, struct err *e);
_must_check_ enum err_kind store_base_clear(struct txn *tx, int64_t plan, struct err *e);
_must_check_ enum err_kind store_base_list(struct txn *tx, int64_t plan, struct arena *a, struct plan_base_list *ret, struct err *e);

/* events: numbered per plan under the plan's row; n grows over all plans */
struct event_row {
    int64_t n, plan, project, seq, at, actor; /* actor: people.n, 0: pland itself */
    const char *plan_id, *type, *data; /* data: JSON object text */
};
struct event_list { struct event_row *v; size_t n; };
/* Sets no n. ERR_CONFLICT when the plan has an event of this seq. */
_must_check_ enum err_kind store_event_insert(struct txn *tx, const struct event_row *ev, struct err *e);
_must_check_ enum err_kind store_event_list(struct txn *tx, int64_t plan, int64_t after_seq, int limit, struct arena *a, struct event_list *ret, struct err *e);
/* n of the oldest and of the newest event that are kept; 0: there is none. */
_must_check_ enum err_kind store_event_bounds(struct txn *tx, int64_t *ret_first, int64_t *ret_last, struct err *e);
/* Forgets the oldest events from before a time, limit at most, never the newest of all; *ret: how many. */
_must_check_ enum err_kind store_event_prune(struct txn *tx, int64_t before, int limit, int64_t *ret, struct err *e);
/* Plans of the next `limit` events after n, with the number of their newest one of these, in their order. */
struct event_moved { int64_t n, plan, seq; };
struct event_moved_list { struct event_moved *v; size_t n; };
_must_check_ enum err_kind store_event_moved(struct txn *tx, int64_t after_n, int limit, struct arena *a, struct event_moved_list *ret, struct err *e);
/* Over a project (0: all) by n. There is one writer, so n grows in the order of the commits: whoever has read up to some n
 * has missed nothing before it. */
_must_check_ enum err_kind store_event_feed(struct txn *tx, int64_t project, int64_t after_n, int limit, struct arena *a, struct event_list *ret, struct err *e);

#endif
