/* What git says about a working tree: its files without the ignored ones, and what state it is in. */
#include "repo/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

struct status {
    git_repository *repo;
    int top; /* the working tree's folder */
    worktree_fn *fn;
    void *arg;
};

/* libgit2 runs here without configuration, so a change of the executable bit alone may come from a file system that
 * has none: only other bytes count. */
static bool bytes_changed(const struct status *s, const git_diff_delta *d)
{
    struct tree_file f = { .path = d->old_file.path };
    char oid[41];
    struct err none;
    bool listed;
    (void)git_oid_tostr(oid, sizeof oid, &d->old_file.id);
    if (disk_stat(s->top, f.path, &f, &listed, &none) != ERR_OK || !listed) return true;
    return strcmp(oid, f.oid) != 0;
}

static enum err_kind give_entry(const struct status *s, const git_status_entry *entry, struct err *e)
{
    const git_diff_delta *d = entry->index_to_workdir;
    struct worktree_entry out = { .mode = 0 };
    char path[PATH_MAX], oid[41];
    size_t n;
    if (!d) return ERR_OK;
    n = strlen(d->new_file.path ? d->new_file.path : d->old_file.path);
    if (n == 0 || n >= sizeof path) return ERR_OK;
    memcpy(path, d->new_file.path ? d->new_file.path : d->old_file.path, n + 1);
    out.path = path;
    out.dirty = (entry->status &
                 (GIT_STATUS_WT_NEW | GIT_STATUS_WT_DELETED | GIT_STATUS_WT_TYPECHANGE | GIT_STATUS_CONFLICTED)) != 0;
    if (entry->status & GIT_STATUS_WT_MODIFIED) out.dirty = bytes_changed(s, d);
    if (path[n - 1] == '/') { /* a repository inside, that is no submodule of this one */
        path[n - 1] = '\0';
        out.mode = TREE_MODE_SUBMODULE;
        out.dirty = false;
    }
    (void)git_oid_tostr(oid, sizeof oid, &d->old_file.id);
    out.oid = oid;
    return s->fn(s->arg, &out, e);
}

static enum err_kind give_submodules(const struct status *s, struct err *e)
{
    AUTO(auto_git_index_fn) git_index *index = NULL;
    int rc = git_repository_index(&index, s->repo);
    if (rc < 0) return git_fail(e, rc, "the index cannot be read");
    for (size_t i = 0, n = git_index_entrycount(index); i < n; i++) {
        const git_index_entry *entry = git_index_get_byindex(index, i);
        struct worktree_entry out = { .path = entry->path, .mode = TREE_MODE_SUBMODULE };
        char oid[41];
        enum err_kind k;
        if (entry->mode != GIT_FILEMODE_COMMIT || git_index_entry_stage(entry) != 0) continue;
        out.oid = git_oid_tostr(oid, sizeof oid, &entry->id);
        k = s->fn(s->arg, &out, e);
        if (k != ERR_OK) return k;
    }
    return ERR_OK;
}

enum err_kind git_worktree_each(git_repository *repo, worktree_fn *fn, void *arg, struct err *e)
{
    git_status_options options = { .version = GIT_STATUS_OPTIONS_VERSION };
    git_status_list *list = NULL;
    struct status s = { .repo = repo, .top = -1, .fn = fn, .arg = arg };
    enum err_kind k = ERR_OK;
    auto_fd top = open(git_repository_workdir(repo), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc;
    if (top < 0) return err_errno(e, errno, "the working tree cannot be opened");
    s.top = top;
    options.show = GIT_STATUS_SHOW_WORKDIR_ONLY;
    options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS |
                    GIT_STATUS_OPT_INCLUDE_UNMODIFIED | GIT_STATUS_OPT_EXCLUDE_SUBMODULES |
                    GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH | GIT_STATUS_OPT_SORT_CASE_SENSITIVELY;
    rc = git_status_list_new(&list, repo, &options);
    if (rc < 0) return git_fail(e, rc, "the working tree cannot be listed");
    for (size_t i = 0, n = git_status_list_entrycount(list); i < n && k == ERR_OK; i++)
        k = give_entry(&s, git_status_byindex(list, i), e);
    git_status_list_free(list);
    return k == ERR_OK ? give_submodules(&s, e) : k;
}

static enum err_kind note_dirty(void *arg, const struct worktree_entry *entry, struct err *e)
{
    (void)e;
    if (entry->dirty) *(bool *)arg = true;
    return ERR_OK;
}

/* "https://user:secret@host/x" loses what stands before the @. */
static const char *without_credentials(struct arena *a, const char *url)
{
    const char *scheme = strstr(url, "://"), *host, *at;
    if (!scheme) return arena_dup(a, url);
    host = scheme + 3;
    at = memchr(host, '@', strcspn(host, "/"));
    if (!at) return arena_dup(a, url);
    return arena_fmt(a, "%.*s%s", (int)(host - url), url, at + 1);
}

static enum err_kind describe_head(git_repository *repo, struct arena *a, struct repo_info *ret, struct err *e)
{
    AUTO(auto_git_ref_fn) git_reference *head = NULL;
    git_oid oid;
    char hex[41];
    int rc = git_repository_head(&head, repo);
    ret->unborn = rc == GIT_EUNBORNBRANCH || rc == GIT_ENOTFOUND;
    if (ret->unborn) {
        git_error_clear();
        return ERR_OK;
    }
    if (rc < 0) return git_fail(e, rc, "HEAD cannot be resolved");
    if (git_reference_is_branch(head)) ret->branch = arena_dup(a, git_reference_shorthand(head));
    rc = git_reference_name_to_id(&oid, repo, "HEAD");
    if (rc < 0) return git_fail(e, rc, "HEAD cannot be resolved");
    ret->commit = arena_dup(a, git_oid_tostr(hex, sizeof hex, &oid));
    return ERR_OK;
}

static enum err_kind describe_git(const struct repo_location *at, struct arena *a, struct repo_info *ret, struct err *e)
{
    auto_git repo = NULL;
    struct git_settings settings;
    enum err_kind k = git_open_located(at, &repo, e);
    if (k == ERR_OK) k = git_settings_read(at->gitdir, &settings, e);
    if (k == ERR_OK) k = describe_head(repo, a, ret, e);
    if (k != ERR_OK) return k;
    if (settings.origin[0]) ret->remote = without_credentials(a, settings.origin);
    else if (settings.any_remote[0]) ret->remote = without_credentials(a, settings.any_remote);
    return at->bare ? ERR_OK : git_worktree_each(repo, note_dirty, &ret->dirty, e);
}

enum err_kind repo_describe(const struct repo_location *at, struct arena *a, struct repo_info *ret, struct err *e)
{
    struct repo_info info = { .git = at->git, .bare = at->bare, .toplevel = arena_dup(a, at->path) };
    if (at->git) {
        enum err_kind k = describe_git(at, a, &info, e);
        if (k != ERR_OK) return k;
    }
    *ret = info;
    return arena_check(a, e);
}
