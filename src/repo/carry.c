/* Carrying pins: what trees/<id>/ holds is bytes that name no place of this machine. */
#include "pland/repo/carry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "repo/inner.h"

/* The listing last: with it a pin is whole. */
static const char *const parts[] = { "content", "history", "listing" };

/* --- sending -------------------------------------------------------------------------------------------------------- */
static enum err_kind send_file(int fd, const char *file, tree_piece_fn *fn, void *arg, struct err *e)
{
    char *room = malloc(TREE_PIECE_MAX);
    enum err_kind k = room ? ERR_OK : err_nomem(e);
    bool first = true;
    while (k == ERR_OK) {
        ssize_t n = read(fd, room, TREE_PIECE_MAX);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) k = err_errno(e, errno, "'%s' cannot be read", file);
        if (n < 0 || (n == 0 && !first)) break;
        k = fn(arg, &(struct tree_piece){ file, room, (size_t)n }, e);
        first = false;
    }
    free(room);
    return k;
}

static enum err_kind send_pin(int trees, const char *id, tree_piece_fn *fn, void *arg, struct err *e)
{
    enum err_kind k = ERR_OK;
    for (size_t i = 0; i < countof(parts) && k == ERR_OK; i++) {
        char name[TREE_PIECE_NAME];
        (void)snprintf(name, sizeof name, "%s/%s", id, parts[i]);
        auto_fd fd = openat(trees, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0) k = send_file(fd, name, fn, arg, e);
        else if (errno != ENOENT || i + 1 == countof(parts)) k = err_errno(e, errno, "tree %s cannot be read", id);
    }
    return k;
}

enum err_kind tree_carry(const char *data_dir, const char *id, tree_piece_fn *fn, void *arg, struct err *e)
{
    auto_tree t = NULL;
    auto_fd trees = -1;
    enum err_kind k = tree_open_pinned(data_dir, id, &t, e);
    if (k == ERR_OK) k = trees_open(data_dir, false, LOCK_SH, &trees, e);
    for (int i = 0; i < PIN_SHARED_MAX && k == ERR_OK; i++)
        if (t->shared_id[i][0]) k = send_pin(trees, t->shared_id[i], fn, arg, e);
    return k == ERR_OK ? send_pin(trees, id, fn, arg, e) : k;
}

/* --- receiving ------------------------------------------------------------------------------------------------------ */
struct tree_arrival {
    int trees, tmp, file; /* data_dir/trees, the folder that grows in it, its open file; -1: none */
    char id[TREE_ID_LEN], name[TREE_PIECE_NAME]; /* of the pin that grows; of its file, as pieces call it */
    char temporary[TREE_ID_LEN + 16];
};

enum err_kind tree_arrival_new(const char *data_dir, struct tree_arrival **ret, struct err *e)
{
    struct tree_arrival *a = calloc(1, sizeof *a);
    enum err_kind k;
    if (!a) return err_nomem(e);
    a->trees = a->tmp = a->file = -1;
    if ((k = trees_open(data_dir, true, LOCK_SH, &a->trees, e)) == ERR_OK) *ret = a;
    else tree_arrival_free(a);
    return k;
}

static void close_one(int *fd)
{
    if (*fd >= 0) (void)close(*fd);
    *fd = -1;
}

void tree_arrival_free(struct tree_arrival *a)
{
    if (!a) return;
    close_one(&a->file);
    close_one(&a->tmp);
    if (a->id[0]) pin_remove(a->trees, a->temporary);
    close_one(&a->trees);
    free(a);
}

static enum err_kind end_file(struct tree_arrival *a, struct err *e)
{
    bool synced = a->file < 0 || fsync(a->file) == 0;
    int why = errno;
    close_one(&a->file);
    return synced ? ERR_OK : err_errno(e, why, "a tree cannot be synced");
}

/* Another thread may have been faster: then its own stays. */
enum err_kind tree_arrival_end(struct tree_arrival *a, struct err *e)
{
    enum err_kind k = end_file(a, e);
    if (k != ERR_OK || !a->id[0]) return k;
    if (fsync(a->tmp) != 0) return err_errno(e, errno, "a tree cannot be synced");
    close_one(&a->tmp);
    if (pin_touch(a->trees, a->id) || renameat(a->trees, a->temporary, a->trees, a->id) != 0) pin_remove(a->trees, a->temporary);
    a->id[0] = '\0';
    if (!fsync(a->trees)) return ERR_OK;
    return err_errno(e, errno, "the folder of trees cannot be synced");
}

static enum err_kind begin_pin(struct tree_arrival *a, const char *id, struct err *e)
{
    unsigned noise;
    enum err_kind k = tree_arrival_end(a, e);
    if (k != ERR_OK) return k;
    hash_random(&noise, sizeof noise);
    (void)snprintf(a->temporary, sizeof a->temporary, ".tmp-%s-%08x", id, noise);
    if (mkdirat(a->trees, a->temporary, 0700) != 0) return err_errno(e, errno, "a temporary folder for a tree cannot be made");
    (void)snprintf(a->id, sizeof a->id, "%s", id);
    a->tmp = openat(a->trees, a->temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return a->tmp < 0 ? err_errno(e, errno, "a temporary folder cannot be opened") : ERR_OK;
}

static bool name_is_known(const char *part)
{
    for (size_t i = 0; i < countof(parts); i++)
        if (strcmp(parts[i], part) == 0) return true;
    return false;
}

static enum err_kind begin_file(struct tree_arrival *a, const char *file, struct err *e)
{
    const char *slash = strchr(file, '/');
    char id[TREE_ID_LEN] = "";
    enum err_kind k = end_file(a, e);
    if (k != ERR_OK) return k;
    if (slash && slash - file < (ptrdiff_t)sizeof id) (void)snprintf(id, sizeof id, "%.*s", (int)(slash - file), file);
    if (!tree_id_valid(id) || !name_is_known(slash + 1)) return err_set(e, ERR_IO, "'%.90s' is no piece of a tree", file);
    if (strcmp(id, a->id) != 0 && (k = begin_pin(a, id, e)) != ERR_OK) return k;
    (void)snprintf(a->name, sizeof a->name, "%s", file);
    a->file = openat(a->tmp, slash + 1, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    return a->file < 0 ? err_errno(e, errno, "a tree's file cannot be written") : ERR_OK;
}

enum err_kind tree_arrival_add(struct tree_arrival *a, const struct tree_piece *p, struct err *e)
{
    enum err_kind k = a->file < 0 || strcmp(p->file, a->name) != 0 ? begin_file(a, p->file, e) : ERR_OK;
    return k == ERR_OK && p->n ? disk_write(a->file, p->bytes, p->n, e) : k;
}
