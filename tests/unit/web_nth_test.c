/* Every allocation of a request fails once: the client gets its answer, a refusal or a closed connection, never a
 * crash, and nothing is lost. The client here allocates nothing itself. */
#include "unit/nth.h"
#include "unit/web_fixture.h"

#include "unit/check_main.h"

static struct site site, *const s = &site;
static struct heard a;
static char path[80], etag[80];

/* Sends and reads whatever comes up to the end of one answer; returns its status, 0: closed without one. */
static int exchange(int fd, const char *request, size_t n)
{
    static char text[65536];
    size_t got = 0, whole = 0;
    ssize_t r;
    if (!say_bytes(fd, request, n)) return 0;
    while (got < sizeof text - 1 && (r = recv(fd, text + got, sizeof text - 1 - got, 0)) > 0) {
        const char *end, *length;
        got += (size_t)r;
        text[got] = '\0';
        if (!whole && (end = strstr(text, "\r\n\r\n")) != NULL) {
            length = strstr(text, "Content-Length: ");
            whole = (size_t)(end + 4 - text) + (length && length < end ? (size_t)strtoul(length + 16, NULL, 10) : 0);
        }
        if (whole && got >= whole) break;
    }
    return got > 12 ? (int)strtol(text + 9, NULL, 10) : 0;
}

struct probe {
    const char *name, *line, *headers, *body;
    int status;
    bool on_plan;
};

static size_t compose(const struct probe *p, char *ret, size_t cap)
{
    char target[200];
    (void)snprintf(target, sizeof target, p->line, p->on_plan ? path : "");
    return (size_t)snprintf(
        ret, cap,
        "%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer %s\r\nContent-Length: %zu\r\n%s%s\r\n%s",
        target, s->token, p->body ? strlen(p->body) : 0, p->on_plan && p->status == 304 ? etag : "",
        p->headers ? p->headers : "", p->body ? p->body : "");
}

static void each_fails_once(const struct probe *p)
{
    static char request[4096];
    size_t n = compose(p, request, sizeof request);
    long nth = 0;
    int status, last;
    do {
        int fd = dial(s);
        nth_arm(++nth);
        status = exchange(fd, request, n);
        nth_disarm();
        (void)close(fd);
        ck_assert_msg(status == p->status || status == 503 || status == 500 || status == 0, "%s: allocation %ld: %d",
                      p->name, nth, status);
        last = exchange(fd = dial(s), request, n); /* the next one is served */
        (void)close(fd);
        ck_assert_msg(last == p->status, "%s: after allocation %ld: %d", p->name, nth, last);
        ck_assert_int_lt(nth, 5000);
    } while (nth_hit());
    ck_assert_msg(nth > 3, "%s: nothing failed", p->name);
}

START_TEST(test_each_allocation)
{
    static const struct probe probes[] = {
        {.name = "health", .line = "GET /livez%s", .status = 200},
        {.name = "metrics", .line = "GET /metrics%s", .status = 200},
        {.name = "missing", .line = "GET /nothing%s?a=b", .status = 404, .headers = "X-Request-Id: r\r\n"},
        {.name = "read", .line = "GET %s", .status = 200, .on_plan = true},
        {.name = "unchanged", .line = "GET %s", .status = 304, .on_plan = true},
        {.name = "list", .line = "GET /plans%s?limit=1&q=t", .status = 200},
        {.name = "write", .line = "PATCH %s", .status = 200, .on_plan = true, .body = "{\"title\":\"t\"}"},
        {.name = "create", .line = "POST /plans%s", .status = 201, .headers = "Idempotency-Key: k\r\n", .body = "{}"},
        {.name = "invalid", .line = "POST /plans%s", .status = 400, .body = "{\"ticket\":[]}"},
    };
    NTH_SKIP();
    site_open(s);
    ask(s, "POST", "/plans", NULL, NULL, &a); /* what libraries set up once */
    forget(&a);
    site_close(s);
    long before = nth_live();
    site_prepare(s);
    s->config.http_threads = 1;
    site_start(s);
    ask(s, "POST", "/plans", NULL, NULL, &a);
    (void)snprintf(path, sizeof path, "%s", header(&a, "Location"));
    for (size_t i = 0; i < countof(probes); i++) {
        ask(s, "GET", path, NULL, NULL, &a);
        (void)snprintf(etag, sizeof etag, "If-None-Match: %s\r\n", header(&a, "ETag"));
        each_fails_once(&probes[i]);
    }
    forget(&a);
    site_close(s);
    ck_assert_int_le(nth_live(), before);
}
END_TEST

/* The first allocations of a poll, up to where it waits; draining answers it at once. */
START_TEST(test_poll)
{
    char request[600];
    NTH_SKIP();
    site_open(s);
    ask(s, "POST", "/plans", NULL, NULL, &a);
    (void)snprintf(path, sizeof path, "%s", header(&a, "Location"));
    (void)snprintf(etag, sizeof etag, "%s", header(&a, "ETag"));
    forget(&a);
    web_drain(s->web);
    size_t n = (size_t)snprintf(
        request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nIf-None-Match: %s\r\nPrefer: wait=1\r\n\r\n", path,
        s->token, etag);
    long nth = 0;
    do {
        int status, fd = dial(s);
        nth_arm(++nth);
        status = exchange(fd, request, n);
        nth_disarm();
        (void)close(fd);
        ck_assert_msg(status == 304 || status == 503 || status == 0, "allocation %ld: %d", nth, status);
    } while (nth_hit());
    ck_assert_int_gt(nth, 10);
    site_close(s);
}
END_TEST

/* Starting with allocations failing once: the first ones each, then (the API document has thousands) ever fewer. */
START_TEST(test_start)
{
    struct web *w = NULL;
    long nth = 0;
    NTH_SKIP();
    site_open(s);
    do {
        enum err_kind k;
        nth_arm(nth += 1 + nth / 40);
        k = web_start(&s->hooks, &s->service, &w, &s->e);
        nth_disarm();
        if (k == ERR_OK) web_stop(w);
        ck_assert_int_lt(nth, 1000000);
    } while (nth_hit());
    ck_assert_int_gt(nth, 5);
    site_close(s);
}
END_TEST

UNIT_MAIN("web nth", {test_each_allocation, test_poll, test_start})
