/* Calls to a ticket system's API: sent by the HTTP loop, waited for here. */
#include "tracker/api.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "tracker/inner.h"
#include "tracker/kind.h"

enum { ANSWER_MAX = 8 << 20, URL_MAX = 4000 };

enum err_kind api_open(struct tracker *t, const struct source_row *source, const struct source_settings *s,
                       struct arena *a, struct api *ret, struct err *e)
{
    const char *base = s->api && *s->api ? s->api : NULL;
    enum err_kind k;
    size_t n;
    *ret = (struct api){
        .tracker = t, .kind = kind_find(source->kind), .source = source, .settings = s, .arena = a, .retry_after_ms = -1
    };
    if (!ret->kind || !ret->kind->auth || !source->credential)
        return err_set(e, ERR_NOT_FOUND, "source %s has no token for its API", source->id);
    k = service_unseal(t->service, source->credential, source->n_credential, a, &ret->token, e);
    if (k != ERR_OK) return k;
    ret->base = arena_dup(a, base ? base : ret->kind->api);
    ret->kept = json_array();
    if (!ret->base || !ret->kept) return err_nomem(e);
    for (n = strlen(ret->base); n && ret->base[n - 1] == '/'; n--) {
    }
    ret->base = arena_dup_n(a, ret->base, n);
    return arena_check(a, e);
}

void api_close(struct api *a)
{
    json_decref(a->kept);
    a->kept = NULL;
}

/* --- one exchange ------------------------------------------------------------------------------------------------- */
struct exchange {
    struct lock lock;
    struct cond over;
    bool done;
    struct buf body;
    struct http_result result;
    char message[200], link[URL_MAX], limit[24], reset[24];
    int64_t peer_now;
};

static void on_head(void *arg, int status, const struct http_head *h)
{
    struct exchange *x = arg;
    const char *v;
    (void)status;
    if ((v = http_head_get(h, "link"))) (void)snprintf(x->link, sizeof x->link, "%s", v);
    if ((v = http_head_get(h, "x-ratelimit-remaining"))) (void)snprintf(x->limit, sizeof x->limit, "%s", v);
    if ((v = http_head_get(h, "x-ratelimit-reset"))) (void)snprintf(x->reset, sizeof x->reset, "%s", v);
    x->peer_now = http_head_now(h);
}

static bool on_data(void *arg, const char *p, size_t n)
{
    struct exchange *x = arg;
    buf_add(&x->body, p, n);
    return x->body.failed == ERR_OK;
}

static void on_done(void *arg, const struct http_result *r)
{
    struct exchange *x = arg;
    HOLD(&x->lock);
    x->result = *r;
    (void)snprintf(x->message, sizeof x->message, "%s", r->message);
    x->done = true;
    cond_signal(&x->over);
}

static enum err_kind exchange(struct api *a, struct http_request *r, struct exchange *x, struct err *e)
{
    static const struct http_events events = { .on_head = on_head, .on_data = on_data, .on_done = on_done };
    enum err_kind k = http_send(a->tracker->loop, r, &events, x, NULL, e);
    if (k != ERR_OK) return k;
    lock_enter(&x->lock);
    while (!x->done) cond_wait(&x->over, &x->lock);
    lock_leave(&x->lock);
    return ERR_OK;
}

/* --- addresses ---------------------------------------------------------------------------------------------------- */
static size_t origin_len(const char *url)
{
    const char *s = strstr(url, "://");
    return s ? (size_t)(s + 3 - url) + strcspn(s + 3, "/?#") : 0;
}

static bool own(const struct api *a, const char *url)
{
    const char *const places[] = { a->base, a->settings->api && *a->settings->api ? NULL : a->kind->files };
    size_t len = origin_len(url);
    for (size_t i = 0; i < countof(places); i++)
        if (places[i] && len && origin_len(places[i]) == len && strncasecmp(url, places[i], len) == 0) return true;
    return false;
}

