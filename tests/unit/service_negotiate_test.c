/* Which representation a client wants, and which it has. */
#include "pland/service/negotiate.h"

#include "unit/check_main.h"

static const char *const types[] = { "application/json", "text/markdown", "text/html" };
static const char *wanted(const char *accept)
{
    int i = negotiate_type(accept, types, 3);
    return i < 0 ? "none" : types[i];
}

START_TEST(the_best_type_is_taken)
{
    static const struct { const char *accept, *type; } rows[] = {
        { NULL, "application/json" },
        { "", "application/json" },
        { "*/*", "application/json" },
        { "application/*", "application/json" },
        { "text/*", "text/markdown" },
        { "TEXT/HTML", "text/html" },
        { "text/html, text/markdown", "text/html" },
        { "text/markdown;q=0.5, text/html", "text/html" },
        { "text/markdown;q=0.5,text/html;q=0.25", "text/markdown" },
        { "application/json;q=0, */*", "text/markdown" },
        { "*/*;q=0.1, text/html;level=1;q=0.2", "text/html" },
        { "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html" },
        { "application/pdf", "none" },
        { "application/jsonp", "none" },
        { "text/html;q=0", "none" },
        { "text/html;q=0.0001", "none" },
        { "text/html; q=abc", "text/html" },
        { ",, ,text/html", "text/html" },
        { ";;;q=", "none" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) ck_assert_str_eq(wanted(rows[i].accept), rows[i].type);
}
END_TEST

START_TEST(tags_are_found_in_lists)
{
    ck_assert(etag_listed("\"a\"", "\"a\""));
    ck_assert(etag_listed("\"b\", \"a\"", "\"a\""));
    ck_assert(etag_listed("\"b\",W/\"a\"", "\"a\""));
    ck_assert(etag_listed(" * ", "\"a\""));
    ck_assert(etag_listed("\"x,y\", \"a\"", "\"a\""));
    ck_assert(!etag_listed("\"x,\"a\"", "\"a\""));
    ck_assert(!etag_listed("\"ab\"", "\"a\""));
    ck_assert(!etag_listed("\"b\", *", "\"a\""));
    ck_assert(!etag_listed("a", "\"a\""));
    ck_assert(!etag_listed("", "\"a\""));
    ck_assert(!etag_listed("*", ""));
}
END_TEST

START_TEST(any_representation_names_its_family)
{
    ck_assert(etag_family_listed("\"r1-a\"", "\"r1-a\""));
    ck_assert(etag_family_listed("\"x\", \"r1-a.html.none\"", "\"r1-a\""));
    ck_assert(!etag_family_listed("\"r1-ab\"", "\"r1-a\""));
    ck_assert(!etag_family_listed("\"r1-a.html\"", "\"r1-ab\""));
    ck_assert(!etag_family_listed("*", "\"r1-a\"")); /* whatever it is, nobody has read it */
    ck_assert(!etag_family_listed("\"", "\""));
}
END_TEST

UNIT_MAIN("service negotiate", { the_best_type_is_taken, tags_are_found_in_lists, any_representation_names_its_family })
