/* GET /plans/{id}: the plan as tools see it, put together from stored JSON without parsing it where possible. */
#include <string.h>
#include "pland/plan/document.h"
#include "pland/service/answers.h"
#include "pland/service/moved.h"
#include "pland/store/documents.h"
#include "pland/store/hooks.h"
#include "pland/store/plans.h"
#include "service/parts.h"
#include "service/money.h"
#include "service/plan_txn.h"
#include "service/scope.h"
#include "service/view_plan.h"

static const char *part(const struct part_list *l, const char *name)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->v[i].name, name) == 0) return l->v[i].body;
    return NULL;
}

/* The texts of plan/dialogue*.c for the state; what has none is said in a sentence or two. */
enum err_kind plan_needs_message(struct txn *tx, struct call *c, const struct plan_row *p, struct buf *b, struct err *e)
{
    struct understanding u = { 0 };
    struct options o = { 0 };
    struct kept_texts corrections = { 0 };
    struct kept_summary texts = { 0 };
    bool found = false;
    enum err_kind k = ERR_OK;
    switch (p->state) { /* an int, as the store has it */
    case PLAN_AWAITING_TICKET: ticket_prompt_markdown(b); break;
    case PLAN_AWAITING_ANSWERS:
        if ((k = part_read(tx, p->n, "understanding", &understanding_record, &u, c->arena, &found, e)) != ERR_OK ||
            !found)
            return k;
        if ((k = part_read(tx, p->n, "corrections", &kept_texts_record, &corrections, c->arena, NULL, e)) != ERR_OK)
            return k;
        understanding_markdown(&u, b);
        corrections_markdown(corrections.texts.v, corrections.texts.n, b);
        break;
    case PLAN_AWAITING_CHOICE:
        if ((k = part_read(tx, p->n, "options", &options_record, &o, c->arena, &found, e)) == ERR_OK && found)
            options_markdown(&o, b);
        break;
    case PLAN_AWAITING_APPROVAL:
    case PLAN_APPROVED:
        if ((k = part_read(tx, p->n, "summary", &kept_summary_record, &texts, c->arena, NULL, e)) != ERR_OK) return k;
        buf_str(b, p->state == PLAN_APPROVED ? texts.handoff : texts.approval);
        break;
    default: break;
    }
    return k;
}

static void needs_json(const struct service *s, const struct plan_row *p, const char *message, struct buf *b)
{
    const struct plan_needs *n = plan_needs((enum plan_state)p->state);
    if (!n) return;
    buf_key(b, "needs");
    buf_char(b, '{');
    view_text(b, "action", n->action);
    view_text(b, "method", n->method);
    buf_key(b, "href");
    buf_fmt(b, "\"%s/plans/%s%s%s\"", s->public_url, p->id, n->path[0] ? "/" : "", n->path);
    view_text(b, "message", message && *message ? message : n->message);
    buf_char(b, '}');
}

/* step: what the work under way is called; the state's own name is the step. */
static void progress_json(const struct plan_row *p, struct buf *b)
{
    buf_key(b, "progress");
    buf_char(b, '{');
    view_text(b, "step", plan_state_names[p->state]);
    view_int(b, "done", p->done);
    view_int(b, "total", p->total);
    buf_char(b, '}');
}

