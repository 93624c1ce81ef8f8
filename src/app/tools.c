/* Commands that need no running daemon: schema, tokens, tables for the documentation. */
#include "app/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pland/check/check.h"
#include "pland/plan/state.h"

static int print_buf(struct buf *b)
{
    (void)fputs(buf_cstr(b), stdout);
    return b->failed ? 1 : 0;
}

int app_routes(struct app *a, int argc, const char *const *argv)
{
    auto_buf b = BUF_INIT(1 << 20);
    (void)a, (void)argc, (void)argv;
    web_routes_text(&b);
    return print_buf(&b);
}

int app_rules(struct app *a, int argc, const char *const *argv)
{
    auto_buf b = BUF_INIT(1 << 20);
    (void)a, (void)argc, (void)argv;
    check_rules_markdown(&b);
    return print_buf(&b);
}

int app_states(struct app *a, int argc, const char *const *argv)
{
    auto_buf b = BUF_INIT(1 << 20);
    (void)a, (void)argc, (void)argv;
    plan_state_table(&b);
    return print_buf(&b);
}

int app_settings(struct app *a, int argc, const char *const *argv)
{
    auto_buf b = BUF_INIT(1 << 20);
    (void)a, (void)argc, (void)argv;
    config_markdown(&b);
    return print_buf(&b);
}

int app_migrate(struct app *a, int argc, const char *const *argv)
{
    const struct store_config c = app_store(a);
    const char *what = c.database ? "the database" : c.data_dir;
    struct err e;
    int version = -1;
    if (argc > 1) return fputs("pland: migrate [VERSION]\n", stderr), 2;
    if (argc == 1) {
        char *end;
        long v = strtol(argv[0], &end, 10);
        if (*end || v < 0 || v > 9999) return fputs("pland: VERSION must be a number\n", stderr), 2;
        version = (int)v;
    }
    if (instance_dir(a->config->data_dir, &e) != ERR_OK || instance_lock(a->config->data_dir, &a->lock_fd, &e) != ERR_OK ||
        store_migrate(&c, version, &e) != ERR_OK)
        return app_complain("migrate", &e);
    if (version < 0) (void)printf("schema of %s is up to date\n", what);
    else (void)printf("schema of %s is at version %d\n", what, version);
    return 0;
}

bool app_option(int argc, const char *const *argv, int *i, const char *name, const char **ret)
{
    size_t n = strlen(name);
    if (strncmp(argv[*i], name, n) != 0) return false;
    if (argv[*i][n] == '=') return *ret = argv[*i] + n + 1, true;
    if (argv[*i][n] || *i + 1 >= argc) return false;
    return *ret = argv[++*i], true;
}

static int create_token(struct app *a, const struct token_request *in)
{
    struct call c = { .service = &a->service, .caller = { .role = ROLE_ADMIN }, .in = in, .arena = a->arena };
    struct outcome out = { 0 };
    struct err e;
    char *secret;
    if (app_open(a, true, &e) != ERR_OK) {
        if (e.kind == ERR_CONFLICT) (void)snprintf(e.msg, sizeof e.msg, "the daemon runs: use planctl token create");
        app_close(a);
        return app_complain("token", &e);
    }
    if (app_first_admin(a, &e) != ERR_OK || service_run(&a->service, service_token_create, &c, &out, &e) != ERR_OK) {
        app_close(a);
        return app_complain("token", &e);
    }
    secret = out.once ? strstr(out.once, "pland_") : NULL;
    if (secret) (void)printf("%.*s\n", (int)strcspn(secret, "\""), secret);
    app_close(a);
    return secret ? 0 : 1;
}

int app_token(struct app *a, int argc, const char *const *argv)
{
    struct token_request in = { .name = "made by hand", .role = -1 };
    const char *role = NULL;
    bool ok = argc > 0 && strcmp(argv[0], "create") == 0;
    for (int i = 1; ok && i < argc; i++)
        ok = app_option(argc, argv, &i, "--role", &role) || app_option(argc, argv, &i, "--project", &in.project) ||
             app_option(argc, argv, &i, "--name", &in.name);
    for (int i = ROLE_VIEWER; role && i <= ROLE_ADMIN; i++)
        if (strcmp(role_names[i], role) == 0) in.role = i;
    if (ok && in.role >= 0) return create_token(a, &in);
    (void)fputs("pland: token create --role viewer|planner|approver|admin [--project NAME] [--name TEXT]\n", stderr);
    return 2;
}
