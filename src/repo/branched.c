/* The merge base of a commit and the trunk. */
#include "pland/repo/branched.h"

#include <string.h>

#include "repo/inner.h"

static void repository_free(git_repository **r)
{
    git_repository_free(*r);
}
static void object_free(git_object **o)
{
    git_object_free(*o);
}

static void commit_free(git_commit **c)
{
    git_commit_free(*c);
}

static bool trunk_id(git_repository *repo, const char *ref, git_oid *ret)
{
    AUTO(object_free) git_object *named = NULL;
    AUTO(object_free) git_object *commit = NULL;
    if (git_revparse_single(&named, repo, ref) < 0) return false;
    if (git_object_peel(&commit, named, GIT_OBJECT_COMMIT) < 0) return false;
    *ret = *git_object_id(commit);
    return true;
}

/* Where end last met the trunk; false: there is no such trunk, or it has all of end. */
static bool met(git_repository *repo, const char *trunk, const git_oid *end, git_oid *ret)
{
    git_oid tip;
    return trunk_id(repo, trunk, &tip) && git_merge_base(ret, repo, &tip, end) == 0 && !git_oid_equal(ret, end);
}

enum err_kind repo_branched(const struct repo_location *at, const char *base, const char *trunk, const char *commit,
                            char ret[41], struct err *e)
{
    static const char *const usual[] = { "refs/remotes/origin/HEAD", "refs/heads/main", "refs/heads/master", "HEAD" };
    AUTO(repository_free) git_repository *repo = NULL;
    git_oid end, from;
    bool found = false;
    enum err_kind k = git_open_located(at, &repo, e);
    int rc;
    if (k != ERR_OK) return k;
    if ((rc = git_oid_fromstr(&end, commit)) < 0) return git_fail(e, rc, "the commit %.40s", commit);
    if (trunk) found = met(repo, trunk, &end, &from);
    for (size_t i = 0; !trunk && !found && i < countof(usual); i++) found = met(repo, usual[i], &end, &from);
    (void)snprintf(ret, 41, "%s", base);
    if (found) (void)git_oid_tostr(ret, 41, &from);
    return ERR_OK;
}

enum err_kind repo_merged(const struct repo_location *at, const char *base, const char *from, const char *commit,
                          char ret[41], struct err *e)
{
    AUTO(repository_free) git_repository *repo = NULL;
    AUTO(commit_free) git_commit *merge = NULL;
    git_oid end, before;
    enum err_kind k = git_open_located(at, &repo, e);
    int rc;
    if (k != ERR_OK) return k;
    if ((rc = git_oid_fromstr(&end, commit)) < 0 || (rc = git_commit_lookup(&merge, repo, &end)) < 0)
        return git_fail(e, rc, "the commit %.40s", commit);
    (void)snprintf(ret, 41, "%s", base);
    if (git_commit_parentcount(merge) > 1) (void)git_oid_tostr(ret, 41, git_commit_parent_id(merge, 0));
    else if (from && git_oid_fromstr(&before, from) == 0 && git_graph_descendant_of(repo, &end, &before) == 1)
        (void)git_oid_tostr(ret, 41, &before);
    return ERR_OK;
}
