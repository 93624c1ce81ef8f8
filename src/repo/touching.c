/* Commits that touched files: a walk from the newer commit back to the older one, each compared with its first parent. */
#include "pland/repo/touching.h"

#include <string.h>

#include "repo/inner.h"

enum { WALKED_MAX = 1000, NAMED_MAX = 20, SUMMARY_MAX = 72 };

static void walk_free(git_revwalk **w) { git_revwalk_free(*w); }
static void commit_free(git_commit **c) { git_commit_free(*c); }
static void tree_free(git_tree **t) { git_tree_free(*t); }
static void diff_free(git_diff **d) { git_diff_free(*d); }
static void repository_free(git_repository **r) { git_repository_free(*r); }

static bool touches(git_repository *repo, git_commit *c, const char *const *paths, size_t n)
{
    git_diff_options o;
    AUTO(commit_free) git_commit *parent = NULL;
    AUTO(tree_free) git_tree *now = NULL;
    AUTO(tree_free) git_tree *before = NULL;
    AUTO(diff_free) git_diff *d = NULL;
    if (git_diff_options_init(&o, GIT_DIFF_OPTIONS_VERSION) < 0) return false;
    o.flags = GIT_DIFF_DISABLE_PATHSPEC_MATCH | GIT_DIFF_SKIP_BINARY_CHECK;
    o.pathspec.strings = (char **)(uintptr_t)paths;
    o.pathspec.count = n;
    if (git_commit_tree(&now, c) < 0) return false;
    if (git_commit_parentcount(c) && (git_commit_parent(&parent, c, 0) < 0 || git_commit_tree(&before, parent) < 0)) return false;
    return git_diff_tree_to_tree(&d, repo, before, now, &o) == 0 && git_diff_num_deltas(d) > 0;
}

static void name_it(git_commit *c, struct arena *a, struct repo_touches *ret)
{
    char id[GIT_OID_HEXSZ + 1];
    const char *summary = git_commit_summary(c);
    const char **slot = arena_push(a, &ret->v, sizeof *slot);
    (void)git_oid_tostr(id, sizeof id, git_commit_id(c));
    if (slot) *slot = arena_fmt(a, "%.12s %.*s", id, SUMMARY_MAX, summary ? summary : "");
}

enum err_kind repo_touching(const struct repo_location *at, const char *from, const char *to, const char *const *paths, size_t n, struct arena *a, struct repo_touches *ret, struct err *e)
{
    AUTO(repository_free) git_repository *repo = NULL;
    AUTO(walk_free) git_revwalk *walk = NULL;
    git_oid old, new, id;
    enum err_kind k = git_open_located(at, &repo, e);
    int rc;
    if (k != ERR_OK) return k;
    memset(ret, 0, sizeof *ret);
    if ((rc = git_oid_fromstr(&old, from)) < 0 || (rc = git_oid_fromstr(&new, to)) < 0 || (rc = git_revwalk_new(&walk, repo)) < 0 ||
        (rc = git_revwalk_push(walk, &new)) < 0 || (rc = git_revwalk_hide(walk, &old)) < 0)
        return git_fail(e, rc, "the history from %.40s to %.40s", from, to);
    for (int i = 0; i < WALKED_MAX && ret->v.n < NAMED_MAX && git_revwalk_next(&id, walk) == 0; i++) {
        AUTO(commit_free) git_commit *c = NULL;
        if (git_commit_lookup(&c, repo, &id) == 0 && touches(repo, c, paths, n)) name_it(c, a, ret);
    }
    return arena_check(a, e);
}