void plan_base_json(const struct plan_base_list *l, struct buf *b)
{
    buf_key(b, "base");
    buf_char(b, '[');
    for (size_t i = 0; i < l->n; i++) {
        buf_comma(b);
        buf_char(b, '{');
        view_text(b, "repository", l->v[i].repository_id);
        view_text(b, "name", l->v[i].name);
        view_text(b, "alias", l->v[i].alias);
        view_text(b, "ref", l->v[i].ref);
        view_text(b, "commit", l->v[i].commit);
        view_text(b, "tree", l->v[i].tree);
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

void verdict_json(const struct revision_row *r, struct buf *b)
{
    buf_char(b, '{');
    view_int(b, "verified", r->verified);
    view_int(b, "to_create", r->to_create);
    view_int(b, "unprovable", r->unprovable);
    view_int(b, "failed", r->failed);
    buf_char(b, '}');
}

static const struct kept_answer *answer_to(const struct kept_answers *kept, const char *id)
{
    for (size_t i = 0; i < kept->answers.n; i++)
        if (strcmp(kept->answers.v[i].question, id) == 0) return &kept->answers.v[i];
    return NULL;
}

/* The questions with the answers they have so far. */
static enum err_kind questions_json(struct call *c, const struct part_list *parts, struct buf *b, struct err *e)
{
    const char *text = part(parts, "understanding"), *answers = part(parts, "answers");
    struct understanding u = { 0 };
    struct kept_answers kept = { 0 };
    enum err_kind k;
    if (!text) return ERR_OK;
    view_raw(b, "understanding", text);
    if ((k = record_parse(&understanding_record, text, strlen(text), &u, c->arena, e)) != ERR_OK)
        return err_wrap(e, "stored understanding");
    if (answers && (k = record_parse(&kept_answers_record, answers, strlen(answers), &kept, c->arena, e)) != ERR_OK)
        return err_wrap(e, "stored answers");
    buf_key(b, "questions");
    buf_char(b, '[');
    for (size_t i = 0; i < u.questions.n; i++) {
        const struct kept_answer *given = answer_to(&kept, u.questions.v[i].id);
        buf_comma(b);
        record_encode(&question_record, &u.questions.v[i], b);
        if (!given || !b->n) continue;
        b->n--; /* the closing brace comes back after the answer */
        view_text(b, "answer", given->answer);
        if (given->assumed) view_bool(b, "assumed", true);
        buf_char(b, '}');
    }
    buf_char(b, ']');
    return ERR_OK;
}

/* Who and where: without them it is not the plan. */
struct names { const char *owner, *creator, *project; };

static enum err_kind read_names(struct txn *tx, const struct plan_row *p, struct arena *a, struct names *ret, struct err *e)
{
    struct person_row owner = { 0 }, creator = { 0 };
    struct project_row project = { 0 };
    enum err_kind k = store_project_get_n(tx, p->project, a, &project, e);
    if (k == ERR_OK && p->owner && (k = store_person_get_n(tx, p->owner, a, &owner, e)) == ERR_NOT_FOUND) k = ERR_OK;
    creator = owner;
    if (k == ERR_OK && p->created_by && p->created_by != p->owner &&
        (k = store_person_get_n(tx, p->created_by, a, &creator, e)) == ERR_NOT_FOUND)
        k = ERR_OK;
    *ret = (struct names){ owner.id, p->created_by ? creator.id : NULL, project.name };
    return k;
}

enum err_kind plan_summary_json(struct txn *tx, struct call *c, const struct plan_row *p, struct buf *b, struct err *e)
{
    struct names names;
    enum err_kind k = read_names(tx, p, c->arena, &names, e);
    if (k != ERR_OK) return k;
    view_text(b, "id", p->id);
    view_text(b, "state", plan_state_names[p->state]);
    view_text(b, "activity", plan_activity_names[plan_activity((enum plan_state)p->state)]);
    view_bool(b, "stale", p->stale);
    view_text(b, "title", p->title ? p->title : "");
    view_text(b, "mode", plan_mode_names[p->mode]);
    view_text(b, "size", plan_size_names[p->size]);
    view_raw(b, "labels", p->labels ? p->labels : "[]");
    view_text(b, "ticket_key", p->ticket_key);
    view_text(b, "project", names.project);
    view_int(b, "revision", p->revision);
    if (p->approved) view_int(b, "approved_revision", p->approved);
    view_int(b, "generation", p->generation);
    view_text(b, "provider", p->provider);
    view_text(b, "owner", names.owner);
    view_text(b, "created_by", names.creator);
    view_text(b, "forked_from", p->forked_from);
    view_bool(b, "suspicious", p->suspicious);
    view_time(b, "waiting_until", p->waiting_until);
    view_text(b, "wait_reason", p->wait_reason);
    view_time(b, "created_at", p->created_at);
    view_time(b, "updated_at", p->updated_at);
    return ERR_OK;
}

/* What is used, what the whole is expected to take, and the limits. */
static void money_json(const struct plan_row *p, const struct usage *u, const char *estimate, struct buf *b)
{
    buf_key(b, "usage");
    record_encode(&usage_record, u, b);
    if (estimate && b->n) {
        b->n--; /* the closing brace comes back behind it */
        view_raw(b, "estimate", estimate);
        buf_char(b, '}');
    }
    if (!p->token_limit && !p->usd_limit) return;
    buf_key(b, "budget");
    record_encode(&budget_record,
                  &(struct budget){ .usd = p->usd_limit ? p->usd_limit : -1, .tokens = p->token_limit ? p->token_limit : -1 }, b);
}

/* What has moved; of a stale plan also what to send: a rebase, then a refinement of exactly what is broken. */
static enum err_kind staleness_json(struct call *c, const struct plan_row *p, const char *text, struct buf *b,
                                    struct err *e)
{
    struct staleness s = { 0 };
    enum err_kind k = text ? record_parse(&staleness_record, text, strlen(text), &s, c->arena, e) : ERR_OK;
    if (k != ERR_OK || !text) return k;
    view_raw(b, "staleness", text);
    if (!p->stale) return ERR_OK;
    buf_key(b, "offer");
    buf_fmt(b,
            "[{\"method\":\"POST\",\"href\":\"/plans/%s/rebase\",\"body\":{}},"
            "{\"method\":\"POST\",\"href\":\"/plans/%s/refinements\",\"body\":{\"cause\":\"staleness\",\"instruction\":\"The code these "
            "sections rest on has changed: correct them.\",\"sections\":[",
            p->id, p->id);
    for (size_t i = 0, n = 0; i < s.what.moves.n; i++) {
        bool again = false;
        if (s.what.moves.v[i].fate != CHECK_BROKEN) continue;
        for (size_t j = 0; j < i; j++)
            again = again || (s.what.moves.v[j].fate == CHECK_BROKEN &&
                              strcmp(s.what.moves.v[j].section, s.what.moves.v[i].section) == 0);
        if (again) continue;
        if (n++) buf_char(b, ',');
        buf_json(b, s.what.moves.v[i].section);
    }
    buf_str(b, "]}}]");
    return ERR_OK;
}

/* What only some plans have; a new one has none of it and needs no further look-up. */
static enum err_kind later_json(struct txn *tx, struct call *c, const struct plan_row *p, struct buf *b, struct err *e)
{
    struct part_list parts = { 0 };
    struct revision_row head = { 0 };
    static const char *const names[] = { "understanding", "answers",    "corrections", "options",
                                         "choice",        "end_reason", "missing",     "staleness",
                                         "approvals" };
    enum err_kind k = ERR_OK;
    for (size_t i = 0; k == ERR_OK && i < countof(names); i++) {
        const char *body = NULL;
        struct part *slot;
        if ((k = store_part_get(tx, p->n, names[i], c->arena, &body, e)) != ERR_OK) return k;
        if (!body) continue;
        if (!(slot = arena_push(c->arena, &parts, sizeof *slot))) return err_nomem(e);
        *slot = (struct part){ names[i], body };
    }
    if ((k = questions_json(c, &parts, b, e)) != ERR_OK) return k;
    view_raw(b, "corrections", part(&parts, "corrections"));
    view_raw(b, "options", part(&parts, "options"));
    view_raw(b, "choice", part(&parts, "choice"));
    view_raw(b, "end", part(&parts, "end_reason"));
    view_raw(b, "approvals", part(&parts, "approvals"));
    if ((k = staleness_json(c, p, part(&parts, "staleness"), b, e)) != ERR_OK) return k;
    if (p->revision) {
        if ((k = store_revision_get(tx, p->n, 0, false, c->arena, &head, e)) != ERR_OK) return k;
        buf_key(b, "checks");
        verdict_json(&head, b);
        affected_json(p->id, head.affected, c->arena, b);
    }
    return ERR_OK;
}

/* Written one after the other, so that it can be sent as it is. */
static enum err_kind show_plan(struct txn *tx, struct call *c, const struct plan_shown *s, struct view *v, struct err *e)
{
    const struct plan_row *p = s->row;
    struct buf *b = v->body;
    struct usage usage = { 0 };
    const char *estimate = NULL;
    auto_buf message = BUF_INIT(BUF_MAX_DEFAULT);
    enum err_kind k = plan_needs_message(tx, c, p, &message, e);
    if (k != ERR_OK) return k;
    plan_etag(c->service, p, v->etag);
    (void)snprintf(v->plan, sizeof v->plan, "%s", p->id);
    v->plan_n = p->n;
    v->working = plan_activity((enum plan_state)p->state) == ACTIVITY_WORKING;
    buf_char(b, '{');
    if ((k = plan_summary_json(tx, c, p, b, e)) != ERR_OK) return k;
    view_raw(b, "ticket", s->ticket);
    view_raw(b, "request", s->request);
    needs_json(c->service, p, buf_cstr(&message), b);
    progress_json(p, b);
    plan_base_json(&s->bases, b);
    if (p->seq > 1 &&
        ((k = later_json(tx, c, p, b, e)) != ERR_OK || (k = store_usage(tx, 0, p->n, 0, &usage, e)) != ERR_OK ||
         (k = store_part_get(tx, p->n, "estimate", c->arena, &estimate, e)) != ERR_OK))
        return k;
    money_json(p, &usage, estimate, b);
    view_raw(b, "error", p->error ? p->error : "null");
    buf_char(b, '}');
    return ERR_OK;
}

static enum err_kind read_plan(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct call *c = r->call;
    struct plan_row p = { 0 };
    struct plan_shown s = { .row = &p };
    enum err_kind k = store_plan_get(tx, c->id, c->caller.project, c->arena, &p, e);
    if (k == ERR_OK) k = store_ticket_get(tx, p.n, c->arena, &s.ticket, &s.request, e);
    if (k == ERR_OK) k = store_base_list(tx, p.n, c->arena, &s.bases, e);
    return k == ERR_OK ? show_plan(tx, c, &s, r->view, e) : k;
}

enum err_kind plan_show_new(struct txn *tx, struct call *c, const struct plan_shown *s, struct view *v, struct err *e)
{
    enum err_kind k;
    buf_clear(v->body);
    k = show_plan(tx, c, s, v, e);
    return k == ERR_OK ? buf_check(v->body, e) : k;
}

enum err_kind view_plan(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_plan, e); }

/* --- the list ------------------------------------------------------------------------------------------------------
 */
static enum err_kind enum_param(const struct call *c, const char *name, const char *const *names, int *ret,
                                struct err *e)
{
    const char *s = call_param(c, name);
    *ret = -1;
    if (!s) return ERR_OK;
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], s) == 0) *ret = i;
    return *ret >= 0 ? ERR_OK : err_set(e, ERR_SYNTAX, "%s: there is no '%.40s'", name, s);
}

