/* Working on a complete request: reads render here or on the pool, writes go by way of the pool to the writer. */
#include "web/request.h"

#include <string.h>

#include "pland/service/negotiate.h"
#include "web/poll.h"
#include "web/reply.h"
#include "web/server.h"
#include "web/stream.h"

enum { LARGE_BODY = 64 * 1024 /* decoded on the pool: a millisecond of an epoll thread at most */ };

bool request_suspend(struct request *r)
{
    struct web *w = r->web;
    lock_enter(&w->hold_lock);
    bool ok = !atomic_load(&w->stopping);
    if (ok) w->held++;
    lock_leave(&w->hold_lock);
    if (ok) MHD_suspend_connection(r->mhd);
    return ok;
}

void request_resume(struct request *r)
{
    struct web *w = r->web; /* r may be gone as soon as it is resumed */
    MHD_resume_connection(r->mhd);
    HOLD(&w->hold_lock);
    if (--w->held == 0) cond_broadcast(&w->hold_none);
}

/* --- rendering ---------------------------------------------------------------------------------------------------- */
static enum err_kind render(struct request *r, view_fn *view, local_fn *local)
{
    struct err *e = &r->err;
    enum err_kind k;
    buf_clear(&r->out);
    r->view = (struct view){.body = &r->out, .type = "application/json"};
    k = local ? local(r, &r->view, e) : view(&r->action.call, &r->view, e);
    if (k == ERR_OK) k = arena_check(r->arena, e);
    return k == ERR_OK ? buf_check(&r->out, e) : k;
}

static bool unchanged(const struct request *r)
{
    const char *listed = r->headers[H_IF_NONE_MATCH];
    return listed && etag_listed(listed, r->view.etag);
}

/* Link: the same address with the cursor moved on. */
static const char *next_link(struct request *r)
{
    const char *name = r->match.route->flags & ROUTE_PAGE_AFTER ? "after" : "cursor";
    auto_buf b = BUF_INIT(2 * TARGET_MAX);
    buf_fmt(&b, "<%s?", r->target.path);
    for (size_t i = 0; i < r->target.params.n; i++) {
        if (strcmp(r->target.params.v[i].name, name) == 0) continue;
        target_escape(&b, r->target.params.v[i].name);
        buf_char(&b, '=');
        target_escape(&b, r->target.params.v[i].value);
        buf_char(&b, '&');
    }
    buf_fmt(&b, "%s=", name);
    target_escape(&b, r->view.next);
    buf_str(&b, ">; rel=\"next\"");
    return b.failed == ERR_OK ? arena_dup(r->arena, buf_cstr(&b)) : NULL;
}

static void view_headers(struct request *r, struct reply *p)
{
    const struct view *v = &r->view;
    p->type = v->type;
    p->html = v->nosniff_html;
    if (v->etag[0] != '\0') p->cache = "private, no-cache";
    reply_add(p, "ETag", v->etag);
    if (v->working) reply_add(p, "Retry-After", "1");
}

static enum MHD_Result answer_read(struct request *r)
{
    struct reply p = {.status = r->status ? r->status : 200};
    view_headers(r, &p);
    if (r->match.route->flags & ROUTE_VARIES) reply_add(&p, "Vary", "Accept");
    if (r->view.next[0] != '\0') reply_add(&p, "Link", next_link(r));
    if (r->wait >= 0) reply_add(&p, "Preference-Applied", arena_fmt(r->arena, "wait=%lld", (long long)r->wait));
    poll_end(r);
    if (unchanged(r)) {
        p.status = 304;
        p.type = NULL;
        p.html = false;
        buf_clear(&r->out);
    }
    return reply_send(r, &p);
}

static enum MHD_Result fail_read(struct request *r, enum err_kind k)
{
    request_fail(r, k);
    poll_end(r);
    return reply_problem(r);
}

/* Rendered on this thread; while nothing has changed a long poll waits, and looks again whenever it was told. */
static enum MHD_Result read_here(struct request *r)
{
    for (;;) {
        enum err_kind k = r->poll.on ? poll_admit(r, &r->err) : ERR_OK;
        if (k == ERR_OK) k = render(r, r->match.route->view, r->match.route->local);
        if (k != ERR_OK) return fail_read(r, k);
        if (r->wait < 0 || r->view.plan_n == 0 || !unchanged(r)) return answer_read(r);
        if (!r->poll.on) {
            if (!poll_begin(r)) return fail_read(r, r->failed);
            continue; /* it may have changed before the subscription */
        }
        if (poll_over(r)) return answer_read(r);
        buf_release(&r->out);
        if (poll_wait(r)) return MHD_YES;
    }
}

enum MHD_Result request_poll(struct request *r)
{
    poll_resumed(r);
    return read_here(r);
}

/* --- writing ------------------------------------------------------------------------------------------------------ */
static void go_on(struct request *r, enum err_kind k) /* r must not be touched afterwards */
{
    if (k != ERR_OK) request_fail(r, k);
    r->phase = PHASE_SHOW;
    request_resume(r);
}

static void written(struct action *a) /* writer thread */
{
    struct request *r = a->arg;
    if (a->write.result != ERR_OK) r->err = a->write.err;
    go_on(r, a->write.result);
}

static void submit(struct request *r)
{
    enum err_kind k;
    buf_clear(&r->out);
    r->view = (struct view){.body = &r->out, .type = "application/json"};
    r->action.call.shown = &r->view;
    r->action.run = r->match.route->run;
    r->action.done = written;
    r->action.arg = r;
    k = service_submit(&r->action, &r->err);
    if (k != ERR_OK) go_on(r, k);
}

