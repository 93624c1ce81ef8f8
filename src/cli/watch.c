/* watch: following a plan by its stream of events until it waits or ends; by long polls where there is none. On a
 * terminal one line is rewritten in place; in a pipe each change is a line. */
#include <string.h>
#include <time.h>

#include "cli/say.h"
#include "cli/stream.h"
#include "cli/verbs.h"
#include "pland/base/clock.h"

enum { WAIT_SECONDS = 20, TERMINAL_WAIT_SECONDS = 5, ASKS_MAX = 20, PACE_MS = 300 };

struct watching {
    struct ctl *c;
    const char *id, *path;
    struct response r;
    char etag[128];
    struct buf last; /* the line shown */
    int64_t since;   /* clock_mono() at the beginning */
    bool streams;    /* until it turns out that they do not */
    enum code code;  /* of the last poll inside a stream */
};

/* live: what is being written, or NULL. */
static void show_progress(struct watching *w, const json_t *live)
{
    auto_buf line = BUF_INIT(4096);
    if (w->c->json) return;
    plan_line(w->r.json, &line);
    if (say_on_terminal()) {
        if (ji(live, "bytes") > 0)
            buf_fmt(&line, "  %s %s %lld bytes", js(live, "step"), js(live, "subject"), (long long)ji(live, "bytes"));
        buf_fmt(&line, "  %llds  %s", (long long)((clock_mono() - w->since) / 1000), js(w->r.json, "title"));
        say_status(buf_cstr(&line));
    } else if (!live && (!w->last.n || strcmp(buf_cstr(&w->last), buf_cstr(&line)) != 0)) {
        note("%s\n", buf_cstr(&line));
        buf_clear(&w->last);
        buf_str(&w->last, buf_cstr(&line));
    }
}

static int64_t next_wait(const struct ctl *c)
{
    int64_t wait = say_on_terminal() ? TERMINAL_WAIT_SECONDS : WAIT_SECONDS;
    if (c->deadline) {
        int64_t left = (c->deadline - clock_mono() + 999) / 1000;
        if (left < wait) wait = left > 1 ? left : 1;
    }
    return wait;
}

/* One poll, which may wait; on 304 the plan of the last answer stays. */
static enum code poll_plan(struct watching *w, bool wait)
{
    struct response r = { 0 };
    bool again = wait && w->etag[0] != '\0';
    enum code code =
        call(w->c,
             &(struct request){
                 .path = w->path, .if_none_match = again ? w->etag : NULL, .wait = again ? next_wait(w->c) : 0 },
             &r);
    if (code != CODE_DONE || r.status == 304) {
        response_release(&r);
        return code;
    }
    response_release(&w->r);
    w->r = r;
    (void)snprintf(w->etag, sizeof w->etag, "%s", r.etag ? r.etag : "");
    return CODE_DONE;
}

/* A daemon that does not wait (wait-max 0) is not asked more often than this. */
static void keep_pace(int64_t asked_at)
{
    int64_t left = PACE_MS - (clock_mono() - asked_at);
    struct timespec t = { .tv_nsec = left * 1000000 };
    if (left > 0) (void)nanosleep(&t, NULL);
}

static bool works(const struct watching *w)
{
    return strcmp(js(w->r.json, "activity"), "working") == 0;
}

/* What passes by is shown; what is kept has changed the plan. The stream's thread, while the other one waits. */
static bool on_event(void *arg, const struct sse_event *ev)
{
    struct watching *w = arg;
    if (strcmp(ev->type, "progress") == 0) {
        auto_json live = json_loadb(ev->data, ev->n, 0, NULL);
        if (live) show_progress(w, live);
        return true;
    }
    w->code = poll_plan(w, false);
    if (w->code == CODE_DONE) show_progress(w, NULL);
    return w->code == CODE_DONE && works(w);
}

