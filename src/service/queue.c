/* Claiming, renewing and housekeeping of jobs; the survey cache. */
#include "pland/service/steps.h"
#include "service/handoff.h"

#include <string.h>
#include "pland/base/log.h"
#include "pland/store/hooks.h"

struct claim {
    struct service *service;
    const char *node;
    unsigned kinds;
    int max;
    int64_t lease_ms, next;
    struct arena *arena;
    struct job_list *list;
};

static enum err_kind claim(struct txn *tx, void *arg, struct err *e)
{
    struct claim *c = arg;
    int64_t now;
    enum err_kind k = store_now(tx, &now, e);
    if (k == ERR_OK) k = store_job_claim(tx, c->node, now, c->lease_ms, c->kinds, c->max, c->arena, c->list, e);
    if (k != ERR_OK || c->list->n) return k;
    return store_job_next(tx, c->kinds, &c->next, e);
}

enum err_kind service_claim(struct service *s, const char *node, unsigned kinds, int max, int64_t lease_ms,
                            struct arena *a, struct job_list *ret, int64_t *ret_next, struct err *e)
{
    struct claim c = { .service = s, .node = node, .kinds = kinds, .max = max, .lease_ms = lease_ms, .arena = a,
        .list = ret };
    enum err_kind k = store_exec(s->store, claim, &c, e);
    *ret_next = c.next;
    return k;
}

struct renew { struct service *service; const char *node; const int64_t *jobs; size_t n; int64_t lease_ms; };

static enum err_kind renew(struct txn *tx, void *arg, struct err *e)
{
    const struct renew *r = arg;
    int64_t now;
    enum err_kind k = store_now(tx, &now, e);
    return k == ERR_OK ? store_job_renew(tx, r->node, r->jobs, r->n, now + r->lease_ms, e) : k;
}

enum err_kind service_renew(struct service *s, const char *node, const int64_t *jobs, size_t n, int64_t lease_ms,
                            struct err *e)
{
    return store_exec(s->store, renew, &(struct renew){ s, node, jobs, n, lease_ms }, e);
}

enum { PRUNE_ROWS = 1000 };
struct tidy { struct service *service; bool all; const char *node; int64_t reclaimed, hastened; };

static enum err_kind reclaim(struct txn *tx, void *arg, struct err *e)
{
    struct tidy *t = arg;
    int64_t now;
    enum err_kind k = store_now(tx, &now, e);
    if (k == ERR_OK) k = store_job_reclaim(tx, now, t->all, t->node, &t->reclaimed, e);
    if (k == ERR_OK) k = store_llm_content_prune(tx, now, PRUNE_ROWS, e);
    return k == ERR_OK ? store_job_hasten(tx, now, &t->hastened, e) : k;
}

/* A table's oldest rows. */
typedef enum err_kind prune_fn(struct txn *tx, int64_t before, int limit, int64_t *ret, struct err *e);

static enum err_kind prune(struct txn *tx, void *arg, struct err *e)
{
    static prune_fn *const prunes[] = {
        store_job_prune, store_idempotency_prune, store_event_prune, store_delivery_prune, store_inbound_prune,
    };
    const struct tidy *t = arg;
    int64_t before = clock_now(t->service->clock) - t->service->keep_days * 86400000, gone = 0;
    enum err_kind k = ERR_OK;
    for (size_t i = 0; k == ERR_OK && i < countof(prunes); i++) k = prunes[i](tx, before, PRUNE_ROWS, &gone, e);
    return k;
}

enum err_kind service_recover(struct service *s, const char *node, struct err *e)
{
    struct tidy t = { .service = s, .all = !store_shared(s->store), .node = node };
    enum err_kind k = store_exec(s->store, reclaim, &t, e);
    if (k == ERR_OK && t.reclaimed) log_info("steps that were running go on", LOG_I("jobs", t.reclaimed));
    return k;
}

enum err_kind service_janitor(struct service *s, struct err *e)
{
    struct tidy t = { .service = s };
    enum err_kind k = store_exec(s->store, reclaim, &t, e);
    if (k == ERR_OK && s->keep_days) k = store_exec(s->store, prune, &t, e);
    if (k != ERR_OK || (k = claims_expire(s, e)) != ERR_OK) return k;
    if (t.reclaimed) log_warn("leases ran out", LOG_I("jobs", t.reclaimed));
    if (t.hastened) log_warn("the clock was set back", LOG_I("jobs", t.hastened));
    if (t.reclaimed || t.hastened) bus_publish(s->bus, &(struct notice){ .kind = NOTICE_JOBS });
    return store_checkpoint(s->store, e);
}

struct job_end { struct service *service; const struct job *job; const char *node; int64_t run_at; const char *why; };

static enum err_kind end_job(struct txn *tx, void *arg, struct err *e)
{
    const struct job_end *j = arg;
    if (!j->run_at) return store_job_finish(tx, j->job->n, j->node, JOB_DONE, NULL, e);
    return store_job_retry(tx, j->job->n, j->node, j->run_at, true, j->why, e);
}

enum err_kind service_job_done(struct service *s, const struct job *j, const char *node, struct err *e)
{
    return store_exec(s->store, end_job, &(struct job_end){ s, j, node, 0, NULL }, e);
}

enum err_kind service_job_again(struct service *s, const struct job *j, const char *node, int64_t run_at,
                                const char *why, struct err *e)
{
    enum err_kind k = store_exec(s->store, end_job, &(struct job_end){ s, j, node, run_at, why }, e);
    if (k == ERR_OK) bus_publish(s->bus, &(struct notice){ .kind = NOTICE_JOBS });
    return k;
}

struct survey_cache { struct service *service; const char *tree; int version; struct arena *arena; const char *body; };

static enum err_kind get_survey(struct txn *tx, void *arg, struct err *e)
{
    struct survey_cache *c = arg;
    return store_survey_get(tx, c->tree, c->version, c->arena, &c->body, e);
}

static enum err_kind put_survey(struct txn *tx, void *arg, struct err *e)
{
    struct survey_cache *c = arg;
    return store_survey_put(tx, c->tree, c->version, c->body, clock_now(c->service->clock), e);
}

enum err_kind service_survey_get(struct service *s, const char *tree, int version, struct arena *a, const char **ret,
                                 struct err *e)
{
    struct survey_cache c = { .service = s, .tree = tree, .version = version, .arena = a };
    enum err_kind k = store_read(s->store, get_survey, &c, e);
    *ret = c.body;
    return k;
}

enum err_kind service_survey_put(struct service *s, const char *tree, int version, const char *body, struct err *e)
{
    struct survey_cache c = { .service = s, .tree = tree, .version = version, .body = body };
    return store_exec(s->store, put_survey, &c, e);
}

struct used { struct arena *arena; struct used_tree_list *list; };

static enum err_kind list_used(struct txn *tx, void *arg, struct err *e)
{
    const struct used *u = arg;
    return store_trees_used(tx, u->arena, u->list, e);
}

enum err_kind service_trees_used(struct service *s, struct arena *a, struct used_tree_list *ret, struct err *e)
{
    return store_read(s->store, list_used, &(struct used){ a, ret }, e);
}
