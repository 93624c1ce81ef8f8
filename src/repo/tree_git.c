/* A tree of a repository's object store: a ref is resolved to a commit, its whole listing is taken at once, content is
 * read on demand under the tree's lock. */
#include "repo/inner.h"

#include <string.h>

#include "pland/base/log.h"
#include "pland/repo/mirror.h"

#define MAX_DEPTH 256

struct lister {
    struct tree *t;
    char path[PATH_MAX];
};

static enum err_kind git_read(struct tree *t, const struct tree_file *f, struct buf *ret, struct err *e)
{
    AUTO(auto_git_odb_object_fn) git_odb_object *object = NULL;
    git_oid oid;
    int rc;
    HOLD(&t->lock);
    rc = git_oid_fromstr(&oid, f->oid);
    if (rc == 0) rc = git_odb_read(&object, t->odb, &oid);
    if (rc < 0) return git_fail(e, rc, "'%s' cannot be read from the repository", f->path);
    buf_add(ret, git_odb_object_data(object), git_odb_object_size(object));
    return buf_check(ret, e);
}

static const struct tree_ops git_ops = { .read = git_read };

/* Branches win over tags and abbreviated commits; a remote's branch is taken when there is no local one. */
static int resolve(git_repository *repo, const char *ref, git_object **ret)
{
    static const char *const before[] = { "refs/heads/", "refs/tags/", "refs/remotes/origin/", "" };
    int rc = GIT_ENOTFOUND;
    for (size_t i = 0; i < countof(before); i++) {
        char full[300];
        (void)snprintf(full, sizeof full, "%s%s", before[i], ref);
        rc = git_revparse_single(ret, repo, full);
        if (rc != GIT_ENOTFOUND && rc != GIT_EINVALIDSPEC) return rc;
    }
    return rc;
}

static enum err_kind find_commit(struct tree *t, const struct repo_location *at, const char *ref, git_commit **ret,
                                 struct err *e)
{
    AUTO(auto_git_object_fn) git_object *object = NULL;
    int rc;
    if (!ref || !ref[0]) ref = "HEAD";
    if (!remote_ref_valid(ref)) return err_set(e, ERR_INVALID, "'%.100s' is not a branch, tag or commit", ref);
    rc = resolve(t->git, ref, &object);
    if (rc == GIT_ENOTFOUND || rc == GIT_EINVALIDSPEC) {
        git_error_clear();
        if (strcmp(ref, "HEAD") == 0)
            return err_set(e, ERR_NOT_FOUND, "'%s' has no commit on its current branch", at->path);
        return err_set(e, ERR_NOT_FOUND, "no branch, tag or commit '%s' in '%s'", ref, at->path);
    }
    if (rc == GIT_EAMBIGUOUS)
        return err_set(e, ERR_INVALID, "'%s' stands for more than one object in '%s'", ref, at->path);
    if (rc < 0) return git_fail(e, rc, "'%s' cannot be resolved in '%s'", ref, at->path);
    rc = git_object_peel((git_object **)ret, object, GIT_OBJECT_COMMIT);
    if (rc < 0) {
        git_error_clear();
        return err_set(e, ERR_INVALID, "'%s' is not a commit", ref);
    }
    return ERR_OK;
}

static enum err_kind list_tree(struct lister *l, const git_oid *id, const git_tree *was, size_t n_path, int depth, struct err *e);

static enum err_kind look_at_blob(struct lister *l, const git_oid *oid, struct tree_file *f, struct err *e)
{
    git_object_t type;
    size_t size = 0;
    int rc = git_odb_read_header(&size, &type, l->t->odb, oid);
    if (rc < 0 && rc != GIT_ENOTFOUND) return git_fail(e, rc, "'%s' cannot be read from the repository", f->path);
    f->kept = rc == 0 && type == GIT_OBJECT_BLOB; /* not there: a partial clone */
    f->size = (int64_t)size;
    git_error_clear();
    return ERR_OK;
}

/* A folder that is the same in the base: its files are listed there. Only what the base does not keep is looked at. */
static enum err_kind list_again(struct lister *l, struct err *e)
{
    const struct tree *base = l->t->base;
    struct tree_files files = tree_below(base, l->path);
    enum err_kind k = ERR_OK;
    for (size_t i = 0; i < files.n && k == ERR_OK; i++) {
        struct tree_file f = files.v[i];
        git_oid oid;
        f.kept = base->list.offset[files.v - base->list.v + (ptrdiff_t)i] != PLACE_UNKEPT;
        if (!f.kept && f.mode != TREE_MODE_SUBMODULE && git_oid_fromstr(&oid, f.oid) == 0) k = look_at_blob(l, &oid, &f, e);
        if (k == ERR_OK) k = list_put(&l->t->list, &f, -1, e); /* the base stays as long as the tree */
    }
    return k;
}

