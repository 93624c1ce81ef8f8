/* Use cases: what can be asked of pland, one function each.
 *
 * Writes (usecase_fn) run on the store's writer thread inside their own savepoint and may run twice; service_submit()
 * hands one over, takes care of Idempotency-Key, and after the commit tells the bus and then the caller. Views
 * (view_fn) read on the calling thread and render. Web routes, trackers and tests all call these and nothing else. */
#ifndef PLAND_SERVICE_SERVICE_H
#define PLAND_SERVICE_SERVICE_H

#include "pland/base/clock.h"
#include "pland/plan/request.h"
#include "pland/repo/repo.h"
#include "pland/service/bus.h"
#include "pland/store/access.h"
#include "pland/store/store.h"

struct auth_cache;
struct bridge;
struct mirror_config;
struct tree_limits;
struct view;

struct service {
    struct store *store;
    struct bus *bus;
    const struct clock *clock;
    const struct repo_roots *roots;
    const char *data_dir;
    const char *default_provider;   /* one of providers */
    const char *const *providers;   /* "offline" and the names of the models; ends with NULL */
    const struct guard *guard;      /* of URLs that come in; NULL: no private network is allowed */
    const char **unpriced;          /* for each of them a model without prices that its plans may use, or NULL */
    const char *public_url;         /* for links; "" when not set */
    uint8_t seal_key[32];
    const char *epoch;              /* of events; changes with a restore */
    _Atomic bool paused;            /* restored: nothing is claimed and nothing goes out until resumed */
    struct auth_cache *auth;        /* made by service_open() */
    struct bridge *bridge;          /* likewise; NULL: no other daemon uses the database */
    const char *program;            /* pland itself, to read uploads in a process of their own; NULL: in this one */
    const struct tree_limits *limits; /* of uploads; NULL: the defaults */
    const struct mirror_config *git; /* how codebases are fetched; NULL: they are not */
    int64_t sync_every_ms;          /* where a codebase does not say how often it is fetched; 0: only when asked */
    int64_t keep_days;              /* retention of events, deliveries, done jobs, idempotency keys; 0: for ever */
    int64_t default_tokens, default_usd; /* budget per plan where none is given, dollars in millionths; 0: none */
    int64_t day_tokens, day_usd;    /* the same per project and day */
};

/* Who asks. Made by web from a token, by a tracker from its source, by pland for itself (role admin, person 0). */
struct caller {
    int64_t token, person;
    int64_t project; /* 0: all projects */
    int role;        /* enum role */
    char plan[40];   /* id of the only plan it is for; "": any */
    uint64_t verbs;  /* of token_verbs[], a bit each: all it may do there; 0: what the role may */
    char request_id[40];
};

/* What a token may be narrowed to, as in URLs: what stands behind /plans/{id}/, "plan" for reading the plan itself. Making
 * other plans of it is never among them, nor messages, which do whatever the role may. NULL-terminated. */
extern const char *const token_verbs[];
int token_verb(const char *name, size_t n); /* its index; -1: there is none */

/* Query parameters, decoded. */
struct param { const char *name, *value; };

/* Completes a filled struct: makes bus and caches, reads the epoch. service_close() frees what it made. */
_must_check_ enum err_kind service_open(struct service *s, struct arena *a, struct err *e);
void service_close(struct service *s);
/* Hears of the other daemons no more. Before the store is closed, which has to be before service_close(). */
void service_leave(struct service *s);
/* Tells those who listen in the other daemons of the database, if there are any; nobody here. Never waits; any thread. */
void service_tell_others(struct service *s, const struct notice *n);

/* One request on its way through the service. Everything it points to lives until it is finished. */
struct call {
    struct service *service;
    struct caller caller;
    const char *id, *sub;           /* ids of the path, or NULL */
    const void *in;                 /* decoded body, or NULL */
    const char *body; size_t n_body;/* raw body (own revisions, webhooks, uploads) */
    const void *prepared;           /* what a prepare function left (repositories, uploads) */
    struct { const struct param *v; size_t n; } params;
    const char *if_match;           /* header as sent, or NULL */
    const char *accept;             /* header as sent, or NULL */
    const char *type;               /* media type of the body in small letters, without parameters; NULL: not said */
    const char *key;                /* Idempotency-Key, unquoted; NULL: none was sent */
    struct sha256 request;          /* of method, path and body, when there is a key */
    struct view *shown;             /* where a write may show what it made (outcome.shown); NULL: nobody looks */
    struct arena *arena;
};
const char *call_param(const struct call *c, const char *name); /* NULL: not given */

/* What a write has done, besides its rows. */
struct outcome {
    int status;        /* 200, 201, 202, 204 */
    char href[160];    /* the resource to show: "/plans/plan_…"; "" when there is nothing to show */
    bool replayed;     /* answered from an idempotency key */
    bool shown;        /* call.shown is the view of href as this write made it: it need not be read */
    const char *once;  /* JSON members shown this once only (a secret), or NULL; in the call's arena */
    struct notice notices[6];
    size_t n_notices;
};
typedef enum err_kind usecase_fn(struct txn *tx, struct call *c, struct outcome *out, struct err *e);

