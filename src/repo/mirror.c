/* Mirrors of remotes: DATA/git/<id> is a bare repository that git fetches into and libgit2 reads. A sync is one fetch, of
 * the remote's HEAD too; which branch HEAD is gets asked for only at first, and when it is not where that branch is. */
#include "repo/fetch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pland/base/clock.h"
#include "pland/base/log.h"
#include "repo/inner.h"

#define THEIR_HEAD "refs/pland/HEAD" /* the commit that the remote's HEAD was at */
#define LISTING_MAX ((size_t)32 << 20)
#define PACKS_MAX 24 /* then they are put together */

static enum err_kind mirror_dir(const char *data_dir, const char *id, char ret[PATH_MAX], struct err *e)
{
    size_t n = strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    char real[PATH_MAX];
    if (!n || id[n]) return err_set(e, ERR_INTERNAL, "'%.80s' is not the id of a codebase", id);
    if (!realpath(data_dir, real)) return err_errno(e, errno, "the data directory '%.200s'", data_dir);
    if (snprintf(ret, PATH_MAX, "%s/git/%s", real, id) >= PATH_MAX) return err_set(e, ERR_INVALID, "the data directory's path is too long");
    return ERR_OK;
}

/* --- tidying -------------------------------------------------------------------------------------------------------- */
static int remove_it(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path) != 0 && errno != ENOENT ? -1 : 0;
}

static enum err_kind remove_tree(const char *dir, struct err *e)
{
    if (nftw(dir, remove_it, 32, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT) return err_errno(e, errno, "'%.200s' cannot be removed", dir);
    return ERR_OK;
}

/* What a git that was killed leaves behind would stop the next one, or stay for ever. */
static int remove_left(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    const char *name = path + at->base, *dot = strrchr(name, '.');
    (void)st;
    if (kind == FTW_F && ((dot && strcmp(dot, ".lock") == 0) || strncmp(name, "tmp_", 4) == 0 || strncmp(name, ".tmp-", 5) == 0))
        (void)unlink(path);
    return 0;
}

static enum err_kind tidy(const struct fetch *f, struct err *e)
{
    return nftw(f->dir, remove_left, 32, FTW_PHYS) == 0 ? ERR_OK : err_errno(e, errno, "the mirror cannot be read");
}

enum err_kind mirrors_collect(const char *data_dir, const char *const *ids, size_t n, struct err *e)
{
    char dir[PATH_MAX], path[PATH_MAX];
    enum err_kind k = ERR_OK;
    struct dirent *d;
    DIR *at;
    if ((size_t)snprintf(dir, sizeof dir, "%s/git", data_dir) >= sizeof dir) return err_set(e, ERR_INVALID, "the data directory's path is too long");
    if (!(at = opendir(dir))) return errno == ENOENT ? ERR_OK : err_errno(e, errno, "'%.200s' cannot be read", dir);
    while (k == ERR_OK && (d = readdir(at))) {
        bool kept = d->d_name[0] == '.';
        for (size_t i = 0; i < n && !kept; i++) kept = strcmp(ids[i], d->d_name) == 0;
        if (!kept && (size_t)snprintf(path, sizeof path, "%s/%s", dir, d->d_name) < sizeof path) k = remove_tree(path, e);
    }
    (void)closedir(at);
    return k;
}

/* --- making --------------------------------------------------------------------------------------------------------- */
static enum err_kind make_parent(const char *data_dir, struct err *e)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%.*s/git", (int)(sizeof path - 8), data_dir);
    return mkdir(path, 0700) != 0 && errno != EEXIST ? err_errno(e, errno, "'%.200s' cannot be made", path) : ERR_OK;
}

static enum err_kind make_mirror(const struct fetch *f, struct err *e)
{
    git_repository_init_options o = { .version = GIT_REPOSITORY_INIT_OPTIONS_VERSION };
    char path[PATH_MAX];
    auto_git repo = NULL;
    int rc;
    (void)snprintf(path, sizeof path, "%.*s/HEAD", (int)(sizeof path - 8), f->dir);
    if (access(path, F_OK) == 0) return ERR_OK;
    o.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_MKDIR | GIT_REPOSITORY_INIT_NO_DOTGIT_DIR;
    o.mode = 0700;
    rc = git_repository_init_ext(&repo, f->dir, &o);
    if (rc < 0) return git_fail(e, rc, "a mirror cannot be made");
    (void)snprintf(path, sizeof path, "%.*s/hooks", (int)(sizeof path - 8), f->dir);
    return remove_tree(path, e); /* there is nothing to be hooked */
}

