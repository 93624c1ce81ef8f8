/* Approval, rejection, handoff, progress: decisions by people, each on record. */
#include "service/plan_txn.h"

#include <string.h>
#include "pland/service/negotiate.h"
#include "pland/store/documents.h"
#include "service/waive.h"

void revision_etag(const struct revision_row *r, const char *format, const char *code, char ret[80])
{
    struct sha256_hex hex = hash_hex_of(&r->content);
    bool plain = !format || strcmp(format, "json") == 0;
    char waivers[32] = "";
    if (r->waivers) (void)snprintf(waivers, sizeof waivers, "-w%lld", (long long)r->waivers);
    (void)snprintf(ret, 80, "\"r%lld-%.32s%s%s%s%s%s\"", (long long)r->number, hex.s, waivers, plain ? "" : ".",
                   plain ? "" : format, code ? "." : "", code ? code : "");
}

enum err_kind revision_match(const struct call *c, const struct revision_row *head, struct err *e)
{
    char etag[80];
    revision_etag(head, NULL, NULL, etag);
    if (!c->if_match)
        return err_set(e, ERR_NEED_MATCH,
                       "send If-Match with the ETag of the revision you have read (GET …/revisions/head)");
    if (etag_family_listed(c->if_match, etag)) return ERR_OK;
    (void)err_set(e, ERR_PRECONDITION, "the newest revision is %lld with ETag %s: read it first",
                  (long long)head->number, etag);
    (void)snprintf(e->extra, sizeof e->extra, "\"revision\":%lld", (long long)head->number);
    return e->kind;
}

static enum err_kind approvable(struct plan_txn *p, const struct call *c, const struct revision_row *head,
                                struct err *e)
{
    const struct approval_request *in = c->in;
    struct refinement_list pending = { 0 };
    enum err_kind k;
    if (in && in->revision && in->revision != head->number)
        return err_at(e, ERR_CONFLICT, "/revision", "only the newest revision, %lld, can be approved",
                      (long long)head->number);
    if ((k = revision_match(c, head, e)) != ERR_OK) return k;
    if (p->row.stale) return err_set(e, ERR_CONFLICT, "the plan is stale: the code it rests on has changed");
    if ((k = store_refinement_list(p->tx, p->row.n, REFINEMENT_PENDING, p->arena, &pending, e)) != ERR_OK) return k;
    if (pending.n) return err_set(e, ERR_CONFLICT, "a refinement is pending");
    return head->failed ? waivers_cover(p, head, e) : ERR_OK;
}

enum err_kind service_plan_approve(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct approval_request *in = c->in;
    struct revision_row head = { 0 };
    struct plan_base_list bases = { 0 };
    struct plan_txn p;
    const char *detail;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_verb(&p, VERB_APPROVE, e)) != ERR_OK) return k;
    if ((k = store_revision_get(tx, p.row.n, 0, false, c->arena, &head, e)) != ERR_OK ||
        (k = approvable(&p, c, &head, e)) != ERR_OK)
        return k == ERR_CONFLICT ? plan_txn_newer(&p, e) : k;
    if ((k = store_base_list(tx, p.row.n, c->arena, &bases, e)) != ERR_OK) return k;
    struct approval_row row = { .plan = p.row.n, .revision = head.number, .at = p.now, .person = c->caller.person,
        .content = head.content, .tree = bases.n ? bases.v[0].tree : NULL, .note = in ? in->note : NULL };
    if ((k = store_approval_insert(tx, &row, e)) != ERR_OK) return k;
    p.row.approved = head.number;
    detail = arena_fmt(c->arena, "{\"revision\":%lld,\"hash\":\"%s\"}", (long long)head.number,
                       hash_hex_of(&head.content).s);
    if ((k = plan_txn_audit(&p, c, "plan.approve", p.row.id, detail, e)) != ERR_OK) return k;
    if ((k = plan_txn_event(&p, "plan.approved", detail, e)) != ERR_OK) return k;
    return plan_txn_end(&p, 200, e);
}

static enum err_kind end_plan(struct txn *tx, struct call *c, struct outcome *out, enum plan_verb verb,
                              const char *event, struct err *e)
{
    const struct reason_request *in = c->in;
    const char *reason = in && in->reason ? in->reason : NULL, *detail;
    struct plan_txn p;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_match(&p, c, e)) != ERR_OK) return k;
    if ((k = plan_txn_verb(&p, verb, e)) != ERR_OK || (k = plan_txn_void(&p, e)) != ERR_OK) return k;
    if (reason &&
        (k = store_part_put(tx, p.row.n, "end_reason", json_pairs(c->arena, "reason", reason, NULL), e)) != ERR_OK)
        return k;
    detail = json_pairs(c->arena, "reason", reason, NULL);
    if ((k = plan_txn_audit(&p, c, event, p.row.id, detail, e)) != ERR_OK ||
        (k = plan_txn_event(&p, event, detail, e)) != ERR_OK)
        return k;
    return plan_txn_end(&p, 200, e);
}