/* A folder at l->path, which ends before its slash; before: its entry in the base, or NULL. */
static enum err_kind list_folder(struct lister *l, const git_oid *oid, const git_tree_entry *before, size_t n, int depth, struct err *e)
{
    AUTO(auto_git_tree_fn) git_tree *was = NULL;
    if (before && git_tree_entry_type(before) != GIT_OBJECT_TREE) before = NULL;
    if (before && git_oid_equal(git_tree_entry_id(before), oid)) return list_again(l, e);
    if (before && git_tree_lookup(&was, l->t->git, git_tree_entry_id(before)) < 0) git_error_clear(); /* gone: all the same */
    l->path[n] = '/';
    l->path[n + 1] = '\0';
    return list_tree(l, oid, was, n + 1, depth + 1, e);
}

/* git itself makes no such tree, and refuses to check one out. */
static bool name_is_hostile(const char *name)
{
    return !name[0] || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcasecmp(name, ".git") == 0;
}

static enum err_kind list_entry(struct lister *l, const git_tree_entry *entry, const git_tree *was, size_t n_path, int depth, struct err *e)
{
    const char *name = git_tree_entry_name(entry);
    const git_oid *oid = git_tree_entry_id(entry);
    struct tree_file f = { .path = l->path, .mode = (uint32_t)git_tree_entry_filemode(entry) };
    size_t n = strlen(name);
    enum err_kind k;
    if (n_path + n + 2 > sizeof l->path)
        return err_set(e, ERR_INVALID, "a path in the tree is longer than %d bytes", PATH_MAX);
    memcpy(l->path + n_path, name, n + 1);
    if (name_is_hostile(name)) return err_set(e, ERR_INVALID, "the commit holds '%.100s', a name that leads out of its tree", l->path);
    if (f.mode == GIT_FILEMODE_TREE) return list_folder(l, oid, was ? git_tree_entry_byname(was, name) : NULL, n_path + n, depth, e);
    (void)git_oid_tostr(f.oid, sizeof f.oid, oid);
    if (f.mode != GIT_FILEMODE_COMMIT && (k = look_at_blob(l, oid, &f, e)) != ERR_OK) return k;
    return list_add(&l->t->list, &f, -1, e);
}

static enum err_kind list_tree(struct lister *l, const git_oid *id, const git_tree *was, size_t n_path, int depth, struct err *e)
{
    AUTO(auto_git_tree_fn) git_tree *tree = NULL;
    enum err_kind k = ERR_OK;
    int rc = git_tree_lookup(&tree, l->t->git, id);
    if (rc < 0) return git_fail(e, rc, "folder '%s' cannot be read from the repository", l->path);
    if (depth > MAX_DEPTH) return err_set(e, ERR_INVALID, "'%.200s' is nested too deep", l->path);
    for (size_t i = 0, n = git_tree_entrycount(tree); i < n && k == ERR_OK; i++)
        k = list_entry(l, git_tree_entry_byindex(tree, i), was, n_path, depth, e);
    l->path[n_path] = '\0';
    return k;
}

static void name_ref(struct tree *t, const char *ref)
{
    AUTO(auto_git_ref_fn) git_reference *head = NULL;
    if (ref && ref[0] && strcmp(ref, "HEAD") != 0) (void)snprintf(t->ref, sizeof t->ref, "%s", ref);
    else if (git_repository_head(&head, t->git) == 0 && git_reference_is_branch(head))
        (void)snprintf(t->ref, sizeof t->ref, "%s", git_reference_shorthand(head));
    git_error_clear();
}

/* Everything but the listing. */
static enum err_kind find(struct tree *t, const struct repo_location *at, const char *ref, struct err *e)
{
    AUTO(auto_git_commit_fn) git_commit *commit = NULL;
    enum err_kind k = git_open_located(at, &t->git, e);
    int rc;
    if (k != ERR_OK) return k;
    rc = git_repository_odb(&t->odb, t->git);
    if (rc < 0) return git_fail(e, rc, "the objects of '%s' cannot be opened", at->path);
    k = find_commit(t, at, ref, &commit, e);
    if (k != ERR_OK) return k;
    (void)git_oid_tostr(t->commit, sizeof t->commit, git_commit_id(commit));
    (void)git_oid_tostr(t->id, 41, git_commit_tree_id(commit));
    name_ref(t, ref);
    origin_of(at->gitdir, t->origin);
    return ERR_OK;
}

