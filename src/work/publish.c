/* JOB_CHECK: the document as a whole is checked; it goes back for repair, or becomes the next revision. */
#include <string.h>
#include "pland/plan/dialogue.h"
#include "pland/service/answers.h"
#include "pland/service/moved.h"
#include "work/codebase.h"
#include "work/task.h"

#define REPAIRS 2 /* what still fails after so many is published with the plan */

/* The draft of a refinement, an edit or a repair; else the parts put together. */
static enum err_kind whole_document(struct task *t, struct document *d, struct err *e)
{
    struct closing closing = { 0 };
    enum err_kind k;
    if (t->rows.draft) return record_parse(&document_record, t->rows.draft, strlen(t->rows.draft), d, t->arena, e);
    if (!t->rows.closing) return err_set(e, ERR_INTERNAL, "a check without closing sections");
    if ((k = record_parse(&closing_record, t->rows.closing, strlen(t->rows.closing), &closing, t->arena, e)) != ERR_OK)
        return k;
    return planner_assemble(&t->brief, &closing, t->arena, d, e);
}

static enum err_kind check(struct task *t, const struct document *d, struct check_result *ret, struct err *e)
{
    LIST(struct check_codebase) codebases = { 0 };
    LIST(const char *) given = { 0 };
    struct check_input in = { .size = t->rows.plan.size };
    struct phase_ids done = { 0 };
    enum err_kind k;
    for (size_t i = 0; i < t->brief.codebases.n; i++) {
        const struct codebase *c = &t->brief.codebases.v[i];
        struct check_codebase *slot = arena_push(t->arena, &codebases, sizeof *slot);
        if (!slot) return err_nomem(e);
        *slot = (struct check_codebase){ .alias = i ? c->base.alias : NULL, .tree = c->tree, .survey = c->survey };
    }
    for (size_t i = 0; i < t->brief.files.n; i++) {
        const char **slot = t->brief.files.v[i].given ? arena_push(t->arena, &given, sizeof *slot) : NULL;
        if (slot) *slot = t->brief.files.v[i].path;
    }
    if ((k = codebase_settings(&t->work->config, t->rows.bases.n ? &t->rows.bases.v[0] : NULL, codebases.v[0].tree,
                               t->arena, &in.settings, e)) != ERR_OK)
        return k;
    if ((k = service_phases_done(t->work->config.service, t->rows.plan.n, t->arena, &done, e)) != ERR_OK) return k;
    in.done.v = done.v.v;
    in.done.n = done.v.n;
    in.given.v = given.v;
    in.given.n = given.n;
    in.codebases.v = codebases.v;
    in.codebases.n = codebases.n;
    return check_run(d, &in, t->arena, ret, e);
}

static enum err_kind take(struct task *t, struct buf *b, const char **ret, size_t *ret_n, struct err *e)
{
    enum err_kind k = buf_check(b, e);
    if (k != ERR_OK) return k;
    *ret_n = b->n;
    *ret = arena_dup_n(t->arena, buf_cstr(b), b->n);
    return arena_check(t->arena, e);
}

static enum err_kind renderings(struct task *t, const struct document *d, const struct check_result *r,
                                struct step_publish *p, struct err *e)
{
    int64_t number = t->rows.plan.revision + 1;
    struct rendering how = { .revision = number, .hash = &p->content, .verdict = &r->verdict, .code = t->brief.code };
    auto_buf json = BUF_INIT(BUF_MAX_DEFAULT), markdown = BUF_INIT(BUF_MAX_DEFAULT), html = BUF_INIT(BUF_MAX_DEFAULT);
    enum err_kind k = waived_of(&t->rows.waivers, r, t->arena, &how, e);
    if (k != ERR_OK) return k;
    document_json(d, &how, &json);
    document_markdown(d, &how, &markdown);
    if ((k = document_html(d, &how, &html, e)) != ERR_OK) return k;
    if ((k = take(t, &json, &p->json, &p->n_json, e)) != ERR_OK ||
        (k = take(t, &markdown, &p->markdown, &p->n_markdown, e)) != ERR_OK)
        return k;
    return take(t, &html, &p->html, &p->n_html, e);
}

/* Sections that use what this revision changes of the one before, and those that were left so far. */
static enum err_kind look_around(struct task *t, const struct document *d, struct step_publish *p,
                                 struct affected_sections *ret, struct err *e)
{
    struct document head = { 0 };
    struct affected_sections earlier = { 0 };
    const char *text = t->rows.head.affected;
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    size_t n;
    enum err_kind k;
    if (!t->rows.head.number) return ERR_OK;
    if ((k = revision_document(&t->rows.head, t->rows.plan.created_at, t->arena, &head, e)) != ERR_OK) return k;
    if (text &&
        (k = record_parse(&affected_sections_record, text, strlen(text), &earlier, t->arena, e)) != ERR_OK)
        return err_wrap(e, "stored sections that are affected"), e->kind = ERR_INTERNAL;
    if ((k = document_affected(&head, d, &earlier, t->arena, ret, e)) != ERR_OK || !ret->sections.n) return k;
    record_encode(&affected_sections_record, ret, &b);
    return take(t, &b, &p->affected, &n, e);
}

