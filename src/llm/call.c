/* One call: the request goes out, the stream comes in, the caller hears once how it ended. Owned by the http loop's
 * thread from llm_call on. */
#include "llm/provider.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "llm/fault.h"
#include "llm/key.h"
#include "llm/limits.h"
#include "pland/base/clock.h"
#include "pland/base/record.h"
#include "pland/net/sse.h"

enum { STREAM_OVERHEAD = 64 << 10 };
static const size_t stream_max = (size_t)1 << 30; /* a stream is mostly wrapping */

enum form { FORM_UNKNOWN, FORM_STREAM, FORM_DOCUMENT };

struct call {
    struct llm *m;
    llm_done_fn *done;
    void *arg;
    struct reply reply;
    struct sse sse;
    struct buf document;
    enum form form;
    bool event_stream;  /* the head says so */
    int status;
    struct tape_key key;
    struct buf recorded; /* the answer's bytes, when a tape runs */
    bool raw;           /* the text is not to be trimmed */
    struct manner manner;
    char *schema;       /* what was asked for, or NULL */
    size_t n_sent;
    int64_t limit_ms;   /* the server's limit is used up for so long */
    int should_retry;   /* the server's x-should-retry: 1, 0; -1: it did not say */
    int64_t begun, first;
};

static void call_free(struct call *c)
{
    if (!c) return;
    reply_release(&c->reply);
    sse_release(&c->sse);
    buf_release(&c->document);
    buf_release(&c->recorded);
    free(c->schema);
    free(c);
}
DEFINE_CLEANUP(auto_call_fn, struct call *, call_free);
#define auto_call AUTO(auto_call_fn) struct call *

static void on_head(void *arg, int status, const struct http_head *head)
{
    struct call *c = arg;
    const char *type = http_head_get(head, "content-type"), *retry = http_head_get(head, "x-should-retry");
    c->status = status;
    c->limit_ms = limits_wait(head);
    c->event_stream = type && strncasecmp(type, "text/event-stream", 17) == 0;
    if (retry) c->should_retry = strcasecmp(retry, "true") == 0;
}

static bool on_event(void *arg, const struct sse_event *ev)
{
    struct call *c = arg;
    c->m->dialect->event(&c->reply, ev->data, ev->n);
    if (!c->first && c->reply.text.n) c->first = clock_mono();
    return c->reply.text.failed == ERR_OK;
}

/* The content type is not always true; what the answer begins with is. */
static enum form form_of(const struct call *c, const char *p, size_t n)
{
    while (n && (*p == ' ' || *p == '\r' || *p == '\n' || *p == '\t')) p++, n--;
    if (n == 0) return FORM_UNKNOWN;
    if (*p == '{' || *p == '[' || *p == '<') return FORM_DOCUMENT;
    return c->event_stream || c->status < 300 ? FORM_STREAM : FORM_DOCUMENT;
}

static bool on_data(void *arg, const char *p, size_t n)
{
    struct call *c = arg;
    if (c->m->tape && !tape_replays(c->m->tape)) buf_add(&c->recorded, p, n);
    if (c->form == FORM_UNKNOWN) c->form = form_of(c, p, n);
    if (c->form == FORM_STREAM) return sse_feed(&c->sse, p, n, on_event, c);
    if (c->form == FORM_DOCUMENT) buf_add(&c->document, p, n);
    return c->document.failed == ERR_OK;
}

/* The last bytes are in: whatever form they had, the reply is as complete as it gets. */
static void settle(struct call *c)
{
    if (c->form == FORM_STREAM) (void)sse_finish(&c->sse, on_event, c);
    if (c->form == FORM_DOCUMENT) c->m->dialect->document(&c->reply, buf_cstr(&c->document), c->document.n);
    if (c->sse.failed || c->document.failed != ERR_OK) c->reply.nonsense = true;
    if (!c->first && c->reply.text.n) c->first = clock_mono();
}

/* Some servers do not say how an answer ended, some not even that it did: then it is one if it can be. */
static void conclude(struct call *c, const struct http_result *h)
{
    struct reply *r = &c->reply;
    auto_json whole = NULL;
    if (r->finished || r->failed || h->end != HTTP_END_ANSWERED || h->status >= 300 || !r->text.n) return;
    if (!r->ended && c->schema) whole = json_loadb(r->text.p, r->text.n, 0, NULL);
    if (!r->ended && !json_is_object(whole)) return;
    r->finished = true;
    if (r->finish == LLM_OTHER) r->finish = LLM_STOP;
}

