/* What people say outranks what a survey found. */
#include "pland/survey/correct.h"

#include <string.h>

#include "unit/check_main.h"

#define OK(call) ck_assert_msg((call) == ERR_OK, "%s: %s", #call, e.msg)
#define DAY 1795910400000 /* 2026-11-29 */

static struct finding found[] = { { .text = "npm installs what package-lock.json fixes" }, { .text = "pnpm is mentioned" } };
static struct survey_command commands[] = {
    { .name = "npm test", .match = "npm test", .kind = COMMAND_TEST, .path = "package.json", .line = 7, .dir = "" },
    { .name = "npm run lint", .match = "npm run lint", .kind = COMMAND_LINT, .path = "package.json", .line = 8, .dir = "" },
    { .name = "make check", .match = "make check", .kind = COMMAND_OTHER, .path = "Makefile", .line = 3, .dir = "" },
    { .name = "npmx", .match = "npmx", .kind = COMMAND_OTHER, .path = "bin/npmx", .line = 1, .dir = "" },
};

static struct survey before(void)
{
    struct survey s = { .tree = "t" };
    s.stack.v = found;
    s.stack.n = countof(found);
    s.commands.v = commands;
    s.commands.n = countof(commands);
    return s;
}

static void corrected(const char *text, struct arena *a, struct survey *ret)
{
    const struct survey_correction said = { text, DAY };
    const struct survey_corrections all = { &said, 1 };
    const struct survey s = before();
    struct err e = { 0 };
    OK(survey_correct(&s, &all, a, ret, &e));
    ck_assert_uint_eq(ret->corrections.n, 1);
    ck_assert_ptr_nonnull(strstr(ret->corrections.v[0].text, text));
    ck_assert_ptr_nonnull(strstr(ret->corrections.v[0].text, "(a correction of 2026-11-29)"));
    ck_assert_str_eq(commands[0].name, "npm test"); /* what was found stays as it was */
    ck_assert_str_eq(found[0].text, "npm installs what package-lock.json fixes");
}

START_TEST(one_tool_instead_of_another)
{
    static const char *const ways[] = { "pnpm, not npm", "use pnpm, not npm.", "pnpm instead of npm", "Use pnpm rather than npm" };
    for (size_t i = 0; i < countof(ways); i++) {
        struct survey s;
        auto_arena a = arena_new(0);
        corrected(ways[i], a, &s);
        ck_assert_str_eq(s.commands.v[0].name, "pnpm test");
        ck_assert_str_eq(s.commands.v[0].match, "pnpm test");
        ck_assert_str_eq(s.commands.v[1].name, "pnpm run lint");
        ck_assert_str_eq(s.commands.v[2].name, "make check");
        ck_assert_str_eq(s.commands.v[3].name, "npmx");
        ck_assert_uint_eq(s.stack.n, 1);
        ck_assert_str_eq(s.stack.v[0].text, "pnpm is mentioned");
    }
}
END_TEST

START_TEST(the_command_that_people_name_comes_first)
{
    struct survey s;
    auto_arena a = arena_new(0);
    corrected("test: make check V=1", a, &s);
    ck_assert_str_eq(survey_command_of(&s, COMMAND_TEST)->name, "make check V=1");
    ck_assert_str_eq(s.commands.v[0].path, "Makefile");
    ck_assert_uint_eq(s.commands.n, 4);
    corrected("Test: tools/all-tests", a, &s);
    ck_assert_str_eq(survey_command_of(&s, COMMAND_TEST)->name, "tools/all-tests");
    ck_assert_ptr_null(s.commands.v[0].path);
    ck_assert_uint_eq(s.commands.n, 5);
    ck_assert_str_eq(s.commands.v[1].name, "npm test");
}
END_TEST

START_TEST(other_sentences_stand_as_they_are)
{
    static const char *const ways[] = { "The worker is deployed by hand, not before Monday: ask Ann, she knows", "test:",
                                        "note: integration tests need Docker", ", not npm", "pnpm, not " };
    for (size_t i = 0; i < countof(ways); i++) {
        struct survey s;
        auto_arena a = arena_new(0);
        corrected(ways[i], a, &s);
        ck_assert_uint_eq(s.commands.n, countof(commands));
        ck_assert_str_eq(s.commands.v[0].name, "npm test");
        ck_assert_uint_eq(s.stack.n, countof(found));
    }
}
END_TEST

START_TEST(nothing_said_changes_nothing)
{
    const struct survey_corrections none = { NULL, 0 };
    const struct survey s = before();
    struct survey same;
    struct err e = { 0 };
    auto_arena a = arena_new(0);
    OK(survey_correct(&s, &none, a, &same, &e));
    ck_assert_mem_eq(&same, &s, sizeof s);
}
END_TEST

UNIT_MAIN("survey_correct", { one_tool_instead_of_another, the_command_that_people_name_comes_first,
                              other_sentences_stand_as_they_are, nothing_said_changes_nothing })
