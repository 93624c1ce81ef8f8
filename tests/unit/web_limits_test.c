/* Hostile and clumsy clients: sizes, framing, slowness. Each limit answers clearly, and costs nobody else anything. */
#include "unit/web_fixture.h"

#include "pland/base/clock.h"
#include "unit/check_main.h"

static struct site site, *const s = &site;
static struct heard a;

static char *filled(size_t n)
{
    char *p = malloc(n + 1);
    ck_assert_ptr_nonnull(p);
    memset(p, 'x', n);
    p[n] = '\0';
    return p;
}

static void start_line(int fd, const char *method, const char *path)
{
    ck_assert(say(fd, "%s %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n", method, path, s->token));
}

START_TEST(test_large_headers)
{
    char *six = filled(6000), *forty = filled(40000), *target = filled(9000);
    int fd;
    site_open(s);
    fd = dial(s);
    start_line(fd, "GET", "/plans");
    ck_assert(say(fd, "X-Big: %s\r\n\r\n", six));
    hear(fd, &a);
    ck_assert_int_eq(a.status, 200);
    (void)close(fd);
    fd = dial(s);
    ck_assert(say(fd, "GET /%s HTTP/1.1\r\nHost: x\r\n\r\n", target));
    hear(fd, &a);
    ck_assert_int_eq(a.status, 414);
    ck_assert_str_eq(header(&a, "Content-Type"), "application/problem+json");
    (void)close(fd);
    fd = dial(s);
    start_line(fd, "GET", "/plans");
    (void)say_bytes(fd, "X-Big: ", 7);
    (void)say_bytes(fd, forty, 40000);
    (void)say_bytes(fd, "\r\n\r\n", 4);
    hear(fd, &a);
    ck_assert_int_eq(a.status, 431);
    (void)close(fd);
    free(six);
    free(forty);
    free(target);
    forget(&a);
    site_close(s);
}
END_TEST

/* The announcement alone is enough: nothing of the body is sent here. */
START_TEST(test_announced_too_large)
{
    site_open(s);
    int fd = dial(s);
    start_line(fd, "POST", "/plans");
    ck_assert(say(fd, "Content-Type: application/json\r\nContent-Length: 300001\r\n\r\n"));
    hear(fd, &a);
    ck_assert_int_eq(a.status, 413);
    ck_assert_str_eq(member(&a, "detail"), "the body may have 300000 bytes at most");
    ck_assert(closes(fd));
    (void)close(fd);
    fd = dial(s);
    start_line(fd, "POST", "/plans");
    ck_assert(say(fd, "Content-Type: application/json\r\nContent-Length: 99999999999999999999999\r\n\r\n"));
    hear(fd, &a);
    ck_assert_int_eq(a.status, 413);
    (void)close(fd);
    forget(&a);
    site_close(s);
}
END_TEST

/* A client that sends all of it before it looks at the answer still gets the answer, not a reset. */
START_TEST(test_too_large_is_heard_by_those_who_talk_on)
{
    char *body = filled(1000000);
    site_open(s);
    int fd = dial(s);
    start_line(fd, "POST", "/plans");
    ck_assert(say(fd, "Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"));
    ck_assert(say_bytes(fd, body, 1000000));
    hear(fd, &a);
    ck_assert_int_eq(a.status, 413);
    (void)close(fd);
    free(body);
    forget(&a);
    site_close(s);
}
END_TEST

