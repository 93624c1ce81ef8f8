/* Buckets, trusted proxies, timers, the pool, the metrics, YAML to JSON, the listening address. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pland/base/clock.h"
#include "pland/base/lock.h"
#include "unit/check_main.h"
#include "web/listen.h"
#include "web/metrics.h"
#include "web/openapi.h"
#include "web/pool.h"
#include "web/proxies.h"
#include "web/rate.h"
#include "web/routes.h"
#include "web/timers.h"

static struct err e;

START_TEST(test_rate_empties_and_refills)
{
    struct rate *r;
    struct rate_state s;
    ck_assert_int_eq(rate_new(60, &r, &e), ERR_OK);
    for (int i = 0; i < 60; i++) ck_assert(rate_take(r, 7, 1000, &s));
    ck_assert_int_eq(s.remaining, 0);
    ck_assert(!rate_take(r, 7, 1000, &s));
    ck_assert_int_eq(s.reset, 1);
    ck_assert_int_eq(s.quota, 60);
    ck_assert(rate_take(r, 8, 1000, &s)); /* another token's bucket */
    ck_assert_int_eq(s.remaining, 59);
    ck_assert(!rate_take(r, 7, 1999, &s));
    ck_assert(rate_take(r, 7, 2000, &s));
    ck_assert(!rate_take(r, 7, 2000, &s));
    ck_assert(rate_take(r, 7, 10000000, &s)); /* full again, not more than full */
    ck_assert_int_eq(s.remaining, 59);
    ck_assert_int_eq(s.reset, 1);
    rate_free(r);
}
END_TEST

/* Two daemons, a caller that goes to whichever lets it: what one tells, the other takes off. */
START_TEST(test_rate_is_shared_by_telling)
{
    struct rate *r[2];
    struct rate_state s;
    int64_t taken = 0;
    for (int i = 0; i < 2; i++) ck_assert_int_eq(rate_new(100, &r[i], &e), ERR_OK);
    for (int i = 0; i < 400; i++) {
        taken += rate_take(r[i % 2], 7, 1000, &s);
        rate_taken_elsewhere(r[(i + 1) % 2], 7, s.tell, 1000);
    }
    ck_assert_int_ge(taken, 100);
    ck_assert_int_le(taken, 105);
    ck_assert(rate_take(r[0], 8, 1000, &s)); /* nobody else's */
    rate_taken_elsewhere(r[0], 7, INT64_MAX, 1000); /* what is owed has an end */
    ck_assert(!rate_take(r[0], 7, 1000 + 60000, &s));
    ck_assert_int_eq(s.reset, 1);
    ck_assert(rate_take(r[0], 7, 1000 + 60600, &s));
    for (int i = 0; i < 2; i++) rate_free(r[i]);
}
END_TEST

START_TEST(test_rate_forgets_only_the_oldest)
{
    struct rate *r;
    struct rate_state s;
    ck_assert_int_eq(rate_new(1, &r, &e), ERR_OK);
    ck_assert(rate_take(r, 1, 0, &s));
    for (uint64_t key = 2; key < 2000; key++) ck_assert(rate_take(r, key, 1, &s));
    ck_assert(!rate_take(r, 1999, 1, &s));
    rate_free(r);
    ck_assert_int_eq(rate_new(0, &r, &e), ERR_OK); /* off */
    for (int i = 0; i < 1000; i++) ck_assert(rate_take(r, 1, 0, &s));
    ck_assert(!s.on);
    rate_free(r);
}
END_TEST

static const char *client(const char *list, const char *peer, const char *forwarded)
{
    static char ret[48];
    struct proxies *p;
    ck_assert_int_eq(proxies_new(list, &p, &e), ERR_OK);
    proxies_client(p, peer, forwarded, ret, sizeof ret);
    proxies_free(p);
    return ret;
}

