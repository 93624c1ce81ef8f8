/* Refinements: queued, worked in one after the other against the head; own edits become drafts to check. */
#include "service/refine.h"

#include <string.h>
#include "pland/base/id.h"
#include "pland/plan/document.h"
#include "pland/service/answers.h"
#include "pland/store/documents.h"
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

enum err_kind refine_queue(struct plan_txn *p, const char *instruction, const char *sections, int64_t base,
                           enum plan_state was, const char **ret_id, struct err *e)
{
    struct id id;
    enum err_kind k;
    if (!instruction) return err_nomem(e);
    id_new(&id, "ref_", p->service->clock);
    struct refinement_row r = { .plan = p->row.n, .id = arena_dup(p->arena, id.s), .base_revision = base, .at = p->now,
        .author = p->actor, .state = REFINEMENT_PENDING, .instruction = instruction, .sections = sections };
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

/* Every named section must be one of the head's: "ph2", "P2", "risks". */
static enum err_kind check_sections(struct plan_txn *p, const struct refine_request *in, const char **ret,
                                    struct err *e)
{
    struct revision_row head = { 0 };
    auto_buf b = BUF_INIT(65536);
    char at[48];
    enum err_kind k;
    if (!in->sections.n) return ERR_OK;
    if ((k = store_revision_get(p->tx, p->row.n, 0, false, p->arena, &head, e)) != ERR_OK) return k;
    buf_char(&b, '[');
    for (size_t i = 0; i < in->sections.n; i++) {
        const char *want = in->sections.v[i], *id = NULL;
        size_t phase = 0;
        for (size_t j = 0; j < head.sections.n && !id; j++) {
            const char *have = head.sections.v[j].id;
            char number[16];
            if (strncmp(have, "ph", 2) == 0 && have[2] >= '0' && have[2] <= '9')
                (void)snprintf(number, sizeof number, "P%zu", ++phase);
            else number[0] = '\0';
            if (strcmp(have, want) == 0 || strcasecmp(number, want) == 0) id = have;
        }
        (void)snprintf(at, sizeof at, "/sections/%zu", i);
        if (!id)
            return err_at(e, ERR_INVALID, at, "revision %lld has no section '%.40s'", (long long)head.number, want);
        buf_comma(&b);
        buf_json(&b, id);
    }
    buf_char(&b, ']');
    *ret = arena_dup_n(p->arena, buf_cstr(&b), b.n);
    return buf_check(&b, e);
}

enum err_kind service_plan_refine(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct refine_request *in = c->in;
    const char *sections = NULL, *id = NULL;
    struct plan_txn p;
    enum plan_state was;
    int64_t base;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_match(&p, c, e)) != ERR_OK) return k;
    was = (enum plan_state)p.row.state;
    if ((k = plan_txn_verb(&p, VERB_REFINE, e)) != ERR_OK) return k;
    base = in->base_revision ? in->base_revision : p.row.revision;
    if (base > p.row.revision)
        return err_at(e, ERR_INVALID, "/base_revision", "the newest revision is %lld", (long long)p.row.revision);
    if ((k = check_sections(&p, in, &sections, e)) != ERR_OK) return k;
    if ((k = refine_queue(&p, in->instruction, sections, base, was, &id, e)) != ERR_OK) return k;
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

/* --- own edits ------------------------------------------------------------------------------------------------- */
struct edited {
    struct call *call;
    struct document base;
};

/* The head that was rendered for the one who edits, so that what is refused later is refused before the text is read.
 */
static enum err_kind read_base(struct txn *tx, void *arg, struct err *e)
{
    struct edited *x = arg;
    struct call *c = x->call;
    struct plan_row p = { 0 };
    struct revision_row head = { 0 };
    enum plan_state next;
    enum err_kind k = store_plan_get(tx, c->id, c->caller.project, c->arena, &p, e);
    if (k != ERR_OK || (k = plan_apply((enum plan_state)p.state, VERB_EDIT, PLAN_DRAFTING, &next, e)) != ERR_OK)
        return k;
    if ((k = store_revision_get(tx, p.n, 0, true, c->arena, &head, e)) != ERR_OK) return k;
    if ((k = revision_match(c, &head, e)) != ERR_OK) return k;
    return revision_document(&head, p.created_at, c->arena, &x->base, e);
}

/* Held to the same bounds as JSON is. */
static enum err_kind read_markdown(struct call *c, struct document *d, struct err *e)
{
    struct edited x = { .call = c };
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    enum err_kind k = store_read(c->service->store, read_base, &x, e);
    if (k != ERR_OK || (k = document_from_markdown(c->body, c->n_body, &x.base, c->arena, d, e)) != ERR_OK) return k;
    record_encode(&document_record, d, &b);
    if ((k = buf_check(&b, e)) != ERR_OK) return k;
    memset(d, 0, sizeof *d);
    return record_parse(&document_record, buf_cstr(&b), b.n, d, c->arena, e);
}

/* Pool thread: a body that decodes, validates and encodes again. */
enum err_kind prepare_edit(struct call *c, struct err *e)
{
    struct document *d = arena_alloc(c->arena, sizeof *d);
    bool markdown = c->type && strcmp(c->type, "text/markdown") == 0;
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    enum err_kind k;
    if (!d) return err_nomem(e);
    k = markdown ? read_markdown(c, d, e) : record_parse(&document_record, c->body, c->n_body, d, c->arena, e);
    if (k != ERR_OK || (k = document_validate(d, c->arena, e)) != ERR_OK) return k;
    record_encode(&document_record, d, &b);
    if ((k = buf_check(&b, e)) != ERR_OK) return k;
    c->prepared = arena_dup_n(c->arena, buf_cstr(&b), b.n);
    return arena_check(c->arena, e);
}

enum err_kind service_plan_edit(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct revision_row head = { 0 };
    struct draft_reason why = { .reason = "edit", .author = c->caller.person };
    struct plan_txn p;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_verb(&p, VERB_EDIT, e)) != ERR_OK) return k;
    if ((k = store_revision_get(tx, p.row.n, 0, false, c->arena, &head, e)) != ERR_OK) return k;
    if ((k = revision_match(c, &head, e)) != ERR_OK || (k = void_approval(&p, "edit", e)) != ERR_OK) return k;
    if ((k = store_part_put(tx, p.row.n, "draft", c->prepared, e)) != ERR_OK) return k;
    if ((k = part_write(tx, p.row.n, "draft_reason", &draft_reason_record, &why, e)) != ERR_OK) return k;
    p.row.done = 0;
    p.row.total = 1;
    if ((k = plan_txn_job(&p, JOB_CHECK, NULL, e)) != ERR_OK) return k;
    if ((k = plan_txn_event(&p, "plan.edited", "{}", e)) != ERR_OK) return k;
    return plan_txn_end(&p, 201, e);
}
