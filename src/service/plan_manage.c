/* PATCH, DELETE and retry of a plan. */
#include "service/plan_txn.h"

#include <string.h>

/* Every open job of this generation starts again under the next one; what they had finished stays. */
static enum err_kind resume_jobs(struct plan_txn *p, struct err *e)
{
    struct job_list open = { 0 };
    int64_t generation = p->row.generation, fanin = p->row.fanin;
    enum err_kind k = store_job_open(p->tx, p->row.n, p->arena, &open, e);
    if (k != ERR_OK || (k = plan_txn_void(p, e)) != ERR_OK) return k;
    p->row.fanin = fanin;
    for (size_t i = 0; k == ERR_OK && i < open.n; i++)
        if (open.v[i].generation == generation) k = plan_txn_job(p, (enum job_kind)open.v[i].kind, open.v[i].subject, e);
    return k;
}

static enum err_kind raise_budget(struct plan_txn *p, const struct budget *b, struct err *e)
{
    bool waiting = p->row.state == PLAN_AWAITING_BUDGET;
    enum err_kind k = plan_txn_verb(p, VERB_BUDGET, e);
    if (k != ERR_OK) return k;
    p->row.usd_limit = b->usd;
    p->row.token_limit = b->tokens;
    if (!waiting) return ERR_OK;
    if (b->tokens && b->tokens <= p->row.tokens_used)
        return err_at(e, ERR_INVALID, "/budget/tokens", "%lld tokens are used already: give more, or 0 for no limit", (long long)p->row.tokens_used);
    return resume_jobs(p, e);
}

enum err_kind service_plan_patch(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct plan_patch *in = c->in;
    struct plan_txn p;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_match(&p, c, e)) != ERR_OK) return k;
    if (in->title) p.row.title = in->title;
    if (in->labels.v) p.row.labels = json_strings(c->arena, in->labels.v, in->labels.n);
    if (in->mode == MODE_AUTO && p.row.suspicious)
        return err_at(e, ERR_CONFLICT, "/mode", "the ticket contains phrases that try to steer pland: its plan never runs in auto");
    if (in->mode >= 0) p.row.mode = in->mode;
    if (in->budget && (k = raise_budget(&p, in->budget, e)) != ERR_OK) return k;
    if ((k = plan_txn_event(&p, "plan.updated", json_pairs(c->arena, "title", in->title, NULL), e)) != ERR_OK) return k;
    return plan_txn_end(&p, 200, e);
}

enum err_kind service_plan_delete(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct plan_txn p;
    struct approval_row approved = { 0 };
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_match(&p, c, e)) != ERR_OK) return k;
    k = store_approval_get(tx, p.row.n, c->arena, &approved, e);
    if (k == ERR_OK && c->caller.role < ROLE_ADMIN) return err_set(e, ERR_FORBIDDEN, "a plan that was approved can be deleted by an admin only");
    if (k != ERR_OK && k != ERR_NOT_FOUND) return k;
    if ((k = plan_txn_void(&p, e)) != ERR_OK || (k = plan_txn_audit(&p, c, "plan.delete", p.row.id, NULL, e)) != ERR_OK) return k;
    if ((k = store_plan_delete(tx, &p.row, c->caller.person, p.now, e)) != ERR_OK) return k;
    out->status = 204;
    out->href[0] = '\0';
    outcome_notice(out, NOTICE_PLAN, p.row.n, p.row.seq + 1);
    return ERR_OK;
}

enum err_kind service_plan_retry(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct plan_txn p;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_match(&p, c, e)) != ERR_OK || (k = plan_txn_verb(&p, VERB_RETRY, e)) != ERR_OK) return k;
    p.row.error = NULL;
    if ((k = resume_jobs(&p, e)) != ERR_OK || (k = plan_txn_event(&p, "plan.retried", "{}", e)) != ERR_OK) return k;
    return plan_txn_end(&p, 200, e);
}