struct action; /* a submitted write; embed or allocate with its call */
typedef void action_done_fn(struct action *a); /* writer thread; result in a->write.result */
struct action {
    struct store_write write; /* result and err of the whole */
    struct call call;
    usecase_fn *run;
    struct outcome outcome;
    action_done_fn *done;
    void *arg;
};
/* Queues; ERR_BUSY when the queue is full (done is not called then). Any thread. */
_must_check_ enum err_kind service_submit(struct action *a, struct err *e);
/* The same, waiting. Not on the writer thread. */
_must_check_ enum err_kind service_run(struct service *s, usecase_fn *fn, struct call *c, struct outcome *out, struct err *e);

/* What a view renders. */
struct view {
    struct buf *body;
    const char *type;       /* content type; "application/json" by default */
    char etag[80];          /* quoted, or "" */
    char next[64];          /* cursor of the next page, or "" */
    char plan[40];          /* id of the plan shown, for long polls */
    int64_t plan_n;         /* its row number, 0: none */
    bool working;           /* the plan's activity: whether polling makes sense (Retry-After) */
    bool nosniff_html;      /* HTML made from plan text: strict CSP */
};
typedef enum err_kind view_fn(struct call *c, struct view *v, struct err *e);

/* A prepare function runs on a pool thread before the write: it may touch the disk, never the store's writer.
 * Its result goes to call.prepared. */
typedef enum err_kind prepare_fn(struct call *c, struct err *e);

/* --- plans -------------------------------------------------------------------------------------------------------- */
usecase_fn service_plan_create, service_plan_patch, service_plan_delete, service_plan_ticket, service_plan_answers,
    service_plan_choice, service_plan_reject, service_plan_cancel, service_plan_retry, service_plan_fork,
    service_plan_approve, service_plan_handoff, service_plan_progress, service_plan_refine, service_refinement_withdraw,
    service_plan_edit, service_plan_restore, service_plan_waive, service_plan_rebase, service_comment_create,
    service_comment_patch, service_plan_claim, service_claim_release, service_plan_verify, service_link_create,
    service_link_revoke, service_message_take, service_message_confirm;
view_fn view_plan, view_plans, view_context, view_revision, view_revisions, view_revision_diff, view_checks,
    view_refinements, view_refinement, view_events, view_feed, view_plan_audit, view_audit, view_handoff, view_calls, view_call,
    view_comments, view_comment, view_brief, view_progress, view_claim, view_claims, view_verification, view_link, view_links,
    view_messages, view_message;
#define LINK_PREFIX "plandlink_" /* of the secret in a link's address */
view_fn view_link_page; /* call.id is the secret of a link; without a token */
prepare_fn prepare_waiver, prepare_rebase, prepare_comment, prepare_approval, prepare_message, prepare_verify;
view_fn view_check; /* POST /checks: writes nothing */
prepare_fn prepare_edit; /* own revisions: c->body is a document as JSON or, by c->type, as Markdown */

/* --- codebases ----------------------------------------------------------------------------------------------------- */
struct git_request { const char *url, *ref, *username, *token, *key, *credential_file, *sync; };
struct repository_request {
    const char *name, *path, *default_ref;
    const char *project;
    struct git_request *git; /* fetched from there */
    bool is_private; /* an upload for one plan */
};
struct corrections_request { LIST(const char *) statements; LIST(const char *) exclude; };
struct repository_patch {
    const char *default_ref;
    const struct corrections_request *corrections;
    struct git_request *git;
};
extern const struct record repository_request_record, repository_patch_record, corrections_request_record;
prepare_fn prepare_repository, prepare_repository_patch, prepare_upload;
usecase_fn service_repository_create, service_repository_patch, service_repository_delete, service_repository_upload,
    service_repository_sync;
view_fn view_repository, view_repositories;

/* --- administration -------------------------------------------------------------------------------------------------- */
struct token_request {
    const char *name; int role; const char *project; const char *person; int64_t expires_at;
    const char *plan;            /* the only one it is for */
    LIST(const char *) verbs;    /* all it may do there */
};
struct project_request { const char *name; const char *settings; };
struct hook_request { const char *url; const char *project; LIST(const char *) events; const char *secret; int format; };
struct rotate_request { int64_t overlap; /* s; -1: not said */ };
struct recover_request { int64_t since; };
struct hook_patch { const char *url; LIST(const char *) events; int enabled; /* -1: as it is */ };
extern const struct record token_request_record, project_request_record, hook_request_record, hook_patch_record,
    rotate_request_record, recover_request_record;
usecase_fn service_token_create, service_token_revoke, service_project_create, service_project_patch,
    service_hook_create, service_hook_patch, service_hook_delete, service_hook_test, service_hook_rotate,
    service_hook_recover, service_delivery_again, service_resume;
view_fn view_token, view_tokens, view_project, view_projects, view_hook, view_hooks, view_delivery, view_deliveries,
    view_usage, view_effort;
/* Sources of tickets: service/sources.h. */

/* --- authentication ------------------------------------------------------------------------------------------------- */
/* Finds the live token with this secret. ERR_UNAUTHENTICATED. Results are cached; a revoke clears the cache. */
_must_check_ enum err_kind service_authenticate(struct service *s, const char *secret, struct caller *ret, struct err *e);
/* First start: project "default" and an admin token; returns the secret to write to admin.token, "" when there is one. */
_must_check_ enum err_kind service_bootstrap(struct service *s, char ret_secret[64], struct err *e);

#endif
