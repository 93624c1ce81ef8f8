/* Protects: cancelling, stopping, and the limits of lanes: bounded, first in first out, every request ends once. */
#include "pland/net/http.h"

#include "unit/check_main.h"
#include "unit/net_fixture.h"

START_TEST(test_cancel)
{
    const struct http_config c = { 0 };
    struct fixture f;
    struct got running, waiting;
    unsigned lane;
    struct err e = { 0 };
    setup(&f, &c);
    got_init(&running);
    got_init(&waiting);
    ck_assert_int_eq(http_lane_open(f.loop, 1, 8, &lane, &e), ERR_OK);
    ck_assert_int_eq(send_to(&f, "/part", (struct http_request){ .lane = lane }, &running), ERR_OK);
    wait_pieces(&running, 1);
    ck_assert_int_eq(send_to(&f, "/echo", (struct http_request){ .lane = lane }, &waiting), ERR_OK);
    http_cancel(f.loop, waiting.id);
    wait_done(&waiting);
    ck_assert_int_eq(waiting.end, HTTP_END_CANCELLED);
    ck_assert_int_eq(waiting.heads, 0);
    http_cancel(f.loop, running.id);
    wait_done(&running);
    ck_assert_int_eq(running.end, HTTP_END_CANCELLED);
    http_cancel(f.loop, running.id); /* again: ignored */
    http_cancel(f.loop, 0);
    http_cancel(f.loop, UINT64_MAX);
    teardown(&f);
    ck_assert_int_eq(running.dones, 1);
    ck_assert_int_eq(waiting.dones, 1);
    got_release(&running);
    got_release(&waiting);
}
END_TEST

START_TEST(test_receiver_stops)
{
    const struct http_config c = { 0 };
    struct fixture f;
    struct got g;
    setup(&f, &c);
    got_init(&g);
    g.stop_at_data = true;
    ck_assert_int_eq(send_to(&f, "/flood", (struct http_request){ .max_bytes = 0 }, &g), ERR_OK);
    wait_done(&g);
    ck_assert_int_eq(g.end, HTTP_END_ABORTED);
    ck_assert_uint_eq(g.pieces, 1);
    got_release(&g);
    teardown(&f);
}
END_TEST

/* A lane runs what it may, queues what it may, refuses the rest; lanes do not disturb each other. */
START_TEST(test_lane_limits)
{
    const struct http_config c = { 0 };
    struct fixture f;
    struct got g[6], other;
    unsigned lane;
    struct err e = { 0 };
    setup(&f, &c);
    got_init(&other);
    ck_assert_int_eq(http_lane_open(f.loop, 2, 3, &lane, &e), ERR_OK);
    for (size_t i = 0; i < 6; i++) got_init(&g[i]);
    for (size_t i = 0; i < 5; i++)
        ck_assert_int_eq(send_to(&f, "/part", (struct http_request){ .lane = lane }, &g[i]), ERR_OK);
    ck_assert_int_eq(send_to(&f, "/part", (struct http_request){ .lane = lane }, &g[5]), ERR_BUSY);
    wait_pieces(&g[0], 1);
    wait_pieces(&g[1], 1);
    ck_assert_int_eq(send_to(&f, "/echo", (struct http_request){ .method = NULL }, &other), ERR_OK);
    wait_done(&other);
    ck_assert_int_eq(atomic_load(&f.peer.requests), 3);
    http_cancel(f.loop, g[0].id);
    wait_pieces(&g[2], 1); /* first in, first out */
    http_lane_close(f.loop, lane);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_int_eq(g[i].dones, 1);
        ck_assert_int_eq(g[i].end, HTTP_END_CANCELLED);
    }
    ck_assert_int_eq(g[3].heads + g[4].heads + g[5].dones, 0);
    ck_assert_int_eq(send_to(&f, "/echo", (struct http_request){ .lane = lane }, &g[5]), ERR_BUSY);
    teardown(&f);
    got_release(&other);
    for (size_t i = 0; i < 6; i++) got_release(&g[i]);
}
END_TEST

/* The total limit counts while a request waits for its turn. */
START_TEST(test_too_late_in_the_queue)
{
    const struct http_config c = { 0 };
    struct fixture f;
    struct got a, b;
    unsigned lane;
    struct err e = { 0 };
    setup(&f, &c);
    got_init(&a);
    got_init(&b);
    ck_assert_int_eq(http_lane_open(f.loop, 1, 3, &lane, &e), ERR_OK);
    ck_assert_int_eq(send_to(&f, "/part", (struct http_request){ .lane = lane }, &a), ERR_OK);
    wait_pieces(&a, 1);
    ck_assert_int_eq(send_to(&f, "/echo", (struct http_request){ .lane = lane, .total_ms = 100 }, &b), ERR_OK);
    wait_done(&b);
    ck_assert_int_eq(b.end, HTTP_END_TOO_LATE);
    ck_assert_int_eq(a.dones, 0);
    teardown(&f);
    ck_assert_int_eq(a.end, HTTP_END_STOPPED);
    got_release(&a);
    got_release(&b);
}
END_TEST

START_TEST(test_stop_with_requests_in_flight)
{
    enum { MANY = 60 };
    static const char *const targets[] = { "/silent", "/part", "/flood" };
    const struct http_config c = { .max_running = 30, .max_requests = MANY };
    static struct got g[MANY + 1];
    struct fixture f;
    setup(&f, &c);
    for (int i = 0; i < MANY + 1; i++) got_init(&g[i]);
    for (int i = 0; i < MANY; i++) {
        struct http_request r = { .max_bytes = SIZE_MAX };
        ck_assert_int_eq(send_to(&f, targets[i % 3], r, &g[i]), ERR_OK);
    }
    ck_assert_int_eq(send_to(&f, "/echo", (struct http_request){ .method = NULL }, &g[MANY]), ERR_BUSY);
    wait_pieces(&g[1], 1);
    wait_pieces(&g[2], 100);
    http_loop_stop(f.loop);
    for (int i = 0; i < MANY; i++) {
        ck_assert_int_eq(g[i].dones, 1);
        ck_assert_int_eq(g[i].end, HTTP_END_STOPPED);
        ck_assert_int_eq(g[i].kind, ERR_BUSY);
    }
    for (int i = 0; i < MANY + 1; i++) got_release(&g[i]);
    peer_stop(&f.peer);
}
END_TEST

UNIT_MAIN("net_lane", { test_cancel, test_receiver_stops, test_lane_limits, test_too_late_in_the_queue,
                        test_stop_with_requests_in_flight })
