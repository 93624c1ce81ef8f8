/* Protects: every default is valid, the order of sources, and that a refusal names setting, origin and what is taken.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config/settings.h"
#include "pland/config/config.h"
#include "unit/check_main.h"

#define ARGV(...) ((char *const[]){ (char *)"pland", ##__VA_ARGS__, NULL })
#define ENVP(...) ((char *const[]){ (char *)"HOME=/", ##__VA_ARGS__, NULL })

static int count(char *const *v)
{
    int n = 0;
    while (v[n]) n++;
    return n;
}

static enum err_kind load(char *const *argv, char *const *envp, struct arena *a, struct config_result *ret,
                          struct err *e)
{
    *e = (struct err){ 0 };
    return config_load(count(argv), argv, envp, a, ret, e);
}

static void expect_refusal(char *const *argv, char *const *envp, const char *const *words)
{
    auto_arena a = arena_new(0);
    struct config_result r;
    struct err e;
    ck_assert_int_eq(load(argv, envp, a, &r, &e), ERR_INVALID);
    for (; *words; words++) ck_assert_msg(strstr(e.msg, *words) != NULL, "'%s' is not in '%s'", *words, e.msg);
}
#define REFUSED(argv, envp, ...) expect_refusal(argv, envp, (const char *const[]){ __VA_ARGS__, NULL })

static void write_file(char path[static 32], const char *text)
{
    int fd;
    FILE *f;
    (void)snprintf(path, 32, "/tmp/pland-config-XXXXXX");
    fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    f = fdopen(fd, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

START_TEST(test_defaults)
{
    auto_arena a = arena_new(0);
    struct config_result r;
    struct err e;
    ck_assert_msg(load(ARGV(), ENVP(), a, &r, &e) == ERR_OK, "%s", e.msg);
    ck_assert_int_eq(r.ask, ASK_RUN);
    ck_assert_int_eq(r.n_rest, 0);
    ck_assert_str_eq(r.c.listen, "127.0.0.1:7526");
    ck_assert_str_eq(r.c.data_dir, "./var");
    ck_assert_str_eq(r.c.roots, "");
    ck_assert_str_eq(r.c.provider, "offline");
    ck_assert_int_eq(r.c.max_body, 4 << 20);
    ck_assert_int_eq(r.c.max_upload, 512 << 20);
    ck_assert_int_eq(r.c.wait_max, 50);
    ck_assert_int_eq(r.c.retry_base, 500);
    ck_assert_int_eq(r.c.max_files, 1000000);
}
END_TEST

/* Every field of struct config is a row: no pointer stays NULL and no row shares its place with another. */
START_TEST(test_every_field_has_a_row)
{
    struct settings all = settings_all();
    const size_t others = sizeof(((struct config *)0)->models) + 2 * sizeof(int64_t); /* the list, a model's name and given */
    ck_assert_uint_eq(all.n * 8 + others, sizeof(struct config));
    for (size_t i = 0; i < all.n; i++)
        for (size_t j = 0; j < i; j++) {
            ck_assert_uint_ne(all.v[i].at, all.v[j].at);
            ck_assert_str_ne(all.v[i].name, all.v[j].name);
        }
}
END_TEST

START_TEST(test_order_of_sources)
{
    auto_arena a = arena_new(0);
    struct config_result r;
    struct err e;
    char path[32], flag[48];
    write_file(
        path,
        "\xef\xbb\xbf# comment\r\n[HTTP]\n  rate = 10 \n\nworkers=3\nsteps = 7\nretry-base = 2s\nroots = /a:/b c\n");
    (void)snprintf(flag, sizeof flag, "--config=%s", path);
    ck_assert_msg(load(ARGV((char *)"--steps", (char *)"9", flag, (char *)"--max-body=1m"),
                       ENVP((char *)"PLAND_WORKERS=4", (char *)"PLAND_STEPS=8"), a, &r, &e) == ERR_OK, "%s", e.msg);
    ck_assert_int_eq(r.c.rate, 10);
    ck_assert_int_eq(r.c.workers, 4);
    ck_assert_int_eq(r.c.steps, 9);
    ck_assert_int_eq(r.c.max_body, 1 << 20);
    ck_assert_int_eq(r.c.retry_base, 2000);
    ck_assert_str_eq(r.c.roots, "/a:/b c");
    unlink(path);
}
END_TEST