/* The token goes to the configured place and nowhere else, whatever an answer says. */
static const char *address(struct api *a, const char *url, struct err *e)
{
    if (url[0] == '/' || !url[0]) return arena_fmt(a->arena, "%s%s", a->base, url);
    if (own(a, url)) return url;
    (void)err_set(e, ERR_UPSTREAM, "the API leads to another host: %.100s", url);
    return NULL;
}

/* `<https://…>; rel="next"` of a Link header. */
static const char *next_page(struct arena *a, const char *link)
{
    while (*link) {
        const char *open = strchr(link, '<'), *close = open ? strchr(open, '>') : NULL;
        size_t n;
        if (!close) return NULL;
        n = strcspn(close, ",");
        if (memmem(close, n, "rel=\"next\"", 10) || memmem(close, n, "rel=next", 8))
            return arena_dup_n(a, open + 1, (size_t)(close - open - 1));
        link = close + n;
    }
    return NULL;
}

/* --- answers ------------------------------------------------------------------------------------------------------ */
/* What the system says of it, for people: a line at most. */
static const char *words(struct api *a, const struct exchange *x)
{
    char *s = arena_dup_n(a->arena, buf_cstr(&x->body), x->body.n < 160 ? x->body.n : 160);
    for (char *p = s; p && *p; p++)
        if ((unsigned char)*p < ' ') *p = ' ';
    return s ? s : "";
}

static bool wants_pause(const struct exchange *x)
{
    int status = x->result.status;
    return status == 429 || (status == 403 && (strcmp(x->limit, "0") == 0 || x->result.retry_after_ms > 0));
}

static int64_t pause_ms(const struct exchange *x)
{
    int64_t reset = 0;
    if (x->result.retry_after_ms >= 0) return x->result.retry_after_ms;
    for (const char *p = x->reset; *p >= '0' && *p <= '9'; p++) reset = reset * 10 + (*p - '0');
    return reset * 1000 > x->peer_now && x->reset[0] ? reset * 1000 - x->peer_now : -1;
}

static enum err_kind refusal(struct api *a, const struct exchange *x, struct err *e)
{
    int status = x->result.status;
    const char *name = a->source->kind;
    if (x->result.end != HTTP_END_ANSWERED)
        return err_set(e, ERR_UPSTREAM, "%s: %s", name, x->message[0] ? x->message : http_end_name(x->result.end));
    if (wants_pause(x)) {
        a->retry_after_ms = pause_ms(x);
        return err_set(e, ERR_RATE, "%s wants fewer calls (status %d)", name, status);
    }
    if (status == 404 || status == 410)
        return err_set(e, ERR_NOT_FOUND, "%s has no such thing (status %d)", name, status);
    if (status == 401 || status == 403)
        return err_set(e, ERR_FORBIDDEN, "%s refuses the token (status %d): %s", name, status, words(a, x));
    if (status >= 500) return err_set(e, ERR_UPSTREAM, "%s failed (status %d)", name, status);
    return err_set(e, ERR_INVALID, "%s refused it (status %d): %s", name, status, words(a, x));
}

static enum err_kind take(struct api *a, struct exchange *x, const json_t **ret, struct err *e)
{
    json_t *v = NULL;
    enum err_kind k;
    if (x->result.end != HTTP_END_ANSWERED || x->result.status < 200 || x->result.status > 299) return refusal(a, x, e);
    if ((k = buf_check(&x->body, e)) != ERR_OK) return k;
    a->next = x->link[0] ? next_page(a->arena, x->link) : NULL;
    *ret = NULL;
    if (x->body.n == 0) return ERR_OK;
    if ((k = json_parse_loose(x->body.p, x->body.n, &v, e)) != ERR_OK) {
        if (k != ERR_NOMEM) k = err_set(e, ERR_UPSTREAM, "%s answers something else than JSON", a->source->kind);
        return k;
    }
    if (json_array_append_new(a->kept, v) != 0) return err_nomem(e); /* takes it all the same */
    *ret = v;
    return ERR_OK;
}

static void add(struct api_headers *h, const char *name, const char *value)
{
    if (h->n < countof(h->v)) h->v[h->n++] = (struct http_header){ name, value };
}

