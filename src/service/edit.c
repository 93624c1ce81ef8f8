/* Own edits and restored revisions: documents that become drafts to check, published as they are. */
#include "pland/service/service.h"

#include <stdlib.h>
#include <string.h>
#include "pland/plan/document.h"
#include "pland/service/answers.h"
#include "pland/store/documents.h"
#include "service/parts.h"
#include "service/refine.h"

struct edited {
    struct call *call;
    struct document base;
    int64_t next_phase;
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
    x->next_phase = p.next_section;
    return revision_document(&head, p.created_at, c->arena, &x->base, e);
}

/* Held to the same bounds as JSON is. */
static enum err_kind read_markdown(struct call *c, struct document *d, struct err *e)
{
    struct edited x = { .call = c };
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    enum err_kind k = store_read(c->service->store, read_base, &x, e);
    if (k != ERR_OK ||
        (k = document_from_markdown(c->body, c->n_body, &x.base, x.next_phase, c->arena, d, e)) != ERR_OK)
        return k;
    record_encode(&document_record, d, &b);
    if ((k = buf_check(&b, e)) != ERR_OK) return k;
    memset(d, 0, sizeof *d);
    return record_parse(&document_record, buf_cstr(&b), b.n, d, c->arena, e);
}

/* --- phases that are gone ----------------------------------------------------------------------------------------- */
struct returning { struct call *call; const struct document *d; };

/* An id stands for one phase for ever: comments, claims and diffs go by it. Whoever puts back a phase that was taken out
 * gives it the title that it had; a new one under its id is a mistake. */
static enum err_kind known_phase(struct txn *tx, const struct returning *x, const struct plan_row *p, size_t i,
                                 struct err *e)
{
    const struct phase *phase = &x->d->phases.v[i];
    struct section_seen was = { 0 };
    auto_json v = NULL;
    char at[40];
    const char *title;
    enum err_kind k = store_section_last(tx, p->n, phase->id, x->call->arena, &was, e);
    if (k == ERR_NOT_FOUND) return ERR_OK; /* the number was left out, or is one that somebody chose */
    if (k != ERR_OK || (k = json_parse(was.bytes, was.n, &v, e)) != ERR_OK) return k;
    title = json_string_value(json_object_get(json_object_get(v, "body"), "title"));
    if (title && phase->title && strcmp(title, phase->title) == 0) return ERR_OK;
    (void)snprintf(at, sizeof at, "/phases/%zu/id", i);
    return err_at(e, ERR_INVALID, at,
                  "%.20s was the phase \"%.80s\" until revision %lld, and its id is not another's: a new phase has "
                  "ph%lld, in Markdown no <!-- %.20s -->; that one comes back under its own title",
                  phase->id, title ? title : "", (long long)was.revision, (long long)p->next_section, phase->id);
}

static bool has_section(const struct revision_row *r, const char *id)
{
    for (size_t i = 0; i < r->sections.n; i++)
        if (strcmp(r->sections.v[i].id, id) == 0) return true;
    return false;
}

static enum err_kind known_phases(struct txn *tx, void *arg, struct err *e)
{
    const struct returning *x = arg;
    struct plan_row p = { 0 };
    struct revision_row head = { 0 };
    enum err_kind k = store_plan_get(tx, x->call->id, x->call->caller.project, x->call->arena, &p, e);
    if (k == ERR_OK && p.revision) k = store_revision_get(tx, p.n, 0, false, x->call->arena, &head, e);
    for (size_t i = 0; k == ERR_OK && i < x->d->phases.n; i++)
        if (!has_section(&head, x->d->phases.v[i].id)) k = known_phase(tx, x, &p, i, e);
    return k;
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
    if ((k = store_read(c->service->store, known_phases, &(struct returning){ c, d }, e)) != ERR_OK) return k;
    record_encode(&document_record, d, &b);
    if ((k = buf_check(&b, e)) != ERR_OK) return k;
    c->prepared = arena_dup_n(c->arena, buf_cstr(&b), b.n);
    return arena_check(c->arena, e);
}

