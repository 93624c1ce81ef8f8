/* Which codebase a plan is for: --repo NAME or DIR, else the git repository of the current directory. A folder is
 * looked up among the registered codebases first and offered as an upload when it is not there. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/say.h"
#include "cli/verbs.h"
#include "pland/repo/repo.h"

enum { REPOSITORIES_MAX = 10000 };

/* A registered codebase as far as it matters here. */
struct match {
    const char *folder, *base, *wanted; /* looked for: real path, its last part, the name asked for */
    struct ctl *c;
    const char *name, *ref;
    int strength; /* 0: none, 1: by name, 2: by path, 3: it is the name that was asked for */
};

static bool exists(const char *path)
{
    struct stat st;
    return *path && stat(path, &st) == 0;
}

/* A name alone is believed only when the codebase's own path is on another machine, or is an upload. */
static int strength_of(const struct match *m, const json_t *v)
{
    const char *name = js(v, "name"), *path = js(v, "path");
    if (m->wanted && (strcmp(name, m->wanted) == 0 || strcmp(js(v, "id"), m->wanted) == 0)) return 3;
    if (m->folder && strcmp(path, m->folder) == 0) return 2;
    if (m->folder && strcmp(name, m->base) == 0 && !exists(path) && !jb(v, "is_private")) return 1;
    return 0;
}

static void consider(void *arg, const json_t *v)
{
    struct match *m = arg;
    int strength = strength_of(m, v);
    if (strength <= m->strength) return;
    m->strength = strength;
    m->name = arena_dup(m->c->arena, js(v, "name"));
    m->ref = arena_dup(m->c->arena, js(v, "default_ref"));
}

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The folder in question: of --repo when it is one, else the repository the current directory lies in. NULL: none. */
static const char *find_folder(struct ctl *c, const char *wanted)
{
    char top[PATH_MAX], real[PATH_MAX];
    const char *git;
    struct err e = { 0 };
    if (wanted && !is_folder(wanted)) return NULL;
    if (wanted) return realpath(wanted, real) ? arena_dup(c->arena, real) : NULL;
    if (repo_toplevel(".", top, &e) != ERR_OK) return NULL;
    if (!realpath(top, real)) return NULL;
    git = arena_fmt(c->arena, "%s/.git", real);
    return git && exists(git) ? arena_dup(c->arena, real) : NULL;
}

static enum code use_registered(struct ctl *c, const struct match *m, struct plan_request *r, struct asking *asking)
{
    struct repository_ref *ref = arena_push(c->arena, &r->repositories, sizeof *ref);
    const char *asked = opt(c, "ref");
    if (!ref) return CODE_REFUSED;
    ref->name = m->name;
    ref->ref = asked;
    asked = arena_fmt(c->arena, "%s at %s", m->name, asked ? asked : *m->ref ? m->ref : "its newest commit");
    if (!asked) return CODE_REFUSED;
    if (!asking) note("codebase %s\n", asked);
    return interview_confirm(c, asking, asked);
}

static enum code use_upload(struct ctl *c, const char *folder, struct plan_request *r, struct asking *asking)
{
    if (opt(c, "ref") && strcmp(opt(c, "ref"), "WORKTREE") != 0) {
        complain("%s is not registered; an upload is the folder as it is now, so --ref cannot be used", folder);
        return CODE_USAGE;
    }
    return upload_folder(c, folder, r, asking);
}

static enum code find(struct ctl *c, struct plan_request *r, struct asking *asking)
{
    const char *wanted = opt(c, "repo");
    struct match m = { .c = c, .wanted = wanted };
    enum code code;
    m.folder = find_folder(c, wanted);
    m.base = m.folder && strrchr(m.folder, '/') ? strrchr(m.folder, '/') + 1 : "";
    if (!wanted && !m.folder) {
        note("no codebase: the current directory is in no git repository (--repo names one)\n");
        return interview_confirm(c, asking, "none");
    }
    code = call_list(c, &(struct listing){ .path = "/repositories?limit=100",
                                           .member = "repositories",
                                           .limit = REPOSITORIES_MAX,
                                           .fn = consider,
                                           .arg = &m });
    if (code != CODE_DONE) return code;
    if (m.strength > 0) return use_registered(c, &m, r, asking);
    if (m.folder) return use_upload(c, m.folder, r, asking);
    complain("there is neither a registered codebase nor a folder called %s (see planctl repo list)", wanted);
    return CODE_REFUSED;
}

enum code codebase_find(struct ctl *c, struct plan_request *r, struct asking *asking)
{
    struct err e = { 0 };
    enum code code;
    if (opt_flag(c, "no-repo")) return interview_confirm(c, asking, "none");
    if (repo_global_init(&e) != ERR_OK) {
        complain("%s", e.msg);
        return CODE_REFUSED;
    }
    code = find(c, r, asking);
    repo_global_shutdown();
    return code;
}
