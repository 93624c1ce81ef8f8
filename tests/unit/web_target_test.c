/* Paths, queries and the rows they find. */
#include "web/target.h"

#include <string.h>

#include "pland/store/access.h"
#include "pland/web/web.h"
#include "unit/check_main.h"
#include "web/routes.h"

static struct arena *a;
static struct err e;

static enum err_kind parse(const char *uri, struct target *ret)
{
    arena_free(a);
    a = arena_new(0);
    return target_parse(uri, a, ret, &e);
}

START_TEST(test_path_and_query)
{
    struct target t;
    ck_assert_int_eq(parse("/plans/a%2Fb%20c?state=x+y&empty&q=%C3%A9&=z", &t), ERR_OK);
    ck_assert_uint_eq(t.n_segments, 2);
    ck_assert_str_eq(t.segments[0], "plans");
    ck_assert_str_eq(t.segments[1], "a/b c");
    ck_assert_str_eq(t.path, "/plans/a%2Fb%20c");
    ck_assert_str_eq(t.query, "state=x+y&empty&q=%C3%A9&=z");
    ck_assert_str_eq(target_param(&t, "state"), "x y");
    ck_assert_str_eq(target_param(&t, "empty"), "");
    ck_assert_str_eq(target_param(&t, "q"), "\xC3\xA9");
    ck_assert_ptr_null(target_param(&t, "other"));
    ck_assert_int_eq(parse("/", &t), ERR_OK);
    ck_assert_uint_eq(t.n_segments, 0);
    ck_assert_int_eq(parse("http://host:1/plans?x=1", &t), ERR_OK);
    ck_assert_str_eq(t.path, "/plans");
    ck_assert_int_eq(parse("/a+b", &t), ERR_OK);
    ck_assert_str_eq(t.segments[0], "a+b");
    arena_free(a);
    a = NULL;
}
END_TEST

START_TEST(test_refused)
{
    static const char *const bad[] = {"/%",   "/%4",      "/%zz",       "/%00",  "/%0a", "/a?b=%00",
                                      "/%ff", "/a?x=%C3", "/a?x=1&x=2", "plans", ""};
    struct target t;
    char big[TARGET_MAX + 2];
    for (size_t i = 0; i < countof(bad); i++) ck_assert_msg(parse(bad[i], &t) == ERR_SYNTAX, "%s", bad[i]);
    memset(big, 'a', sizeof big);
    big[0] = '/';
    big[sizeof big - 1] = '\0';
    ck_assert_int_eq(parse(big, &t), ERR_URI_TOO_LONG);
    arena_free(a);
    a = NULL;
}
END_TEST

static const char *found(const char *method, const char *uri, struct route_match *m)
{
    struct target t;
    if (parse(uri, &t) != ERR_OK) return "unparsable";
    route_find(method, &t, m);
    return m->route ? m->route->pattern : m->path_known ? "method" : "none";
}

START_TEST(test_routes_found)
{
    struct route_match m;
    ck_assert_str_eq(found("GET", "/plans", &m), "/plans");
    ck_assert_str_eq(found("HEAD", "/plans/plan_1", &m), "/plans/{id}");
    ck_assert_str_eq(m.id, "plan_1");
    ck_assert_str_eq(found("GET", "/plans/p/revisions/head", &m), "/plans/{id}/revisions/{n}");
    ck_assert_str_eq(m.id, "p");
    ck_assert_str_eq(m.sub, "head");
    ck_assert_str_eq(found("POST", "/hooks/h/deliveries/d/redeliver", &m), "/hooks/{id}/deliveries/{did}/redeliver");
    ck_assert_str_eq(m.sub, "d");
    ck_assert_str_eq(found("PUT", "/plans", &m), "method");
    ck_assert_str_eq(found("TRACE", "/plans", &m), "method");
    ck_assert_str_eq(found("GET", "/plans/", &m), "none");
    ck_assert_str_eq(found("GET", "//plans", &m), "none");
    ck_assert_str_eq(found("GET", "/plan", &m), "none");
    ck_assert_str_eq(found("GET", "/planss", &m), "none");
    ck_assert_str_eq(found("GET", "/", &m), "none");
    ck_assert_str_eq(found("GET", "/plans/a/b/c/d/e/f/g/h/i/j", &m), "none");
    arena_free(a);
    a = NULL;
}
END_TEST

