/* A ticket that was edited: before there is a plan it is researched anew, a published plan gets a refinement, one that
 * is approved only the proposal of one. */
#include <string.h>

#include "pland/plan/document.h"
#include "tracker/engine.h"

enum { DIFF_MAX = 20000 };

const char *text_digest(struct arena *a, const char *title, const char *body)
{
    auto_buf b = BUF_INIT(4 << 20);
    struct sha256_hex hex;
    buf_str(&b, title ? title : "");
    buf_char(&b, '\n');
    for (const char *s = body ? body : ""; *s; s++) /* systems differ in line ends */
        if (*s != '\r') buf_char(&b, *s);
    while (b.n && b.p[b.n - 1] == '\n') b.n--;
    hex = hash_hex(buf_cstr(&b), b.n);
    return arena_dup(a, hex.s);
}

struct told {
    struct event now;
    struct ticket before;
    const char *digest;
};

static enum err_kind act(const struct edit *x, const struct told *t, usecase_fn *run, const void *in, struct err *e)
{
    struct ticket_action action = { .source = x->source,
                                    .ticket = x->row->ticket,
                                    .run = run,
                                    .in = in,
                                    .based_on = t->digest,
                                    .topic = x->topic,
                                    .person = x->person };
    struct call c = { .service = x->service,
                      .in = &action,
                      .arena = x->arena,
                      .caller = {
                          .person = x->source->created_by, .project = x->source->project, .role = ROLE_PLANNER } };
    struct outcome out = { .status = 0 };
    return service_run(x->service, service_ticket_act, &c, &out, e);
}

static enum err_kind again(const struct edit *x, const struct told *t, struct err *e)
{
    struct ticket_request in = { .ticket = t->before };
    in.ticket.title = t->now.title;
    in.ticket.body = t->now.body;
    in.ticket.labels.v = t->now.labels.v;
    in.ticket.labels.n = t->now.labels.n;
    return act(x, t, service_plan_ticket, &in, e);
}

static const char *lines_of(struct arena *a, const char *title, const char *body)
{
    return arena_fmt(a, "%s\n\n%s\n", title ? title : "", body ? body : "");
}

static enum err_kind refine(const struct edit *x, const struct told *t, struct err *e)
{
    struct refine_request in = { .base_revision = 0 };
    auto_buf b = BUF_INIT(1 << 20), diff = BUF_INIT(4 << 20);
    enum err_kind k = text_diff(lines_of(x->arena, t->before.title, t->before.body),
                                lines_of(x->arena, t->now.title, t->now.body), "ticket before", "ticket now", &diff, e);
    if (k != ERR_OK) return k;
    buf_str(&b, "The ticket was edited. Work the change in:\n\n");
    if (diff.n <= DIFF_MAX) buf_str(&b, buf_cstr(&diff));
    else buf_fmt(&b, "%.*s\n…\n", DIFF_MAX, buf_cstr(&diff));
    in.instruction = arena_dup(x->arena, buf_cstr(&b));
    return in.instruction ? act(x, t, service_plan_refine, &in, e) : err_nomem(e);
}

static enum err_kind propose(const struct edit *x, const struct told *t, struct err *e)
{
    struct ticket_action action = {
        .source = x->source,
        .ticket = x->row->ticket,
        .topic = arena_fmt(x->arena, "edited %.12s", t->digest),
        .reply =
            "The ticket has changed since the plan was approved. `/plan refine ticket` works the change in; the plan "
            "then has to be approved again."
    };
    struct call c = { .service = x->service,
                      .in = &action,
                      .arena = x->arena,
                      .caller = {
                          .person = x->source->created_by, .project = x->source->project, .role = ROLE_PLANNER } };
    struct outcome out = { .status = 0 };
    return service_run(x->service, service_ticket_reply, &c, &out, e);
}

struct load {
    const struct edit *x;
    const char *ticket, *request;
};

static enum err_kind load(struct txn *tx, void *arg, struct err *e)
{
    struct load *l = arg;
    return store_ticket_get(tx, l->x->plan->n, l->x->arena, &l->ticket, &l->request, e);
}

static enum err_kind read_told(const struct edit *x, struct told *t, struct err *e)
{
    struct load l = { .x = x };
    enum err_kind k = record_parse(&event_record, x->row->state, strlen(x->row->state), &t->now, x->arena, e);
    if (k != ERR_OK || (k = store_read(x->service->store, load, &l, e)) != ERR_OK) return k;
    if (l.ticket && (k = record_parse(&ticket_record, l.ticket, strlen(l.ticket), &t->before, x->arena, e)) != ERR_OK)
        return k;
    t->digest = text_digest(x->arena, t->now.title, t->now.body);
    return arena_check(x->arena, e);
}

enum err_kind edit_apply(const struct edit *x, const char **ret, struct err *e)
{
    enum plan_state s = (enum plan_state)x->plan->state;
    struct told t = { .digest = NULL };
    enum err_kind k;
    *ret = NULL;
    if (!x->row->state || !x->row->based_on) return ERR_OK;
    if ((k = read_told(x, &t, e)) != ERR_OK) return k;
    if (!t.now.title || strcmp(t.digest, x->row->based_on) == 0) return ERR_OK;
    if ((s == PLAN_APPROVED || s == PLAN_IMPLEMENTING) && !x->asked) {
        *ret = "the edited ticket is proposed as a refinement";
        return propose(x, &t, e);
    }
    if (plan_allows(s, VERB_TICKET)) {
        *ret = "the edited ticket is researched anew";
        k = again(x, &t, e);
    } else if (plan_allows(s, VERB_REFINE)) {
        *ret = "the edited ticket is a refinement";
        k = refine(x, &t, e);
    }
    if (k == ERR_STATE || k == ERR_CONFLICT ||
        (k == ERR_REUSED_KEY && !x->asked)) { /* it has moved on meanwhile: looked at again when the ticket is told */
        *ret = NULL;
        return ERR_OK;
    }
    return k;
}
