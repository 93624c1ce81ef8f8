/* The daemon itself: status, codebases, tokens. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cli/say.h"
#include "cli/verbs.h"
#include "pland/base/clock.h"

enum { LIST_MAX = 100000 };

struct new_repository { const char *name, *path, *default_ref, *project; };
static const struct field new_repository_rows[] = {
    F_STR(struct new_repository, name, FIELD_REQUIRED, 1, 100, "name"),
    F_STR(struct new_repository, path, 0, 1, 4000, "folder"),
    F_STR(struct new_repository, default_ref, 0, 1, 200, "branch, tag or commit"),
    F_STR(struct new_repository, project, 0, 1, 100, "project"),
};
static const struct record new_repository_record = RECORD("new_repository", struct new_repository, new_repository_rows);

struct new_token {
    const char *name, *role, *project, *plan;
    LIST(const char *) verbs;
    int64_t expires_at;
};
static const struct field new_token_rows[] = {
    F_STR(struct new_token, name, 0, 1, 200, "what it is for"),
    F_STR(struct new_token, role, FIELD_REQUIRED, 1, 20, "viewer, planner, approver, admin"),
    F_STR(struct new_token, project, 0, 1, 100, "project"),
    F_STR(struct new_token, plan, 0, 1, 39, "the only plan"),
    F_STRS(struct new_token, verbs, 0, 64, 40, "all it may do there"),
    F_TIME(struct new_token, expires_at, 0, "when it ends"),
};
static const struct record new_token_record = RECORD("new_token", struct new_token, new_token_rows);

static enum code print(const struct response *r)
{
    return say_document(stdout, buf_cstr(&r->body), r->body.n) ? CODE_DONE : CODE_REFUSED;
}

/* Ready means: it answers, its store works and it is not stopping. */
enum code run_status(struct ctl *c)
{
    auto_response r = { 0 };
    enum code code = call(c, &(struct request){ .path = "/readyz?verbose", .accept = "*/*", .accepts = 503 }, &r);
    if (code != CODE_DONE) return code;
    if (c->json) (void)print(&r);
    else say("%s (known from %s): %s\n", c->url, c->found, r.status == 200 ? "ready" : "not ready");
    if (!c->json && r.status != 200) say("%s\n", buf_cstr(&r.body));
    return r.status == 200 ? CODE_DONE : CODE_REFUSED;
}

enum code run_resume(struct ctl *c)
{
    auto_response r = { 0 };
    enum code code = call_post(c, "/resume", NULL, NULL, &r);
    if (code == CODE_DONE && !c->json) say("%s works again\n", c->url);
    return code;
}

/* ---- codebases ---- */

/* Is a folder registered? Then under which name. */
struct by_path {
    struct ctl *c;
    const char *path, *id, *name;
};

static void compare_path(void *arg, const json_t *v)
{
    struct by_path *p = arg;
    if (p->id || strcmp(js(v, "path"), p->path) != 0) return;
    p->id = arena_dup(p->c->arena, js(v, "id"));
    p->name = arena_dup(p->c->arena, js(v, "name"));
}

enum code run_repo_add(struct ctl *c)
{
    const char *where = c->args.v[c->args.n - 1], *name = c->args.n > 1 ? c->args.v[0] : remote_name(c, where);
    struct new_repository in = { .name = name, .default_ref = opt(c, "ref"), .project = opt(c, "project") };
    struct by_path there = { .c = c };
    char real[PATH_MAX];
    auto_response r = { 0 };
    enum code code;
    if (!name) return CODE_REFUSED;
    if (remote_is_url(where)) return remote_add(c, name, where);
    /* A path is the daemon's; what exists here is taken from here, so that "." works. */
    in.path = realpath(where, real) ? real : where;
    if (c->args.n == 1 && in.path == real) in.name = remote_name(c, real); /* so that "." has one */
    there.path = in.path;
    code = call_list(c, &(struct listing){ .path = "/repositories?limit=100",
                                           .member = "repositories",
                                           .limit = LIST_MAX,
                                           .fn = compare_path,
                                           .arg = &there });
    if (code != CODE_DONE) return code;
    if (there.id && !c->json) {
        say("%s %s %s\n", there.id, there.name, in.path);
        note("it was registered already\n");
        return CODE_DONE;
    }
    code = call_post(c, "/repositories", &new_repository_record, &in, &r);
    if (code != CODE_DONE) return code;
    if (c->json) return print(&r);
    say("%s %s %s\n", js(r.json, "id"), js(r.json, "name"), js(r.json, "path"));
    return CODE_DONE;
}

