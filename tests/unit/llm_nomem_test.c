/* Protects: whichever allocation of ours fails, opening or calling is refused or the call ends once; nothing leaks.
 * The calls wait behind one that is held, so that libcurl, which does not survive every such failure, has no part. */
#include "unit/nth.h"

#include "llm/dialect.h"
#include "pland/base/lock.h"
#include "unit/check_main.h"
#include "unit/net_peer.h"

static bool script(const struct peer_request *r, void *arg)
{
    (void)arg;
    return peer_silent(r->fd);
}

/* Check allocates for every assertion, so nothing is asserted while allocations may fail. */
struct seen {
    struct lock lock; /* guards all */
    struct cond changed;
    int dones;
};

static void on_done(void *arg, const struct llm_answer *a)
{
    struct seen *s = arg;
    HOLD(&s->lock);
    (void)a;
    s->dones++;
    cond_signal(&s->changed);
}

static void seen_wait(struct seen *s)
{
    HOLD(&s->lock);
    while (!s->dones) cond_wait(&s->changed, &s->lock);
}

static void seen_init(struct seen *s)
{
    s->dones = 0;
    lock_init(&s->lock);
    cond_init(&s->changed);
}

static void seen_release(struct seen *s)
{
    cond_release(&s->changed);
    lock_release(&s->lock);
}

static const struct llm_request ask = { .step = "x", .system = "s", .user = "u", .schema = "{}", .schema_name = "x" };

/* Opens and closes another provider, queues a call and takes it back. */
static bool round_trip(struct http_loop *loop, struct llm *m, const struct llm_config *c, int *ret_extra)
{
    struct seen seen;
    struct llm *other = NULL;
    uint64_t call;
    struct err e;
    bool opened = llm_open(c, loop, &other, &e) == ERR_OK, sent;
    llm_close(other);
    seen_init(&seen);
    sent = llm_call(m, &ask, on_done, NULL, &seen, &call, &e) == ERR_OK;
    if (sent) {
        llm_cancel(m, call);
        seen_wait(&seen);
    }
    seen_release(&seen);
    *ret_extra = seen.dones - (sent ? 1 : 0);
    return opened && sent;
}

static void each_allocation(struct http_loop *loop, struct llm *m, const struct llm_config *c)
{
    long n = 0, live;
    int extra;
    ck_assert(round_trip(loop, m, c, &extra));
    live = nth_live();
    do {
        bool good;
        nth_arm(++n);
        good = round_trip(loop, m, c, &extra);
        nth_disarm();
        for (int i = 0; i < 5000 && nth_live() > live; i++) (void)poll(NULL, 0, 1); /* freed after the callback */
        if (nth_live() < live) live = nth_live(); /* so was something of the round trip before */
        ck_assert_int_eq(extra, 0);
        ck_assert_msg(good || nth_hit(), "allocation %ld", n);
        ck_assert_msg(nth_live() <= live, "allocation %ld: %ld blocks are left", n, nth_live() - live);
    } while (nth_hit());
    ck_assert_int_gt(n, 20);
}

START_TEST(test_opening_and_calling)
{
    const struct http_config hc = { 0 };
    char url[64];
    const struct llm_config c = { .base_url = url, .model = "m", .key_env = "TEST_MODEL_KEY", .max_concurrency = 1 };
    struct http_loop *loop;
    struct peer peer;
    struct seen held;
    struct llm *m;
    struct err e;
    NTH_SKIP();
    peer_start(&peer, script, NULL);
    seen_init(&held);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/v1", peer.port);
    ck_assert_int_eq(setenv("TEST_MODEL_KEY", "k", 1), 0);
    ck_assert_int_eq(http_loop_start(&hc, &loop, &e), ERR_OK);
    ck_assert_int_eq(llm_open(&c, loop, &m, &e), ERR_OK);
    ck_assert_int_eq(llm_call(m, &ask, on_done, NULL, &held, NULL, &e), ERR_OK);
    while (atomic_load(&peer.requests) == 0) (void)poll(NULL, 0, 1);
    each_allocation(loop, m, &c);
    llm_close(m);
    ck_assert_int_eq(held.dones, 1);
    http_loop_stop(loop);
    seen_release(&held);
    peer_stop(&peer);
}
END_TEST

static bool read_stream(void)
{
    static const char *const events[] = {
        "{\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"some text\"}}]}",
        "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}",
        "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}",
        "{\"error\":{\"message\":\"m\",\"code\":\"c\"}}",
    };
    struct reply r;
    bool good;
    reply_init(&r, 100, NULL, NULL);
    for (size_t i = 0; i < countof(events); i++) llm_openai.event(&r, events[i], strlen(events[i]));
    llm_openai.document(&r, events[3], strlen(events[3]));
    good = r.text.failed == ERR_OK && !r.nonsense && r.finished && r.usage.known && r.failed;
    reply_release(&r);
    return good;
}

START_TEST(test_reading)
{
    long n = 0, live;
    NTH_SKIP();
    ck_assert(read_stream());
    live = nth_live();
    do {
        bool good;
        nth_arm(++n);
        good = read_stream();
        nth_disarm();
        ck_assert(good || nth_hit());
        ck_assert_int_eq(nth_live(), live);
    } while (nth_hit());
    ck_assert_int_gt(n, 20);
}
END_TEST

UNIT_MAIN("llm_nomem", { test_opening_and_calling, test_reading })
