/* Refinements: queued, worked in one after the other against the head. */
#include "service/refine.h"

#include <string.h>
#include "pland/base/id.h"
#include "pland/plan/document.h"
#include "pland/service/answers.h"
#include "pland/store/documents.h"
#include "service/comments.h"
#include "service/parts.h"

enum err_kind void_approval(struct plan_txn *p, const char *why, struct err *e)
{
    const char *detail = json_pairs(p->arena, "why", why, NULL);
    int64_t stood = 0;
    enum err_kind k = store_approval_void(p->tx, p->row.n, p->now, &stood, e);
    p->row.approved = 0;
    if (k != ERR_OK || !stood) return k;
    if ((k = store_part_delete(p->tx, p->row.n, "approvals", e)) != ERR_OK) return k;
    if ((k = plan_txn_audit(p, NULL, "plan.approval_voided", p->row.id, detail, e)) != ERR_OK) return k;
    return plan_txn_event(p, "plan.approval_voided", detail, e);
}

/* While a rebase is being checked its approval is not lost yet: a refinement that is asked for in between ends that,
 * also when it is withdrawn again. */
static enum err_kind forget_approval(struct plan_txn *p, struct err *e)
{
    struct draft_reason why = { 0 };
    bool found = false;
    enum err_kind k = part_read(p->tx, p->row.n, "draft_reason", &draft_reason_record, &why, p->arena, &found, e);
    if (k != ERR_OK || !found || !why.approved) return k;
    why.approved = why.approver = 0;
    return part_write(p->tx, p->row.n, "draft_reason", &draft_reason_record, &why, e);
}

enum err_kind refine_queue(struct plan_txn *p, const struct refinement_row *want, enum plan_state was,
                           const char **ret_id, struct err *e)
{
    struct refinement_row r = *want;
    struct id id;
    enum err_kind k;
    if (!r.instruction) return err_nomem(e);
    id_new(&id, "ref_", p->service->clock);
    r.plan = p->row.n;
    r.id = arena_dup(p->arena, id.s);
    r.at = p->now;
    r.author = p->actor;
    r.state = REFINEMENT_PENDING;
    if ((k = store_refinement_insert(p->tx, &r, e)) != ERR_OK || (k = void_approval(p, "refinement", e)) != ERR_OK)
        return k;
    if (was == PLAN_CHECKING && (k = forget_approval(p, e)) != ERR_OK) return k;
    if (ret_id) *ret_id = r.id;
    if (was == PLAN_REVISING || was == PLAN_CHECKING) return ERR_OK; /* its turn comes when the revision is out */
    p->row.done = 0;
    p->row.total = 1;
    return plan_txn_job(p, JOB_REFINE, r.id, e);
}

enum err_kind refine_next(struct plan_txn *p, bool *ret_found, struct err *e)
{
    struct refinement_list pending = { 0 };
    enum err_kind k = store_refinement_list(p->tx, p->row.n, REFINEMENT_PENDING, p->arena, &pending, e);
    *ret_found = false;
    if (k != ERR_OK || !pending.n) return k;
    *ret_found = true;
    return plan_txn_job(p, JOB_REFINE, pending.v[0].id, e);
}

/* Every named section is one of the head's: "ph2", "P2", "risks". */
static enum err_kind named_sections(const struct refine_request *in, const struct revision_row *head, struct arena *a,
                                    struct text_list *ret, struct err *e)
{
    for (size_t i = 0; i < in->sections.n; i++) {
        const char *id = section_meant(head, in->sections.v[i]), **slot;
        char at[48];
        (void)snprintf(at, sizeof at, "/sections/%zu", i);
        if (!id)
            return err_at(e, ERR_INVALID, at, "revision %lld has no section '%.40s'", (long long)head->number,
                          in->sections.v[i]);
        if (!(slot = arena_push(a, &ret->v, sizeof *slot))) return err_nomem(e);
        *slot = id;
    }
    return ERR_OK;
}

static const char *once_each(struct text_list *l, struct arena *a)
{
    size_t n = 0;
    for (size_t i = 0; i < l->v.n; i++) {
        bool again = false;
        for (size_t j = 0; j < n && !again; j++) again = strcmp(l->v.v[j], l->v.v[i]) == 0;
        if (!again) l->v.v[n++] = l->v.v[i];
    }
    return n ? json_strings(a, l->v.v, n) : NULL;
}

