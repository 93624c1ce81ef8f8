/* Ticket systems: source add, set, show, list, sync, log, delete. Tokens and secrets come from files. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cli/say.h"
#include "cli/verbs.h"

struct route {
    const char *project, *component, *label, *repository;
};
struct role {
    const char *login, *association, *role;
};
struct app {
    int64_t id, installation;
};
struct source {
    const char *name, *kind, *project, *repository, *label, *start, *mode, *api, *username, *poll, *token, *secret;
    LIST(const char *) projects;
    LIST(struct route) routes;
    LIST(struct role) roles;
    struct app *app;
    bool silent, state_labels;
};
static const struct field route_rows[] = {
    F_STR(struct route, project, 0, 0, 0, ""),
    F_STR(struct route, component, 0, 0, 0, ""),
    F_STR(struct route, label, 0, 0, 0, ""),
    F_STR(struct route, repository, 0, 0, 0, ""),
};
static const struct field role_rows[] = {
    F_STR(struct role, login, 0, 0, 0, ""),
    F_STR(struct role, association, 0, 0, 0, ""),
    F_STR(struct role, role, 0, 0, 0, ""),
};
static const struct field app_rows[] = { F_INT(struct app, id, 0, 0, 0, ""),
                                         F_INT(struct app, installation, 0, 0, 0, "") };
static const struct record route_record = RECORD("route", struct route, route_rows),
                           role_record = RECORD("role", struct role, role_rows),
                           app_record = RECORD("app", struct app, app_rows);
#define T struct source
static const struct field source_rows[] = {
    F_STR(T, name, 0, 0, 0, ""),
    F_STR(T, kind, 0, 0, 0, ""),
    F_STR(T, project, 0, 0, 0, ""),
    F_STR(T, repository, 0, 0, 0, ""),
    F_STR(T, label, 0, 0, 0, ""),
    F_STR(T, start, 0, 0, 0, ""),
    F_STR(T, mode, 0, 0, 0, ""),
    F_STR(T, api, 0, 0, 0, ""),
    F_STR(T, username, 0, 0, 0, ""),
    F_STR(T, poll, 0, 0, 0, ""),
    F_STR(T, token, 0, 0, 0, ""),
    F_STR(T, secret, 0, 0, 0, ""),
    F_STRS(T, projects, 0, 0, 0, ""),
    F_LIST(T, routes, 0, &route_record, 0, ""),
    F_LIST(T, roles, 0, &role_record, 0, ""),
    F_OPT(T, app, 0, &app_record, ""),
    F_BOOL(T, silent, 0, ""),
    F_BOOL(T, state_labels, 0, ""),
};
#undef T
static const struct record source_record = RECORD("source", struct source, source_rows);

/* --- options ------------------------------------------------------------------------------------------------------ */
static enum code from_file(struct ctl *c, const char *option, bool one_line, const char **ret)
{
    const char *file = opt(c, option), *text = NULL;
    enum code code = file ? text_read(c, file, &text) : CODE_DONE;
    size_t n = text ? strlen(text) : 0;
    if (!text) return code;
    while (one_line && n && isspace((unsigned char)text[n - 1])) n--;
    *ret = arena_dup_n(c->arena, text, n);
    return *ret ? CODE_DONE : CODE_REFUSED;
}

/* "acme/api=api", "label:web=web", "component:core=api" */
static bool read_route(struct ctl *c, const char *text, struct route *ret)
{
    const char *equals = strrchr(text, '=');
    const char **to = &ret->project;
    if (!equals || equals == text || !equals[1]) return false;
    if (strncmp(text, "label:", 6) == 0) to = &ret->label, text += 6;
    else if (strncmp(text, "component:", 10) == 0) to = &ret->component, text += 10;
    *to = arena_dup_n(c->arena, text, (size_t)(equals - text));
    ret->repository = equals + 1;
    return **to != '\0';
}

/* "alice=approver", "*=viewer", "association:MEMBER=planner" */
static bool read_role(struct ctl *c, const char *text, struct role *ret)
{
    const char *equals = strrchr(text, '=');
    const char **to = &ret->login;
    if (!equals || equals == text || !equals[1]) return false;
    if (strncmp(text, "association:", 12) == 0) to = &ret->association, text += 12;
    *to = arena_dup_n(c->arena, text, (size_t)(equals - text));
    ret->role = equals + 1;
    return true;
}

static enum code wrong(const char *option, const char *value, const char *form)
{
    complain("--%s %s: write it as %s", option, value, form);
    return CODE_USAGE;
}

static enum code lists(struct ctl *c, struct source *s)
{
    const char *v;
    for (size_t at = 0; (v = opt_next(c, "only", &at));) {
        const char **slot = arena_push(c->arena, &s->projects, sizeof *slot);
        if (slot) *slot = v;
    }
    for (size_t at = 0; (v = opt_next(c, "route", &at));) {
        struct route *slot = arena_push(c->arena, &s->routes, sizeof *slot);
        if (slot && !read_route(c, v, slot))
            return wrong("route", v, "PROJECT=CODEBASE, label:NAME=CODEBASE or component:NAME=CODEBASE");
    }
    for (size_t at = 0; (v = opt_next(c, "role", &at));) {
        struct role *slot = arena_push(c->arena, &s->roles, sizeof *slot);
        if (slot && !read_role(c, v, slot)) return wrong("role", v, "LOGIN=ROLE or association:MEMBER=ROLE");
    }
    return CODE_DONE;
}

