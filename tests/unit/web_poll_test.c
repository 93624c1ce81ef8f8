/* Long polls, clients that go away, draining and stopping. */
#include "unit/web_fixture.h"

#include "pland/base/clock.h"
#include "unit/check_main.h"

static struct site site, *const s = &site;
static struct heard a, b;
static char path[80], etag[80];

static void make_plan(void)
{
    ask(s, "POST", "/plans", NULL, NULL, &a);
    ck_assert_int_eq(a.status, 201);
    (void)snprintf(path, sizeof path, "%s", header(&a, "Location"));
    (void)snprintf(etag, sizeof etag, "%s", header(&a, "ETag"));
}

static int wait_for_change(int seconds)
{
    int fd = dial(s);
    ck_assert(say(
        fd, "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nIf-None-Match: %s\r\nPrefer: wait=%d\r\n\r\n",
        path, s->token, etag, seconds));
    return fd;
}

/* The gauge of waiting polls reaches n. */
static void waiting_is(int n)
{
    char line[60];
    int64_t end = clock_mono() + 10000;
    (void)snprintf(line, sizeof line, "\npland_http_waiting %d\n", n);
    do {
        ask(s, "GET", "/metrics", NULL, NULL, &b);
        ck_assert_int_eq(b.status, 200);
        if (strstr(b.body, line)) return;
        usleep(5000);
    } while (clock_mono() < end);
    ck_abort_msg("no %d polls are waiting", n);
}

START_TEST(test_answers_when_something_happens)
{
    int64_t began;
    int fd[5];
    site_open(s);
    make_plan();
    for (int i = 0; i < 5; i++) fd[i] = wait_for_change(30);
    waiting_is(5);
    began = clock_mono();
    ask(s, "PATCH", path, NULL, "{\"title\":\"changed\"}", &a);
    ck_assert_int_eq(a.status, 200);
    for (int i = 0; i < 5; i++) {
        hear(fd[i], &a);
        ck_assert_int_eq(a.status, 200);
        ck_assert_str_eq(member(&a, "title"), "changed");
        ck_assert_str_ne(header(&a, "ETag"), etag);
        ck_assert_str_eq(header(&a, "Preference-Applied"), "wait=30");
    }
    ck_assert_int_lt(clock_mono() - began, 10000);
    waiting_is(0);
    ask_on(s, fd[0], "GET", "/livez", NULL, NULL, &a); /* the connection goes on */
    ck_assert_int_eq(a.status, 200);
    for (int i = 0; i < 5; i++) (void)close(fd[i]);
    forget(&a);
    forget(&b);
    site_close(s);
}
END_TEST

START_TEST(test_time_runs_out)
{
    int64_t began;
    int fd;
    site_prepare(s);
    s->config.wait_max = 1;
    site_start(s);
    make_plan();
    began = clock_mono();
    fd = wait_for_change(40); /* capped */
    hear(fd, &a);
    ck_assert_int_eq(a.status, 304);
    ck_assert_str_eq(header(&a, "Preference-Applied"), "wait=1");
    ck_assert_str_eq(header(&a, "ETag"), etag);
    ck_assert_int_ge(clock_mono() - began, 950);
    ck_assert_int_lt(clock_mono() - began, 10000);
    (void)close(fd);
    forget(&a);
    site_close(s);
}
END_TEST

START_TEST(test_no_wait_when_there_is_news)
{
    char keep[80];
    int fd;
    site_open(s);
    make_plan();
    (void)snprintf(keep, sizeof keep, "%s", etag);
    (void)snprintf(etag, sizeof etag, "\"older\"");
    fd = wait_for_change(40);
    hear(fd, &a);
    ck_assert_int_eq(a.status, 200);
    ck_assert_str_eq(header(&a, "ETag"), keep);
    (void)close(fd);
    forget(&a);
    site_close(s);
}
END_TEST

START_TEST(test_too_many)
{
    int fd[3];
    site_prepare(s);
    s->config.max_connections = 8;
    site_start(s);
    make_plan();
    for (int i = 0; i < 3; i++) fd[i] = wait_for_change(30);
    waiting_is(3);
    int fourth = wait_for_change(30);
    waiting_is(4);
    int fifth = wait_for_change(30);
    hear(fifth, &a);
    ck_assert_int_eq(a.status, 503);
    ck_assert_uint_gt(strlen(header(&a, "Retry-After")), 0);
    for (int i = 0; i < 3; i++) (void)close(fd[i]);
    (void)close(fourth);
    (void)close(fifth);
    forget(&a);
    forget(&b);
    site_close(s);
}
END_TEST

