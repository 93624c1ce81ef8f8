/* The error object: kinds, wrapping, cutting, errno; every kind has a status, a slug and a title. */
#include "pland/base/err.h"

#include <errno.h>
#include <string.h>

#include "unit/check_main.h"

START_TEST(set_fills_everything)
{
    struct err e = { .at = "/old", .extra = "\"old\":1" };
    ck_assert_int_eq(err_set(&e, ERR_CONFLICT, "plan %s is %d", "x", 7), ERR_CONFLICT);
    ck_assert_int_eq(e.kind, ERR_CONFLICT);
    ck_assert_str_eq(e.msg, "plan x is 7");
    ck_assert_str_eq(e.at, "");
    ck_assert_str_eq(e.extra, "");
}
END_TEST

START_TEST(at_names_the_field)
{
    struct err e;
    char longer[400];
    ck_assert_int_eq(err_at(&e, ERR_INVALID, "/ticket/title", "must not be blank"), ERR_INVALID);
    ck_assert_str_eq(e.at, "/ticket/title");
    ck_assert_str_eq(e.msg, "must not be blank");
    memset(longer, 'k', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    (void)err_at(&e, ERR_INVALID, longer, "x");
    ck_assert_uint_eq(strlen(e.at), sizeof e.at - 1);
    (void)err_at(&e, ERR_INVALID, NULL, "x");
    ck_assert_str_eq(e.at, "");
}
END_TEST

START_TEST(arguments_may_come_from_the_error_itself)
{
    struct err e;
    (void)err_at(&e, ERR_IO, "/a", "inner");
    (void)err_at(&e, ERR_INVALID, e.at, "outer of %s", e.msg);
    ck_assert_str_eq(e.msg, "outer of inner");
    ck_assert_str_eq(e.at, "/a");
}
END_TEST

START_TEST(wrap_puts_context_before)
{
    struct err e;
    (void)err_at(&e, ERR_NOT_FOUND, "/x", "no such file");
    ck_assert_int_eq(err_wrap(&e, "reading %s", "a.c"), ERR_NOT_FOUND);
    ck_assert_int_eq(err_wrap(&e, "survey"), ERR_NOT_FOUND);
    ck_assert_str_eq(e.msg, "survey: reading a.c: no such file");
    ck_assert_str_eq(e.at, "/x");
}
END_TEST

START_TEST(long_texts_are_cut_between_characters)
{
    struct err e;
    char text[1000];
    for (size_t i = 0; i + 3 < sizeof text; i += 3) memcpy(text + i, "€", 4);
    for (int shift = 0; shift < 4; shift++) {
        size_t n;
        (void)err_set(&e, ERR_INTERNAL, "%.*s%s", shift, "abcd", text);
        n = strlen(e.msg);
        ck_assert_uint_lt(n, sizeof e.msg);
        ck_assert_uint_gt(n, sizeof e.msg - 5);
        ck_assert_str_eq(e.msg + n - 3, "€");
        (void)err_wrap(&e, "context");
        ck_assert_str_eq(e.msg + strlen(e.msg) - 3, "€");
        ck_assert_int_eq(strncmp(e.msg, "context: ", 9), 0);
    }
    for (int i = 0; i < 50; i++) (void)err_wrap(&e, "%s", text);
    ck_assert_uint_lt(strlen(e.msg), sizeof e.msg);
}
END_TEST

START_TEST(errno_becomes_a_kind)
{
    static const struct { int errnum; enum err_kind kind; } rows[] = {
        { ENOSPC, ERR_FULL },      { EDQUOT, ERR_FULL },  { ENOENT, ERR_NOT_FOUND }, { EACCES, ERR_FORBIDDEN },
        { EPERM, ERR_FORBIDDEN },  { ENOMEM, ERR_NOMEM }, { EIO, ERR_IO },           { EROFS, ERR_IO },
    };
    struct err e;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_int_eq(err_errno(&e, rows[i].errnum, "opening %s", "db"), rows[i].kind);
    (void)err_errno(&e, ENOENT, "opening %s", "db");
    ck_assert_str_eq(e.msg, "opening db: No such file or directory");
}
END_TEST

START_TEST(every_kind_has_a_row)
{
    for (int k = 0; k < ERR_N_; k++) {
        const char *slug = err_slug((enum err_kind)k);
        ck_assert_int_ge(err_status((enum err_kind)k), 200);
        ck_assert_int_lt(err_status((enum err_kind)k), 600);
        ck_assert_uint_eq(strspn(slug, "abcdefghijklmnopqrstuvwxyz-"), strlen(slug));
        ck_assert_uint_gt(strlen(err_title((enum err_kind)k)), 0);
        for (int j = 0; j < k; j++) ck_assert_str_ne(slug, err_slug((enum err_kind)j));
    }
    ck_assert_str_eq(err_slug(ERR_STATE), "wrong-state");
    ck_assert_int_eq(err_status(ERR_STATE), 409);
    ck_assert_int_eq(err_status(ERR_NOMEM), 503);
    ck_assert_int_eq(err_status((enum err_kind)999), 500);
}
END_TEST

UNIT_MAIN("base err", { set_fills_everything, at_names_the_field, arguments_may_come_from_the_error_itself,
                        wrap_puts_context_before, long_texts_are_cut_between_characters, errno_becomes_a_kind,
                        every_kind_has_a_row })
