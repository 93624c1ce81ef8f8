/* One request on its way: libcurl's callbacks become the caller's events. */
#include "net/transfer.h"

#include <stdlib.h>
#include <string.h>
#include "pland/base/clock.h"

enum { HEAD_MAX = 256 << 10, TIMEOUT_DEFAULT = 60000 };

struct http_head {
    CURL *curl;
};

int64_t http_head_now(const struct http_head *h)
{
    return easy_peer_now(h->curl);
}

const char *http_head_get(const struct http_head *h, const char *name)
{
    return easy_header(h->curl, name);
}

void http_head_each(const struct http_head *h, void (*fn)(void *arg, const char *name, const char *value), void *arg)
{
    struct curl_header *at = NULL;
    while ((at = curl_easy_nextheader(h->curl, CURLH_HEADER, -1, at))) fn(arg, at->name, at->value);
}

static void watch(struct transfer *t)
{
    if (t->phase_at < *t->watch_at) *t->watch_at = t->phase_at;
}

static void keep_request_id(struct transfer *t)
{
    static const char *const names[] = { "x-request-id", "request-id" };
    for (size_t i = 0; i < countof(names); i++) {
        const char *v = easy_header(t->easy.curl, names[i]);
        if (!v) continue;
        (void)snprintf(t->request_id, sizeof t->request_id, "%s", v);
        return;
    }
}

static void head_arrived(struct transfer *t, long status)
{
    const struct http_head head = { .curl = t->easy.curl };
    t->headed = true;
    t->status = (int)status;
    t->retry_after_ms = easy_retry_after(t->easy.curl);
    keep_request_id(t);
    if (status < 300) easy_sent(&t->easy); /* else libcurl might send it again */
    t->phase_at = clock_mono() + t->idle_ms;
    watch(t);
    if (t->events.on_head) t->events.on_head(t->arg, t->status, &head);
}

static size_t on_header(char *p, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;
    long status = 0;
    n *= size;
    t->n_head += n;
    if (t->n_head > HEAD_MAX) {
        t->why = HTTP_END_TOO_LARGE;
        return 0;
    }
    if (t->headed || n == 0 || (p[0] != '\r' && p[0] != '\n')) return n; /* trailers come after the head */
    (void)curl_easy_getinfo(t->easy.curl, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 200) head_arrived(t, status);
    return n;
}

static size_t on_write(char *p, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;
    n *= size;
    t->n_bytes += n;
    if (t->n_bytes > t->max_bytes) {
        t->why = HTTP_END_TOO_LARGE;
        return 0;
    }
    t->phase_at = clock_mono() + t->idle_ms;
    if (t->events.on_data && !t->events.on_data(t->arg, p, n)) {
        t->why = HTTP_END_ABORTED;
        return 0;
    }
    return n;
}

static CURLcode transfer_hooks(struct transfer *t)
{
    CURL *curl = t->easy.curl;
    CURLcode code = curl_easy_setopt(curl, CURLOPT_PRIVATE, t);
    if (code == CURLE_OK) code = curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    if (code == CURLE_OK) code = curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
    if (code == CURLE_OK) code = curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_write);
    if (code == CURLE_OK) code = curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
    return code;
}

enum err_kind transfer_new(const struct setup *s, const struct http_request *r, const struct http_events *ev, void *arg,
                           struct transfer **ret, struct err *e)
{
    auto_transfer t = calloc(1, sizeof *t);
    enum err_kind k;
    if (!t) return err_nomem(e);
    t->events = *ev;
    t->arg = arg;
    t->lane = r->lane;
    t->sent_at = clock_mono();
    t->total_at = r->total_ms > 0 ? t->sent_at + r->total_ms : INT64_MAX;
    t->head_ms = r->head_ms > 0 ? r->head_ms : TIMEOUT_DEFAULT;
    t->idle_ms = r->idle_ms > 0 ? r->idle_ms : TIMEOUT_DEFAULT;
    t->max_bytes = r->max_bytes ? r->max_bytes : (size_t)16 << 20;
    t->retry_after_ms = -1;
    k = easy_init(&t->easy, curl_easy_init(), s, r, e);
    if (k == ERR_OK && transfer_hooks(t) != CURLE_OK) k = err_nomem(e);
    if (k == ERR_OK) *ret = TAKE(t);
    return k;
}

void transfer_free(struct transfer *t)
{
    if (!t) return;
    easy_release(&t->easy);
    free(t);
}

void transfer_begin(struct transfer *t, int64_t *watch_at)
{
    t->watch_at = watch_at;
    t->phase_at = clock_mono() + t->head_ms;
    watch(t);
    if (t->total_at < *watch_at) *watch_at = t->total_at;
}

int64_t transfer_deadline(const struct transfer *t)
{
    return t->total_at < t->phase_at ? t->total_at : t->phase_at;
}

enum http_end transfer_overdue(const struct transfer *t, int64_t now)
{
    if (t->total_at <= now) return HTTP_END_TOO_LATE;
    return t->headed ? HTTP_END_IDLE : HTTP_END_NO_HEAD;
}

void transfer_tell(struct transfer *t, enum http_end end, CURLcode code)
{
    struct http_result r = { .end = end, .message = end_words(end) };
    if (end == HTTP_END_ANSWERED && t->why != HTTP_END_ANSWERED) {
        r.end = t->why;
        r.message = end_words(r.end);
    } else if (end == HTTP_END_ANSWERED) {
        r.end = easy_end(&t->easy, code);
        r.message = easy_words(&t->easy, code);
    }
    r.kind = end_kind(r.end);
    r.status = t->status;
    r.curl_code = (int)code;
    r.retry_after_ms = t->retry_after_ms;
    r.request_id = t->request_id;
    r.elapsed_ms = clock_mono() - t->sent_at;
    t->events.on_done(t->arg, &r);
}