static prepare_fn *preparation(const struct request *r)
{
    return r->match.route->flags & ROUTE_WEBHOOK ? r->web->hooks.webhook_verify : r->match.route->prepare;
}

static struct request *of_task(struct pool_task *t)
{
    return (struct request *)(void *)((char *)t - offsetof(struct request, task));
}

static void prepare_task(struct pool_task *t)
{
    struct request *r = of_task(t);
    prepare_fn *prepare = preparation(r);
    enum err_kind k = body_decode(r, &r->err);
    if (k == ERR_OK && prepare) k = prepare(&r->action.call, &r->err);
    if (k == ERR_OK) k = arena_check(r->arena, &r->err);
    if (k == ERR_OK) submit(r);
    else go_on(r, k);
}

static void view_task(struct pool_task *t)
{
    struct request *r = of_task(t);
    enum err_kind k = r->match.route->record ? body_decode(r, &r->err) : ERR_OK; /* one that is asked with a body */
    go_on(r, k == ERR_OK ? render(r, r->match.route->view, r->match.route->local) : k);
}

/* Suspends and hands over to the pool, or, run NULL, to the writer. */
static enum MHD_Result hand_over(struct request *r, void (*run)(struct pool_task *))
{
    r->phase = PHASE_WORK;
    r->task.run = run;
    if (!request_suspend(r)) {
        request_fail(r, err_set(&r->err, ERR_BUSY, "pland is stopping"));
        return reply_problem(r);
    }
    if (!run) submit(r);
    else if (!pool_submit(r->web->pool, &r->task))
        go_on(r, err_set(&r->err, ERR_BUSY, "too much is being prepared at the moment"));
    return MHD_YES;
}

static enum MHD_Result write_request(struct request *r)
{
    enum err_kind k = ERR_OK;
    if (atomic_load(&r->web->draining)) k = err_set(&r->err, ERR_BUSY, "pland is about to stop and takes no new work");
    else if (preparation(r) || r->body.n > LARGE_BODY) return hand_over(r, prepare_task);
    else if ((k = body_decode(r, &r->err)) == ERR_OK) k = arena_check(r->arena, &r->err);
    if (k == ERR_OK) return hand_over(r, NULL);
    request_fail(r, k);
    return reply_problem(r);
}

static bool slow(const struct request *r)
{
    unsigned flags = r->match.route->flags;
    const char *which = r->action.call.sub ? r->action.call.sub : "";
    bool ready = (flags & ROUTE_HEAD_FAST) && strcmp(which, "head") == 0 && r->target.params.n == 0;
    return (flags & ROUTE_SLOW) && !ready;
}

enum MHD_Result request_work(struct request *r)
{
    if (stream_wanted(r)) return stream_begin(r);
    if (r->match.route->run) return write_request(r);
    return slow(r) ? hand_over(r, view_task) : read_here(r);
}

/* --- after a write ------------------------------------------------------------------------------------------------ */
/* The resource that the write is about, as its own GET shows it. */
static enum err_kind render_outcome(struct request *r)
{
    struct target target;
    struct route_match match;
    struct call *c = &r->action.call;
    enum err_kind k = target_parse(r->action.outcome.href, r->arena, &target, &r->err);
    if (k != ERR_OK) return k;
    route_find("GET", &target, &match);
    if (!match.route || !match.route->view)
        return err_set(&r->err, ERR_INTERNAL, "no view shows %.160s", r->action.outcome.href);
    c->id = match.id;
    c->sub = match.sub;
    c->params.n = 0;
    c->accept = NULL;
    return render(r, match.route->view, NULL);
}

/* Puts members that are shown this once into the object that was rendered. */
static void splice_once(struct request *r)
{
    const char *once = r->action.outcome.once;
    if (!once || once[0] == '\0') return;
    if (r->out.n == 0) {
        buf_fmt(&r->out, "{%s}", once);
        return;
    }
    if (r->out.p[r->out.n - 1] != '}') return;
    r->out.n--;
    buf_comma(&r->out);
    buf_str(&r->out, once);
    buf_char(&r->out, '}');
}

/* What was written stays written: when showing it fails, its address is the answer, and its id where it ends in one. */
static void show_outcome(struct request *r)
{
    const char *href = r->action.outcome.href, *last = strrchr(href, '/');
    if (!last || r->action.outcome.shown || render_outcome(r) == ERR_OK) return;
    buf_clear(&r->out);
    r->view = (struct view){.body = &r->out, .type = "application/json"};
    buf_str(&r->out, "{\"href\":");
    buf_json(&r->out, href);
    if (strchr(last, '_')) { /* plan_01…: no other segment has one */
        buf_str(&r->out, ",\"id\":");
        buf_json(&r->out, last + 1);
    }
    buf_char(&r->out, '}');
}

static enum MHD_Result show_write(struct request *r)
{
    const struct outcome *out = &r->action.outcome;
    struct reply p = {.status = out->status};
    if (out->status != 204 && r->match.route->role != ROLE_NONE) {
        show_outcome(r);
        splice_once(r);
        view_headers(r, &p);
        p.cache = NULL;
        if (r->out.n == 0) p.type = NULL;
        reply_add(&p, out->status == 201 || out->status == 202 ? "Location" : "Content-Location", out->href);
    }
    if (out->replayed) reply_add(&p, "Idempotent-Replayed", "true");
    return reply_send(r, &p);
}

enum MHD_Result request_show(struct request *r)
{
    if (r->failed != ERR_OK) return reply_problem(r);
    return r->match.route->run ? show_write(r) : answer_read(r);
}