START_TEST(test_proxies)
{
    struct proxies *p;
    ck_assert_str_eq(client("", "10.0.0.1", "1.2.3.4"), "10.0.0.1");
    ck_assert_str_eq(client("10.0.0.0/8", "10.0.0.1", "1.2.3.4"), "1.2.3.4");
    ck_assert_str_eq(client("10.0.0.0/8", "11.0.0.1", "1.2.3.4"), "11.0.0.1");
    ck_assert_str_eq(client("10.0.0.0/8", "10.0.0.1", "6.6.6.6, 1.2.3.4 , 10.9.9.9"), "1.2.3.4");
    ck_assert_str_eq(client("10.0.0.0/8", "10.0.0.1", "not an address"), "10.0.0.1");
    ck_assert_str_eq(client("10.0.0.0/8", "10.0.0.1", NULL), "10.0.0.1");
    ck_assert_str_eq(client("10.0.0.0/8", "10.0.0.1", ",,"), "10.0.0.1");
    ck_assert_str_eq(client("::1, 10.1.0.0/17", "::1", "2001:db8::1, 10.1.127.1"), "2001:db8::1");
    ck_assert_str_eq(client("10.1.0.0/17", "10.1.128.1", "1.2.3.4"), "10.1.128.1");
    ck_assert_str_eq(client("0.0.0.0/0", "9.9.9.9", "1.2.3.4"), "1.2.3.4");
    ck_assert_int_eq(proxies_new("10.0.0.0/33", &p, &e), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(e.msg, "trusted-proxies"));
    ck_assert_int_eq(proxies_new("example.com", &p, &e), ERR_INVALID);
    ck_assert_int_eq(proxies_new("10.0.0.0/-1", &p, &e), ERR_INVALID);
    ck_assert_int_eq(proxies_new("10.0.0.0/", &p, &e), ERR_INVALID);
}
END_TEST

static atomic_int fired[4];
static atomic_int n_fired;
static void on_timer(void *arg)
{
    atomic_store(&fired[atomic_fetch_add(&n_fired, 1)], *(int *)arg);
}
static void on_second(void *arg)
{
    (void)arg;
}

START_TEST(test_timers_in_order_and_cancelled)
{
    struct timers *t;
    struct timer v[4] = {0};
    int name[4] = {0, 1, 2, 3};
    int64_t now = clock_mono(), end = now + 5000;
    ck_assert_int_eq(timers_new(on_second, NULL, &t, &e), ERR_OK);
    timer_set(t, &v[0], now + 120, on_timer, &name[0]);
    timer_set(t, &v[1], now + 40, on_timer, &name[1]);
    timer_set(t, &v[2], now + 80, on_timer, &name[2]);
    timer_set(t, &v[3], now + 60, on_timer, &name[3]);
    timer_cancel(t, &v[3]);
    timer_cancel(t, &v[3]);
    while (atomic_load(&n_fired) < 3 && clock_mono() < end) usleep(1000);
    ck_assert_int_eq(atomic_load(&n_fired), 3);
    ck_assert_int_eq(fired[0], 1);
    ck_assert_int_eq(fired[1], 2);
    ck_assert_int_eq(fired[2], 0);
    timer_cancel(t, &v[0]); /* has fired */
    timer_set(t, &v[3], now + 3600000, on_timer, &name[3]);
    timers_free(t); /* one is still set */
}
END_TEST

struct gate {
    struct lock lock;
    struct cond cond;
    bool open;
    int done;
};
struct gated {
    struct pool_task task;
    struct gate *gate;
};
static void pass_gate(struct pool_task *t)
{
    struct gate *g = ((struct gated *)(void *)t)->gate;
    HOLD(&g->lock);
    while (!g->open) cond_wait(&g->cond, &g->lock);
    g->done++;
}

START_TEST(test_pool_is_bounded_and_finishes)
{
    struct gate g = {0};
    struct gated tasks[4];
    struct pool *p;
    int taken = 0;
    lock_init(&g.lock);
    cond_init(&g.cond);
    ck_assert_int_eq(pool_new(1, 2, &p, &e), ERR_OK);
    for (int i = 0; i < 4; i++) {
        tasks[i] = (struct gated){.task.run = pass_gate, .gate = &g};
        taken += pool_submit(p, &tasks[i].task);
    }
    ck_assert_int_ge(taken, 2); /* two wait, one may be running */
    ck_assert_int_le(taken, 3);
    lock_enter(&g.lock);
    g.open = true;
    cond_broadcast(&g.cond);
    lock_leave(&g.lock);
    pool_free(p);
    ck_assert_int_eq(g.done, taken);
    cond_release(&g.cond);
    lock_release(&g.lock);
}
END_TEST

