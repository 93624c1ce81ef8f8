/* A write on its way: idempotency, the use case itself, and telling the bus after the commit. */
#include "pland/service/service.h"

#include <string.h>

const char *call_param(const struct call *c, const char *name)
{
    for (size_t i = 0; i < c->params.n; i++)
        if (strcmp(c->params.v[i].name, name) == 0) return c->params.v[i].value;
    return NULL;
}

/* Sets *ret_replayed when the key was used by the same request before. */
static enum err_kind replay(struct txn *tx, struct action *a, bool *ret_replayed, struct err *e)
{
    struct idempotency_row row = { 0 };
    enum err_kind k = store_idempotency_get(tx, a->call.caller.token, a->call.key, a->call.arena, &row, e);
    if (k == ERR_NOT_FOUND) return ERR_OK;
    if (k != ERR_OK) return k;
    if (!hash_equal(row.request.b, a->call.request.b, SHA256_LEN))
        return err_set(e, ERR_REUSED_KEY, "this Idempotency-Key was used for another request");
    a->outcome.status = row.status;
    a->outcome.replayed = true;
    (void)snprintf(a->outcome.href, sizeof a->outcome.href, "%s", row.href ? row.href : "");
    *ret_replayed = true;
    return ERR_OK;
}

static enum err_kind run_action(struct txn *tx, void *arg, struct err *e)
{
    struct action *a = arg;
    struct call *c = &a->call;
    struct err out_of_memory;
    bool replayed = false;
    enum err_kind k;

    memset(&a->outcome, 0, sizeof a->outcome);
    a->outcome.status = 200;
    if (c->key && (k = replay(tx, a, &replayed, e)) != ERR_OK) return k;
    if (replayed) return ERR_OK;
    k = a->run(tx, c, &a->outcome, e);
    if (arena_check(c->arena, &out_of_memory) != ERR_OK) { /* whatever else it led to */
        *e = out_of_memory;
        return e->kind;
    }
    if (k != ERR_OK) return k;
    if (!c->key) return ERR_OK;
    struct idempotency_row row = { .token = c->caller.token, .key = c->key, .n_key = strlen(c->key),
        .request = c->request,
        .status = a->outcome.status, .href = a->outcome.href, .at = clock_now(c->service->clock) };
    return store_idempotency_put(tx, &row, e);
}

static void tell(struct store_write *w)
{
    struct action *a = w->arg;
    if (w->result == ERR_OK)
        for (size_t i = 0; i < a->outcome.n_notices; i++) bus_publish(a->call.service->bus, &a->outcome.notices[i]);
    a->done(a);
}

enum err_kind service_submit(struct action *a, struct err *e)
{
    a->write = (struct store_write){ .fn = run_action, .arg = a, .done = tell };
    return store_submit(a->call.service->store, &a->write, e);
}

enum err_kind service_run(struct service *s, usecase_fn *fn, struct call *c, struct outcome *out, struct err *e)
{
    struct action a = { .call = *c, .run = fn };
    enum err_kind k;
    a.call.service = s;
    k = store_exec(s->store, run_action, &a, e);
    if (k != ERR_OK) return k;
    for (size_t i = 0; i < a.outcome.n_notices; i++) bus_publish(s->bus, &a.outcome.notices[i]);
    if (out) *out = a.outcome;
    return ERR_OK;
}