enum err_kind service_plan_reject(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    return end_plan(tx, c, out, VERB_REJECT, "plan.rejected", e);
}

enum err_kind service_plan_cancel(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    return end_plan(tx, c, out, VERB_CANCEL, "plan.cancelled", e);
}

static bool is_phase(const char *section)
{
    return strncmp(section, "ph", 2) == 0 && section[2] >= '0' && section[2] <= '9';
}

static bool phase_ended(const struct progress_list *list, const char *id)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->v[i].phase, id) == 0) return list->v[i].status != 0;
    return false;
}

/* Only phases that the head still has count: a refinement may have taken away some that were done. */
static enum err_kind count_progress(struct plan_txn *p, const struct revision_row *head, struct err *e)
{
    struct progress_list list = { 0 };
    enum err_kind k = store_progress_list(p->tx, p->row.n, p->arena, &list, e);
    p->row.done = p->row.total = 0;
    for (size_t i = 0; k == ERR_OK && i < head->sections.n; i++) {
        if (!is_phase(head->sections.v[i].id)) continue;
        p->row.total++;
        p->row.done += phase_ended(&list, head->sections.v[i].id);
    }
    return k;
}

enum err_kind service_plan_handoff(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct revision_row head = { 0 };
    struct plan_txn p;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_match(&p, c, e)) != ERR_OK || (k = plan_txn_verb(&p, VERB_HANDOFF, e)) != ERR_OK)
        return k;
    if ((k = store_revision_get(tx, p.row.n, 0, false, c->arena, &head, e)) != ERR_OK ||
        (k = count_progress(&p, &head, e)) != ERR_OK)
        return k;
    if ((k = plan_txn_audit(&p, c, "plan.handoff", p.row.id, NULL, e)) != ERR_OK) return k;
    if ((k = plan_txn_event(&p, "plan.handed_off",
                            arena_fmt(c->arena, "{\"revision\":%lld}", (long long)p.row.approved), e)) != ERR_OK)
        return k;
    return plan_txn_end(&p, 200, e);
}

/* *ret_id becomes the section id of the phase meant. */
static enum err_kind phase_of(struct plan_txn *p, const struct revision_row *head, const char *want,
                              const char **ret_id, struct err *e)
{
    size_t phases = 0;
    *ret_id = NULL;
    for (size_t i = 0; i < head->sections.n; i++) {
        const char *id = head->sections.v[i].id;
        char number[16];
        if (!is_phase(id)) continue;
        (void)snprintf(number, sizeof number, "P%zu", ++phases);
        if (strcmp(id, want) == 0 || strcasecmp(number, want) == 0) *ret_id = id;
    }
    if (*ret_id) return ERR_OK;
    return err_at(e, ERR_INVALID, "/phase", "plan %s has no phase '%.40s'; it has P1 to P%zu", p->row.id, want, phases);
}

/* A JSON array; NULL: nothing was run. */
static const char *evidence_text(struct arena *a, const struct progress_request *in)
{
    auto_buf b = BUF_INIT(1 << 20);
    if (!in->evidence.n) return NULL;
    buf_char(&b, '[');
    for (size_t i = 0; i < in->evidence.n; i++) {
        buf_comma(&b);
        record_encode(&run_evidence_record, &in->evidence.v[i], &b);
    }
    buf_char(&b, ']');
    return arena_dup_n(a, buf_cstr(&b), b.n);
}

enum err_kind service_plan_progress(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct progress_request *in = c->in;
    static const char *const status[] = { "started", "done", "skipped" };
    struct revision_row head = { 0 };
    struct plan_txn p;
    const char *id;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_verb(&p, VERB_PROGRESS, e)) != ERR_OK) return k;
    if ((k = store_revision_get(tx, p.row.n, 0, false, c->arena, &head, e)) != ERR_OK ||
        (k = phase_of(&p, &head, in->phase, &id, e)) != ERR_OK)
        return k;
    const char *evidence = evidence_text(c->arena, in);
    struct progress_row row = { .plan = p.row.n,
                                .at = p.now,
                                .person = c->caller.person,
                                .phase = id,
                                .status = in->status,
                                .note = in->note,
                                .commit = in->commit,
                                .evidence = evidence };
    if ((k = store_progress_put(tx, &row, e)) != ERR_OK || (k = count_progress(&p, &head, e)) != ERR_OK) return k;
    if ((k = plan_txn_event(&p, "progress.reported",
                            json_pairs(c->arena, "phase", id, "status", status[in->status], "commit", in->commit,
                                       "note", in->note, NULL),
                            e)) != ERR_OK)
        return k;
    if (p.row.done == p.row.total) {
        if ((k = plan_txn_outcome(&p, OUTCOME_FINISHED, e)) != ERR_OK ||
            (k = plan_txn_event(&p, "plan.completed", "{}", e)) != ERR_OK)
            return k;
    }
    return plan_txn_end(&p, 200, e);
}
