/* Webhooks out, against a server on this machine: signed, tried again by the schedule, given up, hooks switched off. */
#include "unit/tracker_fixture.h"
#include "unit/check_main.h"
#include "unit/net_peer.h"

#include "tracker/inner.h"

struct settled { /* what done was told */
    struct lock lock;
    struct cond changed;
    int n;
    int64_t run_at;
    char why[200];
};

static void on_settled(void *arg, int64_t run_at, const char *why, bool over)
{
    (void)over;
    struct settled *s = arg;
    HOLD(&s->lock);
    s->n++;
    s->run_at = run_at;
    (void)snprintf(s->why, sizeof s->why, "%s", why ? why : "");
    cond_signal(&s->changed);
}

struct heard {
    struct lock lock;
    char head[4000], body[4000];
};

static bool answer(const struct peer_request *r, void *arg)
{
    static const struct { const char *path, *say; } answers[] = {
        { "/ok", "HTTP/1.1 204 No Content\r\n\r\n" },
        { "/accepted", "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok" },
        { "/gone", "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n" },
        { "/moved", "HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n" },
        { "/later", "HTTP/1.1 503 Later\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n" },
        { "/broken", "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n" },
        { "/cut", "" },
    };
    struct heard *h = arg;
    lock_enter(&h->lock);
    (void)snprintf(h->head, sizeof h->head, "%s", r->head);
    (void)snprintf(h->body, sizeof h->body, "%.*s", (int)r->n_body, r->body);
    lock_leave(&h->lock);
    if (strcmp(r->path, "/chatty") == 0) {
        bool ok = peer_say(r->fd, "HTTP/1.1 200 OK\r\n\r\n");
        while (ok) ok = peer_fmt(r->fd, "%02000d", 7);
        return false;
    }
    for (size_t i = 0; i < countof(answers); i++)
        if (strcmp(r->path, answers[i].path) == 0) return peer_say(r->fd, answers[i].say) && answers[i].say[0];
    return false;
}

struct world {
    struct fixture f;
    struct peer peer;
    struct heard heard;
    struct settled settled;
    const char *hook, *secret;
};

