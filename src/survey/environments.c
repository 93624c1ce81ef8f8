/* Places the code is deployed to, by the names of files and folders that exist once per environment, and what CI
 * deploys to (noticed when pipelines are read). */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

struct place {
    const char *before, *after;
}; /* the name stands between */
static const struct place places[] = {
    {"values-", ".yaml"},
    {"values.", ".yaml"},
    {"values-", ".yml"},
    {"/overlays/", "/"},
    {"/live/", "/"},
    {"/stages/", "/"},
    {"/environments/", "/"},
    {"environments/", "/"},
    {"envs/", "/"},
    {"/env/", "/"},
    {"inventories/", "/"},
    {"inventory/", "/"},
    {"inventory/", ""},
    {"inventories/", ""},
    {"inventory/", ".yml"},
    {"inventory/", ".ini"},
    {"", ".tfvars"},
    {"appsettings.", ".json"},
    {"config/deploy/", ".rb"},
    {"config/deploy.", ".yml"},
    {"config/environments/", ".rb"},
    {"Pulumi.", ".yaml"},
    {"docker-compose.", ".yml"},
    {"compose.", ".yaml"},
    {"compose.", ".yml"},
    {"stacks/", "/"},
    {"group_vars/", "/"},
    {"group_vars/", ".yml"},
    {".env.", ""},
    {"environments/", ".yaml"},
    {"environments/", ".tfvars"},
    {"settings/", ".py"},
    {"settings_", ".py"},
    {"config/envs/", ".rb"},
    {"application-", ".yml"},
    {"application-", ".yaml"},
    {"application-", ".properties"},
    {"environment.", ".ts"},
    {".env.", ".example"},
    {"config/packages/", "/"},
};

static void look(struct scan *c, const struct place *row, const char *path)
{
    size_t b = strlen(row->before);
    const char *at = b ? strstr(path, row->before) : path_base(path), *from;
    char name[40];
    size_t n;
    if (!at || (b && at > path && row->before[0] != '/' && at[-1] != '/')) return;
    from = at + b;
    n = name_span(from, "-_");
    if (!n || n >= sizeof name) return;
    if (row->after[0] ? strncmp(from + n, row->after, strlen(row->after)) != 0 : from[n] != '\0') return;
    memcpy(name, from, n);
    name[n] = '\0';
    if (is(row->before, ".env.") && is(name, "example")) return;
    if (strcasecmp(name, "development") == 0 || strcasecmp(name, "dev") == 0)
        if (is(row->before, "config/environments/") || is(row->before, "appsettings.") || is(row->before, ".env.") ||
            strstr(row->before, "compose"))
            return; /* a developer's own machine */
    if ((is(name, "test") || is(name, "integration")) && !strstr(row->before, "live") && !strstr(row->before, "envs") &&
        !strstr(row->before, "environments/") && !strstr(row->before, "inventor"))
        return;
    scan_environment(c, name, path, 0);
}

/* [staging.deploy.parameters] of samconfig.toml */
static void look_sam(struct scan *c)
{
    auto_buf text = BUF_INIT(65536);
    for (const struct scan_file *f = scan_named(c, "samconfig.toml", NULL); f; f = scan_named(c, "samconfig.toml", f)) {
        const char *at, *line;
        size_t n;
        if (!scan_read(c, f->f, 65536, false, &text)) continue;
        at = buf_cstr(&text);
        for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
            const char *name = n && line[0] == '[' ? arena_dup_n(c->a, line + 1, name_span(line + 1, "-_")) : NULL;
            if (name) scan_environment(c, name, f->f->path, number);
        }
    }
}

void detect_environments(struct scan *c)
{
    look_sam(c);
    for (size_t i = 0; i < c->files.n; i++) {
        const struct scan_file *f = &c->files.v[i];
        if (starts(f->f->path, "spec/") || starts(f->f->path, "test/") || starts(f->f->path, "tests/")) continue;
        if (f->foreign || f->fixture || path_depth(f->f->path) > 8) continue;
        for (size_t p = 0; p < countof(places); p++) look(c, &places[p], f->f->path);
    }
}
