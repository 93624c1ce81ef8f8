/* The cache of tokens: it never outlives a change of tokens. */
#include "service/auth.h"
#include "unit/check_main.h"
#include "unit/service_fixture.h"

static struct auth_entry entry(int64_t token)
{
    struct auth_entry e = { .hash = hash_sha256("secret", 6), .caller = { .token = token, .role = ROLE_PLANNER } };
    return e;
}

START_TEST(what_was_read_before_a_change_is_not_kept_after_it)
{
    struct world w;
    struct auth_entry known = entry(7);
    struct caller found;
    bool touch;
    world_open(&w);
    uint64_t before = auth_cache_round(w.s.auth);
    bus_publish(w.s.bus, &(struct notice){ .kind = NOTICE_TOKENS }); /* revoked, after it was read */
    auth_cache_keep(w.s.auth, before, &known);
    ck_assert(!auth_cache_find(w.s.auth, &known.hash, 1, &found, &touch));
    auth_cache_keep(w.s.auth, auth_cache_round(w.s.auth), &known);
    ck_assert(auth_cache_find(w.s.auth, &known.hash, 1, &found, &touch));
    ck_assert_int_eq(found.token, 7);
    bus_publish(w.s.bus, &(struct notice){ .kind = NOTICE_TOKENS });
    ck_assert(!auth_cache_find(w.s.auth, &known.hash, 1, &found, &touch));
    world_close(&w);
}
END_TEST

START_TEST(an_entry_ends_with_its_token)
{
    struct world w;
    struct auth_entry known = entry(7);
    struct caller found;
    bool touch;
    world_open(&w);
    known.expires_at = 100;
    auth_cache_keep(w.s.auth, auth_cache_round(w.s.auth), &known);
    ck_assert(auth_cache_find(w.s.auth, &known.hash, 99, &found, &touch));
    ck_assert(!auth_cache_find(w.s.auth, &known.hash, 100, &found, &touch));
    world_close(&w);
}
END_TEST

UNIT_MAIN("service auth", { what_was_read_before_a_change_is_not_kept_after_it, an_entry_ends_with_its_token })