START_TEST(test_allow)
{
    struct target t;
    char allow[64];
    ck_assert_int_eq(parse("/plans/x", &t), ERR_OK);
    route_allow(&t, allow, sizeof allow);
    ck_assert_str_eq(allow, "GET, HEAD, PATCH, DELETE, OPTIONS");
    route_allow(&t, allow, 12); /* cut, never overrun */
    ck_assert_uint_lt(strlen(allow), 12);
    arena_free(a);
    a = NULL;
}
END_TEST

/* What a token may be narrowed to is what there is: a route that is added is named, or nobody can be given it alone. */
START_TEST(test_every_plan_route_is_a_verb_of_tokens)
{
    static const char top[] = "/plans/{id}/";
    for (size_t i = 0; i < n_routes; i++) {
        const char *verb = routes[i].pattern + sizeof top - 1;
        if (strncmp(routes[i].pattern, top, sizeof top - 1) != 0) continue;
        size_t n = strcspn(verb, "/");
        bool never = strncmp(verb, "fork", n) == 0 || strncmp(verb, "messages", n) == 0;
        ck_assert_msg((token_verb(verb, n) >= 0) != never, "%s", routes[i].pattern);
    }
    ck_assert_int_ge(token_verb("plan", 4), 0);
    ck_assert_int_lt(token_verb("pla", 3), 0);
}
END_TEST

/* Every row has exactly one who answers, and no two rows answer the same. */
START_TEST(test_table_is_sound)
{
    for (size_t i = 0; i < n_routes; i++) {
        const struct route *r = &routes[i];
        int answers = (r->run != NULL) + (r->view != NULL) + (r->local != NULL);
        ck_assert_msg(answers == 1, "%s %s", r->method, r->pattern);
        ck_assert_msg(!(r->body == BODY_JSON || r->body == BODY_OPTIONAL) || r->record, "%s %s: no record", r->method,
                      r->pattern);
        ck_assert_msg(!r->run || r->role >= ROLE_PLANNER || (r->flags & ROUTE_WEBHOOK), "%s %s: a write without a role",
                      r->method, r->pattern);
        ck_assert_msg(!r->view || r->role >= ROLE_VIEWER || (r->flags & ROUTE_LINK), "%s %s: a view without a role", r->method, r->pattern);
        for (size_t k = 0; k < i; k++)
            ck_assert_msg(strcmp(routes[k].method, r->method) != 0 || strcmp(routes[k].pattern, r->pattern) != 0,
                          "%s %s twice", r->method, r->pattern);
    }
}
END_TEST

START_TEST(test_listing)
{
    struct web_route rows[2];
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    ck_assert_uint_eq(web_routes(rows, 2), n_routes);
    ck_assert_str_eq(rows[0].method, "POST");
    ck_assert_str_eq(rows[0].pattern, "/plans");
    ck_assert_int_eq(rows[0].role, ROLE_PLANNER);
    web_routes_text(&b);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "/plans/{id}/approval"));
}
END_TEST

START_TEST(test_escape)
{
    auto_buf b = BUF_INIT(100);
    target_escape(&b, "a b&c=\xC3\xA9~-._");
    ck_assert_str_eq(buf_cstr(&b), "a%20b%26c%3D%C3%A9~-._");
}
END_TEST

UNIT_MAIN("web target", {test_path_and_query, test_refused, test_routes_found, test_allow, test_table_is_sound, test_every_plan_route_is_a_verb_of_tokens,
                         test_listing, test_escape})
