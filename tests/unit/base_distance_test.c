/* The distance of names against the plain definition, on many short texts. */
#include "pland/base/distance.h"

#include <string.h>

#include "unit/check_main.h"

static size_t plain(const char *a, size_t na, const char *b, size_t nb)
{
    size_t x, y, z;
    if (!na || !nb) return na + nb;
    if (a[na - 1] == b[nb - 1]) return plain(a, na - 1, b, nb - 1);
    x = plain(a, na - 1, b, nb);
    y = plain(a, na, b, nb - 1);
    z = plain(a, na - 1, b, nb - 1);
    return 1 + (x < y ? (x < z ? x : z) : (y < z ? y : z));
}

START_TEST(as_defined_up_to_the_limit)
{
    char a[8], b[8];
    unsigned seed = 3;
    for (int round = 0; round < 20000; round++) {
        size_t na = (seed >> 16) % 7, nb, want, limit = (size_t)round % 5, got;
        seed = seed * 1103515245u + 12345u;
        nb = (seed >> 16) % 7;
        for (size_t i = 0; i < 7; i++) {
            seed = seed * 1103515245u + 12345u;
            a[i] = (char)('a' + (seed >> 16) % 3);
            b[i] = (char)('a' + (seed >> 20) % 3);
        }
        want = plain(a, na, b, nb);
        got = name_distance(a, na, b, nb, limit);
        ck_assert_msg(got == (want <= limit ? want : limit + 1), "%.*s %.*s limit %zu: %zu, not %zu", (int)na, a, (int)nb,
                      b, limit, got, want);
    }
}
END_TEST

START_TEST(long_names_are_never_close)
{
    char a[DISTANCE_NAME_MAX + 1];
    memset(a, 'a', sizeof a);
    ck_assert_uint_eq(name_distance(a, sizeof a, a, sizeof a, 3), 4);
    ck_assert_uint_eq(name_distance(a, sizeof a - 1, a, sizeof a - 1, 3), 0);
    ck_assert_uint_eq(name_distance(a, 10, a, 14, 3), 4);
}
END_TEST

START_TEST(paths_share_components)
{
    ck_assert_uint_eq(path_shared("src/web/token.c", "src/web/tokens.c"), 2);
    ck_assert_uint_eq(path_shared("lib/web/token.c", "src/web/token.c"), 2);
    ck_assert_uint_eq(path_shared("a.c", "b.c"), 0);
}
END_TEST

UNIT_MAIN("base_distance", {as_defined_up_to_the_limit, long_names_are_never_close, paths_share_components})
