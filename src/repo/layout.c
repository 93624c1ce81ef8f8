/* Checks a git directory before libgit2 sees it: what its files point to (commondir, alternates, symbolic links) must
 * not lead outside the roots. Hooks, other worktrees and submodules are never read and therefore not looked at. */
#include "repo/layout.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DEPTH 24
#define MAX_ENTRIES 4000000
#define MAX_ALTERNATES 32

static const char *const unread[] = { "hooks", "modules", "worktrees", "lfs", "annex", "logs", "rr-cache" };

struct walk {
    const struct repo_roots *roots;
    int64_t entries;
    int alternates;
    char path[PATH_MAX];
};

enum err_kind layout_line(const char *dir, const char *name, char *ret, size_t n, struct err *e)
{
    char path[PATH_MAX];
    ssize_t got;
    int fd, saved;
    if ((size_t)snprintf(path, sizeof path, "%s/%s", dir, name) >= sizeof path)
        return err_set(e, ERR_INVALID, "the path of '%s' is too long", name);
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return err_errno(e, errno, "'%s' cannot be read", path);
    got = read(fd, ret, n);
    saved = errno;
    (void)close(fd);
    if (got < 0) return err_errno(e, saved, "'%s' cannot be read", path);
    if ((size_t)got == n) return err_set(e, ERR_INVALID, "'%s' is too long to be git's", path);
    while (got > 0 && strchr("\r\n \t", ret[got - 1])) got--;
    ret[got] = '\0';
    if (strlen(ret) != (size_t)got) return err_set(e, ERR_INVALID, "'%s' holds a zero byte", path);
    return ERR_OK;
}

enum err_kind layout_resolve(const struct repo_roots *r, const char *base, const char *name, const char *what,
                             char ret[PATH_MAX], struct err *e)
{
    char joined[PATH_MAX];
    int n = name[0] == '/' ? snprintf(joined, sizeof joined, "%s", name)
                           : snprintf(joined, sizeof joined, "%s/%s", base, name);
    if (n < 0 || (size_t)n >= sizeof joined) return err_set(e, ERR_INVALID, "%s: the path is too long", what);
    if (!realpath(joined, ret))
        return err_set(e, ERR_NOT_FOUND, "%s: '%s' cannot be resolved: %s", what, name, strerror(errno));
    if (!repo_roots_hold(r, ret))
        return err_set(e, ERR_FORBIDDEN, "%s: '%s' leads outside the allowed folders (setting: roots)", what, name);
    return ERR_OK;
}

static enum err_kind check_tree(struct walk *w, int depth, struct err *e);

static bool is_unread(const char *name)
{
    for (size_t i = 0; i < countof(unread); i++)
        if (strcmp(name, unread[i]) == 0) return true;
    return false;
}

/* A link that leads nowhere is left alone: there is nothing that could be read through it. */
static enum err_kind check_link(struct walk *w, struct err *e)
{
    char real[PATH_MAX];
    if (!realpath(w->path, real) || repo_roots_hold(w->roots, real)) return ERR_OK;
    return err_set(e, ERR_FORBIDDEN, "the symbolic link '%s' leads outside the allowed folders (setting: roots)",
                   w->path);
}

static enum err_kind check_entry(struct walk *w, const struct dirent *d, int depth, struct err *e)
{
    size_t mark = strlen(w->path);
    enum err_kind k = ERR_OK;
    struct stat st;
    if (++w->entries > MAX_ENTRIES)
        return err_set(e, ERR_TOO_LARGE, "'%s' has more than %d entries", w->path, MAX_ENTRIES);
    if ((size_t)snprintf(w->path + mark, sizeof w->path - mark, "/%s", d->d_name) >= sizeof w->path - mark) {
        w->path[mark] = '\0';
        return err_set(e, ERR_INVALID, "a path below '%.200s' is too long", w->path);
    }
    if (d->d_type == DT_LNK) k = check_link(w, e);
    else if (d->d_type == DT_DIR) k = check_tree(w, depth + 1, e);
    else if (d->d_type == DT_UNKNOWN && lstat(w->path, &st) == 0) {
        if (S_ISLNK(st.st_mode)) k = check_link(w, e);
        else if (S_ISDIR(st.st_mode)) k = check_tree(w, depth + 1, e);
    }
    w->path[mark] = '\0';
    return k;
}

