/* A store and a service in a directory of their own, with an admin, for tests of webhooks in and out. */
#ifndef TESTS_TRACKER_FIXTURE_H
#define TESTS_TRACKER_FIXTURE_H

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pland/base/hash.h"
#include "pland/base/lock.h"
#include "pland/service/inbound.h"
#include "pland/service/steps.h"
#include "pland/tracker/tracker.h"

#define NOW_MS INT64_C(1614265330000)
#define OK(call) \
    do { \
        f->e = (struct err){ 0 }; \
        ck_assert_msg((call) == ERR_OK, "%s: %s %s", #call, f->e.at, f->e.msg); \
    } while (0)

struct fixture {
    char dir[64], admin[64];
    struct clock clock;
    struct service service;
    struct arena *arena;
    struct guard *guard;
    struct guard *once; /* what was allowed when a hook was made, which may be more */
    struct http_loop *loop;
    struct tracker *tracker;
    struct err e;
};

static void fixture_open(struct fixture *f)
{
    static const char *const allowed[] = { "127.0.0.0/8", "192.168.7.0/24" };
    struct store_config sc;
    struct http_config hc = { 0 };
    *f = (struct fixture){ .dir = "/tmp/pland-tracker-XXXXXX" };
    ck_assert_ptr_nonnull(mkdtemp(f->dir));
    atomic_store(&f->clock.fixed_ms, NOW_MS);
    OK(hash_init(&f->e));
    f->arena = arena_new(0);
    sc = (struct store_config){ .data_dir = f->dir, .readers = 2, .queue_max = 256, .clock = &f->clock };
    f->service = (struct service){ .clock = &f->clock, .data_dir = f->dir, .default_provider = "offline", .public_url = "" };
    memset(f->service.seal_key, 7, sizeof f->service.seal_key);
    OK(store_open(&sc, &f->service.store, &f->e));
    OK(service_open(&f->service, f->arena, &f->e));
    OK(service_bootstrap(&f->service, f->admin, &f->e));
    OK(guard_new(allowed, 1, &f->guard, &f->e));
    OK(guard_new(allowed, 2, &f->once, &f->e));
    f->service.guard = f->once;
    hc.guard = f->guard;
    OK(http_loop_start(&hc, &f->loop, &f->e));
    OK(tracker_new(&f->service, f->loop, &f->tracker, &f->e));
}

static void fixture_close(struct fixture *f)
{
    DIR *d;
    struct dirent *entry;
    tracker_free(f->tracker);
    http_loop_stop(f->loop);
    guard_free(f->guard);
    guard_free(f->once);
    store_close(f->service.store);
    service_close(&f->service);
    arena_free(f->arena);
    d = opendir(f->dir);
    while (d && (entry = readdir(d)) != NULL) {
        char path[400];
        (void)snprintf(path, sizeof path, "%s/%s", f->dir, entry->d_name);
        if (entry->d_name[0] != '.') (void)unlink(path);
    }
    if (d) (void)closedir(d);
    (void)rmdir(f->dir);
}

static struct call admin_call(struct fixture *f, const void *in)
{
    struct call c = { .service = &f->service, .in = in, .arena = f->arena };
    OK(service_authenticate(&f->service, f->admin, &c.caller, &f->e));
    return c;
}

/* Runs a use case as the admin; the id of what it made. */
static const char *do_as_admin(struct fixture *f, usecase_fn *fn, const char *id, const void *in)
{
    struct call c = admin_call(f, in);
    struct outcome out;
    const char *slash;
    c.id = id;
    OK(service_run(&f->service, fn, &c, &out, &f->e));
    slash = strrchr(out.href, '/');
    return arena_dup(f->arena, slash ? slash + 1 : "");
}

/* The one job of a kind that is due; false: none. */
static _unused_ bool next_job(struct fixture *f, enum job_kind kind, struct job *ret)
{
    struct job_list l = { 0 };
    int64_t next;
    OK(service_claim(&f->service, "test", 1u << kind, 1, 60000, f->arena, &l, &next, &f->e));
    if (!l.n) return false;
    *ret = l.v[0];
    return true;
}

#endif
