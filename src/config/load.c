/* Loading: defaults, then the file, then PLAND_* of the environment, then the command line, the later winning. */
#include "config/settings.h"

#include <string.h>

#define ENV_PREFIX "PLAND_"

/* Variables with our prefix that are not settings. Names ending in * are prefixes: a service called "pland" in
 * Kubernetes gets PLAND_PORT… and PLAND_SERVICE_… from outside. */
static const char *const foreign[] = { "CONFIG", "URL", "TOKEN", "PORT*", "SERVICE_*", "TEST_*", "BIN_DIR",
                                       "LLM_KEY", "STORE_FAIL" };

/* Options that are no settings. */
static const struct asked {
    const char *name;
    enum config_ask ask;
} askings[] = {
    { "--help", ASK_HELP },   { "-h", ASK_HELP },         { "--version", ASK_VERSION },
    { "-V", ASK_VERSION },    { "--print-config", ASK_PRINT }, { "--man", ASK_MAN },
    { "--check-llm", ASK_CHECK_LLM },
};

struct load {
    struct arena *arena;
    struct config_result *ret;
    LIST(const char *) rest;
    const char *file; /* --config or PLAND_CONFIG */
};

static enum err_kind set_defaults(struct load *l, struct err *e)
{
    struct settings all = settings_all();
    enum err_kind k = ERR_OK;
    for (size_t i = 0; i < all.n && k == ERR_OK; i++)
        k = setting_set(&all.v[i], all.v[i].name, strlen(all.v[i].name), all.v[i].preset, "default", l->arena, &l->ret->c, e);
    return k;
}

/* ---- environment ---- */

static bool is_foreign(const char *name, size_t n)
{
    for (size_t i = 0; i < countof(foreign); i++) {
        size_t m = strlen(foreign[i]);
        bool prefix = foreign[i][m - 1] == '*';
        if (prefix ? n >= m - 1 && memcmp(name, foreign[i], m - 1) == 0 : n == m && memcmp(name, foreign[i], n) == 0)
            return true;
    }
    return false;
}

/* "MAX_BODY" → "max-body" */
static char *setting_name(struct arena *a, const char *name, size_t n)
{
    char *s = arena_dup_n(a, name, n);
    for (char *p = s; p && *p; p++) {
        if (*p == '_') *p = '-';
        else if (*p >= 'A' && *p <= 'Z') *p = (char)(*p - 'A' + 'a');
    }
    return s;
}

static enum err_kind read_variable(struct load *l, const char *variable, struct err *e)
{
    const char *name = variable + strlen(ENV_PREFIX), *equals = strchr(name, '=');
    const struct setting *s;
    char *dashed, *origin;
    size_t n;
    if (!equals || is_foreign(name, (size_t)(equals - name))) return ERR_OK;
    n = (size_t)(equals - name);
    dashed = setting_name(l->arena, name, n);
    origin = arena_dup_n(l->arena, variable, (size_t)(equals - variable));
    if (!dashed || !origin) return err_nomem(e);
    s = setting_find(dashed, n);
    if (!s) {
        const char *close = setting_closest(dashed, n);
        return err_set(e, ERR_INVALID, "%.80s: there is no setting '%.80s'%s%s", origin, dashed,
                       close ? ", did you mean " : "", close ? close : "");
    }
    return setting_set(s, dashed, n, equals + 1, origin, l->arena, &l->ret->c, e);
}

static enum err_kind read_environment(struct load *l, char *const *envp, struct err *e)
{
    for (; envp && *envp; envp++) {
        enum err_kind k;
        if (strncmp(*envp, ENV_PREFIX, strlen(ENV_PREFIX)) != 0) continue;
        k = read_variable(l, *envp, e);
        if (k != ERR_OK) return k;
    }
    return ERR_OK;
}

/* ---- command line ---- */

/* Walks the arguments. With apply false only --config is looked for, since the file comes before everything else. */
struct walk {
    struct load *l;
    char *const *argv;
    int argc, i;
    bool apply;
};

static bool is_asking(struct walk *w, const char *arg)
{
    for (size_t i = 0; i < countof(askings); i++)
        if (strcmp(askings[i].name, arg) == 0) {
            w->l->ret->ask = askings[i].ask;
            return true;
        }
    return false;
}

static enum err_kind keep_rest(struct walk *w, const char *arg, struct err *e)
{
    const char **slot;
    if (!w->apply) return ERR_OK;
    slot = arena_push(w->l->arena, &w->l->rest, sizeof *slot);
    if (!slot) return err_nomem(e);
    *slot = arg;
    return ERR_OK;
}