/* --- HEAD ----------------------------------------------------------------------------------------------------------- */
/* The name of a branch in a line "ref: refs/heads/main\tHEAD", or, where the server does not say, of a branch at the
 * same commit as HEAD. "": none. */
static void head_branch(const char *listing, char ret[256])
{
    static const char mark[] = "ref: refs/heads/", heads[] = "\trefs/heads/";
    const char *at = strncmp(listing, mark, sizeof mark - 1) == 0 ? listing : NULL, *head;
    ret[0] = '\0';
    if (at) at += sizeof mark - 1;
    if (at && strcspn(at, "\t\n") < 256) (void)snprintf(ret, 256, "%.*s", (int)strcspn(at, "\t\n"), at);
    if (at || !(head = strstr(listing, "\tHEAD\n")) || head - listing < 40) return;
    for (at = listing; (at = strstr(at, heads)); at++) {
        size_t n = strcspn(at + sizeof heads - 1, "\n");
        if (at - listing < 40 || strncmp(at - 40, head - 40, 40) != 0 || n >= 256) continue;
        (void)snprintf(ret, 256, "%.*s", (int)n, at + sizeof heads - 1);
        if (strcmp(ret, "main") == 0 || strcmp(ret, "master") == 0) return;
    }
}

static enum err_kind set_head(const struct fetch *f, const char *listing, struct err *e)
{
    AUTO(auto_git_ref_fn) git_reference *made = NULL;
    char branch[256], full[300];
    auto_git repo = NULL;
    git_oid head;
    int rc;
    head_branch(listing, branch);
    if (!branch[0]) return ERR_OK;
    (void)snprintf(full, sizeof full, "refs/heads/%s", branch);
    rc = git_repository_open_bare(&repo, f->dir);
    if (rc == 0) rc = git_reference_symbolic_create(&made, repo, "HEAD", full, 1, NULL);
    if (rc < 0) return git_fail(e, rc, "the mirror's HEAD cannot be set");
    if (git_reference_name_to_id(&head, repo, "HEAD") == 0) return ERR_OK;
    git_error_clear();
    return err_set(e, ERR_UPSTREAM, "the remote names '%.100s' as its default branch but did not send it", branch);
}

/* --- fetching ------------------------------------------------------------------------------------------------------- */
static size_t count_packs(const struct fetch *f)
{
    char path[PATH_MAX];
    size_t n = 0;
    struct dirent *d;
    DIR *at = (size_t)snprintf(path, sizeof path, "%s/objects/pack", f->dir) < sizeof path ? opendir(path) : NULL;
    if (!at) return 0;
    while ((d = readdir(at))) n += strlen(d->d_name) > 5 && strcmp(d->d_name + strlen(d->d_name) - 5, ".pack") == 0;
    (void)closedir(at);
    return n;
}

static enum err_kind list_remote(struct fetch *f, struct buf *listing, struct err *e)
{
    const char *const args[] = { "ls-remote", "--symref", "--", f->url, "HEAD", "refs/heads/*", "refs/tags/*", NULL };
    enum err_kind k = fetch_git(f, args, listing, e);
    return k == ERR_TOO_LARGE && listing->failed ? err_set(e, ERR_TOO_LARGE, "the repository has too many branches and tags") : k;
}

/* head: what is fetched as its HEAD, too, or NULL. */
static enum err_kind fetch_all(struct fetch *f, const char *head, struct err *e)
{
    const char *const args[] = { "fetch", "--progress", "--prune", "--force", "--no-tags", "--no-write-fetch-head",
                                 "--no-recurse-submodules", "--no-auto-maintenance", "--update-shallow", "--", f->url,
                                 "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*", head, NULL };
    const char *const repack[] = { "repack", "-d", "-q", "--geometric=2", NULL };
    enum err_kind k = fetch_git(f, args, NULL, e);
    return k == ERR_OK && count_packs(f) > PACKS_MAX ? fetch_git(f, repack, NULL, e) : k;
}

static enum err_kind fetch_listed(struct fetch *f, struct err *e)
{
    auto_buf listing = BUF_INIT(LISTING_MAX);
    enum err_kind k = list_remote(f, &listing, e);
    if (k == ERR_OK) k = fetch_all(f, NULL, e);
    return k == ERR_OK ? set_head(f, buf_cstr(&listing), e) : k;
}