struct parcel { /* what is sent */
    const char *method, *url, *body;
    bool anonymous;
    size_t max_bytes;
};

static enum err_kind headers_of(struct api *a, const struct parcel *p, struct api_headers *h, struct err *e)
{
    if (p->body) add(h, "Content-Type", "application/json");
    add(h, "Accept", p->max_bytes == ANSWER_MAX ? "application/json" : "*/*");
    if (p->anonymous) return ERR_OK;
    if (!a->bearer) return a->kind->auth(a, h, e);
    add(h, "Authorization", a->bearer);
    return ERR_OK;
}

/* exchange_release() it, also after a failure. */
static enum err_kind send(struct api *a, const struct parcel *p, struct exchange *x, struct err *e)
{
    struct api_headers h = { .n = 0 };
    enum err_kind k;
    *x = (struct exchange){ .body = BUF_INIT(p->max_bytes), .result = { .retry_after_ms = -1 } };
    lock_init(&x->lock);
    cond_init(&x->over);
    if ((k = headers_of(a, p, &h, e)) != ERR_OK) return k;
    struct http_request r = { .method = p->method,
                              .url = p->url,
                              .dest = HTTP_API,
                              .lane = a->tracker->api_lane,
                              .headers = h.v,
                              .n_headers = h.n,
                              .body = p->body,
                              .n_body = p->body ? strlen(p->body) : 0,
                              .connect_ms = 10000,
                              .head_ms = 20000,
                              .idle_ms = 20000,
                              .total_ms = 60000,
                              .max_bytes = p->max_bytes };
    return exchange(a, &r, x, e);
}

static void exchange_release(struct exchange *x)
{
    cond_release(&x->over);
    lock_release(&x->lock);
    buf_release(&x->body);
}

enum err_kind api_call(struct api *a, const char *method, const char *url, const char *body, const json_t **ret,
                       struct err *e)
{
    struct parcel p = { .method = method, .url = address(a, url, e), .body = body, .max_bytes = ANSWER_MAX };
    struct exchange x;
    const json_t *unused;
    enum err_kind k;
    a->retry_after_ms = -1;
    a->next = NULL;
    if (!p.url) return e->kind;
    k = send(a, &p, &x, e);
    if (k == ERR_OK) k = take(a, &x, ret ? ret : &unused, e);
    exchange_release(&x);
    return k;
}

enum err_kind api_file(struct api *a, const char *url, struct buf *ret, struct err *e)
{
    bool path = url[0] == '/';
    struct parcel p = { .method = "GET",
                        .url = path ? address(a, url, e) : url,
                        .anonymous = !path && !own(a, url),
                        .max_bytes = ret->max };
    struct exchange x;
    enum err_kind k;
    if (!p.url) return e->kind;
    k = send(a, &p, &x, e);
    if (k == ERR_OK && (x.result.end != HTTP_END_ANSWERED || x.result.status < 200 || x.result.status > 299))
        k = refusal(a, &x, e);
    if (k == ERR_OK) buf_add(ret, x.body.p, x.body.n);
    exchange_release(&x);
    return k == ERR_OK ? buf_check(ret, e) : k;
}

enum err_kind api_get(struct api *a, const json_t **ret, struct err *e, const char *fmt, ...)
{
    char text[URL_MAX];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return api_call(a, "GET", text, NULL, ret, e);
}

const char *api_escape(struct arena *a, const char *s)
{
    auto_buf b = BUF_INIT(URL_MAX);
    for (; *s; s++) {
        bool plain =
            (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') || strchr("-._~", *s);
        if (plain) buf_char(&b, *s);
        else buf_fmt(&b, "%%%02X", (unsigned)(unsigned char)*s);
    }
    return arena_dup(a, buf_cstr(&b));
}

const char *api_body(struct api *a, const char *key, const char *text)
{
    auto_buf b = BUF_INIT(1 << 20);
    buf_char(&b, '{');
    buf_key(&b, key);
    buf_json(&b, text);
    buf_char(&b, '}');
    return b.failed ? NULL : arena_dup(a->arena, buf_cstr(&b));
}
