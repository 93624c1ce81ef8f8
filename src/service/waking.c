/* Plans that wait for a budget, looked at again when a project's budgets have changed or another day has begun: those
 * that may spend go on where they stopped. */
#include <string.h>

#include "pland/base/log.h"
#include "service/flow.h"
#include "service/money.h"

enum { PLANS_AT_ONCE = 100 };

struct waking {
    struct service *service;
    struct arena *arena;
    int64_t before;          /* plans below this row number are next; 0: from the newest */
    struct plan_list waiting;
    int64_t plan;            /* the one to wake */
    bool woken;
    struct outcome out;
};

static enum err_kind list(struct txn *tx, void *arg, struct err *e)
{
    struct waking *x = arg;
    const struct plan_filter f = { .state = PLAN_AWAITING_BUDGET, .activity = -1, .stale = -1, .before = x->before,
                                   .limit = PLANS_AT_ONCE };
    enum err_kind k = store_plan_list(tx, &f, x->arena, &x->waiting, e);
    for (size_t i = 0; k == ERR_OK && i < x->waiting.n; i++) { /* n 0: it goes on waiting */
        bool room = false;
        x->before = x->waiting.v[i].n;
        k = money_has_room(tx, x->service, &x->waiting.v[i], x->arena, &room, e);
        if (!room) x->waiting.v[i].n = 0;
    }
    return k;
}

static enum err_kind wake(struct txn *tx, void *arg, struct err *e)
{
    struct waking *x = arg;
    struct plan_txn p = { .tx = tx, .service = x->service, .arena = x->arena, .now = clock_now(x->service->clock),
                          .out = &x->out };
    const char *why = json_pairs(x->arena, "reason", "its project may spend again", NULL);
    enum err_kind k = store_plan_get_n(tx, x->plan, x->arena, &p.row, e);
    memset(&x->out, 0, sizeof x->out);
    x->woken = false;
    if (k == ERR_NOT_FOUND || k == ERR_GONE) return ERR_OK; /* deleted meanwhile */
    if (k != ERR_OK || p.row.state != PLAN_AWAITING_BUDGET) return k;
    if ((k = plan_txn_verb(&p, VERB_BUDGET, e)) != ERR_OK) return k;
    p.row.wait_reason = NULL;
    if ((k = flow_resume(&p, e)) != ERR_OK || (k = plan_txn_event(&p, "plan.updated", why, e)) != ERR_OK) return k;
    x->woken = true;
    return plan_txn_end(&p, 200, e);
}

static enum err_kind wake_some(struct service *s, int64_t *before, int64_t *woken, struct err *e)
{
    auto_arena a = arena_new(0);
    struct waking x = { .service = s, .arena = a, .before = *before };
    enum err_kind k = a ? store_read(s->store, list, &x, e) : err_nomem(e);
    for (size_t i = 0; k == ERR_OK && i < x.waiting.n; i++) {
        if (!(x.plan = x.waiting.v[i].n)) continue;
        if ((k = store_exec(s->store, wake, &x, e)) != ERR_OK) return k;
        for (size_t j = 0; j < x.out.n_notices; j++) bus_publish(s->bus, &x.out.notices[j]);
        *woken += x.woken;
    }
    *before = x.waiting.n < PLANS_AT_ONCE ? 0 : x.before;
    return k;
}

enum err_kind service_budgets_due(struct service *s, struct err *e)
{
    int64_t before = 0, woken = 0;
    enum err_kind k;
    do k = wake_some(s, &before, &woken, e);
    while (k == ERR_OK && before);
    if (woken) log_info("plans that waited for a budget go on", LOG_I("plans", woken));
    return k;
}
