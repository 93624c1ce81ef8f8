/* Protects: every accepted request ends exactly once and with the right reason, whatever the peer does. */
#include "pland/net/http.h"

#include "unit/check_main.h"
#include "unit/net_fixture.h"

static const struct {
    const char *path;
    struct http_request r;
    enum http_end end;
    int status;
    const char *body;
    int64_t retry_after_ms;
} rows[] = {
    { "/echo", { .method = "POST", .body = "hello", .n_body = 5 }, HTTP_END_ANSWERED, 200, "hello", -1 },
    { "/echo", { .method = "POST" }, HTTP_END_ANSWERED, 200, "", -1 },
    { "/echo", { .method = "PUT", .body = "a\0b", .n_body = 3 }, HTTP_END_ANSWERED, 200, "a", -1 },
    { "/echo", { .method = "HEAD" }, HTTP_END_ANSWERED, 200, "", -1 },
    { "/chunked",
      { .method = "GET" },
      HTTP_END_ANSWERED,
      200,
      "piece,piece,piece,piece,piece,piece,piece,piece,piece,piece,",
      -1 },
    { "/busy", { .method = NULL }, HTTP_END_ANSWERED, 429, "slow", 7000 },
    { "/busy-ms", { .method = NULL }, HTTP_END_ANSWERED, 503, "", 250 },
    { "/moved", { .method = NULL }, HTTP_END_ANSWERED, 302, "", -1 },
    { "/silent", { .head_ms = 100, .idle_ms = 60000 }, HTTP_END_NO_HEAD, 0, "", -1 },
    { "/silent", { .total_ms = 100 }, HTTP_END_TOO_LATE, 0, "", -1 },
    { "/part", { .head_ms = 60000, .idle_ms = 100 }, HTTP_END_IDLE, 200, "some", -1 },
    { "/part", { .idle_ms = 60000, .total_ms = 150 }, HTTP_END_TOO_LATE, 200, "some", -1 },
    { "/reset", { .method = NULL }, HTTP_END_BROKEN, 200, NULL, -1 },
    { "/short", { .method = NULL }, HTTP_END_BROKEN, 200, "some", -1 },
    { "/nothing", { .method = NULL }, HTTP_END_BROKEN, 0, "", -1 },
    { "/garbage", { .method = NULL }, HTTP_END_BROKEN, 0, "", -1 },
    { "/flood", { .max_bytes = 100000 }, HTTP_END_TOO_LARGE, 200, NULL, -1 },
    { "/head-flood", { .method = NULL }, HTTP_END_TOO_LARGE, 0, "", -1 },
};

START_TEST(test_each_way_to_end)
{
    const struct http_config c = { 0 };
    struct fixture f;
    setup(&f, &c);
    for (size_t i = 0; i < countof(rows); i++) {
        struct got g;
        got_init(&g);
        ck_assert_int_eq(send_to(&f, rows[i].path, rows[i].r, &g), ERR_OK);
        wait_done(&g);
        ck_assert_msg(g.end == rows[i].end, "%s: %s (%s)", rows[i].path, http_end_name(g.end), g.message);
        ck_assert_int_eq(g.status, rows[i].status);
        if (rows[i].body) ck_assert_str_eq(g.body, rows[i].body);
        ck_assert_int_eq(g.retry_after_ms, rows[i].retry_after_ms);
        ck_assert_int_eq(g.message[0] == '\0', g.kind == ERR_OK);
        if (strcmp(rows[i].path, "/echo") == 0) ck_assert_str_eq(g.request_id, "req-1");
        if (strcmp(rows[i].path, "/chunked") == 0) ck_assert_str_eq(g.type, "text/event-stream");
        got_release(&g);
    }
    teardown(&f);
}
END_TEST

