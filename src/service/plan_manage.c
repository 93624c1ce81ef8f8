/* PATCH, DELETE and retry of a plan. */
#include "service/plan_txn.h"

#include <string.h>
#include "pland/service/answers.h"
#include "pland/store/documents.h"
#include "service/flow.h"
#include "service/money.h"
#include "service/parts.h"

/* A refinement may be withdrawn after the work on it has stopped; then there is nothing to go on with. */
static enum err_kind refinement_withdrawn(struct plan_txn *p, const struct job *j, bool *ret, struct err *e)
{
    struct draft_reason why = { 0 };
    struct refinement_row r = { 0 };
    const char *id = j->kind == JOB_REFINE ? j->subject : NULL;
    enum err_kind k;
    *ret = false;
    if (j->kind == JOB_CHECK || j->kind == JOB_REPAIR) {
        if ((k = part_read(p->tx, p->row.n, "draft_reason", &draft_reason_record, &why, p->arena, NULL, e)) != ERR_OK)
            return k;
        id = why.refinement;
    }
    if (!id) return ERR_OK;
    if ((k = store_refinement_get(p->tx, p->row.n, id, p->arena, &r, e)) != ERR_OK) return k;
    *ret = r.state == REFINEMENT_WITHDRAWN;
    return ERR_OK;
}

enum err_kind flow_resume(struct plan_txn *p, struct err *e)
{
    struct job_list open = { 0 };
    int64_t generation = p->row.generation, fanin = p->row.fanin;
    enum err_kind k = store_job_open(p->tx, p->row.n, p->arena, &open, e);
    if (k != ERR_OK || (k = plan_txn_void(p, e)) != ERR_OK) return k;
    p->row.fanin = fanin;
    for (size_t i = 0; k == ERR_OK && i < open.n; i++) {
        bool withdrawn = false;
        if (open.v[i].generation != generation || open.v[i].kind == JOB_MESSAGE) continue;
        if ((k = refinement_withdrawn(p, &open.v[i], &withdrawn, e)) != ERR_OK) return k;
        if (withdrawn) return flow_unchanged(p, e);
        k = plan_txn_job(p, (enum job_kind)open.v[i].kind, open.v[i].subject, e);
    }
    return k;
}

static enum err_kind raise_budget(struct plan_txn *p, const struct budget *b, struct err *e)
{
    bool waiting = p->row.state == PLAN_AWAITING_BUDGET;
    enum err_kind k = plan_txn_verb(p, VERB_BUDGET, e);
    if (k != ERR_OK) return k;
    if ((k = money_raise(p, b, waiting, e)) != ERR_OK || !waiting) return k;
    return flow_resume(p, e);
}

enum err_kind service_plan_patch(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct plan_patch *in = c->in;
    struct plan_txn p;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_match(&p, c, e)) != ERR_OK) return k;
    if (in->title) p.row.title = in->title;
    if (plan_patch_has_labels(in)) p.row.labels = json_strings(c->arena, in->labels.v, in->labels.n);
    if (in->mode == MODE_AUTO && p.row.suspicious)
        return err_at(e, ERR_CONFLICT, "/mode",
                      "the ticket contains phrases that try to steer pland: its plan never runs in auto");
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
    if (k == ERR_OK && c->caller.role < ROLE_ADMIN)
        return err_set(e, ERR_FORBIDDEN, "a plan that was approved can be deleted by an admin only");
    if (k != ERR_OK && k != ERR_NOT_FOUND) return k;
    if ((k = plan_txn_void(&p, e)) != ERR_OK || (k = plan_txn_audit(&p, c, "plan.delete", p.row.id, NULL, e)) != ERR_OK)
        return k;
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
    if (k != ERR_OK || (k = plan_txn_match(&p, c, e)) != ERR_OK || (k = plan_txn_verb(&p, VERB_RETRY, e)) != ERR_OK)
        return k;
    p.row.error = NULL;
    if ((k = flow_resume(&p, e)) != ERR_OK || (k = plan_txn_event(&p, "plan.retried", "{}", e)) != ERR_OK) return k;
    return plan_txn_end(&p, 200, e);
}
