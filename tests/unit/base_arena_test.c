/* The arena: alignment, zeroing, its maximum, lists that grow in it. */
#include "pland/base/arena.h"

#include <stdint.h>
#include <string.h>

#include "unit/check_main.h"

START_TEST(pieces_are_zeroed_aligned_and_apart)
{
    auto_arena a = arena_new(0);
    unsigned char *piece[300];
    struct err e;
    for (size_t i = 0; i < 300; i++) {
        piece[i] = arena_alloc(a, i);
        ck_assert_ptr_nonnull(piece[i]);
        ck_assert_uint_eq((uintptr_t)piece[i] % 16, 0);
        for (size_t k = 0; k < i; k++) ck_assert_int_eq(piece[i][k], 0);
        memset(piece[i], (int)(i & 0xff), i);
    }
    for (size_t i = 0; i < 300; i++)
        for (size_t k = 0; k < i; k++) ck_assert_int_eq(piece[i][k], (int)(i & 0xff));
    ck_assert_int_eq(arena_check(a, &e), ERR_OK);
}
END_TEST

START_TEST(large_pieces_do_not_end_the_current_block)
{
    auto_arena a = arena_new(0);
    char *small = arena_alloc(a, 16), *next;
    char *large = arena_alloc(a, 1 << 20);
    ck_assert_ptr_nonnull(large);
    large[(1 << 20) - 1] = 1;
    next = arena_alloc(a, 16);
    ck_assert(next > small && next - small < 64);
}
END_TEST

START_TEST(maximum_is_sticky)
{
    auto_arena a = arena_new(64 * 1024);
    struct err e;
    size_t got = 0;
    while (arena_alloc(a, 1000)) got += 1000;
    ck_assert_uint_gt(got, 16 * 1024);
    ck_assert_uint_le(got, 64 * 1024);
    ck_assert_ptr_null(arena_alloc(a, 1));
    ck_assert_ptr_null(arena_dup(a, "x"));
    ck_assert_ptr_null(arena_fmt(a, "x"));
    ck_assert_int_eq(arena_check(a, &e), ERR_TOO_LARGE);
}
END_TEST

START_TEST(huge_requests_do_not_wrap)
{
    auto_arena a = arena_new(0);
    struct err e;
    ck_assert_ptr_null(arena_alloc(a, SIZE_MAX));
    ck_assert_int_eq(arena_check(a, &e), ERR_TOO_LARGE);
}
END_TEST

START_TEST(no_arena_is_an_arena_without_memory)
{
    struct err e;
    LIST(int) l = { 0 };
    arena_free(NULL);
    ck_assert_ptr_null(arena_alloc(NULL, 1));
    ck_assert_ptr_null(arena_dup(NULL, "x"));
    ck_assert_ptr_null(arena_fmt(NULL, "%d", 1));
    ck_assert_ptr_null(arena_push(NULL, &l, sizeof *l.v));
    ck_assert_int_eq(arena_check(NULL, &e), ERR_NOMEM);
}
END_TEST

START_TEST(strings)
{
    auto_arena a = arena_new(0);
    char wide[2000];
    ck_assert_ptr_null(arena_dup(a, NULL));
    ck_assert_str_eq(arena_dup(a, ""), "");
    ck_assert_str_eq(arena_dup(a, "hello"), "hello");
    ck_assert_str_eq(arena_dup_n(a, "hello", 2), "he");
    ck_assert_str_eq(arena_dup_n(a, NULL, 0), "");
    ck_assert_str_eq(arena_fmt(a, "%s-%d", "x", 3), "x-3");
    memset(wide, 'w', sizeof wide);
    wide[sizeof wide - 1] = '\0';
    for (int n = 250; n < 260; n++) ck_assert_uint_eq(strlen(arena_fmt(a, "%.*s", n, wide)), (size_t)n);
    ck_assert_str_eq(arena_fmt(a, "%s", wide), wide);
}
END_TEST

START_TEST(lists_grow)
{
    auto_arena a = arena_new(0);
    struct pair { int64_t x, y; };
    LIST(struct pair) l = { 0 };
    for (int i = 0; i < 1000; i++) {
        struct pair *p = arena_push(a, &l, sizeof *l.v);
        ck_assert_ptr_nonnull(p);
        ck_assert_int_eq(p->x, 0);
        ck_assert_int_eq(p->y, 0);
        p->x = i;
        p->y = -i;
    }
    ck_assert_uint_eq(l.n, 1000);
    for (int i = 0; i < 1000; i++) ck_assert(l.v[i].x == i && l.v[i].y == -i);
}
END_TEST

START_TEST(a_failed_push_leaves_the_list_alone)
{
    auto_arena a = arena_new(4096);
    LIST(int64_t) l = { 0 };
    size_t n = 0;
    int64_t *p;
    while ((p = arena_push(a, &l, sizeof *l.v)) != NULL) *p = (int64_t)n++;
    ck_assert_uint_eq(l.n, n);
    ck_assert_uint_gt(n, 0);
    for (size_t i = 0; i < n; i++) ck_assert_int_eq(l.v[i], (int64_t)i);
}
END_TEST

UNIT_MAIN("base arena", { pieces_are_zeroed_aligned_and_apart, large_pieces_do_not_end_the_current_block,
                          maximum_is_sticky, huge_requests_do_not_wrap, no_arena_is_an_arena_without_memory, strings,
                          lists_grow, a_failed_push_leaves_the_list_alone })
