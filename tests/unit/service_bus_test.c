/* The bus: who hears what, and that an unsubscribed listener is never called again. */
#include "unit/check_main.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include "pland/service/bus.h"

static void heard(void *arg, const struct notice *n)
{
    atomic_fetch_add((_Atomic int64_t *)arg, n->seq ? n->seq : 1);
}

START_TEST(kinds_and_plans_are_told_apart)
{
    struct bus *b = NULL;
    struct err e;
    _Atomic int64_t all = 0, one = 0, jobs = 0;
    ck_assert_int_eq(bus_new(&b, &e), ERR_OK);
    uint64_t x = bus_subscribe(b, NOTICE_PLAN, 0, heard, &all);
    uint64_t y = bus_subscribe(b, NOTICE_PLAN, 300, heard, &one);
    uint64_t z = bus_subscribe(b, NOTICE_JOBS, 0, heard, &jobs);
    bus_publish(b, &(struct notice){ .kind = NOTICE_PLAN, .plan = 300, .seq = 5 });
    bus_publish(b, &(struct notice){ .kind = NOTICE_PLAN, .plan = 300 + 255, .seq = 7 }); /* the same bucket */
    bus_publish(b, &(struct notice){ .kind = NOTICE_JOBS });
    ck_assert_int_eq(all, 12);
    ck_assert_int_eq(one, 5);
    ck_assert_int_eq(jobs, 1);
    bus_unsubscribe(b, y);
    bus_publish(b, &(struct notice){ .kind = NOTICE_PLAN, .plan = 300, .seq = 5 });
    ck_assert_int_eq(one, 5);
    bus_unsubscribe(b, x);
    bus_unsubscribe(b, z);
    bus_free(b);
}
END_TEST

START_TEST(many_listeners_hear_once_each)
{
    struct bus *b = NULL;
    struct err e;
    _Atomic int64_t count[200] = { 0 };
    uint64_t id[200];
    ck_assert_int_eq(bus_new(&b, &e), ERR_OK);
    for (int i = 0; i < 200; i++) id[i] = bus_subscribe(b, NOTICE_PLAN, 9, heard, &count[i]);
    bus_publish(b, &(struct notice){ .kind = NOTICE_PLAN, .plan = 9, .seq = 1 });
    for (int i = 0; i < 200; i++) ck_assert_int_eq(count[i], 1);
    for (int i = 0; i < 200; i++) bus_unsubscribe(b, id[i]);
    bus_free(b);
}
END_TEST

static _Atomic bool done;
static void *publish(void *arg)
{
    while (!atomic_load(&done)) bus_publish(arg, &(struct notice){ .kind = NOTICE_PLAN, .plan = 1, .seq = 1 });
    return NULL;
}

/* The listener's memory goes away right after bus_unsubscribe(); the sanitizers watch. */
START_TEST(unsubscribing_waits_for_a_running_listener)
{
    struct bus *b = NULL;
    struct err e;
    pthread_t t[2];
    ck_assert_int_eq(bus_new(&b, &e), ERR_OK);
    for (int i = 0; i < 2; i++) ck_assert_int_eq(pthread_create(&t[i], NULL, publish, b), 0);
    for (int i = 0; i < 300; i++) {
        _Atomic int64_t *count = calloc(1, sizeof *count);
        ck_assert_ptr_nonnull(count);
        uint64_t id = bus_subscribe(b, NOTICE_PLAN, 1, heard, count);
        while (atomic_load(count) == 0) sched_yield();
        bus_unsubscribe(b, id);
        free(count);
    }
    atomic_store(&done, true);
    for (int i = 0; i < 2; i++) ck_assert_int_eq(pthread_join(t[i], NULL), 0);
    bus_free(b);
}
END_TEST

UNIT_MAIN("service bus", { kinds_and_plans_are_told_apart, many_listeners_hear_once_each, unsubscribing_waits_for_a_running_listener })