START_TEST(test_refusals_name_origin)
{
    char path[32], variable[48];
    REFUSED(ARGV((char *)"--listen", (char *)"7526"), ENVP(), "--listen:", "ADDR:PORT", "'7526'");
    REFUSED(ARGV((char *)"--listen=::1:80"), ENVP(), "[ADDR]:PORT");
    REFUSED(ARGV((char *)"--listen=1.2.3.4:65536"), ENVP(), "65535");
    REFUSED(ARGV((char *)"--workers=257"), ENVP(), "--workers:", "from 0 to 256", "'257'");
    REFUSED(ARGV((char *)"--workers=2x"), ENVP(), "'2x'");
    REFUSED(ARGV((char *)"--workers=99999999999999999999"), ENVP(), "from 0 to 256");
    REFUSED(ARGV((char *)"--max-body=9999999999G"), ENVP(), "from 1KiB to 1GiB");
    REFUSED(ARGV(), ENVP((char *)"PLAND_LOG_LEVEL=loud"), "PLAND_LOG_LEVEL:", "one of debug, info, warn, error",
            "'loud'");
    REFUSED(ARGV(), ENVP((char *)"PLAND_WORKRES=2"), "PLAND_WORKRES", "did you mean workers");
    REFUSED(ARGV(), ENVP((char *)"PLAND_LLM_MODEL=a\nb"), "PLAND_LLM_MODEL");
    REFUSED(ARGV((char *)"--llm-url=ftp://x"), ENVP(), "http://");
    REFUSED(ARGV((char *)"--data-dir="), ENVP(), "a path");
    REFUSED(ARGV((char *)"--lisen=1:1"), ENVP(), "no option --lisen", "--listen");
    REFUSED(ARGV((char *)"-x"), ENVP(), "no option -x");
    REFUSED(ARGV((char *)"--rate"), ENVP(), "--rate: a value is missing");
    write_file(path, "rate = 5\nwait-max = 3\nrate: 7\n");
    (void)snprintf(variable, sizeof variable, "PLAND_CONFIG=%s", path);
    REFUSED(ARGV(), ENVP(variable), strrchr(path, '/') + 1, ":3:", "name = value");
    unlink(path);
    write_file(path, "\n\nspeed = 5\n");
    (void)snprintf(variable, sizeof variable, "PLAND_CONFIG=%s", path);
    REFUSED(ARGV(), ENVP(variable), ":3:", "no setting 'speed'");
    unlink(path);
}
END_TEST

START_TEST(test_settings_agree)
{
    REFUSED(ARGV((char *)"--tls-cert=/c"), ENVP(), "tls-cert is set without tls-key");
    REFUSED(ARGV((char *)"--provider=openai"), ENVP(), "llm-url");
    REFUSED(ARGV((char *)"--provider=openai", (char *)"--llm-url=http://x/v1"), ENVP(), "llm-model");
    REFUSED(ARGV((char *)"--store=mysql://x"), ENVP(), "postgresql://"); /* never SQLite in silence */
}
END_TEST

START_TEST(test_missing_file)
{
    auto_arena a = arena_new(0);
    struct config_result r;
    struct err e;
    ck_assert_int_eq(load(ARGV((char *)"--config", (char *)"/nonexistent/pland.conf"), ENVP(), a, &r, &e),
                     ERR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(e.msg, "/nonexistent/pland.conf"));
}
END_TEST

/* A daemon started in a shell that has planctl's variables, or in Kubernetes beside a service called pland. */
START_TEST(test_foreign_variables)
{
    auto_arena a = arena_new(0);
    struct config_result r;
    struct err e;
    ck_assert_msg(
        load(ARGV(),
             ENVP((char *)"PLAND_URL=http://x", (char *)"PLAND_TOKEN=t", (char *)"PLAND_PORT=tcp://10.0.0.1:7526",
                  (char *)"PLAND_PORT_7526_TCP=x", (char *)"PLAND_SERVICE_HOST=x", (char *)"PLANDX=1"),
             a, &r, &e) == ERR_OK,
        "%s", e.msg);
}
END_TEST

START_TEST(test_commands)
{
    auto_arena a = arena_new(0);
    struct config_result r;
    struct err e;
    ck_assert_msg(load(ARGV((char *)"token", (char *)"create", (char *)"--role", (char *)"viewer", (char *)"--data-dir",
                            (char *)"/d", (char *)"-x"),
                       ENVP(), a, &r, &e) == ERR_OK,
                  "%s", e.msg);
    ck_assert_str_eq(r.c.data_dir, "/d");
    ck_assert_int_eq(r.n_rest, 5);
    ck_assert_str_eq(r.rest[1], "create");
    ck_assert_str_eq(r.rest[2], "--role");
    ck_assert_str_eq(r.rest[3], "viewer");
    ck_assert_str_eq(r.rest[4], "-x");
    ck_assert_int_eq(load(ARGV((char *)"backup", (char *)"--", (char *)"--help"), ENVP(), a, &r, &e), ERR_OK);
    ck_assert_int_eq(r.ask, ASK_RUN);
    ck_assert_str_eq(r.rest[1], "--help");
}
END_TEST

