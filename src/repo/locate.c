/* Finds out what a path is (a folder, a working tree, a bare repository) and refuses what leads outside the roots. */
#include "pland/repo/repo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "repo/layout.h"

static bool is_dir(const char *dir, const char *name)
{
    char path[PATH_MAX];
    struct stat st;
    if ((size_t)snprintf(path, sizeof path, "%s/%s", dir, name) >= sizeof path) return false;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool has_file(const char *dir, const char *name)
{
    char path[PATH_MAX];
    struct stat st;
    if ((size_t)snprintf(path, sizeof path, "%s/%s", dir, name) >= sizeof path) return false;
    return lstat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

static bool looks_like_gitdir(const char *dir)
{
    return has_file(dir, "HEAD") && (has_file(dir, "commondir") || (is_dir(dir, "objects") && is_dir(dir, "refs")));
}

/* A `.git` file: "gitdir: PATH", PATH relative to the folder that holds it. */
static enum err_kind follow_git_file(const struct repo_roots *r, struct repo_location *at, struct err *e)
{
    static const char key[] = "gitdir:";
    char line[PATH_MAX];
    const char *to;
    enum err_kind k = layout_line(at->path, ".git", line, sizeof line, e);
    if (k != ERR_OK) return k;
    if (strncmp(line, key, sizeof key - 1) != 0)
        return err_set(e, ERR_INVALID, "'%s/.git' is a file that git did not write", at->path);
    to = line + sizeof key - 1;
    to += strspn(to, " \t");
    k = layout_resolve(r, at->path, to, ".git file", at->gitdir, e);
    return k == ERR_NOT_FOUND ? (e->kind = ERR_INVALID) : k;
}

static enum err_kind locate_dot_git(const struct repo_roots *r, struct repo_location *at, struct err *e)
{
    char path[PATH_MAX], real[PATH_MAX];
    struct stat st;
    enum err_kind k;
    if ((size_t)snprintf(path, sizeof path, "%s/.git", at->path) >= sizeof path)
        return err_set(e, ERR_INVALID, "the path is too long");
    if (!realpath(path, real)) return err_set(e, ERR_INVALID, "'%s' leads nowhere: %s", path, strerror(errno));
    if (!repo_roots_hold(r, real))
        return err_set(e, ERR_FORBIDDEN, "'%s' leads outside the allowed folders (setting: roots)", path);
    if (stat(real, &st) != 0) return err_errno(e, errno, "'%s' cannot be read", path);
    if (S_ISDIR(st.st_mode)) (void)snprintf(at->gitdir, sizeof at->gitdir, "%s", real);
    else {
        k = follow_git_file(r, at, e);
        if (k != ERR_OK) return k;
    }
    if (!looks_like_gitdir(at->gitdir))
        return err_set(e, ERR_INVALID, "'%s' has a .git that is not a repository", at->path);
    (void)snprintf(at->worktree, sizeof at->worktree, "%s", at->path);
    return ERR_OK;
}

static enum err_kind locate_git(const struct repo_roots *r, struct repo_location *at, struct err *e)
{
    struct stat st;
    char path[PATH_MAX];
    enum err_kind k;
    if ((size_t)snprintf(path, sizeof path, "%s/.git", at->path) < sizeof path && lstat(path, &st) == 0) {
        k = locate_dot_git(r, at, e);
        if (k != ERR_OK) return k;
    } else if (looks_like_gitdir(at->path)) {
        (void)snprintf(at->gitdir, sizeof at->gitdir, "%s", at->path);
        at->bare = true;
    } else return ERR_OK;
    at->git = true;
    return layout_check(r, at->gitdir, e);
}

enum err_kind repo_locate(const struct repo_roots *r, const char *path, struct repo_location *ret, struct err *e)
{
    struct repo_location at = { .git = false };
    struct stat st;
    enum err_kind k;
    if (!path[0]) return err_set(e, ERR_INVALID, "the path is empty");
    if (!realpath(path, at.path)) {
        if (errno == ENAMETOOLONG) return err_set(e, ERR_INVALID, "the path is too long");
        return err_errno(e, errno, "'%s' cannot be resolved", path);
    }
    if (!repo_roots_hold(r, at.path))
        return err_set(e, ERR_FORBIDDEN, "'%s' is outside the allowed folders (setting: roots)", path);
    if (stat(at.path, &st) != 0) return err_errno(e, errno, "'%s' cannot be read", path);
    if (!S_ISDIR(st.st_mode)) return err_set(e, ERR_INVALID, "'%s' is not a folder", path);
    k = locate_git(r, &at, e);
    if (k != ERR_OK) return err_wrap(e, "'%s' cannot be used", path);
    *ret = at;
    return ERR_OK;
}

enum err_kind repo_toplevel(const char *path, char ret[PATH_MAX], struct err *e)
{
    char at[PATH_MAX], real[PATH_MAX];
    struct stat st;
    if (!realpath(path, real)) return err_errno(e, errno, "'%s' cannot be resolved", path);
    (void)snprintf(at, sizeof at, "%s", real);
    for (;;) {
        char probe[PATH_MAX];
        char *slash = strrchr(at, '/');
        if ((size_t)snprintf(probe, sizeof probe, "%s/.git", at) < sizeof probe && lstat(probe, &st) == 0) {
            memcpy(ret, at, sizeof at);
            return ERR_OK;
        }
        if (!slash || slash == at) break;
        *slash = '\0';
    }
    memcpy(ret, real, sizeof real);
    return ERR_OK;
}