static enum err_kind check_tree(struct walk *w, int depth, struct err *e)
{
    enum err_kind k = ERR_OK;
    struct dirent *d;
    DIR *dir;
    if (depth > MAX_DEPTH) return err_set(e, ERR_INVALID, "'%s' is nested too deep", w->path);
    dir = opendir(w->path);
    if (!dir) return err_errno(e, errno, "'%s' cannot be read", w->path);
    while (k == ERR_OK && (d = readdir(dir))) {
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0) continue;
        if (depth == 0 && is_unread(d->d_name)) continue;
        k = check_entry(w, d, depth, e);
    }
    (void)closedir(dir);
    return k;
}

static enum err_kind check_objects(struct walk *w, const char *objects, struct err *e);

static enum err_kind check_alternate(struct walk *w, const char *objects, const char *line, struct err *e)
{
    char real[PATH_MAX], what[PATH_MAX];
    enum err_kind k;
    if (++w->alternates > MAX_ALTERNATES) return err_set(e, ERR_INVALID, "'%s' has too many alternates", objects);
    if (line[0] != '/' && (line[0] != '.' || w->alternates > 1))
        return err_set(e, ERR_INVALID, "'%s/info/alternates': '%s' is neither absolute nor relative to this folder",
                       objects, line);
    (void)snprintf(what, sizeof what, "%.200s/info/alternates", objects);
    k = layout_resolve(w->roots, objects, line, what, real, e);
    if (k == ERR_NOT_FOUND) return ERR_OK; /* git passes over it too */
    if (k != ERR_OK) return k;
    (void)snprintf(w->path, sizeof w->path, "%s", real);
    k = check_tree(w, 1, e);
    return k == ERR_OK ? check_objects(w, real, e) : k;
}

static enum err_kind check_objects(struct walk *w, const char *objects, struct err *e)
{
    char text[16384];
    struct err none;
    enum err_kind k = layout_line(objects, "info/alternates", text, sizeof text, &none);
    if (k == ERR_NOT_FOUND) return ERR_OK;
    if (k != ERR_OK) {
        *e = none;
        return k;
    }
    for (char *line = text, *next; line && *line && k == ERR_OK; line = next) {
        next = strchr(line, '\n');
        if (next) *next++ = '\0';
        if (line[0] && line[0] != '#') k = check_alternate(w, objects, line, e);
    }
    return k;
}

static enum err_kind check_one(struct walk *w, const char *dir, struct err *e)
{
    char objects[PATH_MAX];
    enum err_kind k;
    (void)snprintf(w->path, sizeof w->path, "%s", dir);
    k = check_tree(w, 0, e);
    if (k != ERR_OK) return k;
    if ((size_t)snprintf(objects, sizeof objects, "%s/objects", dir) >= sizeof objects)
        return err_set(e, ERR_INVALID, "the path of '%.200s' is too long", dir);
    return check_objects(w, objects, e);
}

enum err_kind layout_check(const struct repo_roots *r, const char *gitdir, struct err *e)
{
    struct walk w = { .roots = r };
    char line[PATH_MAX], what[PATH_MAX], common[PATH_MAX];
    struct err none;
    enum err_kind k = check_one(&w, gitdir, e);
    if (k != ERR_OK) return k;
    k = layout_line(gitdir, "commondir", line, sizeof line, &none);
    if (k == ERR_NOT_FOUND) return ERR_OK;
    if (k != ERR_OK) {
        *e = none;
        return k;
    }
    (void)snprintf(what, sizeof what, "%.200s/commondir", gitdir);
    k = layout_resolve(r, gitdir, line, what, common, e);
    if (k == ERR_NOT_FOUND) return e->kind = ERR_INVALID;
    return k == ERR_OK ? check_one(&w, common, e) : k;
}