static void repo_row(void *arg, const json_t *v)
{
    const char *commit = js(v, "commit");
    (void)arg;
    if (jb(v, "is_private")) return;
    say("%-31s  %-20s  %-10s  %s%s%.12s\n", js(v, "id"), js(v, "name"),
        *js(v, "default_ref") ? js(v, "default_ref") : "-", *js(v, "path") ? js(v, "path") : js(v, "kind"),
        *commit ? " " : "", commit);
}

enum code run_repo_list(struct ctl *c)
{
    auto_buf path = BUF_INIT(4096);
    auto_response r = { 0 };
    enum code code;
    buf_str(&path, "/repositories?limit=100");
    query_add(&path, "project", opt(c, "project"));
    if (!c->json)
        return call_list(c, &(struct listing){
                                .path = buf_cstr(&path), .member = "repositories", .limit = LIST_MAX, .fn = repo_row });
    code = call_get(c, buf_cstr(&path), &r);
    return code == CODE_DONE ? print(&r) : code;
}

static enum code delete_one(struct ctl *c, const char *collection, const char *done)
{
    auto_response r = { 0 };
    const char *id = c->args.v[0];
    enum code code = call(c, &(struct request){ .method = "DELETE", .path = path_of(c, collection, id, "") }, &r);
    if (code == CODE_DONE && !c->json) say("%s %s\n", id, done);
    return code;
}

enum code run_repo_delete(struct ctl *c) { return delete_one(c, "repositories", "deleted"); }
enum code run_token_revoke(struct ctl *c) { return delete_one(c, "tokens", "revoked"); }

/* ---- tokens ---- */

enum code run_token_create(struct ctl *c)
{
    struct new_token in = { .name = opt(c, "name"), .role = opt(c, "role"), .project = opt(c, "project") };
    auto_response r = { 0 };
    int64_t days;
    size_t at = 0;
    enum code code = opt_number(c, "days", 0, &days);
    if (code != CODE_DONE) return code;
    if (!in.role) {
        complain("--role is missing: viewer, planner, approver or admin");
        return CODE_USAGE;
    }
    if (!in.name) in.name = in.role;
    if (opt(c, "plan") && !(in.plan = plan_id(c, opt(c, "plan"), &code))) return code;
    for (const char *verb; (verb = opt_next(c, "verb", &at)) != NULL;) {
        const char **slot = arena_push(c->arena, &in.verbs, sizeof *slot);
        if (!slot) return CODE_REFUSED;
        *slot = verb;
    }
    if (days) in.expires_at = clock_now(NULL) + days * 86400000;
    code = call_post(c, "/tokens", &new_token_record, &in, &r);
    if (code != CODE_DONE) return code;
    if (c->json) return print(&r);
    say("%s\n", js(r.json, "secret"));
    note("%s, role %s; this is the only time the secret is shown\n", js(r.json, "id"), js(r.json, "role"));
    return CODE_DONE;
}

static void token_row(void *arg, const json_t *v)
{
    const char *state = *js(v, "revoked_at") ? "revoked" : "valid";
    (void)arg;
    say("%-30s  %-8s  %-12s  %-7s  %.10s  %s\n", js(v, "id"), js(v, "role"),
        *js(v, "project") ? js(v, "project") : "(all)", state, *js(v, "last_used_at") ? js(v, "last_used_at") : "never",
        js(v, "name"));
}

enum code run_token_list(struct ctl *c)
{
    auto_response r = { 0 };
    size_t i;
    const json_t *v;
    enum code code = call_get(c, "/tokens", &r);
    if (code != CODE_DONE) return code;
    if (c->json) return print(&r);
    json_array_foreach((json_t *)(uintptr_t)jo(r.json, "tokens"), i, v) token_row(NULL, v);
    return CODE_DONE;
}
