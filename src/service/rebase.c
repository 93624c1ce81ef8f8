/* POST …/rebase: the same sections, bound to another commit. They are checked against it as they are; what fails there
 * is published as findings, for refinements to work on. An approval survives only where the project says so, and only
 * when nothing fails and no section changes. */
#include "service/rebase.h"

#include <jansson.h>
#include <string.h>
#include "pland/service/codebases.h"
#include "pland/repo/tree.h"
#include "pland/store/repositories.h"
#include "service/approve.h"
#include "service/handoff.h"
#include "service/parts.h"
#include "service/plan_txn.h"
#include "service/refine.h"

struct looking { struct call *call; struct plan_base_list bases; struct repository_row repository; };

static enum err_kind read_base(struct txn *tx, void *arg, struct err *e)
{
    struct looking *x = arg;
    struct call *c = x->call;
    struct plan_row p = { 0 };
    enum plan_state next;
    enum err_kind k = store_plan_get(tx, c->id, c->caller.project, c->arena, &p, e);
    if (k != ERR_OK || (k = plan_apply((enum plan_state)p.state, VERB_REBASE, PLAN_DRAFTING, &next, e)) != ERR_OK)
        return k;
    if ((k = store_base_list(tx, p.n, c->arena, &x->bases, e)) != ERR_OK) return k;
    if (!x->bases.n || !x->bases.v[0].repository) return err_set(e, ERR_CONFLICT, "the plan rests on no codebase");
    return store_repository_get_n(tx, x->bases.v[0].repository, c->arena, &x->repository, e);
}

/* Pool thread: the ref resolves. */
enum err_kind prepare_rebase(struct call *c, struct err *e)
{
    const struct rebase_request *in = c->in;
    struct looking x = { .call = c };
    struct repo_location *at = arena_alloc(c->arena, sizeof *at);
    auto_tree tree = NULL;
    enum err_kind k = at ? store_read(c->service->store, read_base, &x, e) : err_nomem(e);
    if (k != ERR_OK || !in->ref || strcmp(in->ref, "WORKTREE") == 0) return k;
    if (x.repository.kind == REPOSITORY_UPLOAD)
        return err_at(e, ERR_INVALID, "/ref",
                      "an uploaded codebase has no refs: leave it out to take the newest upload");
    k = service_codebase_locate(c->service, &x.repository, at, e);
    if (k != ERR_OK) return k;
    if (!at->git) return err_at(e, ERR_INVALID, "/ref", "a folder without git has no refs");
    k = tree_open_git(at, in->ref, NULL, &tree, e);
    return k == ERR_NOT_FOUND ? err_at(e, ERR_INVALID, "/ref", "%.200s", e->msg) : k;
}

static enum err_kind draft_head(struct plan_txn *p, struct err *e)
{
    struct revision_row head = { 0 };
    struct document d = { 0 };
    enum err_kind k = store_revision_get(p->tx, p->row.n, 0, true, p->arena, &head, e);
    if (k != ERR_OK || (k = revision_document(&head, p->row.created_at, p->arena, &d, e)) != ERR_OK) return k;
    return part_write(p->tx, p->row.n, "draft", &document_record, &d, e);
}

static enum err_kind unbind(struct plan_txn *p, const char *ref, struct err *e)
{
    struct plan_base_list bases = { 0 };
    enum err_kind k = store_base_list(p->tx, p->row.n, p->arena, &bases, e);
    for (size_t i = 0; k == ERR_OK && i < bases.n; i++) {
        struct plan_base b = bases.v[i];
        if (i && ref) continue; /* a ref is the first codebase's */
        if (ref) b.ref = ref;
        b.commit = b.tree = NULL;
        k = store_base_put(p->tx, p->row.n, (int64_t)i, &b, e);
    }
    return k;
}

/* --- an approval that stays --------------------------------------------------------------------------------------- */
#define SETTING "approval_survives_rebase"

enum err_kind rebase_settings_check(const char *settings, struct err *e)
{
    auto_json root = settings ? json_loads(settings, JSON_DECODE_ANY, NULL) : NULL;
    const json_t *v = json_object_get(root, SETTING);
    return !v || json_is_boolean(v) ? ERR_OK : err_at(e, ERR_INVALID, "/settings/" SETTING, "must be true or false");
}

/* The approval that may stay: none, when the project does not want it. */
static enum err_kind lasting(struct plan_txn *p, struct draft_reason *why, struct err *e)
{
    struct project_row project = { 0 };
    struct approval_row row = { 0 };
    auto_json root = NULL;
    enum err_kind k;
    if (!p->row.approved) return ERR_OK;
    if ((k = store_project_get_n(p->tx, p->row.project, p->arena, &project, e)) != ERR_OK) return k;
    root = project.settings ? json_loads(project.settings, 0, NULL) : NULL;
    if (!json_is_true(json_object_get(root, SETTING))) return ERR_OK;
    if ((k = store_approval_get(p->tx, p->row.n, p->arena, &row, e)) != ERR_OK) return k;
    why->approved = row.revision;
    why->approver = row.person;
    return ERR_OK;
}