/* The client goes while its poll waits; the change and the end find a request without a client. */
START_TEST(test_gone_client)
{
    site_open(s);
    make_plan();
    for (int i = 0; i < 10; i++) (void)close(wait_for_change(30));
    int fd = wait_for_change(30);
    waiting_is(11);
    ask(s, "PATCH", path, NULL, "{\"title\":\"changed\"}", &a);
    hear(fd, &a);
    ck_assert_int_eq(a.status, 200);
    waiting_is(0);
    (void)close(fd);
    for (int i = 0; i < 20; i++) { /* writes whose client does not wait for the answer */
        int gone = dial(s);
        ck_assert(say(gone, "POST /plans HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 0\r\n\r\n",
                      s->token));
        (void)close(gone);
    }
    ask(s, "GET", "/plans", NULL, NULL, &a);
    ck_assert_int_eq(a.status, 200);
    forget(&a);
    forget(&b);
    site_close(s);
}
END_TEST

START_TEST(test_drain)
{
    int fd[3];
    site_open(s);
    make_plan();
    for (int i = 0; i < 3; i++) fd[i] = wait_for_change(40);
    waiting_is(3);
    web_drain(s->web);
    for (int i = 0; i < 3; i++) {
        hear(fd[i], &a);
        ck_assert_int_eq(a.status, 304);
        ck_assert(closes(fd[i]));
        (void)close(fd[i]);
    }
    ask(s, "GET", "/readyz?verbose", NULL, NULL, &a);
    ck_assert_int_eq(a.status, 503);
    ck_assert_ptr_nonnull(strstr(a.body, "[-] serving: about to stop\n"));
    ask(s, "GET", "/livez", NULL, NULL, &a);
    ck_assert_int_eq(a.status, 200);
    ask(s, "POST", "/plans", NULL, "{}", &a);
    ck_assert_int_eq(a.status, 503);
    ask(s, "GET", path, NULL, NULL, &a);
    ck_assert_int_eq(a.status, 200);
    int late = wait_for_change(40); /* answered at once */
    hear(late, &a);
    ck_assert_int_eq(a.status, 304);
    (void)close(late);
    forget(&a);
    forget(&b);
    site_close(s);
}
END_TEST

/* Stopping with polls, open connections and half a request under way ends soon and answers the polls. */
START_TEST(test_stop)
{
    int64_t began;
    int idle, half, poll;
    site_open(s);
    make_plan();
    poll = wait_for_change(40);
    idle = dial(s);
    half = dial(s);
    ck_assert(say(half, "POST /plans HTTP/1.1\r\nHost: x\r\nContent-Le"));
    waiting_is(1);
    began = clock_mono();
    site_close(s);
    ck_assert_int_lt(clock_mono() - began, 15000);
    hear(poll, &a);
    ck_assert_int_eq(a.status, 304);
    ck_assert(closes(idle));
    ck_assert(closes(half));
    (void)close(poll);
    (void)close(idle);
    (void)close(half);
    forget(&a);
    forget(&b);
}
END_TEST

/* Changes, expiries and goings race with each other; sanitizers look on. */
START_TEST(test_race)
{
    site_prepare(s);
    s->config.wait_max = 1;
    site_start(s);
    make_plan();
    for (int round = 0; round < 15; round++) {
        int fd[12];
        char body[40];
        for (int i = 0; i < 12; i++) fd[i] = wait_for_change(1);
        (void)snprintf(body, sizeof body, "{\"title\":\"t%d\"}", round);
        for (int i = 0; i < 12; i += 3) (void)close(fd[i]);
        usleep((useconds_t)(round % 4 == 3 ? 998000 : round * 300));
        ask(s, "PATCH", path, NULL, body, &a);
        ck_assert_int_eq(a.status, 200);
        (void)snprintf(etag, sizeof etag, "%s", header(&a, "ETag"));
        for (int i = 0; i < 12; i++) {
            if (i % 3 == 0) continue;
            hear(fd[i], &b);
            ck_assert_msg(b.status == 200 || b.status == 304, "%d", b.status);
            (void)close(fd[i]);
        }
    }
    forget(&a);
    forget(&b);
    site_close(s);
}
END_TEST

UNIT_MAIN("web poll", {test_answers_when_something_happens, test_time_runs_out, test_no_wait_when_there_is_news,
                       test_too_many, test_gone_client, test_drain, test_stop, test_race})