/* HEAD names a branch that has a commit; and, if they are asked, the remote's HEAD is at the same. */
static bool head_is_known(const struct fetch *f, bool and_theirs)
{
    auto_git repo = NULL;
    git_oid ours, theirs;
    bool known = git_repository_open_bare(&repo, f->dir) == 0 && git_reference_name_to_id(&ours, repo, "HEAD") == 0 &&
                 (!and_theirs || (git_reference_name_to_id(&theirs, repo, THEIR_HEAD) == 0 && git_oid_equal(&ours, &theirs)));
    git_error_clear();
    return known;
}

static enum err_kind update(struct fetch *f, struct err *e)
{
    enum err_kind k;
    if (!head_is_known(f, false)) return fetch_listed(f, e);
    k = fetch_all(f, "+HEAD:" THEIR_HEAD, e);
    if (k == ERR_OK ? head_is_known(f, true) : !strstr(buf_cstr(&f->said), "couldn't find remote ref HEAD")) return k;
    return fetch_listed(f, e);
}

/* --- the mark beside it: data_dir/git/.<id>, locked while it is fetched ------------------------------------------------ */
static int open_mark(const char *data_dir, const char *id, int flags)
{
    char path[PATH_MAX];
    return (size_t)snprintf(path, sizeof path, "%s/git/.%s", data_dir, id) < sizeof path ? open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
}

bool mirror_is_as_of(const char *data_dir, const char *id, int64_t as_of)
{
    auto_fd fd = open_mark(data_dir, id, O_RDONLY);
    char text[32] = "";
    return fd >= 0 && read(fd, text, sizeof text - 1) > 0 && strtoll(text, NULL, 10) >= as_of;
}

static enum err_kind lock_mark(const char *data_dir, const char *id, int *ret, struct err *e)
{
    if ((*ret = open_mark(data_dir, id, O_RDWR | O_CREAT)) < 0) return err_errno(e, errno, "the mirror cannot be locked");
    while (flock(*ret, LOCK_EX) != 0)
        if (errno != EINTR) return err_errno(e, errno, "the mirror cannot be locked");
    return ERR_OK;
}

/* Losing it costs another fetch. */
static void write_mark(int fd, int64_t as_of)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%-20lld\n", (long long)as_of);
    if (as_of && pwrite(fd, text, (size_t)n, 0) != n) log_warn("a mirror's mark was not written", LOG_I("as_of", as_of));
}

enum err_kind mirror_fetch(const struct mirror_config *c, const char *data_dir, const char *id, const struct mirror_job *job,
                           struct err *e)
{
    auto_arena arena = arena_new(0);
    struct fetch f = { .config = c, .job = job, .arena = arena, .key = -1, .said = BUF_INIT(SAID_ROOM), .until = clock_mono() + c->timeout_s * 1000 };
    auto_fd mark = -1;
    struct err none;
    enum err_kind k = arena ? remote_parse(job->url, &f.remote, e) : err_nomem(e);
    if (k == ERR_OK) k = remote_allowed(c, &f.remote, e);
    if (k == ERR_OK) k = mirror_dir(data_dir, id, f.dir, e);
    if (k == ERR_OK) k = make_parent(data_dir, e);
    if (k == ERR_OK) k = lock_mark(data_dir, id, &mark, e);
    if (k == ERR_OK && job->anew) k = remove_tree(f.dir, e);
    if (k == ERR_OK) k = make_mirror(&f, e);
    if (k == ERR_OK) k = tidy(&f, e);
    if (k == ERR_OK) k = fetch_open(&f, e);
    if (k == ERR_OK && (k = update(&f, e)) != ERR_OK) (void)tidy(&f, &none);
    if (k == ERR_OK) write_mark(mark, job->as_of);
    fetch_close(&f);
    return k;
}

enum err_kind mirror_locate(const char *data_dir, const char *id, struct repo_location *ret, struct err *e)
{
    auto_roots alone = NULL;
    char dir[PATH_MAX];
    enum err_kind k = mirror_dir(data_dir, id, dir, e);
    if (k == ERR_OK) k = repo_roots_new(dir, &alone, e);
    if (k != ERR_OK) return k == ERR_INVALID ? err_set(e, ERR_NOT_FOUND, "nothing was fetched yet") : k;
    return repo_locate(alone, dir, ret, e);
}