/* Help must be reachable however wrong the environment is. */
START_TEST(test_asking)
{
    auto_arena a = arena_new(0);
    struct config_result r;
    struct err e;
    ck_assert_int_eq(load(ARGV((char *)"--help"), ENVP((char *)"PLAND_RATE=x"), a, &r, &e), ERR_OK);
    ck_assert_int_eq(r.ask, ASK_HELP);
    ck_assert_int_eq(load(ARGV((char *)"-V"), ENVP(), a, &r, &e), ERR_OK);
    ck_assert_int_eq(r.ask, ASK_VERSION);
    ck_assert_int_eq(load(ARGV((char *)"--man"), ENVP(), a, &r, &e), ERR_OK);
    ck_assert_int_eq(r.ask, ASK_MAN);
    ck_assert_int_eq(load(ARGV((char *)"--print-config"), ENVP((char *)"PLAND_RATE=7"), a, &r, &e), ERR_OK);
    ck_assert_int_eq(r.ask, ASK_PRINT);
    ck_assert_int_eq(r.c.rate, 7);
}
END_TEST

/* Several models: each takes what it has not of its own from the settings without a name. */
START_TEST(test_models)
{
    char path[32];
    auto_arena a = arena_new(0);
    struct config_result r;
    struct err e;
    write_file(path, "provider = strong\nllm-url = http://x/v1\nllm-concurrency = 3\nllm-routes = understand=cheap, phase=strong\n"
                     "llm-api.strong = anthropic\nllm-model.strong = big\nllm-url.strong = https://y/v1\nllm-model.cheap = small\n");
    ck_assert_msg(load(ARGV((char *)"--config", path, (char *)"--llm-concurrency.cheap=9"), ENVP(), a, &r, &e) == ERR_OK, "%s", e.msg);
    (void)unlink(path);
    ck_assert_uint_eq(r.c.models.n, 2);
    ck_assert_str_eq(r.c.models.v[0].name, "strong");
    ck_assert_str_eq(r.c.models.v[0].api, "anthropic");
    ck_assert_str_eq(r.c.models.v[0].url, "https://y/v1");
    ck_assert_int_eq(r.c.models.v[0].concurrency, 3);
    ck_assert_str_eq(r.c.models.v[1].api, "openai");
    ck_assert_str_eq(r.c.models.v[1].url, "http://x/v1");
    ck_assert_str_eq(r.c.models.v[1].model, "small");
    ck_assert_int_eq(r.c.models.v[1].concurrency, 9);
}
END_TEST

START_TEST(test_the_short_form_of_one_model)
{
    auto_arena a = arena_new(0);
    struct config_result r;
    struct err e;
    ck_assert_msg(load(ARGV((char *)"--provider=anthropic", (char *)"--llm-model=m"), ENVP(), a, &r, &e) == ERR_OK, "%s", e.msg);
    ck_assert_uint_eq(r.c.models.n, 1);
    ck_assert_str_eq(r.c.models.v[0].name, "anthropic");
    ck_assert_str_eq(r.c.models.v[0].api, "anthropic");
    ck_assert_str_eq(r.c.models.v[0].url, "https://api.anthropic.com/v1");
}
END_TEST

START_TEST(test_models_that_do_not_fit)
{
    REFUSED(ARGV((char *)"--provider=strong"), ENVP(), "provider", "no model 'strong'", "llm-model.NAME");
    REFUSED(ARGV((char *)"--llm-model.strong=m"), ENVP(), "llm-url.strong");
    REFUSED(ARGV((char *)"--llm-url.strong=http://x/v1"), ENVP(), "llm-model.strong");
    REFUSED(ARGV((char *)"--llm-url.Strong=http://x/v1"), ENVP(), "--llm-url.Strong", "small letters");
    REFUSED(ARGV((char *)"--llm-url.offline=http://x/v1"), ENVP(), "offline");
    REFUSED(ARGV((char *)"--llm-url.=http://x/v1"), ENVP(), "no option");
    REFUSED(ARGV((char *)"--rate.x=1"), ENVP(), "no option");
    REFUSED(ARGV((char *)"--llm-routes=phase"), ENVP(), "STEP=MODEL");
    REFUSED(ARGV((char *)"--llm-routes=phase=x"), ENVP(), "no model 'x'");
    REFUSED(ARGV((char *)"--llm-api.x=soap"), ENVP(), "openai, anthropic");
}
END_TEST

UNIT_MAIN("config load", { test_defaults, test_every_field_has_a_row, test_order_of_sources, test_refusals_name_origin,
                           test_settings_agree, test_missing_file, test_foreign_variables, test_commands, test_asking, test_models, test_the_short_form_of_one_model,
                           test_models_that_do_not_fit })