START_TEST(test_headers_as_given)
{
    static const struct http_header good[] = { { "traceparent", "00-aa-bb-01" },
                                               { "X-Empty", "" },
                                               { "Content-Type", "application/json" } };
    static const struct http_header bad[] = {
        { "X-A", "b\r\nHost: evil" }, { "X A", "b" }, { "", "b" }, { "X:", "b" }
    };
    const struct http_config c = { .user_agent = "tester/1" };
    struct fixture f;
    struct got g;
    setup(&f, &c);
    got_init(&g);
    ck_assert_int_eq(send_to(&f, "/head", (struct http_request){ .headers = good, .n_headers = 3 }, &g), ERR_OK);
    wait_done(&g);
    ck_assert_ptr_nonnull(strstr(g.body, "\r\ntraceparent: 00-aa-bb-01"));
    ck_assert_ptr_nonnull(strstr(g.body, "\r\nX-Empty:\r\n"));
    ck_assert_ptr_nonnull(strstr(g.body, "\r\nContent-Type: application/json"));
    ck_assert_ptr_nonnull(strstr(g.body, "\r\nUser-Agent: tester/1"));
    ck_assert_ptr_null(strcasestr(g.body, "\r\nexpect"));
    got_release(&g);
    got_init(&g);
    for (size_t i = 0; i < countof(bad); i++) {
        ck_assert_int_eq(send_to(&f, "/x", (struct http_request){ .headers = &bad[i], .n_headers = 1 }, &g),
                         ERR_INVALID);
    }
    ck_assert_int_eq(send_to(&f, "/x", (struct http_request){ .method = "GET /" }, &g), ERR_INVALID);
    ck_assert_int_eq(g.dones, 0);
    got_release(&g);
    teardown(&f);
}
END_TEST

/* One connection serves one request after the other. */
START_TEST(test_connection_is_kept)
{
    const struct http_config c = { 0 };
    struct fixture f;
    setup(&f, &c);
    for (int i = 0; i < 20; i++) {
        struct got g;
        got_init(&g);
        ck_assert_int_eq(send_to(&f, "/echo", (struct http_request){ .method = "POST", .body = "x", .n_body = 1 }, &g),
                         ERR_OK);
        wait_done(&g);
        ck_assert_int_eq(g.end, HTTP_END_ANSWERED);
        got_release(&g);
    }
    ck_assert_int_eq(atomic_load(&f.peer.accepted), 1);
    teardown(&f);
}
END_TEST

START_TEST(test_many_at_once)
{
    enum { MANY = 100 };
    const struct http_config c = { .max_running = 40 };
    static struct got g[MANY];
    struct fixture f;
    setup(&f, &c);
    for (int i = 0; i < MANY; i++) {
        got_init(&g[i]);
        ck_assert_int_eq(send_to(&f, "/chunked", (struct http_request){ .method = NULL }, &g[i]), ERR_OK);
    }
    for (int i = 0; i < MANY; i++) {
        wait_done(&g[i]);
        ck_assert_int_eq(g[i].end, HTTP_END_ANSWERED);
        ck_assert_uint_eq(g[i].n, 60);
        got_release(&g[i]);
    }
    ck_assert_int_le(atomic_load(&f.peer.accepted), 40);
    teardown(&f);
}
END_TEST

static unsigned closed_port(void)
{
    struct peer p;
    peer_start(&p, script, NULL);
    peer_stop(&p);
    return p.port;
}

START_TEST(test_unreached)
{
    const struct http_config c = { 0 };
    struct fixture f;
    struct got g;
    char url[64];
    struct err e = { 0 };
    struct http_request r = { .url = url };
    setup(&f, &c);
    got_init(&g);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", closed_port());
    ck_assert_int_eq(http_send(f.loop, &r, &events, &g, NULL, &e), ERR_OK);
    wait_done(&g);
    ck_assert_int_eq(g.end, HTTP_END_UNREACHED);
    ck_assert_int_eq(g.kind, ERR_UPSTREAM);
    got_release(&g);
    teardown(&f);
}
END_TEST

UNIT_MAIN("net_loop", { test_each_way_to_end, test_headers_as_given, test_connection_is_kept, test_many_at_once,
                        test_unreached })
