/* Protects: what is printed reads back as the same settings, help and manual name every setting, and no allocation
 * failure while loading or printing is taken for success. */
#include <string.h>

#include "config/settings.h"
#include "pland/config/config.h"
#include "unit/check_main.h"
#include "unit/nth.h"

static char *const nothing[] = { NULL };

START_TEST(test_print_reads_back)
{
    char *const argv[] = { (char *)"pland",
                           (char *)"--max-upload=3GiB",
                           (char *)"--request-timeout=2m",
                           (char *)"--retry-base=1500",
                           (char *)"--roots=/a:/b",
                           (char *)"--keep-days=0",
                           (char *)"--llm-url.strong=http://x/v1",
                           (char *)"--llm-model.strong=m",
                           NULL };
    auto_arena a = arena_new(0);
    auto_buf once = BUF_INIT(1 << 20), twice = BUF_INIT(1 << 20);
    struct config_result first, second;
    struct err e = { 0 };
    ck_assert_msg(config_load(8, argv, nothing, a, &first, &e) == ERR_OK, "%s", e.msg);
    ck_assert_int_eq(config_load(1, argv, nothing, a, &second, &e), ERR_OK);
    config_print(&first.c, &once);
    ck_assert_msg(config_read_text(once.p, once.n, "printed", a, &second.c, &e) == ERR_OK, "%s", e.msg);
    ck_assert_int_eq(second.c.max_upload, (int64_t)3 << 30);
    ck_assert_int_eq(second.c.request_timeout, 120);
    ck_assert_int_eq(second.c.retry_base, 1500);
    config_print(&second.c, &twice);
    ck_assert_str_eq(buf_cstr(&once), buf_cstr(&twice));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&once), "max-upload = 3GiB\n"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&once), "\nllm-url.strong = http://x/v1\nllm-model.strong = m\n"));
}
END_TEST

START_TEST(test_every_form_names_every_setting)
{
    struct settings all = settings_all();
    auto_buf help = BUF_INIT(1 << 20), man = BUF_INIT(1 << 20), md = BUF_INIT(1 << 20);
    struct err e = { 0 };
    config_help(&help);
    config_man(&man);
    config_markdown(&md);
    ck_assert_int_eq(buf_check(&help, &e), ERR_OK);
    for (size_t i = 0; i < all.n; i++) {
        auto_buf env = BUF_INIT(128), option = BUF_INIT(128), cell = BUF_INIT(128);
        setting_env(&all.v[i], &env);
        buf_fmt(&option, "--%s ", all.v[i].name);
        buf_fmt(&cell, "| `%s` |", all.v[i].name);
        ck_assert_msg(strstr(buf_cstr(&help), buf_cstr(&option)) != NULL, "%s", all.v[i].name);
        ck_assert_msg(strstr(buf_cstr(&man), buf_cstr(&env)) != NULL, "%s", all.v[i].name);
        ck_assert_msg(strstr(buf_cstr(&md), buf_cstr(&cell)) != NULL, "%s", all.v[i].name);
    }
}
END_TEST

START_TEST(test_help_fits_a_terminal)
{
    auto_buf help = BUF_INIT(1 << 20);
    config_help(&help);
    for (const char *p = buf_cstr(&help); *p; p += strcspn(p, "\n") + 1) ck_assert_uint_le(strcspn(p, "\n"), 120);
}
END_TEST

/* No assertions in here: Check allocates, too. */
static enum err_kind load_and_print(struct err *e)
{
    char *const argv[] = { (char *)"pland", (char *)"--rate", (char *)"5", (char *)"--llm-model.x=m", (char *)"--llm-url.x=http://x/", (char *)"backup",
                           (char *)"FILE", NULL };
    char *const envp[] = { (char *)"PLAND_WORKERS=3", NULL };
    auto_arena a = arena_new(0);
    auto_buf b = BUF_INIT(1 << 20);
    struct config_result r;
    enum err_kind k;
    if (!a) return err_nomem(e);
    k = config_load(7, argv, envp, a, &r, e);
    if (k != ERR_OK) return k;
    config_print(&r.c, &b);
    return buf_check(&b, e);
}

START_TEST(test_allocation_failures)
{
    NTH_SKIP();
    for (long n = 1;; n++) {
        struct err e = { 0 };
        enum err_kind k;
        bool hit;
        nth_arm(n);
        k = load_and_print(&e);
        hit = nth_hit();
        nth_disarm();
        ck_assert_int_eq(k, hit ? ERR_NOMEM : ERR_OK);
        if (!hit) break;
    }
}
END_TEST

UNIT_MAIN("config print", { test_print_reads_back, test_every_form_names_every_setting, test_help_fits_a_terminal,
                            test_allocation_failures })
