/* One request to the daemon: headers, trying again when it is busy, printing what it refused. */
#include "cli/call.h"

#include <string.h>
#include <time.h>

#include "cli/say.h"
#include "pland/base/clock.h"
#include "pland/base/id.h"

enum { TRIES = 4, BUSY_MS = 1000, BUSY_MAX_MS = 15000, PATH_BYTES = 8192 };
#define BODY_MAX ((size_t)256 << 20)
#define API_VERSION "2026-11-23"

void response_release(struct response *r)
{
    buf_release(&r->body);
    json_decref(r->json);
    *r = (struct response){ 0 };
}

/* ---- members ---- */

const json_t *jo(const json_t *v, const char *key)
{
    return json_object_get(v, key);
}

const char *js(const json_t *v, const char *key)
{
    const char *s = json_string_value(jo(v, key));
    return s ? s : "";
}

int64_t ji(const json_t *v, const char *key)
{
    return json_integer_value(jo(v, key));
}

bool jb(const json_t *v, const char *key)
{
    return json_is_true(jo(v, key));
}

/* ---- what was refused ---- */

static void say_list(const char *what, const json_t *list)
{
    size_t i;
    const json_t *v;
    if (json_array_size(list) == 0) return;
    note("  %s:", what);
    json_array_foreach((json_t *)(uintptr_t)list, i, v)
        note(" %s", json_is_string(v) ? json_string_value(v) : js(v, "id"));
    note("\n");
}

/* The fields that are wrong; what the problem's detail says already is not said twice. */
static void say_pointers(const json_t *errors, const char *detail)
{
    size_t i;
    const json_t *v;
    json_array_foreach((json_t *)(uintptr_t)errors, i, v) {
        const char *pointer = *js(v, "pointer") ? js(v, "pointer") : "the body", *text = js(v, "detail");
        if (ji(v, "line") > 0 && strcmp(text, detail) == 0) continue; /* it names the line */
        if (strcmp(text, detail) == 0) note("  %s\n", pointer);
        else note("  %s: %s\n", pointer, text);
    }
}

static void say_problem(const struct ctl *c, const struct response *r)
{
    const char *title = js(r->json, "title"), *detail = js(r->json, "detail");
    if (c->json) (void)say_document(stdout, buf_cstr(&r->body), r->body.n);
    if (!*title) complain("%s answered %d", c->url, r->status);
    else complain("%s%s%s", title, *detail ? ": " : "", detail);
    say_pointers(jo(r->json, "errors"), detail);
    say_list("possible now", jo(r->json, "allowed"));
    if (r->status == 401 && !c->token)
        note("  no token was found: set PLAND_TOKEN, or write it to ~/.config/pland/token\n");
    if (r->status >= 500 && *js(r->json, "request_id")) note("  request %s\n", js(r->json, "request_id"));
}

static enum code say_unreached(const struct ctl *c, const struct err *e)
{
    if (e->kind == ERR_NOMEM) {
        complain("out of memory");
        return CODE_REFUSED;
    }
    complain("no answer from %s (known from %s): %s", c->url, c->found, e->msg);
    return CODE_UNREACHED;
}

/* ---- one exchange ---- */

enum { HEADERS_MAX = 10 };
struct headers {
    struct http_header v[HEADERS_MAX];
    size_t n;
};

static void add_header(struct headers *h, const char *name, const char *value)
{
    if (value && h->n < HEADERS_MAX) h->v[h->n++] = (struct http_header){ name, value };
}

static bool is_post(const struct request *r)
{
    return r->method && strcmp(r->method, "POST") == 0;
}

static const char *new_key(struct ctl *c)
{
    struct id id;
    id_new(&id, "key", NULL);
    return arena_dup(c->arena, id.s);
}

static void fill_headers(struct ctl *c, const struct request *r, const char *key, bool body, struct headers *h)
{
    if (c->token) add_header(h, "Authorization", arena_fmt(c->arena, "Bearer %s", c->token));
    add_header(h, "API-Version", API_VERSION);
    add_header(h, "Accept", r->accept ? r->accept : "application/json");
    add_header(h, "If-Match", r->if_match);
    add_header(h, "If-None-Match", r->if_none_match);
    add_header(h, "Idempotency-Key", key);
    if (r->wait > 0) add_header(h, "Prefer", arena_fmt(c->arena, "wait=%lld", (long long)r->wait));
    if (body) add_header(h, "Content-Type", r->type ? r->type : "application/json");
}

static enum code exchange(struct ctl *c, const struct http_request *h, struct response *ret, int64_t *retry_after)
{
    struct http_reply reply = { 0 };
    struct err e = { 0 }, parsing = { 0 };
    const char *etag;
    response_release(ret);
    if (http_fetch(c->http, h, NULL, NULL, &reply, &e) != ERR_OK) {
        buf_release(&reply.body);
        return say_unreached(c, &e);
    }
    etag = http_client_header(c->http, "ETag");
    *ret =
        (struct response){ .status = reply.status, .body = reply.body, .etag = arena_dup(c->arena, etag ? etag : "") };
    if (ret->body.n && json_parse(ret->body.p, ret->body.n, &ret->json, &parsing) != ERR_OK) ret->json = NULL;
    *retry_after = reply.retry_after_ms;
    return CODE_DONE;
}

static bool is_fine(const struct request *r, int status)
{
    return (status >= 200 && status < 300) || status == 304 || (r->accepts && status == r->accepts);
}