/* Servers that do not count are counted by length, or budgets would be worth nothing. */
static void count(struct call *c)
{
    struct llm_usage *u = &c->reply.usage;
    if (u->known || (!c->reply.text.n && !c->reply.finished)) return;
    u->input = (int64_t)(c->n_sent + 3) / 4;
    u->output = (int64_t)(c->reply.text.n + 3) / 4;
}

/* A refusal may be only of the form, see habits.h. */
static enum llm_fault find_fault(struct call *c, const struct http_result *h)
{
    struct llm *m = c->m;
    enum llm_fault f = fault_find(&c->reply, h);
    if (f != LLM_FAULT_REQUEST && f != LLM_FAULT_UNSUPPORTED && f != LLM_FAULT_NOT_FOUND) return f;
    return habits_refused(&m->habits, &m->config, &c->manner, c->status, c->reply.words, m->other_url != NULL) ? LLM_FAULT_FORM : f;
}

static void learn(struct call *c, struct span text)
{
    struct llm *m = c->m;
    bool kept = c->manner.structured == LLM_TOOL ? c->reply.tool : schema_plausible(c->schema, text.p, text.n);
    if (kept) m->habits.proven = true;
    else habits_ignored(&m->habits, &m->config, &c->manner);
}

static bool retryable(const struct call *c, enum llm_fault f)
{
    if (f == LLM_FAULT_NONE || f == LLM_FAULT_CANCELLED) return false;
    if (f == LLM_FAULT_FORM) return true;
    return c->should_retry >= 0 && c->status >= 400 ? c->should_retry == 1 : fault_retryable(f);
}

/* The gate hears how it went before the caller does. */
static void told(struct call *c, const struct llm_answer *a)
{
    int64_t asked = a->retry_after_ms > c->limit_ms ? a->retry_after_ms : c->limit_ms;
    size_t limit;
    (void)gate_end(&c->m->gate, a->fault, c->begun, asked, a->message, &limit);
    http_lane_limit(c->m->loop, c->m->lane, limit);
}

static void on_done(void *arg, const struct http_result *h)
{
    auto_call c = arg;
    auto_buf words = BUF_INIT(2048);
    struct llm_answer a = { .retry_after_ms = h->retry_after_ms, .status = h->status, .request_id = h->request_id };
    struct span text;
    settle(c);
    if (c->reply.further) reply_join(&c->reply);
    conclude(c, h);
    count(c);
    if (c->m->tape && !tape_replays(c->m->tape) && h->end == HTTP_END_ANSWERED) tape_write(c->m->tape, &c->key, c->status, c->event_stream, &c->recorded);
    text = c->raw ? (struct span){ buf_cstr(&c->reply.text), c->reply.text.n } : reply_trim(buf_cstr(&c->reply.text), c->reply.text.n);
    a.fault = find_fault(c, h);
    if (a.fault == LLM_FAULT_NONE && c->schema && c->reply.finish == LLM_STOP) learn(c, text);
    a.kind = fault_kind(a.fault);
    a.retryable = retryable(c, a.fault);
    fault_words(a.fault, c->m->config.name, &c->reply, h, &words);
    a.message = buf_cstr(&words);
    if (text.n) c->reply.text.p[(size_t)(text.p - c->reply.text.p) + text.n] = '\0';
    a.text = text.n ? text.p : "";
    a.n_text = text.n;
    a.finish = c->reply.finish;
    a.usage = c->reply.usage;
    a.model = c->reply.model;
    a.latency_ms = clock_mono() - c->begun;
    a.first_ms = c->first ? c->first - c->begun : -1;
    told(c, &a);
    meter_add(&c->m->meter, &a);
    c->done(c->arg, &a);
}

static enum err_kind call_new(struct llm *m, const struct llm_request *r, llm_done_fn *done, llm_delta_fn *delta, void *arg,
                              struct call **ret, struct err *e)
{
    struct call *c = calloc(1, sizeof *c);
    size_t max = m->config.max_answer_bytes;
    if (!c) return err_nomem(e);
    c->m = m;
    c->done = done;
    c->arg = arg;
    c->should_retry = -1;
    c->begun = clock_mono();
    c->raw = r->raw;
    c->manner = habits_manner(&m->habits, &m->config, m->dialect, r->schema);
    if (r->schema && !(c->schema = strdup(r->schema))) {
        free(c);
        return err_nomem(e);
    }
    reply_init(&c->reply, max, delta, arg);
    if (r->look) (void)snprintf(c->reply.look, sizeof c->reply.look, "%s", r->look->name);
    sse_init(&c->sse, 2 * max + STREAM_OVERHEAD);
    buf_init(&c->document, 2 * max + STREAM_OVERHEAD);
    buf_init(&c->recorded, 16 * max);
    *ret = c;
    return ERR_OK;
}