/* The value of the option at w->i: after "=", or the next argument. NULL: there is none. */
static const char *option_value(struct walk *w, const char *equals)
{
    if (equals) return equals + 1;
    return w->i + 1 < w->argc ? w->argv[++w->i] : NULL;
}

static enum err_kind unknown_option(const char *arg, size_t n, struct err *e)
{
    const char *close = n > 2 ? setting_closest(arg + 2, n - 2) : NULL;
    return err_set(e, ERR_INVALID, "there is no option %.*s%s%s (see --help)", (int)(n < 80 ? n : 80), arg,
                   close ? ", did you mean --" : "", close ? close : "");
}

static enum err_kind read_option(struct walk *w, const char *arg, struct err *e)
{
    const char *equals = strchr(arg, '='), *value;
    size_t n = equals ? (size_t)(equals - arg) : strlen(arg);
    bool file = n == strlen("--config") && memcmp(arg, "--config", n) == 0;
    const struct setting *s = n > 2 && memcmp(arg, "--", 2) == 0 ? setting_find(arg + 2, n - 2) : NULL;
    char *origin;
    if (!s && !file) return w->l->rest.n ? keep_rest(w, arg, e) : w->apply ? unknown_option(arg, n, e) : ERR_OK;
    value = option_value(w, equals);
    if (!value) return err_set(e, ERR_INVALID, "%s: a value is missing", arg);
    if (file) w->l->file = value;
    if (file || !w->apply) return ERR_OK;
    origin = arena_dup_n(w->l->arena, arg, n);
    return origin ? setting_set(s, arg + 2, n - 2, value, origin, w->l->arena, &w->l->ret->c, e) : err_nomem(e);
}

/* After the first argument that is no option (a command), options that are no settings belong to the command. */
static enum err_kind read_arguments(struct walk *w, struct err *e)
{
    bool all_rest = false;
    for (w->i = 1; w->i < w->argc; w->i++) {
        const char *arg = w->argv[w->i];
        enum err_kind k;
        if (!all_rest && strcmp(arg, "--") == 0) {
            all_rest = true;
            continue;
        }
        if (!all_rest && is_asking(w, arg)) continue;
        k = !all_rest && arg[0] == '-' && arg[1] ? read_option(w, arg, e) : keep_rest(w, arg, e);
        if (k != ERR_OK) return k;
    }
    return ERR_OK;
}

static const char *config_variable(char *const *envp)
{
    for (; envp && *envp; envp++)
        if (strncmp(*envp, "PLAND_CONFIG=", 13) == 0 && (*envp)[13]) return *envp + 13;
    return NULL;
}

/* Settings that only make sense together. */
static enum err_kind config_agree(const struct config *c, struct err *e)
{
    if (!*c->tls_cert != !*c->tls_key)
        return err_set(e, ERR_INVALID, "%s is set without %s; HTTPS takes both", *c->tls_cert ? "tls-cert" : "tls-key",
                       *c->tls_cert ? "tls-key" : "tls-cert");
    if (*c->store && strncmp(c->store, "postgresql://", 13) != 0 && strncmp(c->store, "postgres://", 11) != 0)
        return err_set(e, ERR_INVALID, "store is empty (SQLite below data-dir) or postgresql://…");
    return ERR_OK;
}

static enum err_kind load_all(struct load *l, struct walk *w, char *const *envp, struct err *e)
{
    enum err_kind k = set_defaults(l, e);
    if (k == ERR_OK) k = read_arguments(w, e);
    if (k == ERR_OK && l->ret->ask != ASK_RUN && l->ret->ask != ASK_PRINT && l->ret->ask != ASK_CHECK_LLM) return ERR_OK;
    if (k == ERR_OK && l->file) k = config_read_file(l->file, l->arena, &l->ret->c, e);
    if (k == ERR_OK) k = read_environment(l, envp, e);
    w->apply = true;
    if (k == ERR_OK) k = read_arguments(w, e);
    if (k == ERR_OK) k = models_complete(&l->ret->c, l->arena, e);
    if (k == ERR_OK) k = config_agree(&l->ret->c, e);
    return k;
}

enum err_kind config_load(int argc, char *const *argv, char *const *envp, struct arena *a, struct config_result *ret,
                          struct err *e)
{
    struct load l = { .arena = a, .ret = ret, .file = config_variable(envp) };
    struct walk w = { .l = &l, .argv = argv, .argc = argc };
    enum err_kind k;
    *ret = (struct config_result){ .ask = ASK_RUN };
    k = load_all(&l, &w, envp, e);
    if (k != ERR_OK) return k;
    ret->rest = l.rest.v;
    ret->n_rest = (int)l.rest.n;
    return arena_check(a, e);
}