static enum code read_app(struct ctl *c, struct source *s)
{
    const char *v = opt(c, "app");
    char *end = NULL;
    if (!v) return CODE_DONE;
    if (!(s->app = arena_alloc(c->arena, sizeof *s->app))) return CODE_REFUSED;
    s->app->id = strtoll(v, &end, 10);
    if (*end == ':') s->app->installation = strtoll(end + 1, &end, 10);
    return *end || s->app->id < 1 || s->app->installation < 1 ? wrong("app", v, "ID:INSTALLATION") : CODE_DONE;
}

static enum code fill(struct ctl *c, struct source *s)
{
    enum code code = from_file(c, "token-file", false, &s->token);
    if (code == CODE_DONE) code = from_file(c, "secret-file", true, &s->secret);
    if (code == CODE_DONE) code = lists(c, s);
    if (code == CODE_DONE) code = read_app(c, s);
    if (s->token && strncmp(s->token, "-----BEGIN ", 11) != 0)
        s->token = arena_dup_n(c->arena, s->token, strcspn(s->token, "\r\n"));
    s->repository = opt(c, "repo");
    s->label = opt(c, "label");
    s->start = opt(c, "start");
    s->api = opt(c, "api");
    s->username = opt(c, "username");
    s->poll = opt(c, "poll");
    s->mode = opt_flag(c, "auto") ? "auto" : NULL;
    s->silent = opt_flag(c, "silent");
    s->state_labels = opt_flag(c, "state-labels");
    return code;
}

/* --- verbs -------------------------------------------------------------------------------------------------------- */
static enum code print(struct ctl *c, const struct response *r)
{
    if (c->json) return say_document(stdout, buf_cstr(&r->body), r->body.n) ? CODE_DONE : CODE_REFUSED;
    say("%s %s %s %s\n", js(r->json, "id"), js(r->json, "kind"), js(r->json, "name"), js(r->json, "url"));
    if (*js(r->json, "secret")) say("secret %s\n", js(r->json, "secret"));
    if (*js(r->json, "error")) note("%s\n", js(r->json, "error"));
    return CODE_DONE;
}

enum code run_source_add(struct ctl *c)
{
    struct source s = { .kind = c->args.v[0], .name = c->args.v[1], .project = opt(c, "project") };
    auto_response r = { 0 };
    enum code code = fill(c, &s);
    if (code == CODE_DONE) code = call_post(c, "/sources", &source_record, &s, &r);
    if (code != CODE_DONE) return code;
    code = print(c, &r);
    if (!c->json)
        note("have %s call this address, signed with this secret, for issues, comments and pushes\n",
             js(r.json, "kind"));
    return code;
}

enum code run_source_set(struct ctl *c)
{
    struct source s = { .name = opt(c, "name") };
    auto_response r = { 0 };
    enum code code = fill(c, &s);
    if (code != CODE_DONE) return code;
    code = call(
        c,
        &(struct request){
            .method = "PATCH", .path = path_of(c, "sources", c->args.v[0], ""), .record = &source_record, .in = &s },
        &r);
    return code == CODE_DONE ? print(c, &r) : code;
}

enum code run_source_show(struct ctl *c)
{
    auto_response r = { 0 };
    enum code code = call_get(c, path_of(c, "sources", c->args.v[0], ""), &r);
    if (code != CODE_DONE) return code;
    return say_document(stdout, buf_cstr(&r.body), r.body.n) ? CODE_DONE : CODE_REFUSED;
}

enum code run_source_list(struct ctl *c)
{
    auto_response r = { 0 };
    const json_t *v;
    size_t i;
    enum code code = call_get(c, "/sources", &r);
    if (code != CODE_DONE) return code;
    if (c->json) return print(c, &r);
    json_array_foreach((json_t *)(uintptr_t)jo(r.json, "sources"), i, v)
        say("%s  %-8s  %-20s  %s\n", js(v, "id"), js(v, "kind"), js(v, "name"),
            *js(v, "error") ? js(v, "error") : js(v, "synced_at"));
    return CODE_DONE;
}

enum code run_source_sync(struct ctl *c)
{
    auto_response r = { 0 };
    enum code code = call_post(c, path_of(c, "sources", c->args.v[0], "/sync"), NULL, NULL, &r);
    return code == CODE_DONE ? print(c, &r) : code;
}

enum code run_source_log(struct ctl *c)
{
    auto_response r = { 0 };
    const json_t *v;
    size_t i;
    enum code code = call_get(c, path_of(c, "sources", c->args.v[0], "/deliveries"), &r);
    if (code != CODE_DONE) return code;
    if (c->json) return print(c, &r);
    json_array_foreach((json_t *)(uintptr_t)jo(r.json, "deliveries"), i, v)
        say("%s  %-14s  %s\n", js(v, "at"), js(v, "event"), jb(v, "done") ? js(v, "outcome") : "waits");
    return CODE_DONE;
}

enum code run_source_delete(struct ctl *c)
{
    auto_response r = { 0 };
    enum code code =
        call(c, &(struct request){ .method = "DELETE", .path = path_of(c, "sources", c->args.v[0], "") }, &r);
    if (code == CODE_DONE && !c->json) say("%s deleted\n", c->args.v[0]);
    return code;
}