/* Waits when the daemon is busy and the time allows it. */
static bool pause_and_try_again(struct ctl *c, int status, int64_t retry_after)
{
    int64_t ms = retry_after > 0 ? retry_after : BUSY_MS;
    struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
    if ((status != 429 && status != 503) || ms > BUSY_MAX_MS) return false;
    if (c->deadline && clock_mono() + ms >= c->deadline) return false;
    note("planctl: the daemon is busy; trying again in %lld s\n", (long long)((ms + 999) / 1000));
    (void)nanosleep(&t, NULL);
    return true;
}

/* What was asked for as JSON must be JSON; a proxy's page is no answer. */
static enum code check_json(const struct ctl *c, const struct request *r, const struct response *ret)
{
    if (ret->json || !ret->body.n || r->accept) return CODE_DONE;
    complain("%s answered %d with something that is no JSON", c->url, ret->status);
    return CODE_REFUSED;
}

static enum code repeat(struct ctl *c, const struct request *r, struct http_request *h, struct response *ret)
{
    for (int i = 1;; i++) {
        int64_t retry_after = -1;
        enum code code;
        if (r->upload) rewind(r->upload);
        code = exchange(c, h, ret, &retry_after);
        if (code != CODE_DONE) return code;
        if (is_fine(r, ret->status)) return check_json(c, r, ret);
        if (i < TRIES && pause_and_try_again(c, ret->status, retry_after)) continue;
        say_problem(c, ret);
        return CODE_REFUSED;
    }
}

enum code call(struct ctl *c, const struct request *r, struct response *ret)
{
    auto_buf body = BUF_INIT(BODY_MAX);
    struct headers headers = { .n = 0 };
    struct http_request h = { .method = r->method, .dest = HTTP_OPERATOR, .max_bytes = BODY_MAX };
    struct err e = { 0 };
    if (r->record) record_encode(r->record, r->in, &body);
    else if (r->body) buf_str(&body, r->body);
    h.url = arena_fmt(c->arena, "%s%s", c->url, r->path ? r->path : "/");
    fill_headers(c, r, r->key ? r->key : is_post(r) ? new_key(c) : NULL, r->record || r->body || r->upload, &headers);
    h.headers = headers.v;
    h.n_headers = headers.n;
    h.body = body.p;
    h.n_body = r->upload ? r->n_upload : body.n;
    h.upload = r->upload;
    h.head_ms = r->upload ? 3600000 : (r->wait + 60) * 1000;
    if (!r->path || buf_check(&body, &e) != ERR_OK || arena_check(c->arena, &e) != ERR_OK) {
        complain("%s", r->path ? e.msg : "out of memory");
        return CODE_REFUSED;
    }
    return repeat(c, r, &h, ret);
}

enum code call_get(struct ctl *c, const char *path, struct response *ret)
{
    return call(c, &(struct request){ .path = path }, ret);
}

enum code call_post(struct ctl *c, const char *path, const struct record *record, const void *in, struct response *ret)
{
    return call(c, &(struct request){ .method = "POST", .path = path, .record = record, .in = in }, ret);
}

/* ---- paths and lists ---- */

static void add_escaped(struct buf *b, const char *s)
{
    for (const unsigned char *p = (const unsigned char *)s; *p; p++) {
        bool plain =
            (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr("-._~", *p);
        if (plain) buf_char(b, (char)*p);
        else buf_fmt(b, "%%%02X", *p);
    }
}

const char *path_of(struct ctl *c, const char *collection, const char *id, const char *rest)
{
    auto_buf b = BUF_INIT(PATH_BYTES);
    struct err e;
    buf_fmt(&b, "/%s/", collection);
    add_escaped(&b, id);
    buf_str(&b, rest);
    return buf_check(&b, &e) == ERR_OK ? arena_dup(c->arena, buf_cstr(&b)) : NULL;
}

void query_add(struct buf *path, const char *name, const char *value)
{
    if (!value) return;
    buf_fmt(path, "%c%s=", strchr(buf_cstr(path), '?') ? '&' : '?', name);
    add_escaped(path, value);
}

static enum code list_page(struct ctl *c, const struct listing *l, int64_t *seen, const char **cursor)
{
    auto_response r = { 0 };
    auto_buf b = BUF_INIT(PATH_BYTES);
    enum code code;
    size_t i;
    const json_t *v;
    buf_str(&b, l->path);
    query_add(&b, l->cursor ? l->cursor : "cursor", *cursor);
    code = call_get(c, buf_cstr(&b), &r);
    if (code != CODE_DONE) return code;
    json_array_foreach((json_t *)(uintptr_t)jo(r.json, l->member), i, v)
        if (++*seen <= l->limit) l->fn(l->arg, v);
    *cursor = *js(r.json, "next_cursor") ? arena_dup(c->arena, js(r.json, "next_cursor")) : NULL;
    return CODE_DONE;
}

enum code call_list(struct ctl *c, const struct listing *l)
{
    const char *cursor = NULL;
    int64_t seen = 0;
    enum code code;
    do code = list_page(c, l, &seen, &cursor);
    while (code == CODE_DONE && cursor && seen < l->limit);
    return code;
}

const char *plan_id(struct ctl *c, const char *arg, enum code *ret)
{
    auto_response r = { 0 };
    const char *id;
    *ret = CODE_DONE;
    if (strcmp(arg, "last") != 0) return arg;
    *ret = call_get(c, "/plans?limit=1", &r);
    if (*ret != CODE_DONE) return NULL;
    id = js(json_array_get(jo(r.json, "plans"), 0), "id");
    if (*id) return arena_dup(c->arena, id);
    complain("there are no plans yet");
    *ret = CODE_REFUSED;
    return NULL;
}
