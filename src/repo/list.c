/* The list of files of a tree while it grows, its order and the id that follows from it. */
#include "repo/inner.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define PATHS_MAX ((size_t)1 << 30)

enum err_kind list_init(struct file_list *l, const struct tree_limits *limits, bool with_offsets, struct err *e)
{
    memset(l, 0, sizeof *l);
    l->max = limits && limits->max_files > 0 ? (size_t)limits->max_files : REPO_MAX_FILES;
    l->with_offsets = with_offsets;
    l->arena = arena_new(PATHS_MAX);
    return l->arena ? ERR_OK : err_nomem(e);
}

void list_release(struct file_list *l)
{
    arena_free(l->arena);
    if (!l->lent) free(l->v);
    free(l->offset);
    memset(l, 0, sizeof *l);
}

static enum err_kind list_grow(struct file_list *l, struct err *e)
{
    size_t cap = l->cap ? l->cap * 2 : 64;
    void *p = reallocarray(l->v, cap, sizeof *l->v);
    if (!p) return err_nomem(e);
    l->v = p;
    if (l->with_offsets) {
        p = reallocarray(l->offset, cap, sizeof *l->offset);
        if (!p) return err_nomem(e);
        l->offset = p;
    }
    l->cap = cap;
    return ERR_OK;
}

enum err_kind list_lend(struct file_list *l, const struct file_list *to, struct err *e)
{
    l->offset = calloc(to->n + 1, sizeof *l->offset);
    if (!l->offset) return err_nomem(e);
    l->v = to->v;
    l->cap = to->n;
    l->lent = l->with_offsets = true;
    return ERR_OK;
}

enum err_kind list_put(struct file_list *l, const struct tree_file *f, int64_t offset, struct err *e)
{
    if (l->n == l->max) return err_set(e, ERR_TOO_LARGE, "more than %zu files (setting: max_files)", l->max);
    if (l->n == l->cap) {
        enum err_kind k = list_grow(l, e);
        if (k != ERR_OK) return k;
    }
    if (!l->lent) l->v[l->n] = *f;
    if (l->with_offsets) l->offset[l->n] = offset;
    l->n++;
    return ERR_OK;
}

enum err_kind list_add(struct file_list *l, const struct tree_file *f, int64_t offset, struct err *e)
{
    struct tree_file copy = *f;
    if (!l->lent && !(copy.path = arena_dup(l->arena, f->path))) return arena_check(l->arena, e);
    return list_put(l, &copy, offset, e);
}

struct pair {
    struct tree_file file;
    int64_t offset;
};

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct tree_file *)a)->path, ((const struct tree_file *)b)->path);
}

static enum err_kind sort_pairs(struct file_list *l, struct err *e)
{
    struct pair *pairs = calloc(l->n, sizeof *pairs);
    if (!pairs) return err_nomem(e);
    for (size_t i = 0; i < l->n; i++) pairs[i] = (struct pair){ l->v[i], l->offset[i] };
    qsort(pairs, l->n, sizeof *pairs, by_path);
    for (size_t i = 0; i < l->n; i++) {
        l->v[i] = pairs[i].file;
        l->offset[i] = pairs[i].offset;
    }
    free(pairs);
    return ERR_OK;
}

/* Git's own order of a whole tree is the order of its paths, and pins are read in the order they were written in. */
static bool in_order(const struct file_list *l)
{
    for (size_t i = 1; i < l->n; i++)
        if (strcmp(l->v[i - 1].path, l->v[i].path) >= 0) return false;
    return true;
}

enum err_kind list_sort(struct file_list *l, const char **ret_twice, struct err *e)
{
    *ret_twice = NULL;
    if (l->lent || in_order(l)) return ERR_OK;
    if (l->with_offsets) {
        enum err_kind k = sort_pairs(l, e);
        if (k != ERR_OK) return k;
    } else qsort(l->v, l->n, sizeof *l->v, by_path);
    for (size_t i = 1; i < l->n && !*ret_twice; i++)
        if (strcmp(l->v[i - 1].path, l->v[i].path) == 0) *ret_twice = l->v[i].path;
    return ERR_OK;
}

void list_id(const struct file_list *l, char ret[TREE_ID_LEN])
{
    crypto_hash_sha256_state state;
    unsigned char digest[crypto_hash_sha256_BYTES];
    (void)crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < l->n; i++) {
        char head[64];
        int n = snprintf(head, sizeof head, "%o %s ", l->v[i].mode, l->v[i].oid);
        (void)crypto_hash_sha256_update(&state, (const unsigned char *)head, (unsigned long long)n);
        (void)crypto_hash_sha256_update(&state, (const unsigned char *)l->v[i].path, strlen(l->v[i].path) + 1);
    }
    (void)crypto_hash_sha256_final(&state, digest);
    (void)sodium_bin2hex(ret, TREE_ID_LEN, digest, sizeof digest);
}
