/* Removing pinned trees: what interrupted pins left behind, and trees that nothing refers to any more. */
#include "repo/inner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

enum err_kind tree_hold(const char *data_dir, int *ret, struct err *e)
{
    return trees_open(data_dir, true, LOCK_SH, ret, e);
}

enum err_kind tree_sweep(const char *data_dir, struct err *e)
{
    char path[PATH_MAX];
    struct dirent *d;
    DIR *dir;
    if ((size_t)snprintf(path, sizeof path, "%s/trees", data_dir) >= sizeof path)
        return err_set(e, ERR_INVALID, "the data directory's path is too long");
    dir = opendir(path);
    if (!dir) return errno == ENOENT ? ERR_OK : err_errno(e, errno, "'%s' cannot be read", path);
    while ((d = readdir(dir)))
        if (strncmp(d->d_name, ".tmp-", 5) == 0) pin_remove(dirfd(dir), d->d_name);
    (void)closedir(dir);
    return ERR_OK;
}

/* --- what nothing refers to ---------------------------------------------------------------------------------------- */
struct found { char id[TREE_ID_LEN]; bool keep; };
struct finds { struct found *v; size_t n, cap; };

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct found *)a)->id, ((const struct found *)b)->id);
}

static void keep(struct finds *f, const char *id)
{
    struct found key = { .keep = false }, *at;
    (void)snprintf(key.id, sizeof key.id, "%.64s", id);
    at = f->n ? bsearch(&key, f->v, f->n, sizeof *f->v, by_id) : NULL;
    if (at) at->keep = true;
}

static enum err_kind find(struct finds *f, DIR *dir, int64_t young, struct err *e)
{
    struct dirent *d;
    struct stat st;
    while ((d = readdir(dir))) {
        if (!tree_id_valid(d->d_name) || fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (f->n == f->cap) {
            size_t cap = f->cap ? f->cap * 2 : 64;
            void *p = reallocarray(f->v, cap, sizeof *f->v);
            if (!p) return err_nomem(e);
            f->v = p;
            f->cap = cap;
        }
        (void)snprintf(f->v[f->n].id, TREE_ID_LEN, "%.64s", d->d_name);
        f->v[f->n++].keep = st.st_mtime > young;
    }
    if (f->n) qsort(f->v, f->n, sizeof *f->v, by_id);
    return ERR_OK;
}

static enum err_kind holders_of(int trees, const char *id, char ret[PIN_SHARED_MAX][TREE_ID_LEN], struct err *e)
{
    char name[TREE_ID_LEN + 16], head[4096];
    struct pin_header h;
    ssize_t n;
    auto_fd fd = -1;
    (void)snprintf(name, sizeof name, "%s/listing", id);
    fd = openat(trees, name, O_RDONLY | O_CLOEXEC);
    n = fd < 0 ? -1 : read(fd, head, sizeof head - 1);
    if (n < 0) return err_errno(e, errno, "tree %s cannot be read", id);
    head[n] = '\0';
    if (!pin_header_cut(head, &h)) return err_set(e, ERR_IO, "the files of tree %s are damaged", id);
    pin_header_shared(&h, ret);
    return ERR_OK;
}

/* Holders are all named by the tree itself; one that stays for its content alone needs none of its own. */
static enum err_kind keep_holders(struct finds *f, int trees, struct err *e)
{
    char shared[PIN_SHARED_MAX][TREE_ID_LEN];
    bool *was = calloc(f->n + 1, sizeof *was);
    enum err_kind k = was ? ERR_OK : err_nomem(e);
    for (size_t i = 0; k == ERR_OK && i < f->n; i++) was[i] = f->v[i].keep;
    for (size_t i = 0; k == ERR_OK && i < f->n; i++) {
        if (!was[i] || (k = holders_of(trees, f->v[i].id, shared, e)) != ERR_OK) continue;
        for (int j = 0; j < PIN_SHARED_MAX; j++)
            if (shared[j][0]) keep(f, shared[j]);
    }
    free(was);
    return k;
}

static void remove_rest(const struct finds *f, int trees, int64_t *ret_removed)
{
    for (size_t i = 0; i < f->n; i++) {
        char gone[TREE_ID_LEN + 8];
        if (f->v[i].keep) continue;
        (void)snprintf(gone, sizeof gone, ".tmp-%s", f->v[i].id);
        if (renameat(trees, f->v[i].id, trees, gone) != 0) continue;
        pin_remove(trees, gone);
        ++*ret_removed;
    }
}

static enum err_kind collect(struct finds *f, DIR *dir, const struct tree_uses *uses, int64_t young,
                             int64_t *ret_removed, struct err *e)
{
    enum err_kind k = find(f, dir, young, e);
    if (k != ERR_OK) return k;
    for (size_t i = 0; i < uses->n; i++)
        if (uses->v[i] && tree_id_valid(uses->v[i])) keep(f, uses->v[i]);
    if ((k = keep_holders(f, dirfd(dir), e)) == ERR_OK) remove_rest(f, dirfd(dir), ret_removed);
    return k;
}

enum err_kind tree_collect(const char *data_dir, const struct tree_uses *uses, int64_t min_age_s, int64_t *ret_removed,
                           struct err *e)
{
    auto_fd trees = -1;
    struct finds f = { .v = NULL };
    DIR *dir;
    int copy;
    enum err_kind k = trees_open(data_dir, true, LOCK_EX | LOCK_NB, &trees, e);
    *ret_removed = 0;
    if (k != ERR_OK) return k == ERR_BUSY ? ERR_OK : k; /* another time */
    copy = openat(trees, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    dir = copy < 0 ? NULL : fdopendir(copy);
    if (!dir) {
        k = err_errno(e, errno, "'%s/trees' cannot be read", data_dir);
        if (copy >= 0) (void)close(copy);
        return k;
    }
    k = collect(&f, dir, uses, (int64_t)time(NULL) - min_age_s, ret_removed, e);
    (void)closedir(dir);
    free(f.v);
    return k;
}