/* The ETag of a plan is the cursor of its newest event, in quotes. */
static enum code by_stream(struct watching *w)
{
    const char *path = path_of(w->c, "plans", w->id, "/events");
    char *cursor = arena_fmt(w->c->arena, "%.*s", (int)(strlen(w->etag) - 2), w->etag + 1);
    w->code = CODE_DONE;
    if (!path || !cursor) return CODE_REFUSED;
    w->streams = stream_follow(w->c, path, cursor, on_event, w) ||
                 (w->c->deadline && clock_mono() >= w->c->deadline);
    return w->code;
}

/* Until the plan neither works nor the time is up. */
static enum code until_rest(struct watching *w)
{
    for (;;) {
        int64_t asked_at = clock_mono();
        enum code code = poll_plan(w, !w->streams);
        if (code != CODE_DONE) return code;
        show_progress(w, NULL);
        if (works(w) && w->streams && w->etag[0] == '"' && (code = by_stream(w)) != CODE_DONE) return code;
        if (!works(w)) return CODE_DONE;
        if (w->c->deadline && clock_mono() >= w->c->deadline) {
            complain("%s is still %s after the time given", w->id, js(w->r.json, "state"));
            return CODE_TIMEOUT;
        }
        keep_pace(asked_at);
    }
}

enum code await_plan(struct ctl *c, const char *id, struct response *ret)
{
    struct watching w = { .c = c, .id = id, .path = path_of(c, "plans", id, ""), .last = BUF_INIT(4096),
        .since = clock_mono(), .streams = true };
    enum code code = w.path ? until_rest(&w) : CODE_REFUSED;
    say_status("");
    buf_release(&w.last);
    if (code == CODE_DONE) *ret = w.r;
    else response_release(&w.r);
    return code;
}

static enum code report(struct watching *w)
{
    const char *detail = js(jo(w->r.json, "error"), "detail");
    say_status("");
    if (w->c->json) (void)say_document(stdout, buf_cstr(&w->r.body), w->r.body.n);
    else {
        auto_buf line = BUF_INIT(4096);
        plan_line(w->r.json, &line);
        note("%s: %s\n", w->id, buf_cstr(&line));
        if (*detail) note("  %s\n", detail);
        plan_message(w->c, w->r.json);
        plan_hints(w->c, w->r.json);
    }
    return plan_code(w->r.json);
}

static enum code follow(struct watching *w)
{
    bool ask = w->c->ask && ask_possible(w->c);
    for (int asked = 0;; asked++) {
        enum code code = until_rest(w);
        if (code != CODE_DONE) return code;
        if (!ask || asked == ASKS_MAX || plan_code(w->r.json) != CODE_WAITS) return report(w);
        code = dialogue_ask(w->c, w->r.json);
        if (code == CODE_WAITS) return report(w);
        if (code != CODE_DONE) return code;
        w->etag[0] = '\0';
    }
}

enum code watch_plan(struct ctl *c, const char *id)
{
    struct watching w = {
        .c = c,
        .id = id,
        .path = path_of(c, "plans", id, ""),
        .last = BUF_INIT(4096),
        .since = clock_mono(),
        .streams = true,
    };
    enum code code = follow(&w);
    response_release(&w.r);
    buf_release(&w.last);
    return code;
}

enum code run_watch(struct ctl *c)
{
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code);
    return id ? watch_plan(c, id) : code;
}

bool json_wanted(struct ctl *c, const struct response *r)
{
    if (!c->json || c->follow) return false;
    (void)say_document(stdout, buf_cstr(&r->body), r->body.n);
    return true;
}

enum code after_verb(struct ctl *c, const struct response *r)
{
    auto_buf line = BUF_INIT(4096);
    const char *id = arena_dup(c->arena, js(r->json, "id"));
    if (json_wanted(c, r)) return CODE_DONE;
    if (c->follow) return id ? watch_plan(c, id) : CODE_REFUSED;
    plan_line(r->json, &line);
    say("%s %s\n", js(r->json, "id"), buf_cstr(&line));
    plan_message(c, r->json);
    plan_hints(c, r->json);
    return CODE_DONE;
}
