/* A ticket becomes a plan: which codebase it is about. */
#include <string.h>
#include <strings.h>

#include "tracker/engine.h"
#include "tracker/fields.h"

enum { TITLE_MAX = 300 };

/* --- which codebase ----------------------------------------------------------------------------------------------- */
static bool among(const char *const *v, size_t n, const char *s)
{
    for (size_t i = 0; i < n; i++)
        if (strcasecmp(v[i], s) == 0) return true;
    return false;
}

static bool fits(const struct source_route *r, const struct event *x)
{
    if (r->project && (!x->project || strcasecmp(r->project, x->project) != 0)) return false;
    if (r->component && !among(x->components.v, x->components.n, r->component)) return false;
    return !r->label || among(x->labels.v, x->labels.n, r->label);
}

/* How much a route says: one by label or component is more exact than one by project. */
static int weight(const struct source_route *r)
{
    return (r->project != NULL) + 2 * (r->component != NULL) + 2 * (r->label != NULL);
}

/* Those of the most exact routes, each once. */
static void candidates(const struct visit *v, text_list *ret)
{
    int best = 0;
    for (size_t i = 0; i < v->settings.routes.n; i++) {
        const struct source_route *r = &v->settings.routes.v[i];
        if (fits(r, &v->event) && weight(r) > best) best = weight(r);
    }
    for (size_t i = 0; best && i < v->settings.routes.n; i++) {
        const struct source_route *r = &v->settings.routes.v[i];
        const char **slot;
        if (weight(r) != best || !fits(r, &v->event) || among(ret->v, ret->n, r->repository)) continue;
        if ((slot = arena_push(v->arena, ret, sizeof *slot))) *slot = r->repository;
    }
}

static enum err_kind ask_which(struct visit *v, const text_list *l, const char **ret, struct err *e)
{
    struct ticket_action in = visit_action(v);
    struct outcome out = { .status = 0 };
    auto_buf b = BUF_INIT(10000), names = BUF_INIT(10000);
    for (size_t i = 0; i < l->n; i++) buf_fmt(&names, "%s%s", i ? ", " : "", l->v[i]);
    *ret = arena_fmt(v->arena, "asked which codebase it is about: %s", buf_cstr(&names));
    buf_str(&b, "This ticket could be about several codebases. Which one? Answer with one of these lines:\n\n");
    for (size_t i = 0; i < l->n; i++) buf_fmt(&b, "- `/plan use %s`\n", l->v[i]);
    in.topic = "which codebase";
    in.reply = arena_dup(v->arena, buf_cstr(&b));
    return visit_run(v, service_ticket_reply, &in, &out, e);
}

/* --- the plan ----------------------------------------------------------------------------------------------------- */
static const char *given(const char *s)
{
    return s && s[strspn(s, " \t\r\n")] ? s : NULL;
}

static const char *short_title(struct visit *v)
{
    size_t n = strlen(v->event.title);
    if (n <= TITLE_MAX) return v->event.title;
    for (n = TITLE_MAX; n && ((unsigned char)v->event.title[n] & 0xc0) == 0x80;) n--; /* no character is cut */
    return arena_dup_n(v->arena, v->event.title, n);
}

static enum err_kind refused(struct visit *v, const struct err *why, const char **ret, struct err *e)
{
    struct ticket_action in = visit_action(v);
    struct outcome out = { .status = 0 };
    in.topic = "no plan";
    in.reply = arena_fmt(v->arena, "No plan could be made of this ticket: %s.", why->msg);
    *ret = arena_fmt(v->arena, "refused: %s%s%s", why->at, why->at[0] ? " " : "", why->msg);
    return visit_run(v, service_ticket_reply, &in, &out, e);
}

enum err_kind visit_plan(struct visit *v, const char *repository, const char **ret, struct err *e)
{
    struct plan_request in = { .if_exists = 1, .mode = v->settings.mode };
    struct ticket t = {
        .title = v->event.title, .body = v->event.body, .url = given(v->event.url), .key = given(v->event.key)
    };
    struct ticket_action action = visit_action(v);
    struct outcome out = { .status = 0 };
    text_list which = { 0 };
    struct err why;
    enum err_kind k;
    if (!given(t.title)) return err_set(e, ERR_INVALID, "the ticket has no title");
    t.title = short_title(v);
    t.labels.v = v->event.labels.v;
    t.labels.n = v->event.labels.n;
    if (!repository) repository = given(v->event.repository);
    if (!repository) candidates(v, &which);
    if (which.n > 1) return ask_which(v, &which, ret, e);
    in.repository = repository ? repository : which.n ? which.v[0] : given(v->settings.repository);
    in.ticket = &t;
    if ((k = visit_input(v, &in, e)) != ERR_OK || (k = plan_request_check(&in, e)) != ERR_OK) return k;
    action.plan = &in;
    action.based_on = text_digest(v->arena, v->event.title, v->event.body);
    struct call c = visit_call(v, &action, arena_fmt(v->arena, "inbound %lld", (long long)v->row.n));
    k = service_run(v->tracker->service, service_ticket_plan, &c, &out, &why);
    if (k == ERR_OK)
        *ret = arena_fmt(v->arena, "%s %s", out.status == 201 ? "created" : "exists already:", plan_of(&out));
    else if (k == ERR_RATE || k == ERR_INVALID) return refused(v, &why, ret, e);
    else *e = why;
    return k;
}