START_TEST(test_metrics_text)
{
    struct metrics *m;
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    ck_assert_int_eq(metrics_new(&m, &e), ERR_OK);
    metrics_count(m, 0, 201, 1500);
    metrics_count(m, 0, 201, 700000);
    metrics_count(m, n_routes, 404, 10);
    metrics_count(m, 0, 299, 99000000);
    metrics_requests(m, &b);
    ck_assert_ptr_nonnull(
        strstr(buf_cstr(&b), "pland_http_requests_total{method=\"POST\",route=\"/plans\",code=\"201\"} 2\n"));
    ck_assert_ptr_nonnull(
        strstr(buf_cstr(&b), "pland_http_requests_total{method=\"other\",route=\"none\",code=\"404\"} 1\n"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "_bucket{method=\"POST\",route=\"/plans\",le=\"0.001\"} 0\n"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "_bucket{method=\"POST\",route=\"/plans\",le=\"0.0025\"} 1\n"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "_bucket{method=\"POST\",route=\"/plans\",le=\"1\"} 2\n"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "_bucket{method=\"POST\",route=\"/plans\",le=\"+Inf\"} 3\n"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "_sum{method=\"POST\",route=\"/plans\"} 99.701500\n"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "_count{method=\"POST\",route=\"/plans\"} 3\n"));
    metrics_free(m);
}
END_TEST

static const char *as_json(const char *yaml)
{
    static struct buf b;
    buf_release(&b);
    buf_init(&b, 10000);
    if (yaml_json(yaml, strlen(yaml), &b, &e) != ERR_OK) return e.msg;
    return buf_cstr(&b);
}

START_TEST(test_yaml)
{
    ck_assert_str_eq(
        as_json("a: 1\nb: [x, 'y', true, null, -1.5, 01, '1', ~]\nc:\n  d: {}\n  e: |\n    two\n    lines\n  'f': \n"),
        "{\"a\":1,\"b\":[\"x\",\"y\",true,null,-1.5,\"01\",\"1\",\"~\"],\"c\":{\"d\":{},\"e\":\"two\\nlines\\n\",\"f\":"
        "null}}");
    ck_assert_str_eq(as_json("- {a: {b: []}}\n- [[]]\n"), "[{\"a\":{\"b\":[]}},[[]]]");
    ck_assert_str_eq(as_json("200: ok\ntrue: x\n"), "{\"200\":\"ok\",\"true\":\"x\"}");
    ck_assert_ptr_nonnull(strstr(as_json("a: &x 1\nb: *x\n"), "not understood"));
    ck_assert_ptr_nonnull(strstr(as_json("a: [1\n"), "line "));
    ck_assert_ptr_nonnull(strstr(as_json("? {a: 1}\n: 2\n"), "not a scalar"));
    (void)as_json("");
}
END_TEST

START_TEST(test_listen)
{
    static const char *const bad[] = {"127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:123456",
                                      "",          ":"};
    struct listener one, two;
    ck_assert_int_eq(listener_open("127.0.0.1:0", &one, &e), ERR_OK);
    ck_assert_int_gt(one.port, 0);
    ck_assert_int_eq(listener_open(one.text, &two, &e), ERR_CONFLICT);
    ck_assert_ptr_nonnull(strstr(e.msg, "in use"));
    (void)close(one.fd);
    ck_assert_int_eq(listener_open("203.0.113.1:0", &one, &e), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(e.msg, "listen"));
    for (size_t i = 0; i < countof(bad); i++)
        ck_assert_msg(listener_open(bad[i], &one, &e) == ERR_INVALID, "%s", bad[i]);
    if (listener_open("[::1]:0", &one, &e) == ERR_OK) { /* a machine without IPv6 is none of ours to fail */
        ck_assert_int_eq(strncmp(one.text, "[::1]:", 6), 0);
        (void)close(one.fd);
    }
}
END_TEST

UNIT_MAIN("web parts", {test_rate_empties_and_refills, test_rate_is_shared_by_telling, test_rate_forgets_only_the_oldest, test_proxies,
                        test_timers_in_order_and_cancelled, test_pool_is_bounded_and_finishes, test_metrics_text,
                        test_yaml, test_listen})
