/* The server as its clients see it: answers, headers, refusals, limits. */
#include "unit/web_fixture.h"

#include "unit/check_main.h"
#include "web/request.h"

static struct site site, *const s = &site;
static struct heard a;

START_TEST(test_health)
{
    site_open(s);
    int fd = dial(s);
    ck_assert(say(fd, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"));
    hear(fd, &a);
    ck_assert_int_eq(a.status, 200);
    ck_assert_str_eq(a.body, "ok\n");
    ck_assert_str_eq(header(&a, "API-Version"), API_VERSION);
    ck_assert_str_eq(header(&a, "X-Content-Type-Options"), "nosniff");
    ck_assert_str_eq(header(&a, "Referrer-Policy"), "no-referrer");
    ck_assert_str_eq(header(&a, "Cache-Control"), "no-store");
    ck_assert_uint_gt(strlen(header(&a, "X-Request-Id")), 10);
    ask_on(s, fd, "GET", "/readyz?verbose", NULL, NULL, &a); /* the same connection */
    ck_assert_int_eq(a.status, 200);
    ck_assert_ptr_nonnull(strstr(a.body, "[+] store\n"));
    ask_on(s, fd, "HEAD", "/healthz", NULL, NULL, &a);
    ck_assert_int_eq(a.status, 200);
    ck_assert_str_eq(header(&a, "Content-Length"), "3");
    ask_on(s, fd, "GET", "/metrics", NULL, NULL, &a);
    ck_assert_int_eq(a.status, 200);
    ck_assert_ptr_nonnull(
        strstr(a.body, "pland_http_requests_total{method=\"GET\",route=\"/livez\",code=\"200\"} 1\n"));
    ck_assert_ptr_nonnull(strstr(a.body, "\npland_http_connections 1\n"));
    ck_assert_ptr_nonnull(strstr(a.body, "\npland_jobs{state=\"queued\"} 0\n"));
    (void)close(fd);
    forget(&a);
    site_close(s);
}
END_TEST

static void expect_problem(int status, const char *slug)
{
    char type[120];
    (void)snprintf(type, sizeof type, "https://pland.dev/problems/%s", slug);
    ck_assert_msg(a.status == status, "%d, not %d: %s", a.status, status, a.body ? a.body : "");
    ck_assert_str_eq(header(&a, "Content-Type"), "application/problem+json");
    ck_assert_str_eq(member(&a, "type"), type);
    ck_assert_uint_gt(strlen(member(&a, "title")), 0);
    ck_assert_uint_gt(strlen(member(&a, "detail")), 0);
    ck_assert_str_eq(member(&a, "request_id"), header(&a, "X-Request-Id"));
}

START_TEST(test_refusals)
{
    site_open(s);
    ask(s, "GET", "/nothing", NULL, NULL, &a);
    expect_problem(404, "not-found");
    ck_assert_str_eq(member(&a, "instance"), "/nothing");
    ask(s, "PUT", "/plans", NULL, NULL, &a);
    expect_problem(405, "method-not-allowed");
    ck_assert_str_eq(header(&a, "Allow"), "POST, GET, HEAD, OPTIONS");
    ask(s, "OPTIONS", "/plans", NULL, NULL, &a);
    ck_assert_int_eq(a.status, 204);
    ck_assert_str_eq(header(&a, "Allow"), "POST, GET, HEAD, OPTIONS");
    ask(s, "GET", "/plans?stat=x", NULL, NULL, &a);
    expect_problem(400, "syntax");
    ask(s, "GET", "/plans?q=%zz", NULL, NULL, &a);
    expect_problem(400, "syntax");
    ask(s, "GET", "/plans", "API-Version: 1999-01-01\r\n", NULL, &a);
    expect_problem(400, "syntax");
    ask(s, "GET", "/plans", "API-Version: " API_VERSION "\r\n", NULL, &a);
    ck_assert_int_eq(a.status, 200);
    ask(s, "POST", "/plans/plan_x/approval", NULL, "{}", &a);
    expect_problem(428, "match-required");
    ask(s, "POST", "/plans", "Content-Encoding: gzip\r\n", "{}", &a);
    expect_problem(415, "unsupported-media-type");
    ask(s, "POST", "/plans", "Idempotency-Key: \x7f\r\n", "{}", &a);
    expect_problem(400, "syntax");
    ask(s, "POST", "/plans", NULL, "{\"ticket\":{\"title\":7}}", &a);
    expect_problem(400, "invalid");
    ck_assert_ptr_nonnull(strstr(a.body, "\"pointer\":\"/ticket/title\""));
    ask(s, "POST", "/plans", NULL, "{\"nonsense\":1}", &a);
    ck_assert_ptr_nonnull(strstr(a.body, "\"pointer\":\"/nonsense\""));
    ask(s, "POST", "/plans", NULL, "{", &a);
    expect_problem(400, "syntax");
    ask(s, "POST", "/tokens", NULL, "", &a);
    expect_problem(400, "syntax");
    forget(&a);
    site_close(s);
}
END_TEST

START_TEST(test_identity)
{
    site_open(s);
    int fd = dial(s);
    ck_assert(say(fd, "GET /plans HTTP/1.1\r\nHost: x\r\n\r\n"));
    hear(fd, &a);
    expect_problem(401, "unauthenticated");
    ck_assert_str_eq(header(&a, "WWW-Authenticate"), "Bearer realm=\"pland\"");
    ck_assert(say(fd, "GET /plans HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer pland_wrong\r\n\r\n"));
    hear(fd, &a);
    expect_problem(401, "unauthenticated");
    ck_assert_ptr_nonnull(strstr(header(&a, "WWW-Authenticate"), "invalid_token"));
    (void)close(fd);
    ask(s, "POST", "/tokens", NULL, "{\"name\":\"looker\",\"role\":\"viewer\",\"project\":\"default\"}", &a);
    ck_assert_msg(a.status == 201, "%s", a.body);
    ck_assert_int_eq(strncmp(header(&a, "Location"), "/tokens/tok_", 12), 0);
    (void)snprintf(s->token, sizeof s->token, "%s", member(&a, "secret"));
    ask(s, "GET", header(&a, "Location"), NULL, NULL, &a);
    expect_problem(403, "forbidden");
    ask(s, "GET", "/plans", NULL, NULL, &a);
    ck_assert_int_eq(a.status, 200);
    ask(s, "POST", "/plans", NULL, "{}", &a);
    expect_problem(403, "forbidden");
    forget(&a);
    site_close(s);
}
END_TEST

START_TEST(test_plan_comes_and_goes)
{
    char path[80], etag[80], headers[160];
    site_open(s);
    ask(s, "POST", "/plans", NULL, NULL, &a);
    ck_assert_msg(a.status == 201, "%s", a.body);
    ck_assert_str_eq(member(&a, "state"), "awaiting_ticket");
    (void)snprintf(path, sizeof path, "%s", header(&a, "Location"));
    ck_assert_int_eq(strncmp(path, "/plans/plan_", 12), 0);
    ck_assert_str_eq(member(&a, "id"), path + 7);
    ask(s, "GET", path, NULL, NULL, &a);
    ck_assert_int_eq(a.status, 200);
    ck_assert_str_eq(header(&a, "Cache-Control"), "private, no-cache");
    (void)snprintf(etag, sizeof etag, "%s", header(&a, "ETag"));
    (void)snprintf(headers, sizeof headers, "If-None-Match: \"x\", %s\r\n", etag);
    ask(s, "GET", path, headers, NULL, &a);
    ck_assert_int_eq(a.status, 304);
    ck_assert_str_eq(header(&a, "ETag"), etag);
    ask(s, "PATCH", path, NULL, "{\"title\":\"New title\"}", &a);
    ck_assert_msg(a.status == 200, "%s", a.body);
    ck_assert_str_eq(member(&a, "title"), "New title");
    ck_assert_str_ne(header(&a, "ETag"), etag);
    ck_assert_str_eq(header(&a, "Content-Location"), path);
    ask(s, "GET", path, headers, NULL, &a);
    ck_assert_int_eq(a.status, 200);
    ask(s, "DELETE", path, NULL, NULL, &a);
    ck_assert_int_eq(a.status, 204);
    ask(s, "GET", path, NULL, NULL, &a);
    expect_problem(410, "gone");
    forget(&a);
    site_close(s);
}
END_TEST

START_TEST(test_idempotency)
{
    char first[80];
    site_open(s);
    ask(s, "POST", "/plans", "Idempotency-Key: k1\r\n", "{}", &a);
    ck_assert_int_eq(a.status, 201);
    ck_assert_str_eq(header(&a, "Idempotent-Replayed"), "");
    (void)snprintf(first, sizeof first, "%s", header(&a, "Location"));
    ask(s, "POST", "/plans", "Idempotency-Key: \"k1\"\r\n", "{}", &a);
    ck_assert_int_eq(a.status, 201);
    ck_assert_str_eq(header(&a, "Location"), first);
    ck_assert_str_eq(header(&a, "Idempotent-Replayed"), "true");
    ck_assert_str_eq(member(&a, "id"), first + 7);
    ask(s, "POST", "/plans", "Idempotency-Key: k1\r\n", "{\"mode\":\"auto\"}", &a);
    expect_problem(422, "reused-key");
    ask(s, "POST", "/plans", "Idempotency-Key: k2\r\n", "{}", &a);
    ck_assert_str_ne(header(&a, "Location"), first);
    /* a secret is not shown again */
    ask(s, "POST", "/tokens", "Idempotency-Key: t\r\n", "{\"name\":\"n\",\"role\":\"viewer\"}", &a);
    ck_assert_uint_gt(strlen(member(&a, "secret")), 20);
    ask(s, "POST", "/tokens", "Idempotency-Key: t\r\n", "{\"name\":\"n\",\"role\":\"viewer\"}", &a);
    ck_assert_int_eq(a.status, 201);
    ck_assert_str_eq(member(&a, "secret"), "");
    forget(&a);
    site_close(s);
}
END_TEST

START_TEST(test_ids_and_traces)
{
    site_open(s);
    ask(s, "GET", "/plans",
        "X-Request-Id: mine-1\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n", NULL, &a);
    ck_assert_str_eq(header(&a, "X-Request-Id"), "mine-1");
    ck_assert_int_eq(strncmp(header(&a, "traceparent"), "00-4bf92f3577b34da6a3ce929d0e0e4736-", 36), 0);
    ck_assert_ptr_null(strstr(header(&a, "traceparent"), "00f067aa0ba902b7")); /* a span of its own */
    ask(s, "GET", "/plans", "X-Request-Id: a b\r\ntraceparent: rubbish\r\n", NULL, &a);
    ck_assert_int_eq(strncmp(header(&a, "X-Request-Id"), "req_", 4), 0);
    ck_assert_uint_eq(strlen(header(&a, "traceparent")), 55);
    forget(&a);
    site_close(s);
}
END_TEST

START_TEST(test_paging)
{
    char second[200];
    const char *link;
    site_open(s);
    for (int i = 0; i < 3; i++) ask(s, "POST", "/plans", NULL, NULL, &a);
    ask(s, "GET", "/plans?limit=2&q=", NULL, NULL, &a);
    ck_assert_int_eq(a.status, 200);
    link = header(&a, "Link");
    ck_assert_int_eq(strncmp(link, "</plans?limit=2&q=&cursor=", 26), 0);
    (void)snprintf(second, sizeof second, "%.*s", (int)strcspn(link + 1, ">"), link + 1);
    ck_assert_uint_gt(strlen(member(&a, "next_cursor")), 0);
    ask(s, "GET", second, NULL, NULL, &a);
    ck_assert_int_eq(a.status, 200);
    ck_assert_str_eq(header(&a, "Link"), "");
    ck_assert_int_ne(strncmp(a.body, "{\"plans\":[]", 11), 0);
    forget(&a);
    site_close(s);
}
END_TEST

/* Served as JSON where the build has it; a build without it says so. */
START_TEST(test_api_document)
{
    site_open(s);
    ask(s, "GET", "/openapi.json", NULL, NULL, &a);
    if (a.status == 200) {
        ck_assert_str_eq(header(&a, "Content-Type"), "application/json");
        ck_assert_int_eq(strncmp(member(&a, "openapi"), "3.", 2), 0);
    } else {
        expect_problem(404, "not-found");
    }
    forget(&a);
    site_close(s);
}
END_TEST

START_TEST(test_rate)
{
    site_prepare(s);
    s->config.rate = 3;
    site_start(s);
    for (int i = 0; i < 3; i++) {
        ask(s, "GET", "/plans", NULL, NULL, &a);
        ck_assert_int_eq(a.status, 200);
    }
    ck_assert_str_eq(header(&a, "RateLimit-Policy"), "\"default\";q=3;w=60");
    ck_assert_int_eq(strncmp(header(&a, "RateLimit"), "\"default\";r=0;t=", 16), 0);
    ask(s, "GET", "/plans", NULL, NULL, &a);
    ck_assert_int_eq(a.status, 429);
    ck_assert_str_eq(member(&a, "type"), "https://iana.org/assignments/http-problem-types#quota-exceeded");
    ck_assert_ptr_nonnull(strstr(a.body, "\"violated-policies\":[\"default\"]"));
    ck_assert_int_gt(strtol(header(&a, "Retry-After"), NULL, 10), 0);
    ask(s, "GET", "/livez", NULL, NULL, &a); /* machines that look after it are not counted */
    ck_assert_int_eq(a.status, 200);
    forget(&a);
    site_close(s);
}
END_TEST

START_TEST(test_start_refused_in_words)
{
    struct web *other = NULL;
    struct config c;
    site_open(s);
    c = s->config;
    struct web_config hooks = {.config = &c};
    c.listen = web_address(s->web);
    ck_assert_int_eq(web_start(&hooks, &s->service, &other, &s->e), ERR_CONFLICT);
    ck_assert_ptr_nonnull(strstr(s->e.msg, "in use"));
    c.listen = "127.0.0.1:0";
    c.tls_cert = "/nonexistent/cert.pem";
    ck_assert_int_eq(web_start(&hooks, &s->service, &other, &s->e), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(s->e.msg, "tls-key"));
    c.tls_key = "/nonexistent/key.pem";
    ck_assert_int_ne(web_start(&hooks, &s->service, &other, &s->e), ERR_OK);
    ck_assert_ptr_nonnull(strstr(s->e.msg, "/nonexistent/cert.pem"));
    c.tls_cert = c.tls_key = "/etc/hostname"; /* a file, but no PEM */
    ck_assert_int_eq(web_start(&hooks, &s->service, &other, &s->e), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(s->e.msg, "tls-cert"));
    c.tls_cert = c.tls_key = "";
    c.trusted_proxies = "everybody";
    ck_assert_int_eq(web_start(&hooks, &s->service, &other, &s->e), ERR_INVALID);
    ck_assert_ptr_null(other);
    site_close(s);
}
END_TEST

static enum err_kind verify(struct call *c, struct err *e)
{
    const char *signature = call_param(c, "header:x-signature");
    if (!signature || strcmp(signature, "good") != 0)
        return err_set(e, ERR_UNAUTHENTICATED, "the signature does not fit");
    return err_set(e, ERR_CONFLICT, "verified %s: %.*s", c->id, (int)c->n_body, c->body);
}

START_TEST(test_webhook_is_verified_first)
{
    site_open(s);
    ask(s, "POST", "/webhooks/src_1", NULL, "{}", &a);
    expect_problem(404, "not-found");
    site_close(s);
    site_prepare(s);
    s->hooks.webhook_verify = verify;
    site_start(s);
    ask(s, "POST", "/webhooks/src_1", NULL, "{}", &a);
    expect_problem(401, "unauthenticated");
    ask(s, "POST", "/webhooks/src_1", "X-Signature: good\r\n", "{\"a\":1}", &a);
    expect_problem(409, "conflict");
    ck_assert_str_eq(member(&a, "detail"), "verified src_1: {\"a\":1}");
    forget(&a);
    site_close(s);
}
END_TEST

UNIT_MAIN("web server",
          {test_health, test_refusals, test_identity, test_plan_comes_and_goes, test_idempotency, test_ids_and_traces,
           test_paging, test_api_document, test_rate, test_start_refused_in_words, test_webhook_is_verified_first})