START_TEST(test_chunked)
{
    char *chunk = filled(50000);
    bool taken = true;
    int fd;
    site_open(s);
    fd = dial(s);
    start_line(fd, "POST", "/plans");
    ck_assert(say(
        fd, "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n"));
    hear(fd, &a);
    ck_assert_int_eq(a.status, 201);
    start_line(fd, "POST", "/plans"); /* goes on */
    ck_assert(say(fd, "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 7 && taken; i++) taken = say(fd, "c350\r\n") && say_bytes(fd, chunk, 50000) && say(fd, "\r\n");
    hear(fd, &a); /* without an end of the body */
    ck_assert_int_eq(a.status, 413);
    ck_assert(closes(fd));
    (void)close(fd);
    free(chunk);
    forget(&a);
    site_close(s);
}
END_TEST

START_TEST(test_framing)
{
    static const char *const bad[] = {
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Content-Length: -2\r\n",
        "Content-Length: 2x\r\n",
    };
    site_open(s);
    for (size_t i = 0; i < countof(bad); i++) {
        int fd = dial(s);
        start_line(fd, "POST", "/plans");
        (void)say(fd, "%s\r\n{}", bad[i]);
        hear(fd, &a);
        ck_assert_msg(a.status == 400, "%s: %d", bad[i], a.status);
        (void)close(fd);
    }
    ask(s, "GET", "/plans", "Authorization: Bearer other\r\n", NULL, &a);
    ck_assert_int_eq(a.status, 400);
    forget(&a);
    site_close(s);
}
END_TEST

START_TEST(test_expect)
{
    site_open(s);
    int fd = dial(s);
    start_line(fd, "POST", "/plans");
    ck_assert(say(fd, "Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
    ck_assert(hear_head(fd, &a));
    ck_assert_int_eq(a.status, 100);
    ck_assert(say(fd, "{}"));
    hear(fd, &a);
    ck_assert_int_eq(a.status, 201);
    start_line(fd, "POST", "/nowhere"); /* refused before the body is asked for */
    ck_assert(say(fd, "Content-Length: 200000\r\nExpect: 100-continue\r\n\r\n"));
    ck_assert(hear_head(fd, &a));
    ck_assert_int_eq(a.status, 404);
    ck_assert(closes(fd));
    (void)close(fd);
    forget(&a);
    site_close(s);
}
END_TEST

/* A refusal with a small body costs no connection. */
START_TEST(test_refused_connection_goes_on)
{
    site_open(s);
    int fd = dial(s);
    ask_on(s, fd, "POST", "/nowhere", NULL, "{\"a\":1}", &a);
    ck_assert_int_eq(a.status, 404);
    ask_on(s, fd, "POST", "/plans", NULL, "{}", &a);
    ck_assert_int_eq(a.status, 201);
    ck_assert(
        say(fd, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")); /* pipelined */
    hear(fd, &a);
    ck_assert_int_eq(a.status, 200);
    hear(fd, &a);
    ck_assert_int_eq(a.status, 200);
    (void)close(fd);
    forget(&a);
    site_close(s);
}
END_TEST

/* One byte now and then keeps no connection open, in the headers or in the body. */
static void drip(int fd, const char *text, int64_t *ret_ms)
{
    int64_t began = clock_mono();
    struct timeval look = {.tv_usec = 200000};
    char c;
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &look, sizeof look), 0);
    for (const char *p = text; clock_mono() - began < 15000; p += p[1] != '\0') {
        if (!say_bytes(fd, p, 1)) break;
        if (recv(fd, &c, 1, MSG_PEEK) >= 0) break;
    }
    *ret_ms = clock_mono() - began;
}

START_TEST(test_slow)
{
    int64_t ms;
    int fd;
    site_prepare(s);
    s->config.request_timeout = 2;
    site_start(s);
    fd = dial(s);
    start_line(fd, "POST", "/plans");
    ck_assert(say(fd, "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"));
    drip(fd, "          ", &ms);
    hear(fd, &a);
    ck_assert_int_eq(a.status, 408);
    ck_assert_str_eq(member(&a, "type"), "https://pland.dev/problems/timeout");
    ck_assert_int_lt(ms, 8000);
    ck_assert(closes(fd));
    (void)close(fd);
    fd = dial(s);
    start_line(fd, "GET", "/plans");
    drip(fd, "X-Slow: aaaaaa", &ms);
    hear(fd, &a);
    ck_assert_int_eq(a.status, 408);
    ck_assert_int_lt(ms, 8000);
    (void)close(fd);
    fd = dial(s);
    drip(fd, "GET /looooong", &ms); /* not even a request line: closed */
    ck_assert(closes(fd));
    ck_assert_int_lt(ms, 8000);
    (void)close(fd);
    ask(s, "GET", "/livez", NULL, NULL, &a);
    ck_assert_int_eq(a.status, 200);
    forget(&a);
    site_close(s);
}
END_TEST

START_TEST(test_large_body_is_decoded_off_the_epoll_thread)
{
    char *text = filled(200000), *body = malloc(300000);
    ck_assert_ptr_nonnull(body);
    site_open(s);
    (void)snprintf(body, 300000, "{\"ticket\":{\"title\":\"t\",\"body\":\"%s\"}}", text);
    ask(s, "POST", "/plans", NULL, body, &a);
    ck_assert_msg(a.status == 201 || a.status == 400, "%d", a.status); /* the record may say that this is too long */
    (void)snprintf(body, 300000, "{\"ticket\":{\"title\":\"t\",\"bad%s\":1}}", text + 100000);
    ask(s, "POST", "/plans", NULL, body, &a);
    ck_assert_int_eq(a.status, 400);
    ck_assert_ptr_nonnull(strstr(a.body, "\"pointer\":\"/ticket/bad"));
    free(text);
    free(body);
    forget(&a);
    site_close(s);
}
END_TEST

START_TEST(test_per_address)
{
    int fd[3];
    site_prepare(s);
    s->config.max_connections_per_ip = 2;
    site_start(s);
    for (int i = 0; i < 2; i++) {
        fd[i] = dial(s);
        ask_on(s, fd[i], "GET", "/livez", NULL, NULL, &a);
        ck_assert_int_eq(a.status, 200);
    }
    fd[2] = dial(s);
    ck_assert(closes(fd[2]));
    for (int i = 0; i < 3; i++) (void)close(fd[i]);
    forget(&a);
    site_close(s);
}
END_TEST

UNIT_MAIN("web limits", {test_large_headers, test_announced_too_large, test_too_large_is_heard_by_those_who_talk_on,
                         test_chunked, test_framing, test_expect, test_refused_connection_goes_on, test_slow,
                         test_large_body_is_decoded_off_the_epoll_thread, test_per_address})
