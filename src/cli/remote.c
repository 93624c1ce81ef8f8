/* Codebases from a git remote: repo add URL, repo set, repo sync, repo show. A token or key comes from a file, never
 * from the command line, where everybody on the machine could read it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cli/say.h"
#include "cli/verbs.h"

struct new_remote { const char *url, *ref, *username, *token, *key, *sync; };
static const struct field new_remote_rows[] = {
    F_STR(struct new_remote, url, 0, 0, 0, "address"),
    F_STR(struct new_remote, ref, 0, 0, 0, "branch or tag"),
    F_STR(struct new_remote, username, 0, 0, 0, "for the token"),
    F_STR(struct new_remote, token, 0, 0, 0, "for https"),
    F_STR(struct new_remote, key, 0, 0, 0, "for ssh"),
    F_STR(struct new_remote, sync, 0, 0, 0, "how often"),
};
static const struct record new_remote_record = RECORD("git", struct new_remote, new_remote_rows);
struct with_remote { const char *name, *project; struct new_remote *git; };
static const struct field with_remote_rows[] = {
    F_STR(struct with_remote, name, 0, 0, 0, "name"),
    F_STR(struct with_remote, project, 0, 0, 0, "project"),
    F_OPT(struct with_remote, git, 0, &new_remote_record, "remote"),
};
static const struct record with_remote_record = RECORD("with_remote", struct with_remote, with_remote_rows);

bool remote_is_url(const char *arg)
{
    const char *at = strchr(arg, '@'), *colon = at ? strchr(at, ':') : NULL;
    return strstr(arg, "://") || (colon && !memchr(arg, '/', (size_t)(colon - arg)));
}

/* The last part of a path or URL, without ".git". */
const char *remote_name(struct ctl *c, const char *from)
{
    size_t n = strlen(from);
    const char *end;
    while (n && from[n - 1] == '/') n--;
    if (n > 4 && strncmp(from + n - 4, ".git", 4) == 0) n -= 4;
    for (end = from + n; n && from[n - 1] != '/' && from[n - 1] != ':';) n--;
    return arena_fmt(c->arena, "%.*s", (int)(end - (from + n)), from + n);
}

static enum code secret_of(struct ctl *c, const char *option, bool one_line, const char **ret)
{
    const char *file = opt(c, option), *text = NULL;
    enum code code = file ? text_read(c, file, &text) : CODE_DONE;
    size_t n = text ? strlen(text) : 0;
    if (!text) return code;
    while (one_line && n && isspace((unsigned char)text[n - 1])) n--;
    *ret = arena_dup_n(c->arena, text, n);
    return *ret ? CODE_DONE : CODE_REFUSED;
}

static enum code fill(struct ctl *c, struct new_remote *git)
{
    enum code code = secret_of(c, "token-file", true, &git->token);
    if (code == CODE_DONE) code = secret_of(c, "key-file", false, &git->key);
    if (git->token && git->key) {
        complain("--token-file is for https, --key-file for ssh: give one of them");
        return CODE_USAGE;
    }
    git->ref = opt(c, "ref");
    git->username = opt(c, "username");
    git->sync = opt(c, "sync");
    return code;
}

static enum code print(struct ctl *c, const struct response *r)
{
    const json_t *git = jo(r->json, "git");
    if (c->json) return say_document(stdout, buf_cstr(&r->body), r->body.n) ? CODE_DONE : CODE_REFUSED;
    say("%s %s %s%s%s\n", js(r->json, "id"), js(r->json, "name"), js(r->json, "state"),
        *js(git, "progress") ? ": " : "", js(git, "progress"));
    if (*js(git, "error")) note("%s\n", js(git, "error"));
    return strcmp(js(r->json, "state"), "failed") == 0 ? CODE_REFUSED : CODE_DONE;
}

enum code remote_add(struct ctl *c, const char *name, const char *url)
{
    struct new_remote git = { .url = url };
    struct with_remote in = { .name = name, .project = opt(c, "project"), .git = &git };
    auto_response r = { 0 };
    enum code code = fill(c, &git);
    if (code == CODE_DONE) code = call_post(c, "/repositories", &with_remote_record, &in, &r);
    return code == CODE_DONE ? print(c, &r) : code;
}

enum code run_repo_set(struct ctl *c)
{
    struct new_remote git = { .url = opt(c, "url") };
    struct with_remote in = { .git = &git };
    auto_response r = { 0 };
    enum code code = fill(c, &git);
    if (code != CODE_DONE) return code;
    code = call(c,
                &(struct request){ .method = "PATCH",
                                   .path = path_of(c, "repositories", c->args.v[0], ""),
                                   .record = &with_remote_record,
                                   .in = &in },
                &r);
    return code == CODE_DONE ? print(c, &r) : code;
}

enum code run_repo_sync(struct ctl *c)
{
    auto_response r = { 0 };
    enum code code = call_post(c, path_of(c, "repositories", c->args.v[0], "/sync"), NULL, NULL, &r);
    return code == CODE_DONE ? print(c, &r) : code;
}

static void row(const char *what, const char *value)
{
    if (*value) say("%-13s  %s\n", what, value);
}

enum code run_repo_show(struct ctl *c)
{
    auto_response r = { 0 };
    enum code code = call_get(c, path_of(c, "repositories", c->args.v[0], ""), &r);
    const json_t *git = jo(r.json, "git");
    if (code != CODE_DONE) return code;
    if (c->json) return print(c, &r);
    const char *const rows[][2] = {
        { "id", js(r.json, "id") },
        { "name", js(r.json, "name") },
        { "kind", js(r.json, "kind") },
        { "state", js(r.json, "state") },
        { "progress", js(git, "progress") },
        { "error", js(git, "error") },
        { "path", js(r.json, "path") },
        { "url", js(git, "url") },
        { "ref", js(r.json, "default_ref") },
        { "branch", js(r.json, "branch") },
        { "commit", js(r.json, "commit") },
        { "credential", js(git, "credential") },
        { "fetched", js(git, "last_synced_at") },
        { "tried", js(git, "last_tried_at") },
        { "next fetch", js(git, "next_sync_at") },
        { "every", js(git, "sync") },
    };
    for (size_t i = 0; i < countof(rows); i++) row(rows[i][0], rows[i][1]);
    return CODE_DONE;
}
