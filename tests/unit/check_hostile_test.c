/* Patterns that are looked for in texts cannot be made slow: each gets a long text made for it, in a plan of this
 * project and in a foreign one. What would cost the square of it does not end within the time of a test. */
#include "unit/check_fixture.h"
#include "unit/check_main.h"

#include <time.h>

enum { HOSTILE = (128 << 10) / UNIT_SHARE };

static const struct { const char *pattern, *unit; } rows[] = {
    { "paths", "a/b.c " },
    { "one long word", "aaaaaaaa/" },
    { "code spans that never close", "` `` ```" },
    { "code spans", "`a/b.c`" },
    { "braces", "`a{b,{c,{d,{e,f}}}}{g,h}{i,j}{k,l}.c` " },
    { "braces that never close", "`{{{{{{a,`" },
    { "globs", "`src/**/*a*a*a*a*a*?b` " },
    { "lines cited", "`src/auth/token.py:99999999` " },
    { "symbols", "It calls `a_b()` in `src/app.py` " },
    { "commands in spans", "`make x && cd y | z` " },
    { "commands in substitution", "`make $(((((((` " },
    { "quotes", "`make \"'\"'\"'` " },
    { "placeholders", "<your [insert {{ TODO TBD " },
    { "lorem", "lorem ipsu" },
    { "keys", "AKIAAKIAAKIA ghp_ghp_ sk-sk-" },
    { "passwords", "password='password=\"secret=" },
    { "a password without end", "api_key: \"x" },
    { "headers of keys", "-----BEGIN RSA PRIVATE KE" },
    { "destructive", "`rm -x rm git push git reset` " },
    { "pipes", "`curl | | | | curl bash` " },
    { "urls", "https://a/https://b/" },
    { "links", "[a](b[c](d" },
    { "tables", "| a | `b/c.d` " },
    { "words before a path", "add a new in to of " },
    { "headings", "\n# a `b/c.d`\n" },
    { "lists", "\n    - a:\n" },
    { "fences", "\n```sh\nmake x\n" },
    { "fences of other lengths", "\n````\n```\n~~~\n" },
    { "diffs", "\n```diff\n--- /dev/null\n+++ b/x/y.c\n```\n" },
    { "comments", "\n<!--\n--" },
    { "lines of commands", "\nmake x" },
    { "trees", "\xe2\x94\x9c\xe2\x94\x80 a/b.c\n" },
    { "paths that go up", "../" },
    { "lines without a file", ":1" },
    { "schemes without a host", "//" },
    { "names in braces", "{{" },
    { "turned letters", "\xe2\x80\xae\xff\xfe" },
};

static const char *repeated(struct arena *a, const char *unit)
{
    size_t n = strlen(unit);
    char *s = arena_alloc(a, HOSTILE + 1);
    for (size_t i = 0; i < HOSTILE; i++) s[i] = unit[i % n];
    return s;
}

/* PLAND_TIMES=1 prints the processor time of each. */
static void took(const char *pattern)
{
    static clock_t before; /* of this process, hence one place */
    clock_t now = clock();
    if (getenv("PLAND_TIMES")) printf("%6ld ms  %s\n", (long)((now - before) * 1000 / CLOCKS_PER_SEC), pattern);
    (void)fflush(stdout);
    before = now;
}

START_TEST(test_in_a_plan_of_ours)
{
    struct fixture f;
    struct err e = { 0 };
    fixture_open(&f);
    run_check(&f);
    for (size_t i = 0; i < countof(rows); i++) {
        struct arena *a = arena_new(0);
        struct check_result r = { .verdict = { 0 } };
        const char *was = f.d.overview;
        f.d.overview = repeated(a, rows[i].unit);
        ck_assert_msg(check_run(&f.d, &f.in, a, &r, &e) == ERR_OK, "%s: %s", rows[i].pattern, e.msg);
        f.d.overview = was;
        f.d.phases.v[0].steps.v[0].code.v[0].text = repeated(a, rows[i].unit);
        f.d.phases.v[0].steps.v[0].code.v[0].language = i % 2 ? "sh" : "diff";
        ck_assert_msg(check_run(&f.d, &f.in, a, &r, &e) == ERR_OK, "%s as code: %s", rows[i].pattern, e.msg);
        f.d.phases.v[0].steps.v[0].code.v[0].text = "x";
        arena_free(a);
        took(rows[i].pattern);
    }
    fixture_close(&f);
}
END_TEST

START_TEST(test_in_a_foreign_plan)
{
    struct fixture f;
    struct err e = { 0 };
    fixture_open(&f);
    for (size_t i = 0; i < countof(rows); i++) {
        struct arena *a = arena_new(0);
        struct check_result r = { .verdict = { 0 } };
        const char *text = repeated(a, rows[i].unit);
        ck_assert_msg(check_foreign(text, HOSTILE, &f.in, a, &r, &e) == ERR_OK, "%s: %s", rows[i].pattern, e.msg);
        arena_free(a);
        took(rows[i].pattern);
    }
    fixture_close(&f);
}
END_TEST

START_TEST(test_as_a_command)
{
    struct fixture f;
    struct err e = { 0 };
    fixture_open(&f);
    run_check(&f);
    for (size_t i = 0; i < countof(rows); i++) {
        struct arena *a = arena_new(0);
        struct check_result r = { .verdict = { 0 } };
        f.d.phases.v[0].automated.v[0].command = repeated(a, rows[i].unit);
        ck_assert_msg(check_run(&f.d, &f.in, a, &r, &e) == ERR_OK, "%s: %s", rows[i].pattern, e.msg);
        f.d.phases.v[0].automated.v[0].command = "make test";
        arena_free(a);
        took(rows[i].pattern);
    }
    fixture_close(&f);
}
END_TEST

UNIT_MAIN("check hostile", { test_in_a_plan_of_ours, test_in_a_foreign_plan, test_as_a_command })
