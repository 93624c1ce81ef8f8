/* A ticket becomes a plan: which codebase it is about, what comes along. */
#include <string.h>
#include <strings.h>

#include "tracker/comment.h"
#include "tracker/engine.h"
#include "tracker/fields.h"
#include "tracker/neutral.h"

enum { TITLE_MAX = 300, LINKED_MAX = 5, FILE_MAX_BYTES = 200000 };

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

/* --- what comes along --------------------------------------------------------------------------------------------- */
static void add_file(struct visit *v, struct plan_request *in, const char *path, const struct buf *text)
{
    struct inline_file *slot = text->n && !text->failed ? arena_push(v->arena, &in->files, sizeof *slot) : NULL;
    if (slot) *slot = (struct inline_file){ .path = path, .content = arena_dup(v->arena, buf_cstr(text)) };
}

static void talk(struct visit *v, const remark_list *l, struct plan_request *in)
{
    auto_buf b = BUF_INIT(FILE_MAX_BYTES);
    for (size_t i = 0; i < l->n; i++) {
        const struct remark *r = &l->v[i];
        if (r->machine || !r->body || strstr(r->body, MARK) || strncmp(r->body, "/plan", 5) == 0) continue;
        if (b.n + strlen(r->body) + 200 > FILE_MAX_BYTES) break;
        if (!b.n) buf_str(&b, "# Comments of the ticket\n");
        buf_fmt(&b, "\n%s wrote:\n\n%s\n", r->login ? r->login : r->email ? r->email : "Somebody", r->body);
    }
    add_file(v, in, "ticket/comments.md", &b);
}

/* "#12" of the same project, "acme/web#3" of another; "API-7": what the text names. */
static void named(struct visit *v, text_list *ret)
{
    const char *ref = v->event.ref, *hash = strrchr(ref, '#'), *dash = hash ? NULL : strrchr(ref, '-');
    size_t prefix = hash ? (size_t)(hash - ref) + 1 : dash && v->event.key == ref ? (size_t)(dash - ref) + 1 : 0;
    const char *sign = hash ? "#" : arena_dup_n(v->arena, ref, prefix), *s = v->event.body;
    for (; prefix && s && (s = strstr(s, sign));) {
        size_t n;
        const char *found, **slot;
        bool alone = s == v->event.body || strchr(" \t\n(,;:", s[-1]) != NULL;
        s += strlen(sign);
        n = strspn(s, "0123456789");
        found = arena_fmt(v->arena, "%.*s%.*s", (int)prefix, ref, (int)n, s);
        if (!alone || !n || n > 9 || !found || strcmp(found, ref) == 0 || among(ret->v, ret->n, found)) continue;
        if (ret->n < LINKED_MAX && (slot = arena_push(v->arena, ret, sizeof *slot))) *slot = found;
    }
}

static enum err_kind linked(struct visit *v, struct api *a, struct plan_request *in, struct err *e)
{
    text_list refs = { 0 };
    named(v, &refs);
    for (size_t i = 0; i < refs.n; i++) {
        struct event other = { .what = 0 };
        auto_buf b = BUF_INIT(FILE_MAX_BYTES);
        char *path;
        enum err_kind k = a->kind->fetch(a, refs.v[i], &other, e);
        if (visit_temporary(k)) return k;
        if (k != ERR_OK || !other.title) continue;
        buf_fmt(&b, "# %s: %s\n\n%s\n", refs.v[i], other.title, other.body ? other.body : "");
        if (!(path = arena_fmt(v->arena, "ticket/%s.md", refs.v[i]))) return err_nomem(e);
        for (char *p = path + strlen("ticket/"); *p; p++)
            if (*p == '/' || *p == '#') *p = '-';
        add_file(v, in, path, &b);
    }
    return arena_check(v->arena, e);
}

enum err_kind visit_input(struct visit *v, struct plan_request *in, struct err *e)
{
    struct api *a = visit_api(v);
    remark_list said = { 0 };
    enum err_kind k;
    if (!a) return ERR_OK;
    k = a->kind->remarks(a, v->event.ref, 0, &said, e);
    if (visit_temporary(k)) return k;
    if (k == ERR_OK) talk(v, &said, in);
    return linked(v, a, in, e);
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
