/* Pinning any tree, sharing bytes with the last pin of the same place: what that one has is referred to, not written. A
 * tree refers to at most PIN_SHARED_MAX others; beyond that it copies what the least of them hold. */
#include "repo/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "pland/base/hash.h"
#include "repo/history.h"

#define SCANS_MAX 64
#define LAST "last-%.32s" /* a file with the id of an origin's last pin; a wrong one costs space, nothing else */

void origin_of(const char *path, char ret[65])
{
    (void)snprintf(ret, 65, "%s", hash_hex(path, strlen(path)).s);
}

enum err_kind trees_open(const char *data_dir, bool create, int lock, int *ret, struct err *e)
{
    auto_fd fd = -1;
    auto_fd base = open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (base < 0) return err_errno(e, errno, "the data directory '%s' cannot be opened", data_dir);
    if (create && mkdirat(base, "trees", 0700) != 0 && errno != EEXIST)
        return err_errno(e, errno, "'%s/trees' cannot be made", data_dir);
    fd = openat(base, "trees", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return err_errno(e, errno, "'%s/trees' cannot be opened", data_dir);
    while (flock(fd, lock) != 0) {
        if (errno == EWOULDBLOCK) return err_set(e, ERR_BUSY, "'%s/trees' is in use", data_dir);
        if (errno != EINTR) return err_errno(e, errno, "'%s/trees' cannot be locked", data_dir);
    }
    *ret = fd;
    fd = -1;
    return ERR_OK;
}

bool pin_touch(int trees, const char *id)
{
    char name[TREE_ID_LEN + 16];
    (void)snprintf(name, sizeof name, "%s/listing", id);
    return faccessat(trees, name, F_OK, 0) == 0 && utimensat(trees, id, NULL, 0) == 0;
}

static bool pin_last(int trees, const char *origin, char ret[TREE_ID_LEN])
{
    char name[64];
    ssize_t n;
    auto_fd fd = -1;
    (void)snprintf(name, sizeof name, LAST, origin);
    fd = openat(trees, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    n = fd < 0 ? -1 : read(fd, ret, TREE_ID_LEN - 1);
    if (n <= 0) return false;
    ret[n] = '\0';
    return tree_id_valid(ret);
}

/* id is the origin's last pin now. */
static void pin_remember(int trees, const char *origin, const char *id)
{
    char name[64], part[64];
    struct err e;
    bool whole = false;
    int fd;
    if (!origin[0]) return;
    (void)snprintf(name, sizeof name, LAST, origin);
    (void)snprintf(part, sizeof part, ".tmp-last-%.16s-%.16s", origin, id);
    fd = openat(trees, part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0) {
        whole = disk_write(fd, id, strlen(id), &e) == ERR_OK;
        (void)close(fd);
    }
    if (!whole || renameat(trees, part, trees, name) != 0) (void)unlinkat(trees, part, 0);
}

/* --- what the last pin has ----------------------------------------------------------------------------------------- */
static int by_oid(const void *a, const void *b)
{
    return strcmp((*(const struct tree_file *const *)a)->oid, (*(const struct tree_file *const *)b)->oid);
}

/* With all places taken, what the least of the holders hold is copied: little, as they hold what a commit changed. */
static void drop_least(struct pin *p)
{
    const struct file_list *l = &p->base->list;
    int64_t held[PIN_SHARED_MAX + 1] = { 0 };
    for (size_t i = 0; i < l->n; i++)
        if (l->offset[i] >= 0) held[PLACE_HOLDER(l->offset[i])] += l->v[i].size;
    for (int n = 0; n < PIN_SHARED_MAX / 2; n++) {
        int least = -1;
        for (int i = 0; i < PIN_SHARED_MAX; i++)
            if (!p->dropped[i] && (least < 0 || held[i + 1] < held[least + 1])) least = i;
        p->dropped[least] = true;
        p->shared_id[least][0] = '\0';
    }
}

static void take_holders(struct pin *p)
{
    int at = 0;
    memcpy(p->shared_id, p->base->shared_id, sizeof p->shared_id);
    while (at < PIN_SHARED_MAX && p->shared_id[at][0]) at++;
    if (at == PIN_SHARED_MAX) {
        drop_least(p);
        for (at = 0; p->shared_id[at][0];) at++;
    }
    (void)snprintf(p->shared_id[at], sizeof p->shared_id[at], "%.64s", p->base->id);
    p->base_holder = at + 1;
}

static enum err_kind open_last(const char *origin, const char *data_dir, struct tree **ret, struct err *e)
{
    char id[TREE_ID_LEN];
    auto_tree base = NULL;
    auto_fd trees = -1;
    struct err why;
    enum err_kind k = trees_open(data_dir, true, LOCK_SH, &trees, e);
    if (k != ERR_OK || !pin_last(trees, origin, id)) return k;
    k = tree_open_pinned(data_dir, id, &base, &why);
    if (k == ERR_NOMEM) return *e = why, k;
    if (k == ERR_OK && base->list.offset) *ret = TAKE(base); /* else gone, damaged or empty: written whole */
    return ERR_OK;
}

enum err_kind tree_find_base(struct tree *t, const char *data_dir, struct err *e)
{
    return t->base || !t->origin[0] ? ERR_OK : open_last(t->origin, data_dir, &t->base, e);
}

enum err_kind tree_open_last(const struct repo_location *at, const char *data_dir, struct tree **ret, struct err *e)
{
    char origin[65];
    origin_of(at->gitdir, origin);
    return open_last(origin, data_dir, ret, e);
}

/* Looks for the last pin of the same origin, whose bytes need not be written again. None is fine.
 * The trees are locked since pin_begin(); a base that was found before that may be gone by now. */
static enum err_kind pin_share(struct pin *p, const char *data_dir, struct tree *t, struct err *e)
{
    enum err_kind k = tree_find_base(t, data_dir, e);
    if (k != ERR_OK || !t->base || !pin_touch(p->dir, t->base->id)) return k;
    p->base = tree_ref(t->base);
    take_holders(p);
    return ERR_OK;
}

static enum err_kind sort_known(struct pin *p, struct err *e)
{
    p->known = calloc(p->base->list.n + 1, sizeof *p->known);
    if (!p->known) return err_nomem(e);
    for (size_t i = 0; i < p->base->list.n; i++) p->known[i] = &p->base->list.v[i];
    qsort(p->known, p->base->list.n, sizeof *p->known, by_oid);
    return ERR_OK;
}

/* Most files are where they were: found by going along. The rest is looked for by its blob, and a few at a time without
 * sorting all of them first. */
static enum err_kind find_known(struct pin *p, const struct tree_file *f, const struct tree_file **ret, struct err *e)
{
    const struct file_list *l = &p->base->list;
    const struct tree_file **found;
    enum err_kind k;
    int order = -1;
    *ret = NULL;
    if (p->next < l->n && l->v[p->next].path == f->path) order = 0; /* taken over when it was listed */
    else while (p->next < l->n && (order = strcmp(l->v[p->next].path, f->path)) < 0) p->next++;
    if (p->next < l->n && order == 0 && strcmp(l->v[p->next].oid, f->oid) == 0) return *ret = &l->v[p->next], ERR_OK;
    if (++p->missed <= SCANS_MAX) {
        for (size_t i = 0; i < l->n && !*ret; i++)
            if (strcmp(l->v[i].oid, f->oid) == 0) *ret = &l->v[i];
        return ERR_OK;
    }
    if (!p->known && (k = sort_known(p, e)) != ERR_OK) return k;
    found = bsearch(&(const struct tree_file *){ f }, p->known, l->n, sizeof *p->known, by_oid);
    if (found) *ret = *found;
    return ERR_OK;
}

/* Adds f when base knows its blob; quick when files come in the order of their paths. */
static enum err_kind pin_again(struct pin *p, const struct tree_file *f, bool *ret_done, struct err *e)
{
    const struct tree_file *had;
    struct tree_file copy = *f;
    int64_t place;
    enum err_kind k;
    *ret_done = false;
    if (!p->base || strcmp(f->oid, REPO_ZERO_OID) == 0) return ERR_OK;
    if ((k = find_known(p, f, &had, e)) != ERR_OK || !had || had->size != f->size) return k;
    place = p->base->list.offset[had - p->base->list.v];
    if (place == PLACE_UNKEPT) return ERR_OK; /* the limits may have been others then */
    if (place >= 0 && PLACE_HOLDER(place) && p->dropped[PLACE_HOLDER(place) - 1]) return ERR_OK;
    *ret_done = true;
    copy.kept = place != PLACE_BINARY;
    if (copy.kept) {
        int holder = PLACE_HOLDER(place) ? PLACE_HOLDER(place) : p->base_holder;
        if ((k = pin_size(p, f->size, e)) != ERR_OK) return k;
        p->used[holder - 1] = true;
        place = PLACE(holder, PLACE_OFFSET(place));
    }
    return list_add(&p->list, &copy, place, e);
}

/* --- pinning ------------------------------------------------------------------------------------------------------- */
static enum err_kind pin_file(struct pin *p, struct tree *t, const struct tree_file *f, struct err *e)
{
    auto_buf bytes = BUF_INIT(REPO_READ_MAX);
    bool done;
    enum err_kind k;
    if (!f->kept || f->size > p->max_file_bytes) return pin_add(p, f, NULL, 0, e);
    k = pin_again(p, f, &done, e);
    if (k != ERR_OK || done) return k;
    k = tree_read_bytes(t, f, 0, &bytes, e);
    return k == ERR_OK ? pin_add(p, f, buf_cstr(&bytes), bytes.n, e) : k;
}

static enum err_kind is_pinned(const char *data_dir, const char *id, bool *ret, struct err *e)
{
    auto_fd trees = -1;
    enum err_kind k = trees_open(data_dir, true, LOCK_SH, &trees, e);
    *ret = k == ERR_OK && pin_touch(trees, id);
    return k;
}

bool tree_pinned(const char *data_dir, const char *id)
{
    struct err e;
    bool there;
    return is_pinned(data_dir, id, &there, &e) == ERR_OK && there;
}

enum err_kind tree_pin(struct tree *t, const char *data_dir, const struct tree_limits *l, struct err *e)
{
    const struct pin_about about = { .kind = t->kind, .id = t->id, .commit = tree_commit(t), .ref = tree_ref_name(t) };
    char id[TREE_ID_LEN];
    bool there;
    struct pin p;
    enum err_kind k = is_pinned(data_dir, t->id, &there, e);
    if (k != ERR_OK || there) return k;
    k = pin_begin(&p, data_dir, l, e);
    if (k == ERR_OK) k = list_lend(&p.list, &t->list, e);
    if (k == ERR_OK) k = pin_share(&p, data_dir, t, e);
    for (size_t i = 0; i < t->list.n && k == ERR_OK; i++) k = pin_file(&p, t, &t->list.v[i], e);
    if (k == ERR_OK) k = history_write(p.tmp, t, p.base, e);
    if (k == ERR_OK) k = pin_commit(&p, &about, id, e);
    if (k == ERR_OK) pin_remember(p.dir, t->origin, id);
    pin_release(&p);
    return k;
}