static enum err_kind list(struct tree *t, struct err *e)
{
    AUTO(auto_git_tree_fn) git_tree *was = NULL;
    struct lister l = { .t = t };
    git_oid id, base;
    enum err_kind k;
    int rc = git_oid_fromstr(&id, t->id);
    if (rc < 0) return git_fail(e, rc, "'%s' is not the id of a tree", t->id);
    if (t->base && t->base->kind == TREE_GIT && git_oid_fromstr(&base, t->base->id) == 0) (void)git_tree_lookup(&was, t->git, &base);
    git_error_clear();
    k = list_tree(&l, &id, was, 0, 0, e);
    return k == ERR_OK ? tree_seal(t, e) : k;
}

static enum err_kind open_found(const struct repo_location *at, const char *ref, const struct tree_limits *l,
                                struct tree **ret, struct err *e)
{
    auto_tree t = tree_new(TREE_GIT, &git_ops);
    enum err_kind k;
    if (!t) return err_nomem(e);
    k = list_init(&t->list, l, false, e);
    if (k == ERR_OK) k = find(t, at, ref, e);
    if (k == ERR_OK) *ret = TAKE(t);
    return k;
}

enum err_kind tree_open_git(const struct repo_location *at, const char *ref, const struct tree_limits *l,
                            struct tree **ret, struct err *e)
{
    auto_tree t = NULL;
    enum err_kind k = open_found(at, ref, l, &t, e);
    if (k == ERR_OK) k = list(t, e);
    if (k == ERR_OK) *ret = TAKE(t);
    return k;
}

/* The pin may have been made of another commit with the same tree. */
static enum err_kind open_pin_of(const struct tree *found, const char *data_dir, struct tree **ret, struct err *e)
{
    enum err_kind k = tree_open_pinned(data_dir, found->id, ret, e);
    if (k != ERR_OK) return k;
    memcpy((*ret)->commit, found->commit, sizeof (*ret)->commit);
    memcpy((*ret)->ref, found->ref, sizeof (*ret)->ref);
    return k;
}

/* What is too large to be copied stays where it is. */
static enum err_kind pin_listed(struct tree *t, const struct repo_location *at, const char *data_dir,
                                const struct tree_limits *l, struct err *e)
{
    enum err_kind k = tree_find_base(t, data_dir, e);
    if (k == ERR_OK) k = list(t, e);
    if (k != ERR_OK || !t->list.n) return k;
    k = tree_pin(t, data_dir, l, e);
    if (k != ERR_TOO_LARGE) return k;
    log_warn("a codebase is not copied but read in place", LOG_S("path", at->path), LOG_E(e));
    return ERR_OK;
}

enum err_kind tree_open_commit(const struct repo_location *at, const char *ref, const char *data_dir,
                               const struct tree_limits *l, struct tree **ret, struct err *e)
{
    auto_tree t = NULL;
    enum err_kind k = open_found(at, ref, l, &t, e);
    if (k != ERR_OK) return k;
    if (tree_pinned(data_dir, t->id)) return open_pin_of(t, data_dir, ret, e);
    if ((k = pin_listed(t, at, data_dir, l, e)) != ERR_OK) return k;
    if (t->list.n && tree_pinned(data_dir, t->id)) return open_pin_of(t, data_dir, ret, e);
    *ret = TAKE(t);
    return ERR_OK;
}

enum err_kind tree_pin_commit(const struct repo_location *at, const char *ref, struct tree *last, const char *data_dir,
                              const struct tree_limits *l, struct tree_pinned_commit *ret, struct err *e)
{
    auto_tree t = NULL;
    enum err_kind k = open_found(at, ref, l, &t, e);
    if (k != ERR_OK) return k;
    if (last) t->base = tree_ref(last);
    if (!tree_pinned(data_dir, t->id) && (k = pin_listed(t, at, data_dir, l, e)) != ERR_OK) return k;
    memcpy(ret->commit, t->commit, sizeof ret->commit);
    memcpy(ret->ref, t->ref, sizeof ret->ref);
    (void)snprintf(ret->tree, sizeof ret->tree, "%s", tree_pinned(data_dir, t->id) ? t->id : "");
    return ERR_OK;
}