/* What the plan says while it waits for approval, and at the hand-over: kept beside the revision. */
static enum err_kind keep_summary(struct task *t, const struct document *d, const struct verdict *v,
                                  struct step_publish *p, struct err *e)
{
    struct rendering how = { .revision = t->rows.plan.revision + 1, .hash = &p->content, .verdict = v };
    struct handover_place at = { .commit = d->header.base.n ? d->header.base.v[0].commit : NULL };
    struct kept_summary kept = { 0 };
    struct affected_sections affected = { 0 };
    size_t n;
    auto_buf approval = BUF_INIT(BUF_MAX_DEFAULT), handoff = BUF_INIT(BUF_MAX_DEFAULT);
    enum err_kind k = look_around(t, d, p, &affected, e);
    if (k != ERR_OK) return k;
    how.calibrated_phases = t->rows.calibrated_phases;
    how.calibrated_percent = t->rows.calibrated_percent;
    summary_markdown(d, &how, &approval);
    affected_markdown(&affected, &approval);
    handoff_summary_markdown(d, &how, &at, &handoff);
    if ((k = take(t, &approval, &kept.approval, &n, e)) != ERR_OK ||
        (k = take(t, &handoff, &kept.handoff, &n, e)) != ERR_OK)
        return k;
    return task_part(t, "summary", &kept_summary_record, &kept, e);
}

static enum err_kind fill(struct task *t, const struct document *d, const struct check_result *r,
                          struct step_publish *p, struct err *e)
{
    section_list sections = { 0 };
    struct document whole = { 0 }; /* as it is read back later: the same bytes under the same ETag */
    auto_buf checks = BUF_INIT(BUF_MAX_DEFAULT);
    size_t n;
    enum err_kind k = document_split(d, t->arena, &sections, e);
    if (k != ERR_OK || (k = document_join(&sections, t->arena, &whole, e)) != ERR_OK) return k;
    whole.header.created = t->brief.created; /* in no section */
    e->kind = ERR_OK;
    p->content = document_hash(&whole, e);
    if (e->kind != ERR_OK) return e->kind;
    if (!(p->sections.v = arena_alloc(t->arena, sections.n * sizeof *p->sections.v))) return err_nomem(e);
    for (size_t i = 0; i < sections.n; i++)
        p->sections.v[p->sections.n++] =
            (struct revision_section){ sections.v[i].id, sections.v[i].hash, sections.v[i].bytes, sections.v[i].n };
    record_encode(&check_result_record, r, &checks);
    if ((k = take(t, &checks, &p->checks, &n, e)) != ERR_OK) return k;
    p->verified = r->verdict.verified;
    p->to_create = r->verdict.to_create;
    p->unprovable = r->verdict.unprovable;
    p->failed = r->verdict.failed;
    p->title = whole.header.title;
    if ((k = keep_summary(t, &whole, &r->verdict, p, e)) != ERR_OK) return k;
    return renderings(t, &whole, r, p, e);
}

static int64_t repairs_so_far(struct task *t)
{
    static const char *const as_they_are[] = { "edit", "restore", "rebase" };
    struct draft_reason why = { 0 };
    struct err e;
    if (!t->rows.draft_reason || record_parse(&draft_reason_record, t->rows.draft_reason, strlen(t->rows.draft_reason),
                                              &why, t->arena, &e) != ERR_OK)
        return 0;
    /* what a person wrote, or bound to another commit, is published as it is, with its findings */
    for (size_t i = 0; i < countof(as_they_are); i++)
        if (strcmp(why.reason, as_they_are[i]) == 0) return REPAIRS;
    return why.repairs;
}

/* A rebase: the codebases were opened where they are now; the header says so, and they are kept from now on. */
static enum err_kind bind(struct task *t, struct document *d, struct err *e)
{
    enum err_kind k = ERR_OK;
    for (size_t i = 0; k == ERR_OK && i < t->rows.bases.n && i < t->brief.codebases.n; i++) {
        const struct codebase *c = &t->brief.codebases.v[i];
        struct step_base_pin *pin;
        if (t->rows.bases.v[i].base.tree || !t->rows.bases.v[i].base.repository) continue;
        if (!(pin = arena_push(t->arena, &t->done.pins, sizeof *pin))) return err_nomem(e);
        *pin = (struct step_base_pin){ (int64_t)i, c->base.commit, c->base.tree };
        if (i < d->header.base.n) d->header.base.v[i] = c->base;
        k = codebase_keep(&t->work->config, c, e);
    }
    return k;
}

enum err_kind step_check(struct task *t, struct err *e)
{
    struct document d = { 0 };
    struct check_result found = { 0 };
    struct step_publish publish = { 0 };
    enum err_kind k = whole_document(t, &d, e);
    if (k == ERR_INVALID) return err_wrap(e, "the drafted plan"), e->kind = ERR_INTERNAL;
    if (k == ERR_OK) k = bind(t, &d, e);
    if (k != ERR_OK || (k = check(t, &d, &found, e)) != ERR_OK) return k;
    if (check_has_errors(&found) && repairs_so_far(t) < REPAIRS) {
        t->done.repairable = true;
        if ((k = task_part(t, "draft", &document_record, &d, e)) != ERR_OK) return k;
        if ((k = task_part(t, "findings", &check_result_record, &found, e)) != ERR_OK) return k;
    } else {
        if ((k = fill(t, &d, &found, &publish, e)) != ERR_OK) return k;
        t->done.publish = &publish;
    }
    return service_step_finish(t->work->config.service, &t->done, e);
}
