/* libgit2 set up once for the whole process: no configuration of the user or the system, no ownership check, and its
 * errors in our words. */
#include "repo/inner.h"

#include <string.h>

#include "repo/memory.h"

enum err_kind repo_global_init(struct err *e)
{
    static const int levels[] = { GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL,
                                  GIT_CONFIG_LEVEL_PROGRAMDATA };
    int rc = memory_for_libgit2();
    if (rc == 0) rc = git_libgit2_init();
    if (rc < 0) return git_fail(e, rc, "libgit2 cannot be initialised");
    for (size_t i = 0; i < countof(levels); i++) {
        rc = git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
        if (rc < 0) return git_fail(e, rc, "libgit2 refuses an empty configuration search path");
    }
    rc = git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    if (rc < 0) return git_fail(e, rc, "libgit2 refuses to leave ownership to the roots");
    /* Copies are compared with their ids when they are read; doing it here as well doubles the time of a pin. */
    rc = git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
    if (rc < 0) return git_fail(e, rc, "libgit2 refuses to leave hashing to pins");
    return ERR_OK;
}

void repo_global_shutdown(void)
{
    (void)git_libgit2_shutdown();
}

static enum err_kind kind_of(int rc, const git_error *last)
{
    if (last && last->klass == GIT_ERROR_NOMEMORY) return ERR_NOMEM;
    if (rc == GIT_ENOTFOUND) return ERR_NOT_FOUND;
    if (rc == GIT_EAMBIGUOUS || rc == GIT_EINVALIDSPEC) return ERR_INVALID;
    return ERR_IO;
}

enum err_kind git_fail(struct err *e, int rc, const char *fmt, ...)
{
    const git_error *last = git_error_last();
    enum err_kind kind = kind_of(rc, last);
    char head[256];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(head, sizeof head, fmt, ap);
    va_end(ap);
    (void)err_set(e, kind, "%s: %s", head, last && last->message ? last->message : "no reason given");
    git_error_clear();
    return kind;
}

void blob_hex(const void *p, size_t n, char ret[41])
{
    git_oid oid;
    ret[0] = '\0';
    if (git_odb_hash(&oid, p, n, GIT_OBJECT_BLOB) == 0) (void)git_oid_tostr(ret, 41, &oid);
}

static enum err_kind forget_configuration(git_repository *repo, struct err *e)
{
    git_config *none = NULL;
    int rc = git_config_new(&none);
    if (rc == 0) rc = git_repository_set_config(repo, none);
    git_config_free(none);
    return rc < 0 ? git_fail(e, rc, "the repository's configuration cannot be replaced") : ERR_OK;
}

enum err_kind git_open_located(const struct repo_location *at, git_repository **ret, struct err *e)
{
    auto_git repo = NULL;
    struct git_settings settings;
    enum err_kind k;
    int rc;
    if (!at->git) return err_set(e, ERR_INVALID, "'%s' is not a git repository", at->path);
    k = git_settings_read(at->gitdir, &settings, e);
    if (k != ERR_OK) return k;
    if (settings.object_format[0] && strcasecmp(settings.object_format, "sha1") != 0)
        return err_set(e, ERR_INVALID, "'%s' uses object format '%s'; only sha1 repositories can be read", at->path,
                       settings.object_format);
    rc = git_repository_open_bare(&repo, at->gitdir); /* the one way in that reads no configuration */
    if (rc < 0) return git_fail(e, rc, "'%s' cannot be opened", at->path);
    k = forget_configuration(repo, e);
    if (k != ERR_OK) return k;
    if (at->worktree[0]) {
        rc = git_repository_set_workdir(repo, at->worktree, 0);
        if (rc < 0) return git_fail(e, rc, "'%s' cannot be used as a working tree", at->worktree);
    }
    *ret = TAKE(repo);
    return ERR_OK;
}