/* The header names the base; all else has to be what was approved. */
static bool same_sections(const struct revision_row *a, const struct revision_row *b)
{
    if (a->sections.n != b->sections.n) return false;
    for (size_t i = 0; i < a->sections.n; i++) {
        const struct revision_section *x = &a->sections.v[i], *y = &b->sections.v[i];
        if (strcmp(x->id, y->id) != 0) return false;
        if (strcmp(x->id, "header") != 0 && memcmp(&x->hash, &y->hash, sizeof x->hash) != 0) return false;
    }
    return true;
}

/* Everybody who had approved it when the rebase began. */
static enum err_kind approve_again(struct plan_txn *p, const struct draft_reason *why, const struct revision_row *head,
                                   struct approval_row *ret, struct err *e)
{
    struct approval_list were = { 0 };
    int64_t last = 0;
    enum err_kind k = store_approval_list(p->tx, p->row.n, why->approved, p->arena, &were, e);
    *ret = (struct approval_row){ .plan = p->row.n, .revision = head->number, .at = p->now, .content = head->content };
    ret->note = arena_fmt(p->arena, "The approval of revision %lld stays: nothing but the commit has changed.",
                          (long long)why->approved);
    if (k != ERR_OK || (k = approval_base(p, &ret->base, e)) != ERR_OK) return k;
    for (size_t i = 0; i < were.n; i++)
        if (were.v[i].voided_at > last) last = were.v[i].voided_at;
    for (size_t i = 0; k == ERR_OK && i < were.n; i++) {
        if (were.v[i].voided_at != last) continue;
        ret->person = were.v[i].person;
        k = store_approval_insert(p->tx, ret, e);
    }
    return k;
}

/* Whoever implements it has the same brief as before: the work goes on. */
static enum err_kind hand_off_again(struct plan_txn *p, struct err *e)
{
    enum err_kind k = plan_txn_verb(p, VERB_HANDOFF, e);
    if (k != ERR_OK || (k = handoff_count(p, e)) != ERR_OK) return k;
    return plan_txn_event(p, "plan.handed_off",
                          arena_fmt(p->arena, "{\"revision\":%lld}", (long long)p->row.approved), e);
}

enum err_kind rebase_keep_approval(struct plan_txn *p, const struct draft_reason *why, struct err *e)
{
    struct revision_row was = { 0 }, head = { 0 };
    struct approval_row row;
    const char *detail;
    enum err_kind k = store_revision_get(p->tx, p->row.n, why->approved, false, p->arena, &was, e);
    if (k != ERR_OK || (k = store_revision_get(p->tx, p->row.n, 0, false, p->arena, &head, e)) != ERR_OK) return k;
    if (head.failed || !same_sections(&was, &head)) return ERR_OK;
    if ((k = approve_again(p, why, &head, &row, e)) != ERR_OK || (k = plan_txn_verb(p, VERB_APPROVE, e)) != ERR_OK)
        return k;
    p->row.approved = head.number;
    detail = approval_detail(p->arena, &row, arena_fmt(p->arena, ",\"stays_from\":%lld", (long long)why->approved));
    p->actor = why->approver;
    k = plan_txn_audit(p, NULL, "plan.approval_kept", p->row.id, detail, e);
    p->actor = 0;
    if (k != ERR_OK || (k = plan_txn_event(p, "plan.approved", detail, e)) != ERR_OK) return k;
    return why->handed_off ? hand_off_again(p, e) : ERR_OK;
}

enum err_kind service_plan_rebase(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct rebase_request *in = c->in;
    struct draft_reason why = { .reason = "rebase", .detail = in->ref, .author = c->caller.person };
    struct plan_txn p;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_match(&p, c, e)) != ERR_OK) return k;
    why.handed_off = p.row.state == PLAN_IMPLEMENTING;
    if ((k = plan_txn_verb(&p, VERB_REBASE, e)) != ERR_OK) return k;
    if ((k = lasting(&p, &why, e)) != ERR_OK || (k = plan_txn_void(&p, e)) != ERR_OK ||
        (k = void_approval(&p, "rebase", e)) != ERR_OK)
        return k;
    if ((k = draft_head(&p, e)) != ERR_OK || (k = unbind(&p, in->ref, e)) != ERR_OK) return k;
    if ((k = part_write(tx, p.row.n, "draft_reason", &draft_reason_record, &why, e)) != ERR_OK) return k;
    p.row.done = 0;
    p.row.total = 1;
    if ((k = plan_txn_job(&p, JOB_CHECK, NULL, e)) != ERR_OK) return k;
    if ((k = plan_txn_audit(&p, c, "plan.rebase", p.row.id, json_pairs(c->arena, "ref", in->ref, NULL), e)) != ERR_OK)
        return k;
    if ((k = plan_txn_event(&p, "plan.rebased", json_pairs(c->arena, "ref", in->ref, NULL), e)) != ERR_OK) return k;
    return plan_txn_end(&p, 200, e);
}
