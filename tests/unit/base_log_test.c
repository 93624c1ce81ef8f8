/* Log lines: valid JSON whatever is logged, one line per call, levels, text that cannot be forged. */
#include "pland/base/log.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "unit/check_main.h"

static int real_stderr, out[2];

static void capture_begin(void)
{
    ck_assert_int_eq(pipe(out), 0);
    real_stderr = dup(STDERR_FILENO);
    ck_assert_int_ge(dup2(out[1], STDERR_FILENO), 0);
}

static void capture_end(char *ret, size_t cap)
{
    ssize_t n;
    (void)dup2(real_stderr, STDERR_FILENO);
    (void)close(real_stderr);
    (void)close(out[1]);
    n = read(out[0], ret, cap - 1);
    ret[n > 0 ? n : 0] = '\0';
    (void)close(out[0]);
}

START_TEST(lines_are_json)
{
    char text[4096];
    struct err e;
    json_t *v;
    (void)err_set(&e, ERR_IO, "a \"quoted\"\nreason \xff");
    log_setup(LOG_INFO, LOG_JSON);
    capture_begin();
    errno = 77;
    log_error("step failed", LOG_S("plan", "plan_1"), LOG_I("attempt", -3), LOG_E(&e), LOG_S("nothing", NULL));
    ck_assert_int_eq(errno, 77);
    capture_end(text, sizeof text);
    ck_assert_ptr_eq(strchr(text, '\n'), text + strlen(text) - 1);
    v = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(v);
    ck_assert_uint_eq(json_object_size(v), 7);
    ck_assert_str_eq(json_string_value(json_object_get(v, "level")), "error");
    ck_assert_str_eq(json_string_value(json_object_get(v, "msg")), "step failed");
    ck_assert_str_eq(json_string_value(json_object_get(v, "plan")), "plan_1");
    ck_assert_int_eq(json_integer_value(json_object_get(v, "attempt")), -3);
    ck_assert_str_eq(json_string_value(json_object_get(v, "error")), "a \"quoted\"\nreason \uFFFD");
    ck_assert_str_eq(json_string_value(json_object_get(v, "nothing")), "");
    ck_assert_uint_eq(strlen(json_string_value(json_object_get(v, "ts"))), 24);
    json_decref(v);
}
END_TEST

START_TEST(levels_are_filtered)
{
    char text[4096];
    log_setup(LOG_WARN, LOG_JSON);
    capture_begin();
    log_debug("one");
    log_info("two");
    log_warn("three");
    log_bug("four", LOG_I("n", 1));
    capture_end(text, sizeof text);
    ck_assert_ptr_null(strstr(text, "one"));
    ck_assert_ptr_null(strstr(text, "two"));
    ck_assert_ptr_nonnull(strstr(text, "\"level\":\"warn\",\"msg\":\"three\"}\n{"));
    ck_assert_ptr_nonnull(strstr(text, "\"level\":\"bug\",\"msg\":\"four\",\"n\":1}\n"));
}
END_TEST

START_TEST(text_cannot_be_forged)
{
    char text[4096];
    log_setup(LOG_INFO, LOG_TEXT);
    capture_begin();
    log_info("line\nbreak", LOG_S("word", "plain"), LOG_S("other", "a b\nx=\"1\""), LOG_S("empty", ""), LOG_I("n", 5),
             LOG_S("esc", "\x1b[31m"));
    capture_end(text, sizeof text);
    ck_assert_str_eq(text + 24,
                     " info  line break word=plain other=\"a b\\nx=\\\"1\\\"\" empty=\"\" n=5 esc=\"\\u001b[31m\"\n");
}
END_TEST

START_TEST(auto_means_json_unless_a_terminal)
{
    char text[4096];
    capture_begin();
    log_setup(LOG_INFO, LOG_AUTO);
    log_info("x");
    capture_end(text, sizeof text);
    ck_assert_int_eq(text[0], '{');
}
END_TEST

START_TEST(long_values_are_cut_and_too_long_lines_reported)
{
    static char text[60000], value[10000];
    json_t *v;
    memset(value, 'v', sizeof value - 1);
    log_setup(LOG_INFO, LOG_JSON);
    capture_begin();
    log_info("cut", LOG_S("value", value));
    capture_end(text, sizeof text);
    v = json_loads(text, 0, NULL);
    ck_assert_uint_eq(json_string_length(json_object_get(v, "value")), 4096);
    json_decref(v);
    capture_begin();
    log_info("lost", LOG_S("a", value), LOG_S("b", value), LOG_S("c", value), LOG_S("d", value));
    capture_end(text, sizeof text);
    v = json_loads(text, 0, NULL);
    ck_assert_str_eq(json_string_value(json_object_get(v, "level")), "error");
    json_decref(v);
}
END_TEST

UNIT_MAIN("base log", { lines_are_json, levels_are_filtered, text_cannot_be_forged, auto_means_json_unless_a_terminal,
                        long_values_are_cut_and_too_long_lines_reported })
