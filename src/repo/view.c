/* A tree without some of its files: the listing is cut, what is read comes from the whole tree. */
#include "repo/inner.h"

#include <string.h>

static enum err_kind read_whole(struct tree *t, const struct tree_file *f, struct buf *ret, struct err *e)
{
    const struct tree_file *whole = tree_find(t->whole, f->path);
    if (!whole) return err_set(e, ERR_INTERNAL, "'%s' is not in the tree it was taken from", f->path);
    return t->whole->ops->read(t->whole, whole, ret, e);
}

static enum err_kind fill_whole(struct tree *t, const struct tree_file *f, char *into, struct err *e)
{
    const struct tree_file *whole = tree_find(t->whole, f->path);
    if (!whole) return err_set(e, ERR_INTERNAL, "'%s' is not in the tree it was taken from", f->path);
    return t->whole->ops->fill(t->whole, whole, into, e);
}

static const struct tree_ops view_ops = { .read = read_whole }, quick_ops = { .read = read_whole, .fill = fill_whole };

/* The same files left out of the same tree have the same id, which no pin has. */
static enum err_kind view_id(struct tree *t, const struct tree_patterns *without, struct err *e)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    enum err_kind k;
    buf_str(&b, tree_id(t->whole));
    for (size_t i = 0; i < without->n; i++) {
        buf_char(&b, '\0');
        buf_str(&b, without->v[i]);
    }
    if ((k = buf_check(&b, e)) != ERR_OK) return k;
    (void)snprintf(t->id, sizeof t->id, "%s", hash_hex(b.p, b.n).s);
    return ERR_OK;
}

static enum err_kind compile(const struct tree_patterns *without, git_pathspec **ret, struct err *e)
{
    const git_strarray list = { (char **)(uintptr_t)without->v, without->n };
    int rc = git_pathspec_new(ret, &list);
    return rc < 0 ? git_fail(e, rc, "the paths to leave out") : ERR_OK;
}

enum err_kind tree_open_without(struct tree *whole, const struct tree_patterns *without, struct tree **ret,
                                struct err *e)
{
    auto_tree t = NULL;
    AUTO(auto_pathspec_fn) git_pathspec *spec = NULL;
    struct tree_files files = tree_files(whole);
    enum err_kind k;
    if (!without->n) {
        *ret = tree_ref(whole);
        return ERR_OK;
    }
    if (!(t = tree_new(tree_kind(whole), whole->ops && whole->ops->fill ? &quick_ops : &view_ops))) return err_nomem(e);
    t->whole = tree_ref(whole);
    (void)snprintf(t->commit, sizeof t->commit, "%s", whole->commit);
    (void)snprintf(t->ref, sizeof t->ref, "%s", whole->ref);
    k = list_init(&t->list, &(struct tree_limits){ .max_files = INT64_MAX }, false, e);
    if (k == ERR_OK) k = view_id(t, without, e);
    if (k == ERR_OK) k = compile(without, &spec, e);
    for (size_t i = 0; i < files.n && k == ERR_OK; i++)
        if (!git_pathspec_matches_path(spec, GIT_PATHSPEC_DEFAULT, files.v[i].path))
            k = list_add(&t->list, &files.v[i], 0, e);
    if (k == ERR_OK) k = tree_seal(t, e);
    if (k == ERR_OK) *ret = TAKE(t);
    return k;
}
