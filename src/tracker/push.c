/* A push or a merge: the codebase is fetched, and once the commit is there, the plans that were handed off for it are
 * held against it. */
#include <string.h>
#include <strings.h>

#include "pland/plan/request.h"
#include "tracker/engine.h"

enum { PATIENCE = 9 }; /* attempts until the commit is there: about a quarter of an hour */

static struct ticket_push push_of(struct visit *v)
{
    const struct event *x = &v->event;
    struct ticket_push in = { .project = v->source.project,
                              .commit = x->change.commit,
                              .onto = x->change.onto,
                              .merged = x->change.merged,
                              .text = x->change.text };
    in.remotes.v = x->remotes.v;
    in.remotes.n = x->remotes.n;
    for (size_t i = 0; i < v->settings.routes.n; i++) {
        const struct source_route *r = &v->settings.routes.v[i];
        const char **slot;
        if (!r->project || !x->project || strcasecmp(r->project, x->project) != 0) continue;
        if ((slot = arena_push(v->arena, &in.repositories, sizeof *slot))) *slot = r->repository;
    }
    return in;
}

static enum err_kind fetch(struct visit *v, const struct ticket_push *in, const char **ret, struct err *e)
{
    struct call c = visit_call(v, in, NULL);
    struct outcome out = { .status = 0 };
    enum err_kind k = service_run(v->tracker->service, service_ticket_push, &c, &out, e);
    *ret = out.status == 202 ? "the codebase is fetched" : "ignored: a push to no codebase that is fetched";
    return k;
}

/* What comes of it, in words; what is not there yet is looked for again. */
static enum err_kind verify(struct visit *v, const struct merged_plan *p, const char **ret, struct err *e)
{
    const struct code_change *change = &v->event.change;
    const struct verify_request in = {
        .commit = change->commit, .alias = p->codebase, .merged = change->merged != NULL, .from = change->from
    };
    struct call c = visit_call(v, &in, NULL);
    struct outcome out = { .status = 0 };
    struct err why;
    enum err_kind k;
    c.id = p->plan;
    k = prepare_verify(&c, &why);
    if (k == ERR_OK) k = service_run(v->tracker->service, service_plan_verify, &c, &out, &why);
    if (k == ERR_INVALID && v->attempts < PATIENCE)
        return err_set(e, ERR_BUSY, "%.12s is not fetched yet", change->commit);
    if (visit_temporary(k)) return *e = why, k;
    *ret = arena_fmt(v->arena, "%s; %s %s%s", *ret, p->plan, k == ERR_OK ? "was held against it" : "was not verified: ",
                     k == ERR_OK ? "" : why.msg);
    return arena_check(v->arena, e);
}

enum err_kind visit_push(struct visit *v, const char **ret, struct err *e)
{
    const struct code_change *change = &v->event.change;
    const struct ticket_push in = push_of(v);
    struct merged_plans plans = { 0 };
    enum err_kind k = arena_check(v->arena, e);
    *ret = "the codebase was fetched";
    if (k == ERR_OK && v->attempts == 0) k = fetch(v, &in, ret, e);
    if (k != ERR_OK || !change->commit || (!change->merged && !change->trunk)) return k;
    k = service_merged_plans(v->tracker->service, &in, v->arena, &plans, e);
    for (size_t i = 0; k == ERR_OK && i < plans.n; i++) k = verify(v, &plans.v[i], ret, e);
    return k;
}