static void world_open(struct world *w, const char *path)
{
    char url[100];
    struct hook_request r = { .url = url, .secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=" };
    memset(w, 0, sizeof *w);
    fixture_open(&w->f);
    lock_init(&w->heard.lock);
    lock_init(&w->settled.lock);
    cond_init(&w->settled.changed);
    peer_start(&w->peer, answer, &w->heard);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u%s", w->peer.port, path);
    if (strncmp(path, "http", 4) == 0) (void)snprintf(url, sizeof url, "%s", path);
    w->secret = r.secret;
    w->hook = do_as_admin(&w->f, service_hook_create, NULL, &r);
}

static void world_close(struct world *w)
{
    fixture_close(&w->f);
    peer_stop(&w->peer);
    cond_release(&w->settled.changed);
    lock_release(&w->settled.lock);
    lock_release(&w->heard.lock);
}

static struct job send_test(struct world *w)
{
    struct job j;
    (void)do_as_admin(&w->f, service_hook_test, w->hook, NULL);
    ck_assert(next_job(&w->f, JOB_DELIVER, &j));
    return j;
}

/* One attempt, waited for. Returns when to try again. */
static int64_t attempt(struct world *w, const struct job *j)
{
    struct fixture *f = &w->f;
    w->settled.n = 0;
    OK(tracker_deliver(f->tracker, j, on_settled, &w->settled, &f->e));
    HOLD(&w->settled.lock);
    while (!w->settled.n) cond_wait(&w->settled.changed, &w->settled.lock);
    ck_assert_int_eq(w->settled.n, 1);
    return w->settled.run_at;
}

static struct delivery_row delivery(struct world *w, const struct job *j, struct hook_row *ret_hook)
{
    struct fixture *f = &w->f;
    struct delivery_row d = { 0 };
    struct hook_row h = { 0 };
    OK(service_delivery_find(&f->service, j->subject, f->arena, &d, &h, &f->e));
    if (ret_hook) *ret_hook = h;
    return d;
}

static void header_of(const char *head, const char *name, char ret[300])
{
    const char *p = strcasestr(head, name);
    ck_assert_msg(p != NULL, "no %s in %s", name, head);
    p += strlen(name);
    (void)snprintf(ret, 300, "%.*s", (int)strcspn(p, "\r\n"), p);
}

START_TEST(test_signed_and_delivered)
{
    struct world w;
    struct job j;
    struct delivery_row d;
    struct err e;
    char id[300], at[300], signature[300], agent[300], type[300], made[SIGNATURE_LEN];
    world_open(&w, "/ok");
    j = send_test(&w);
    ck_assert_int_eq(attempt(&w, &j), 0);
    d = delivery(&w, &j, NULL);
    ck_assert_int_eq(d.state, DELIVERY_DONE);
    ck_assert_int_eq(d.attempts, 1);
    ck_assert_int_eq(d.last_status, 204);
    ck_assert_int_eq(d.last_at, NOW_MS);
    header_of(w.heard.head, "\nwebhook-id: ", id);
    header_of(w.heard.head, "\nwebhook-timestamp: ", at);
    header_of(w.heard.head, "\nwebhook-signature: ", signature);
    header_of(w.heard.head, "\nuser-agent: ", agent);
    header_of(w.heard.head, "\ncontent-type: ", type);
    ck_assert_str_eq(id, j.subject);
    ck_assert_str_eq(at, "1614265330");
    ck_assert_str_eq(type, "application/json");
    ck_assert_ptr_nonnull(strstr(agent, "pland/"));
    ck_assert_int_eq(signature_make(w.secret, id, 1614265330, w.heard.body, strlen(w.heard.body), made, &e), ERR_OK);
    ck_assert_str_eq(signature, made);
    ck_assert_ptr_nonnull(strstr(w.heard.body, "\"type\":\"hook.test\""));
    ck_assert_int_eq(attempt(&w, &j), 0); /* done already: nothing goes out */
    ck_assert_int_eq(atomic_load(&w.peer.requests), 1);
    world_close(&w);
}
END_TEST

START_TEST(test_answers)
{
    static const struct { const char *path; int state, status; int64_t least, most; const char *error; } rows[] = {
        { "/accepted", DELIVERY_DONE, 202, 0, 0, NULL },
        { "/chatty", DELIVERY_DONE, 200, 0, 0, NULL },
        { "/moved", DELIVERY_PENDING, 302, 5000, 5500, "redirects are not followed" },
        { "/broken", DELIVERY_PENDING, 500, 5000, 5500, "refused" },
        { "/later", DELIVERY_PENDING, 503, 3600000, 3600000, "refused" },
        { "/cut", DELIVERY_PENDING, 0, 5000, 5500, "" },
        { "http://127.0.0.1:1/closed", DELIVERY_PENDING, 0, 5000, 5500, "" },
        { "http://192.168.7.7/private", DELIVERY_PENDING, 0, 5000, 5500, "allow-networks" },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        struct world w;
        struct hook_row h;
        struct delivery_row d;
        struct job j;
        int64_t at;
        world_open(&w, rows[i].path);
        j = send_test(&w);
        at = attempt(&w, &j);
        d = delivery(&w, &j, &h);
        ck_assert_msg(d.state == rows[i].state, "%s: %s", rows[i].path, delivery_state_names[d.state]);
        ck_assert_int_eq(d.last_status, rows[i].status);
        ck_assert_int_eq(d.attempts, 1);
        if (rows[i].least)
            ck_assert_msg(at >= NOW_MS + rows[i].least && at <= NOW_MS + rows[i].most, "%s: again after %lld ms",
                          rows[i].path, (long long)(at - NOW_MS));
        else ck_assert_int_eq(at, 0);
        ck_assert_msg(!rows[i].error == !d.last_error, "%s: %s", rows[i].path,
                      d.last_error ? d.last_error : "no error");
        if (rows[i].error)
            ck_assert_msg(d.last_error[0] && strstr(d.last_error, rows[i].error), "%s: %s", rows[i].path, d.last_error);
        ck_assert_int_eq(h.failing_since, rows[i].least ? NOW_MS : 0);
        ck_assert_int_eq(h.disabled_at, 0);
        world_close(&w);
    }
}
END_TEST

START_TEST(test_ten_attempts_then_given_up)
{
    struct world w;
    struct job j;
    struct delivery_row d;
    int64_t at, before = 0;
    world_open(&w, "/broken");
    j = send_test(&w);
    for (int i = 1; i < 10; i++) {
        at = attempt(&w, &j);
        ck_assert_msg(at - NOW_MS > before, "attempt %d: again after %lld ms", i, (long long)(at - NOW_MS));
        before = at - NOW_MS;
    }
    ck_assert_int_eq(attempt(&w, &j), 0);
    d = delivery(&w, &j, NULL);
    ck_assert_int_eq(d.state, DELIVERY_FAILED);
    ck_assert_int_eq(d.attempts, 10);
    ck_assert_int_eq(atomic_load(&w.peer.requests), 10);
    world_close(&w);
}
END_TEST

START_TEST(test_gone_switches_the_hook_off)
{
    struct world w;
    struct job j, other;
    struct hook_row h;
    world_open(&w, "/gone");
    j = send_test(&w);
    other = send_test(&w);
    ck_assert_int_eq(attempt(&w, &j), 0);
    ck_assert_int_eq(delivery(&w, &j, &h).state, DELIVERY_FAILED);
    ck_assert_int_eq(h.disabled_at, NOW_MS);
    ck_assert_ptr_nonnull(strstr(h.disabled_why, "410"));
    ck_assert_int_eq(attempt(&w, &other), 0); /* what was waiting for it is not sent */
    ck_assert_int_eq(delivery(&w, &other, NULL).state, DELIVERY_FAILED);
    ck_assert_int_eq(atomic_load(&w.peer.requests), 1);
    world_close(&w);
}
END_TEST

START_TEST(test_five_days_of_failing_switch_the_hook_off)
{
    const int64_t day = 86400000;
    struct world w;
    struct job j;
    struct hook_row h;
    world_open(&w, "/broken");
    j = send_test(&w);
    ck_assert_int_gt(attempt(&w, &j), 0);
    atomic_store(&w.f.clock.fixed_ms, NOW_MS + 5 * day);
    ck_assert_int_gt(attempt(&w, &j), 0);
    atomic_store(&w.f.clock.fixed_ms, NOW_MS + 5 * day + 1);
    ck_assert_int_eq(attempt(&w, &j), 0);
    ck_assert_int_eq(delivery(&w, &j, &h).state, DELIVERY_FAILED);
    ck_assert_int_eq(h.disabled_at, NOW_MS + 5 * day + 1);
    world_close(&w);
}
END_TEST

START_TEST(test_success_ends_the_failing)
{
    struct world w;
    struct job j;
    struct hook_row h;
    char url[100];
    struct hook_patch better = { .url = url, .enabled = -1 };
    world_open(&w, "/broken");
    j = send_test(&w);
    ck_assert_int_gt(attempt(&w, &j), 0);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/ok", w.peer.port);
    (void)do_as_admin(&w.f, service_hook_patch, w.hook, &better);
    ck_assert_int_eq(attempt(&w, &j), 0);
    ck_assert_int_eq(delivery(&w, &j, &h).attempts, 2);
    ck_assert_int_eq(h.failing_since, 0);
    world_close(&w);
}
END_TEST

START_TEST(test_hook_removed)
{
    struct world w;
    struct job j;
    world_open(&w, "/ok");
    j = send_test(&w);
    (void)do_as_admin(&w.f, service_hook_delete, w.hook, NULL);
    ck_assert_int_eq(attempt(&w, &j), 0);
    ck_assert_int_eq(atomic_load(&w.peer.requests), 0);
    world_close(&w);
}
END_TEST

/* The attempt was made but could not be written down: it is repeated, never lost. */
START_TEST(test_store_failing_after_the_answer)
{
    struct world w;
    struct fixture *f = &w.f;
    struct job j;
    world_open(&w, "/ok");
    j = send_test(&w);
    lock_enter(&w.heard.lock); /* holds the answer back until the store is set to fail */
    OK(tracker_deliver(f->tracker, &j, on_settled, &w.settled, &f->e));
    store_fail_statement(f->service.store, 1, ERR_BUSY);
    lock_leave(&w.heard.lock);
    lock_enter(&w.settled.lock);
    while (!w.settled.n) cond_wait(&w.settled.changed, &w.settled.lock);
    ck_assert_int_gt(w.settled.run_at, NOW_MS);
    lock_leave(&w.settled.lock);
    store_fail_statement(f->service.store, 0, ERR_OK);
    ck_assert_int_eq(attempt(&w, &j), 0);
    ck_assert_int_eq(delivery(&w, &j, NULL).state, DELIVERY_DONE);
    world_close(&w);
}
END_TEST

/* Stopping while a receiver is silent: the delivery stays as it was, to be tried after the next start. */
START_TEST(test_stopping_keeps_the_delivery)
{
    struct world w;
    struct fixture *f = &w.f;
    struct job j;
    world_open(&w, "/ok");
    j = send_test(&w);
    lock_enter(&w.heard.lock);
    OK(tracker_deliver(f->tracker, &j, on_settled, &w.settled, &f->e));
    tracker_free(f->tracker);
    f->tracker = NULL;
    ck_assert_int_eq(w.settled.n, 1);
    ck_assert_int_gt(w.settled.run_at, 0);
    ck_assert_int_eq(delivery(&w, &j, NULL).attempts, 0);
    lock_leave(&w.heard.lock);
    world_close(&w);
}
END_TEST

UNIT_MAIN("tracker deliver",
          { test_signed_and_delivered, test_answers, test_ten_attempts_then_given_up, test_gone_switches_the_hook_off,
            test_five_days_of_failing_switch_the_hook_off, test_success_ends_the_failing, test_hook_removed,
            test_store_failing_after_the_answer, test_stopping_keeps_the_delivery })
