/* Reading many files of a tree at once: two threads take blocks of the list in turn until it is used up. */
#include "repo/inner.h"

#include <stdlib.h>
#include <string.h>

#include "pland/base/lock.h"

#define BLOCK 32                       /* files taken at a time */
#define ALONE_BYTES ((int64_t)4 << 20) /* less than this is not worth a thread */

struct reading {
    struct tree *t;
    const struct tree_which *which;
    size_t max;
    tree_text_fn *fn;
    void *arg;
    atomic_size_t next;
    atomic_bool stop;
};
struct reader {
    struct reading *of;
    char *room; /* max + 1 bytes */
    struct err e;
    enum err_kind failed;
};

static enum err_kind fill(struct reader *r, const struct tree_file *f, struct err *e)
{
    auto_buf bytes = BUF_INIT(r->of->max);
    enum err_kind k;
    if (r->of->t->ops->fill) return r->of->t->ops->fill(r->of->t, f, r->room, e);
    k = tree_read_bytes(r->of->t, f, r->of->max, &bytes, e);
    if (k == ERR_OK && bytes.n != (size_t)f->size) return err_set(e, ERR_CONFLICT, "'%s' has changed", f->path);
    if (k == ERR_OK && bytes.n) memcpy(r->room, bytes.p, bytes.n);
    return k;
}

static enum err_kind read_one(struct reader *r, size_t i)
{
    const struct tree_file *f = &r->of->t->list.v[i];
    size_t n = (size_t)f->size;
    enum err_kind k;
    if (!f->kept || f->mode == TREE_MODE_LINK || f->mode == TREE_MODE_SUBMODULE || n > r->of->max) return ERR_OK;
    k = fill(r, f, &r->e);
    if (k != ERR_OK) return k;
    r->room[n] = '\0';
    if (tree_bytes_are_text(r->room, n) && !tree_bytes_are_lfs(r->room, n)) r->of->fn(r->of->arg, i, r->room, n);
    return ERR_OK;
}

static void *read_blocks(void *arg)
{
    struct reader *r = arg;
    struct reading *of = r->of;
    r->room = malloc(of->max + 1);
    if (!r->room) r->failed = err_nomem(&r->e);
    while (r->failed == ERR_OK && !atomic_load(&of->stop)) {
        size_t from = atomic_fetch_add(&of->next, BLOCK);
        if (from >= of->which->n) break;
        for (size_t i = from; i < from + BLOCK && i < of->which->n && r->failed == ERR_OK; i++)
            r->failed = read_one(r, of->which->v[i]);
    }
    if (r->failed != ERR_OK) atomic_store(&of->stop, true);
    free(r->room);
    return NULL;
}

static bool is_much(const struct tree *t, const struct tree_which *which)
{
    int64_t bytes = 0;
    for (size_t i = 0; i < which->n && bytes < ALONE_BYTES; i++) bytes += t->list.v[which->v[i]].size;
    return bytes >= ALONE_BYTES;
}

enum err_kind tree_each_text(struct tree *t, const struct tree_which *which, size_t max, tree_text_fn *fn, void *arg,
                             struct err *e)
{
    struct reading of = {.t = t, .which = which, .max = max, .fn = fn, .arg = arg};
    struct reader here = {.of = &of}, there = {.of = &of};
    pthread_t second;
    bool two = is_much(t, which) && thread_start(&second, "read", read_blocks, &there) == 0;
    (void)read_blocks(&here);
    if (two) (void)pthread_join(second, NULL);
    if (here.failed != ERR_OK) return *e = here.e, here.failed;
    if (there.failed != ERR_OK) *e = there.e;
    return there.failed;
}
