/* Whichever allocation fails: a webhook in is refused as "try again", never as forged, and becomes its plan once; a
 * delivery out ends once and is never lost. */
#include "unit/nth.h"

#include "unit/tracker_fixture.h"
#include "unit/check_main.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define BODY "{\"test\": 2432232314}"

START_TEST(test_verify)
{
    static const struct param params[] = {
        { "header:webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek" }, { "header:webhook-timestamp", "1614265330" },
        { "header:webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" },
    };
    struct fixture own, *f = &own;
    const struct source_request r = { .name = "a", .kind = "generic", .secret = SECRET, .plans_per_hour = 100000 };
    const char *source;
    long n = 0;
    NTH_SKIP();
    fixture_open(f);
    source = do_as_admin(f, service_source_create, NULL, &r);
    do {
        struct arena *a = arena_new(0);
        struct call c = { .service = &f->service, .id = source, .body = BODY, .n_body = strlen(BODY), .arena = a };
        enum err_kind k;
        c.params.v = params;
        c.params.n = countof(params);
        nth_arm(++n);
        k = tracker_verify(&c, &f->e);
        nth_disarm();
        ck_assert_msg(k == ERR_OK || (nth_hit() && k == ERR_NOMEM), "allocation %ld: %s", n, f->e.msg);
        ck_assert((k == ERR_OK) == (c.prepared != NULL));
        arena_free(a);
    } while (nth_hit());
    ck_assert_int_gt(n, 5);
    fixture_close(f);
}
END_TEST

static int64_t count_plans(struct fixture *f)
{
    static const struct param all = { "limit", "200" };
    struct call c = admin_call(f, NULL);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct view v = { .body = &b };
    auto_json j = NULL;
    c.params.v = &all;
    c.params.n = 1;
    OK(view_plans(&c, &v, &f->e));
    OK(json_parse(b.p, b.n, &j, &f->e));
    return (int64_t)json_array_size(json_object_get(j, "plans"));
}

START_TEST(test_inbound)
{
    struct fixture own, *f = &own;
    const struct source_request r = { .name = "a", .kind = "generic", .secret = SECRET, .plans_per_hour = 100000 };
    struct source_row source = { 0 };
    long n = 0;
    bool hit;
    NTH_SKIP();
    fixture_open(f);
    OK(service_source_find(&f->service, do_as_admin(f, service_source_create, NULL, &r), f->arena, &source, &f->e));
    do {
        struct inbound_request in = { .source = source.n, .delivery = arena_fmt(f->arena, "d-%ld", ++n) };
        struct call c = { .service = &f->service, .body = "{\"ticket\":{\"title\":\"x\"}}", .n_body = 24, .arena = f->arena, .prepared = &in };
        struct outcome out;
        struct job j;
        enum err_kind k;
        OK(service_run(&f->service, service_inbound_take, &c, &out, &f->e));
        ck_assert(next_job(f, JOB_INBOUND, &j));
        nth_arm(n);
        k = tracker_inbound(f->tracker, &j, &f->e);
        nth_disarm();
        hit = nth_hit();
        ck_assert_msg(k == ERR_OK || (hit && err_status(k) == 503), "allocation %ld: %s: %s", n, err_slug(k), f->e.msg);
        OK(tracker_inbound(f->tracker, &j, &f->e)); /* the worker's next try */
        OK(service_job_done(&f->service, &j, "test", &f->e));
        if (n <= 150) ck_assert_int_eq(count_plans(f), n);
    } while (hit && n < 2000);
    ck_assert_int_gt(n, 20);
    fixture_close(f);
}
END_TEST

struct settled {
    struct lock lock; /* guards all */
    struct cond changed;
    int n;
    int64_t run_at;
};

static void on_settled(void *arg, int64_t run_at, const char *why, bool over)
{
    (void)over;
    struct settled *s = arg;
    HOLD(&s->lock);
    (void)why;
    s->n++;
    s->run_at = run_at;
    cond_signal(&s->changed);
}

START_TEST(test_deliver)
{
    struct fixture own, *f = &own;
    struct hook_request r = { .url = "http://192.168.7.7/not-allowed" };
    struct settled s = { .n = 0 };
    struct job j;
    long n = 0;
    bool hit;
    NTH_SKIP();
    fixture_open(f);
    lock_init(&s.lock);
    cond_init(&s.changed);
    (void)do_as_admin(f, service_hook_test, do_as_admin(f, service_hook_create, NULL, &r), NULL);
    ck_assert(next_job(f, JOB_DELIVER, &j));
    do {
        enum err_kind k;
        s.n = 0;
        nth_arm(++n);
        k = tracker_deliver(f->tracker, &j, on_settled, &s, &f->e);
        lock_enter(&s.lock);
        while (k == ERR_OK && !s.n) cond_wait(&s.changed, &s.lock);
        lock_leave(&s.lock);
        nth_disarm();
        hit = nth_hit();
        ck_assert_msg(k == ERR_OK || (hit && err_status(k) == 503), "allocation %ld: %s: %s", n, err_slug(k), f->e.msg);
        ck_assert_int_eq(s.n, k == ERR_OK);
        if (k == ERR_OK && s.run_at == 0) { /* all attempts used up: a new delivery */
            OK(service_job_done(&f->service, &j, "test", &f->e));
            (void)do_as_admin(f, service_hook_test, do_as_admin(f, service_hook_create, NULL, &r), NULL);
            ck_assert(next_job(f, JOB_DELIVER, &j));
        }
    } while (hit && n < 2000);
    ck_assert_int_gt(n, 10);
    cond_release(&s.changed);
    lock_release(&s.lock);
    fixture_close(f);
}
END_TEST

UNIT_MAIN("tracker out of memory", { test_verify, test_inbound, test_deliver })