/* What is left of the provider's own limit and the caller's deadline; 0: nothing. */
static int64_t time_left(const struct llm *m, const struct llm_request *r)
{
    int64_t left = m->config.total_ms, until;
    if (r->deadline == 0) return left;
    until = r->deadline - clock_mono();
    return until < left ? (until > 0 ? until : 0) : left;
}

static enum err_kind call_send(struct call *c, const struct llm_request *r, const char *auth, const struct buf *body,
                               uint64_t *ret_call, struct err *e)
{
    static const struct http_events events = { .on_head = on_head, .on_data = on_data, .on_done = on_done };
    const struct llm_config *cfg = &c->m->config;
    const struct llm_dialect *d = c->m->dialect;
    struct http_header headers[5] = { { "Content-Type", "application/json" },
                                      { "Accept", "text/event-stream, application/json" } };
    struct http_request q = { .method = "POST", .url = c->manner.other_url ? c->m->other_url : c->m->url, .dest = HTTP_OPERATOR, .lane = c->m->lane,
                              .headers = headers, .n_headers = 2, .body = buf_cstr(body), .n_body = body->n,
                              .connect_ms = cfg->connect_ms, .head_ms = cfg->header_wait_ms, .idle_ms = cfg->idle_ms,
                              .total_ms = time_left(c->m, r), .max_bytes = stream_max };
    if (q.total_ms == 0) return err_set(e, ERR_TIMEOUT, "%s: the deadline has passed", cfg->name);
    if (*auth) headers[q.n_headers++] = (struct http_header){ cfg->key_header ? cfg->key_header : d->key_header, auth };
    if (d->version_header) headers[q.n_headers++] = (struct http_header){ d->version_header, cfg->api_version };
    if (r->traceparent) headers[q.n_headers++] = (struct http_header){ "traceparent", r->traceparent };
    return http_send(c->m->loop, &q, &events, c, ret_call, e);
}

static enum err_kind authorize(const struct llm *m, char *ret, size_t cap, struct err *e)
{
    char key[KEY_MAX];
    enum err_kind k = key_read(&m->config, key, e);
    ret[0] = '\0';
    if (k == ERR_OK && key[0]) (void)snprintf(ret, cap, "%s%s", m->config.key_header ? "" : m->dialect->key_prefix, key);
    explicit_bzero(key, sizeof key);
    return k;
}

/* On the tape's thread: as if a server had said it. */
static void replay(void *arg, const struct take *take)
{
    struct call *c = arg;
    const struct http_result h = { .end = HTTP_END_ANSWERED, .status = take->status, .message = "", .retry_after_ms = -1, .request_id = "" };
    c->status = take->status;
    c->event_stream = take->stream;
    (void)on_data(c, take->body, take->n);
    on_done(c, &h);
}

/* To the server, or from the tape. */
static enum err_kind call_out(struct call *c, const struct llm_request *r, const char *auth, const struct buf *body, uint64_t *ret_call, struct err *e)
{
    struct tape *t = c->m->tape;
    if (t) c->key = tape_key(c->m->dialect->path, body);
    if (!t || !tape_replays(t)) return call_send(c, r, auth, body, ret_call, e);
    if (ret_call) *ret_call = 0; /* nothing that could be cancelled */
    return tape_play(t, &c->key, replay, c, e);
}

enum err_kind llm_call(struct llm *m, const struct llm_request *r, llm_done_fn *done, llm_delta_fn *delta, void *arg,
                       uint64_t *ret_call, struct err *e)
{
    auto_call c = NULL;
    auto_buf body = BUF_INIT(BUF_MAX_DEFAULT);
    char auth[KEY_MAX + 32];
    enum err_kind k = call_new(m, r, done, delta, arg, &c, e);
    if (k != ERR_OK) return k;
    m->dialect->build(&m->config, &c->manner, r, &body);
    c->n_sent = body.n;
    k = buf_check(&body, e);
    if (k == ERR_OK) k = authorize(m, auth, sizeof auth, e);
    if (k == ERR_OK) {
        k = call_out(c, r, auth, &body, ret_call, e);
        explicit_bzero(auth, sizeof auth);
    }
    if (k != ERR_OK) return err_wrap(e, "%s", m->config.name);
    (void)TAKE(c);
    return ERR_OK;
}

void llm_cancel(struct llm *m, uint64_t call)
{
    http_cancel(m->loop, call);
}