static enum err_kind filter(struct txn *tx, struct call *c, struct plan_filter *f, int64_t *ret_cursor, struct err *e)
{
    static const char *const truth[] = { "false", "true", NULL };
    const char *since = call_param(c, "updated_since");
    enum err_kind k;
    *f = (struct plan_filter){ .ticket = call_param(c, "ticket"),
                               .q = call_param(c, "q"),
                               .label = call_param(c, "label"),
                               .repository = call_param(c, "repository") };
    if ((k = scope_filter(tx, c, &f->project, e)) != ERR_OK) return k;
    if ((k = enum_param(c, "state", plan_state_names, &f->state, e)) != ERR_OK) return k;
    if ((k = enum_param(c, "activity", plan_activity_names, &f->activity, e)) != ERR_OK) return k;
    if ((k = enum_param(c, "stale", truth, &f->stale, e)) != ERR_OK) return k;
    if (since && (f->updated_since = clock_parse(since)) < 0)
        return err_set(e, ERR_SYNTAX, "updated_since must be a time such as 2026-11-23T10:00:00Z");
    if (call_param(c, "owner")) {
        struct person_row person = { 0 };
        k = store_person_by_name(tx, call_param(c, "owner"), c->arena, &person, e);
        if (k == ERR_NOT_FOUND) person.n = -1;
        else if (k != ERR_OK) return k;
        f->owner = person.n;
    }
    if ((k = scope_page(c, 50, &f->limit, ret_cursor, e)) != ERR_OK) return k;
    f->before = *ret_cursor;
    return ERR_OK;
}

static enum err_kind read_plans(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct plan_filter f;
    struct plan_list l = { 0 };
    int64_t cursor;
    size_t limit;
    enum err_kind k = filter(tx, r->call, &f, &cursor, e);
    if (k != ERR_OK) return k;
    limit = (size_t)f.limit++;
    if ((k = store_plan_list(tx, &f, r->call->arena, &l, e)) != ERR_OK) return k;
    buf_str(r->view->body, "{\"plans\":[");
    for (size_t i = 0; i < l.n && i < limit; i++) {
        buf_comma(r->view->body);
        buf_char(r->view->body, '{');
        if ((k = plan_summary_json(tx, r->call, &l.v[i], r->view->body, e)) != ERR_OK) return k;
        needs_json(r->call->service, &l.v[i], NULL, r->view->body);
        buf_char(r->view->body, '}');
    }
    view_page_end(r->view, l.n > limit, l.n > limit ? l.v[limit - 1].n : 0);
    return ERR_OK;
}

enum err_kind view_plans(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_plans, e); }
