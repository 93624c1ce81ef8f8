/* pland: an HTTP planning service. Reads the settings, then runs the daemon or one command. */
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "app/app.h"
#include "pland/base/hash.h"
#include "pland/base/log.h"
#include "pland/repo/pack.h"

extern char **environ;

static int read_archive(struct app *a, int argc, const char *const *argv)
{
    (void)a;
    _exit(repo_unpack_serve(argc, argv)); /* what runs at exit would find itself without files to look at */
}

static const struct {
    const char *name; /* their help is in config_help() */
    int (*run)(struct app *a, int argc, const char *const *argv);
} commands[] = {
    { "migrate", app_migrate },
    { "backup", app_backup },
    { "restore", app_restore },
    { "rekey", app_rekey },
    { "copy", app_copy },
    { "token", app_token },
    { "routes", app_routes },
    { "rules", app_rules },
    { "states", app_states },
    { "settings", app_settings },
    { REPO_UNPACK_COMMAND, read_archive }, /* pland's own */
};

static int print_help(void)
{
    auto_buf b = BUF_INIT(1 << 20);
    config_help(&b);
    (void)fputs(buf_cstr(&b), stdout);
    return 0;
}

static int answer(const struct config_result *r)
{
    auto_buf b = BUF_INIT(1 << 20);
    switch (r->ask) {
    case ASK_HELP: return print_help();
    case ASK_VERSION: (void)puts("pland " PLAND_VERSION); return 0;
    case ASK_PRINT: config_print(&r->c, &b); break;
    case ASK_MAN: config_man(&b); break;
    case ASK_CHECK_LLM:
    case ASK_RUN: break;
    }
    (void)fputs(buf_cstr(&b), stdout);
    return 0;
}

static void setup_log(const struct config *c)
{
    static const char *const levels[] = { "debug", "info", "warn", "error" }, *const formats[] = { "auto", "json",
                                                                                                   "text" };
    enum log_level level = LOG_INFO;
    enum log_format format = LOG_AUTO;
    for (size_t i = 0; i < countof(levels); i++)
        if (strcmp(levels[i], c->log_level) == 0) level = (enum log_level)i;
    for (size_t i = 0; i < countof(formats); i++)
        if (strcmp(formats[i], c->log_format) == 0) format = (enum log_format)i;
    log_setup(level, format);
}

static int run_command(struct app *a, const struct config_result *r)
{
    if (!r->n_rest) return app_run(a);
    for (size_t i = 0; i < countof(commands); i++)
        if (strcmp(commands[i].name, r->rest[0]) == 0) return commands[i].run(a, r->n_rest - 1, r->rest + 1);
    (void)fprintf(stderr, "pland: there is no command '%s'; see pland --help\n", r->rest[0]);
    return 2;
}

enum { MEMORY_KEPT = 16 << 20 };

int main(int argc, char **argv)
{
    auto_arena arena = arena_new(0);
    struct config_result r = { 0 };
    struct app a = { .arena = arena, .lock_fd = -1 };
    struct err e = { 0 };
    int code;
    (void)mallopt(M_ARENA_MAX, 2); /* few arenas: memory of one thread is reused by the next */
    (void)mallopt(M_TRIM_THRESHOLD, MEMORY_KEPT); /* pages given back after each large answer are paid for at the next */
    (void)mallopt(M_MMAP_THRESHOLD, MEMORY_KEPT / 4);
    if (!arena || config_load(argc, argv, environ, arena, &r, &e) != ERR_OK) {
        (void)app_complain(NULL, &e);
        return 2;
    }
    if (r.ask != ASK_RUN && r.ask != ASK_CHECK_LLM) return answer(&r);
    setup_log(&r.c);
    if (hash_init(&e) != ERR_OK || repo_global_init(&e) != ERR_OK) return app_complain(NULL, &e);
    a.config = &r.c;
    code = r.ask == ASK_CHECK_LLM ? app_check_llm(&a) : run_command(&a, &r);
    repo_global_shutdown();
    return code;
}
