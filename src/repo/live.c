/* Live trees: the files of a working tree or of a folder as they are on disk, hashed when they are listed and checked
 * against that at every read. */
#include "repo/inner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_DEPTH 128

/* Folders that hold no source: version control, fetched dependencies, caches. Applies where git does not say so. */
static const char *const skipped_dirs[] = {
    ".git",          ".hg",          ".svn",
    ".bzr",          "CVS",          "_darcs",
    ".jj",           "node_modules", "bower_components",
    "__pycache__",   ".venv",        "venv",
    ".tox",          ".nox",         ".mypy_cache",
    ".pytest_cache", ".ruff_cache",  ".gradle",
    ".terraform",    ".next",        ".nuxt",
    ".cache",        ".eggs",        ".bundle",
};

static enum err_kind live_read(struct tree *t, const struct tree_file *f, struct buf *ret, struct err *e)
{
    auto_buf bytes = BUF_INIT(REPO_READ_MAX);
    char oid[41];
    enum err_kind k;
    if (f->mode == TREE_MODE_LINK) k = disk_link(t->fd, f->path, &bytes, e);
    else {
        auto_fd fd = disk_open(t->fd, f->path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
        k = fd < 0 ? ERR_NOT_FOUND : disk_read(fd, f->path, REPO_READ_MAX, &bytes, e);
    }
    if (k == ERR_NOMEM) return k;
    blob_hex(buf_cstr(&bytes), bytes.n, oid);
    if (k != ERR_OK || strcmp(oid, f->oid) != 0)
        return err_set(e, ERR_CONFLICT, "'%s' has changed since it was pinned", f->path);
    buf_add(ret, bytes.p, bytes.n);
    return buf_check(ret, e);
}

static const struct tree_ops live_ops = {.read = live_read};

static enum err_kind add_path(struct tree *t, const char *path, struct err *e)
{
    struct tree_file f = {.path = path};
    bool listed;
    enum err_kind k = disk_stat(t->fd, path, &f, &listed, e);
    f.path = path;
    return k == ERR_OK && listed ? list_add(&t->list, &f, -1, e) : k;
}

static enum err_kind add_tracked(void *arg, const struct worktree_entry *entry, struct err *e)
{
    struct tree *t = arg;
    struct tree_file f = {.path = entry->path, .mode = entry->mode};
    if (entry->mode != TREE_MODE_SUBMODULE) return add_path(t, entry->path, e);
    (void)snprintf(f.oid, sizeof f.oid, "%s", entry->oid);
    return list_add(&t->list, &f, -1, e);
}

static bool is_skipped(const char *name)
{
    for (size_t i = 0; i < countof(skipped_dirs); i++)
        if (strcmp(name, skipped_dirs[i]) == 0) return true;
    return false;
}

struct walk {
    struct tree *t;
    char path[PATH_MAX];
};

static enum err_kind walk_dir(struct walk *w, size_t n, int depth, struct err *e);

static enum err_kind walk_entry(struct walk *w, int dir, const char *name, size_t n, int depth, struct err *e)
{
    size_t len = strlen(name);
    struct stat st;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return ERR_OK;
    if (n + len + 2 > sizeof w->path) return err_set(e, ERR_INVALID, "a path below '%.200s' is too long", w->path);
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? ERR_OK : err_errno(e, errno, "'%s' cannot be read", name);
    if (is_skipped(name)) return ERR_OK;
    if (n) w->path[n++] = '/';
    memcpy(w->path + n, name, len + 1);
    return S_ISDIR(st.st_mode) ? walk_dir(w, n + len, depth + 1, e) : add_path(w->t, w->path, e);
}

static enum err_kind walk_dir(struct walk *w, size_t n, int depth, struct err *e)
{
    int fd = n ? disk_open(w->t->fd, w->path, O_RDONLY | O_DIRECTORY)
               : openat(w->t->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    enum err_kind k = ERR_OK;
    struct dirent *d;
    if (!dir && fd >= 0) (void)close(fd);
    if (!dir && (errno == ENOENT || errno == EACCES) && n)
        return ERR_OK; /* gone, or not ours to read: nothing below it is listed */
    if (!dir) return err_errno(e, errno, "'%s' cannot be read", n ? w->path : "the folder");
    if (depth > MAX_DEPTH) k = err_set(e, ERR_INVALID, "'%.200s' is nested too deep", w->path);
    while (k == ERR_OK && (d = readdir(dir))) {
        k = walk_entry(w, dirfd(dir), d->d_name, n, depth, e);
        w->path[n] = '\0';
    }
    (void)closedir(dir);
    return k;
}

static enum err_kind open_live(enum tree_kind kind, const char *path, const struct tree_limits *l, struct tree **ret,
                               struct err *e)
{
    auto_tree t = tree_new(kind, &live_ops);
    enum err_kind k;
    if (!t) return err_nomem(e);
    k = list_init(&t->list, l, false, e);
    if (k != ERR_OK) return k;
    t->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (t->fd < 0) return err_errno(e, errno, "'%s' cannot be opened", path);
    origin_of(path, t->origin);
    *ret = TAKE(t);
    return ERR_OK;
}

enum err_kind tree_open_folder(const struct repo_location *at, const struct tree_limits *l, struct tree **ret,
                               struct err *e)
{
    auto_tree t = NULL;
    struct walk w = {.path = ""};
    enum err_kind k = open_live(TREE_FOLDER, at->path, l, &t, e);
    if (k != ERR_OK) return k;
    w.t = t;
    k = walk_dir(&w, 0, 0, e);
    if (k == ERR_OK) k = tree_seal(t, e);
    if (k == ERR_OK) *ret = TAKE(t);
    return k;
}

static void note_head(struct tree *t, git_repository *repo)
{
    AUTO(auto_git_ref_fn) git_reference *head = NULL;
    git_oid oid;
    if (git_repository_head(&head, repo) == 0 && git_reference_is_branch(head))
        (void)snprintf(t->ref, sizeof t->ref, "%s", git_reference_shorthand(head));
    if (git_reference_name_to_id(&oid, repo, "HEAD") == 0) (void)git_oid_tostr(t->commit, sizeof t->commit, &oid);
    git_error_clear();
}

enum err_kind tree_open_worktree(const struct repo_location *at, const struct tree_limits *l, struct tree **ret,
                                 struct err *e)
{
    auto_tree t = NULL;
    auto_git repo = NULL;
    enum err_kind k;
    if (!at->git || at->bare) return err_set(e, ERR_INVALID, "'%s' has no working tree", at->path);
    k = git_open_located(at, &repo, e);
    if (k == ERR_OK) k = open_live(TREE_WORKTREE, at->worktree, l, &t, e);
    if (k != ERR_OK) return k;
    note_head(t, repo);
    k = git_worktree_each(repo, add_tracked, t, e);
    if (k == ERR_OK) k = tree_seal(t, e);
    if (k != ERR_OK) return k;
    t->git = TAKE(repo); /* for its history */
    *ret = TAKE(t);
    return k;
}
