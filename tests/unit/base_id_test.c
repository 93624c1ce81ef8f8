/* Ids: shape, order, uniqueness over threads; secrets. */
#include "pland/base/id.h"

#include <string.h>

#include "pland/base/hash.h"
#include "pland/base/lock.h"
#include "unit/check_main.h"

/* Prefix and 26 digits in Crockford's alphabet; 26 × 5 bits are two more than 128. */
static bool is_id(const char *s, const char *prefix)
{
    size_t n = strlen(prefix);
    return strncmp(s, prefix, n) == 0 && s[n] >= '0' && s[n] <= '7' && strlen(s) == n + 26 &&
           strspn(s + n, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == 26;
}

START_TEST(shape)
{
    struct clock c = { .fixed_ms = 1795428000000 };
    struct id id, other;
    id_new(&id, "plan_", &c);
    ck_assert_int_eq(strncmp(id.s, "plan_", 5), 0);
    ck_assert_uint_eq(strlen(id.s), 5 + 26);
    ck_assert(is_id(id.s, "plan_"));
    id_new(&other, "plan", &c);
    ck_assert(is_id(other.s, "plan_"));
    id_new(&other, "prefixes", NULL);
    ck_assert(is_id(other.s, "prefixes_"));
    ck_assert_uint_lt(strlen(other.s), ID_LEN);
}
END_TEST

START_TEST(ids_sort_by_creation)
{
    struct clock c = { .fixed_ms = 1795428000000 };
    struct id last = { "" }, id;
    for (int i = 0; i < 20000; i++) {
        if (i % 1000 == 500) atomic_fetch_add(&c.fixed_ms, 1);
        if (i % 3000 == 700) atomic_fetch_sub(&c.fixed_ms, 5); /* a wall clock set back changes nothing */
        id_new(&id, "x", &c);
        ck_assert_int_gt(strcmp(id.s, last.s), 0);
        last = id;
    }
}
END_TEST

START_TEST(the_time_is_in_the_id)
{
    struct clock c = { .fixed_ms = INT64_C(0xFFFFFFFFFFFF) };
    struct id id;
    id_new(&id, "x", &c);
    ck_assert_int_eq(strncmp(id.s, "x_7ZZZZZZZZZ", 12), 0);
}
END_TEST

enum { THREADS = 4, EACH = 5000 };
static void *make(void *p)
{
    struct id *ids = p;
    for (int i = 0; i < EACH; i++) id_new(&ids[i], "t", NULL);
    return NULL;
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct id *)a)->s, ((const struct id *)b)->s);
}

START_TEST(threads_never_share_an_id)
{
    struct id *ids = calloc((size_t)THREADS * EACH, sizeof *ids);
    pthread_t thread[THREADS];
    ck_assert_ptr_nonnull(ids);
    for (int i = 0; i < THREADS; i++) ck_assert_int_eq(thread_start(&thread[i], "ids", make, ids + i * EACH), 0);
    for (int i = 0; i < THREADS; i++) (void)pthread_join(thread[i], NULL);
    qsort(ids, (size_t)THREADS * EACH, sizeof *ids, compare);
    for (int i = 1; i < THREADS * EACH; i++) ck_assert_str_ne(ids[i - 1].s, ids[i].s);
    free(ids);
}
END_TEST

START_TEST(secrets)
{
    char a[64], b[64];
    size_t seen[256] = { 0 };
    id_secret(a, "pland_");
    id_secret(b, "pland_");
    ck_assert_uint_eq(strlen(a), 46);
    ck_assert_int_eq(strncmp(a, "pland_", 6), 0);
    ck_assert_str_ne(a, b);
    for (int i = 0; i < 2000; i++) {
        id_secret(a, "");
        ck_assert_uint_eq(strlen(a), 40);
        for (const char *p = a; *p; p++) seen[(unsigned char)*p]++;
    }
    for (int c = 0; c < 256; c++) {
        bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!word) ck_assert_uint_eq(seen[c], 0);
        else ck_assert(seen[c] > 1000 && seen[c] < 1600); /* 1290 expected, deviation 36 */
    }
    id_secret(a, "a-prefix-that-is-far-too-long-to-fit");
    ck_assert_uint_eq(strlen(a), 63);
}
END_TEST

UNIT_MAIN("base id", { shape, ids_sort_by_creation, threads_never_share_an_id, secrets,
                       the_time_is_in_the_id })