/* The head, for somebody who has read it, in a state that takes an edit. */
static enum err_kind begin(struct plan_txn *p, struct txn *tx, struct call *c, struct outcome *out,
                           struct revision_row *head, struct err *e)
{
    enum err_kind k = plan_txn_begin(p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_verb(p, VERB_EDIT, e)) != ERR_OK) return k;
    if ((k = store_revision_get(tx, p->row.n, 0, false, c->arena, head, e)) != ERR_OK) return k;
    return revision_match(c, head, e);
}

static enum err_kind check_draft(struct plan_txn *p, const struct draft_reason *why, const char *event,
                                 const char *data, struct err *e)
{
    enum err_kind k = void_approval(p, why->reason, e);
    if (k != ERR_OK || (k = part_write(p->tx, p->row.n, "draft_reason", &draft_reason_record, why, e)) != ERR_OK)
        return k;
    p->row.done = 0;
    p->row.total = 1;
    if ((k = plan_txn_job(p, JOB_CHECK, NULL, e)) != ERR_OK || (k = plan_txn_event(p, event, data, e)) != ERR_OK)
        return k;
    return plan_txn_end(p, 201, e);
}

enum err_kind service_plan_edit(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct draft_reason why = { .reason = "edit", .author = c->caller.person };
    struct revision_row head = { 0 };
    struct plan_txn p;
    enum err_kind k = begin(&p, tx, c, out, &head, e);
    if (k != ERR_OK || (k = store_part_put(tx, p.row.n, "draft", c->prepared, e)) != ERR_OK) return k;
    return check_draft(&p, &why, "plan.edited", "{}", e);
}

/* --- an older revision again ------------------------------------------------------------------------------------ */
/* Its sections, on the code that the plan is bound to now. */
static enum err_kind restored(struct plan_txn *p, int64_t number, struct document *d, struct err *e)
{
    struct revision_row old = { 0 }, head = { 0 };
    struct document now = { 0 };
    enum err_kind k = store_revision_get(p->tx, p->row.n, number, true, p->arena, &old, e);
    if (k == ERR_NOT_FOUND)
        return err_set(e, ERR_NOT_FOUND, "plan %s has no revision %lld", p->row.id, (long long)number);
    if (k != ERR_OK || (k = store_revision_get(p->tx, p->row.n, 0, true, p->arena, &head, e)) != ERR_OK) return k;
    if ((k = revision_document(&old, p->row.created_at, p->arena, d, e)) != ERR_OK ||
        (k = revision_document(&head, p->row.created_at, p->arena, &now, e)) != ERR_OK)
        return k;
    d->header.base.v = now.header.base.v;
    d->header.base.n = now.header.base.n;
    return ERR_OK;
}

enum err_kind service_plan_restore(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct draft_reason why = { .reason = "restore", .author = c->caller.person };
    struct revision_row head = { 0 };
    struct document d = { 0 };
    struct plan_txn p;
    char *end;
    int64_t number = c->sub[0] >= '0' && c->sub[0] <= '9' ? strtoll(c->sub, &end, 10) : 0;
    enum err_kind k = begin(&p, tx, c, out, &head, e);
    if (k != ERR_OK) return k;
    if (number < 1 || *end || number >= head.number)
        return err_set(e, number == head.number ? ERR_CONFLICT : ERR_NOT_FOUND,
                       "plan %s has no older revision '%.20s'; the newest is %lld", p.row.id, c->sub,
                       (long long)head.number);
    if ((k = restored(&p, number, &d, e)) != ERR_OK ||
        (k = part_write(tx, p.row.n, "draft", &document_record, &d, e)) != ERR_OK)
        return k;
    why.detail = arena_fmt(c->arena, "revision %lld", (long long)number);
    return check_draft(&p, &why, "plan.restored", arena_fmt(c->arena, "{\"revision\":%lld}", (long long)number), e);
}