/* What is asked for, held against the head. */
static enum err_kind wanted(struct plan_txn *p, const struct refine_request *in, struct refinement_row *ret,
                            struct err *e)
{
    struct revision_row head = { 0 };
    struct text_list sections = { 0 };
    enum err_kind k = refine_request_check(in, e);
    if (k != ERR_OK) return k;
    *ret = (struct refinement_row){ .instruction = in->instruction ? in->instruction : "",
                                    .base_revision = in->base_revision ? in->base_revision : p->row.revision,
                                    .cause = in->comments.n ? CAUSE_COMMENTS : in->cause };
    if (ret->base_revision > p->row.revision)
        return err_at(e, ERR_INVALID, "/base_revision", "the newest revision is %lld", (long long)p->row.revision);
    if (!in->sections.n && !in->comments.n) return ERR_OK;
    if ((k = store_revision_get(p->tx, p->row.n, 0, false, p->arena, &head, e)) != ERR_OK) return k;
    if ((k = named_sections(in, &head, p->arena, &sections, e)) != ERR_OK) return k;
    if ((k = comments_asked(p, in->comments.v, in->comments.n, &head, &sections, e)) != ERR_OK) return k;
    /* without sections of its own an instruction beside comments is for the whole plan */
    if (!in->instruction || in->sections.n) ret->sections = once_each(&sections, p->arena);
    if (in->comments.n) ret->comments = json_strings(p->arena, in->comments.v, in->comments.n);
    return arena_check(p->arena, e);
}

enum err_kind service_plan_refine(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct refinement_row want;
    const char *id = NULL;
    struct plan_txn p;
    enum plan_state was;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_match(&p, c, e)) != ERR_OK) return k;
    was = (enum plan_state)p.row.state;
    if ((k = plan_txn_verb(&p, VERB_REFINE, e)) != ERR_OK || (k = wanted(&p, c->in, &want, e)) != ERR_OK) return k;
    if ((k = refine_queue(&p, &want, was, &id, e)) != ERR_OK) return k;
    if ((k = plan_txn_event(&p, "plan.refinement_queued", json_pairs(c->arena, "refinement", id, NULL), e)) != ERR_OK)
        return k;
    (void)snprintf(out->href, sizeof out->href, "/plans/%s/refinements/%s", p.row.id, id);
    return plan_txn_end(&p, 202, e);
}

enum err_kind service_refinement_withdraw(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct refinement_row r = { 0 };
    struct draft_reason why = { 0 };
    struct job_list jobs = { 0 };
    struct plan_txn p;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = store_refinement_get(tx, p.row.n, c->sub, c->arena, &r, e)) != ERR_OK) return k;
    if (r.state != REFINEMENT_PENDING)
        return err_set(e, ERR_CONFLICT, "the refinement is already %s", refinement_state_names[r.state]);
    if ((k = store_job_open(tx, p.row.n, c->arena, &jobs, e)) != ERR_OK) return k;
    if (p.row.state == PLAN_CHECKING &&
        (k = part_read(tx, p.row.n, "draft_reason", &draft_reason_record, &why, c->arena, NULL, e)) != ERR_OK)
        return k;
    if (why.refinement && strcmp(why.refinement, r.id) == 0)
        return err_set(e, ERR_CONFLICT, "the refinement is being worked in");
    for (size_t i = 0; i < jobs.n; i++)
        if (jobs.v[i].kind == JOB_REFINE && jobs.v[i].state != JOB_FAILED && jobs.v[i].subject &&
            strcmp(jobs.v[i].subject, r.id) == 0)
            return err_set(e, ERR_CONFLICT, "the refinement is being worked in");
    r.state = REFINEMENT_WITHDRAWN;
    if ((k = store_refinement_update(tx, &r, e)) != ERR_OK) return k;
    if ((k = plan_txn_event(&p, "plan.refinement_withdrawn", json_pairs(c->arena, "refinement", r.id, NULL), e)) !=
        ERR_OK)
        return k;
    if ((k = plan_txn_end(&p, 204, e)) != ERR_OK) return k;
    out->href[0] = '\0';
    return ERR_OK;
}
