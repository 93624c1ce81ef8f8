/* The tree object: counting references, looking up paths, reading text. */
#include "repo/inner.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *const tree_kind_names[] = { "git", "worktree", "folder", "upload", "empty", NULL };

struct tree *tree_new(enum tree_kind kind, const struct tree_ops *ops)
{
    struct tree *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    atomic_init(&t->refs, 1);
    t->kind = kind;
    t->ops = ops;
    t->fd = t->history = -1;
    for (int i = 0; i < PIN_SHARED_MAX; i++) t->shared[i] = -1;
    lock_init(&t->lock);
    return t;
}

struct tree *tree_ref(struct tree *t)
{
    (void)atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
    return t;
}

void tree_unref(struct tree *t)
{
    if (!t || atomic_fetch_sub_explicit(&t->refs, 1, memory_order_acq_rel) != 1) return;
    tree_unref(t->base);
    git_odb_free(t->odb);
    git_repository_free(t->git);
    if (t->fd >= 0) (void)close(t->fd);
    if (t->history >= 0) (void)close(t->history);
    for (int i = 0; i < PIN_SHARED_MAX; i++)
        if (t->shared[i] >= 0) (void)close(t->shared[i]);
    tree_unref(t->whole);
    list_release(&t->list);
    lock_release(&t->lock);
    free(t);
}

enum err_kind tree_seal(struct tree *t, struct err *e)
{
    const char *twice;
    enum err_kind k = list_sort(&t->list, &twice, e);
    if (k != ERR_OK) return k;
    if (twice) return err_set(e, ERR_INVALID, "'%s' is there twice", twice);
    if (!t->id[0]) list_id(&t->list, t->id);
    return ERR_OK;
}

enum err_kind tree_open_empty(struct tree **ret, struct err *e)
{
    struct tree *t = tree_new(TREE_EMPTY, NULL);
    if (!t) return err_nomem(e);
    (void)snprintf(t->id, sizeof t->id, "%s", TREE_EMPTY_ID);
    *ret = t;
    return ERR_OK;
}

enum tree_kind tree_kind(const struct tree *t)
{
    return t->kind;
}

const char *tree_id(const struct tree *t)
{
    return t->id;
}

const char *tree_commit(const struct tree *t)
{
    return t->commit[0] ? t->commit : NULL;
}

const char *tree_ref_name(const struct tree *t)
{
    return t->ref[0] ? t->ref : NULL;
}

struct tree_files tree_files(const struct tree *t)
{
    return (struct tree_files){ t->list.v, t->list.n };
}

static int by_name(const void *key, const void *file)
{
    return strcmp(key, ((const struct tree_file *)file)->path);
}

const struct tree_file *tree_find(const struct tree *t, const char *path)
{
    if (!t->list.n) return NULL;
    return bsearch(path, t->list.v, t->list.n, sizeof *t->list.v, by_name);
}

/* The first file whose path is not below dir + "/" + nothing: the lower bound of the directory's slice. */
static size_t lower_bound(const struct tree *t, const char *dir, size_t n, char last)
{
    size_t lo = 0, hi = t->list.n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const char *path = t->list.v[mid].path;
        int c = strncmp(path, dir, n);
        if (c == 0) c = (int)(unsigned char)path[n] - (int)(unsigned char)last;
        if (c < 0) lo = mid + 1;
        else hi = mid;
    }
    return lo;
}

struct tree_files tree_below(const struct tree *t, const char *dir)
{
    size_t n = strlen(dir), from, to;
    if (n == 0) return tree_files(t);
    from = lower_bound(t, dir, n, '/');
    to = lower_bound(t, dir, n, '/' + 1);
    return (struct tree_files){ from < to ? t->list.v + from : NULL, to - from };
}

bool tree_is_dir(const struct tree *t, const char *path)
{
    return path[0] == '\0' || tree_below(t, path).n > 0;
}

bool tree_bytes_are_text(const void *p, size_t n)
{
    return n == 0 || memchr(p, '\0', n < 8000 ? n : 8000) == NULL;
}

bool tree_bytes_are_lfs(const void *p, size_t n)
{
    static const char mark[] = "version https://git-lfs.github.com/spec/";
    return n >= sizeof mark - 1 && n < 1024 && memcmp(p, mark, sizeof mark - 1) == 0;
}

enum err_kind tree_read_bytes(struct tree *t, const struct tree_file *f, size_t max, struct buf *ret, struct err *e)
{
    if (f->mode == TREE_MODE_SUBMODULE)
        return err_set(e, ERR_MEDIA_TYPE, "'%s' is a submodule: its files are not part of this tree", f->path);
    if (!f->kept)
        return err_set(e, ERR_NOT_FOUND, "the content of '%s' was not kept (binary, large or unreadable)", f->path);
    if (!max) max = REPO_READ_MAX;
    if (f->size < 0 || (uint64_t)f->size > max)
        return err_set(e, ERR_TOO_LARGE, "'%s' has %lld bytes, more than %zu", f->path, (long long)f->size, max);
    return t->ops->read(t, f, ret, e);
}

enum err_kind tree_read(struct tree *t, const char *path, size_t max, struct buf *ret, struct err *e)
{
    const struct tree_file *f = tree_find(t, path);
    auto_buf bytes = BUF_INIT(max ? max : REPO_READ_MAX);
    enum err_kind k;
    if (!f && tree_is_dir(t, path)) return err_set(e, ERR_INVALID, "'%s' is a folder", path);
    if (!f) return err_set(e, ERR_NOT_FOUND, "there is no file '%s'", path);
    k = tree_read_bytes(t, f, max, &bytes, e);
    if (k != ERR_OK) return k;
    if (f->mode == TREE_MODE_LINK)
        return err_set(e, ERR_MEDIA_TYPE, "'%s' is a symbolic link to '%s'", path, buf_cstr(&bytes));
    if (!tree_bytes_are_text(bytes.p, bytes.n)) return err_set(e, ERR_MEDIA_TYPE, "'%s' is a binary file", path);
    if (tree_bytes_are_lfs(bytes.p, bytes.n))
        return err_set(e, ERR_MEDIA_TYPE, "'%s' is a Git LFS pointer: its content is not in the repository", path);
    buf_add(ret, bytes.p, bytes.n);
    return buf_check(ret, e);
}

enum err_kind tree_normalise(const char *path, char *ret, size_t n, struct err *e)
{
    size_t used = 0;
    if (path[0] == '/') return err_set(e, ERR_INVALID, "'%s' is an absolute path", path);
    while (*path) {
        size_t part = strcspn(path, "/");
        if (part == 2 && strncmp(path, "..", 2) == 0)
            return err_set(e, ERR_INVALID, "the path has '..' in it, which may lead out of the tree");
        if (part && !(part == 1 && path[0] == '.')) {
            if (used + part + 2 > n) return err_set(e, ERR_INVALID, "the path is too long");
            if (used) ret[used++] = '/';
            memcpy(ret + used, path, part);
            used += part;
        }
        path += part;
        if (*path) path++;
    }
    if (!used) return err_set(e, ERR_INVALID, "the path is empty");
    ret[used] = '\0';
    for (size_t i = 0; i < used; i++)
        if ((unsigned char)ret[i] < 0x20 || ret[i] == 0x7f)
            return err_set(e, ERR_INVALID, "the path has a control character in it");
    return ERR_OK;
}
