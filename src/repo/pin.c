/* Pinned trees: data_dir/trees/<id>/ holds two files. `content` is the kept files' bytes one after another; `listing`
 * is a header of lines (format, id, kind, commit, ref, number of files, digest of the records, ids of earlier pins whose
 * content is shared) and then one record per file, each ended by a zero byte: "mode size oid place path". Written to a
 * temporary folder, synced, renamed. */
#include "repo/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "pland/base/hash.h"

bool tree_id_valid(const char *id)
{
    size_t n = strspn(id, "0123456789abcdef");
    return id[n] == '\0' && (n == 40 || n == 64);
}

static enum err_kind make_temporary(struct pin *p, struct err *e)
{
    for (int i = 0; i < 100; i++) {
        unsigned char noise[8];
        hash_random(noise, sizeof noise);
        (void)snprintf(p->name, sizeof p->name, ".tmp-%02x%02x%02x%02x%02x%02x%02x%02x", noise[0], noise[1], noise[2],
                       noise[3], noise[4], noise[5], noise[6], noise[7]);
        if (mkdirat(p->dir, p->name, 0700) == 0) return ERR_OK;
        if (errno != EEXIST) break;
    }
    p->name[0] = '\0';
    return err_errno(e, errno, "a temporary folder for a tree cannot be made");
}

/* Takes no memory, so that it works when there is none. */
void pin_remove(int dir, const char *name)
{
    int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0) {
        (void)unlinkat(fd, "content", 0);
        (void)unlinkat(fd, "listing", 0);
        (void)unlinkat(fd, "history", 0);
        (void)close(fd);
    }
    if (unlinkat(dir, name, AT_REMOVEDIR) != 0 && errno == ENOTDIR) (void)unlinkat(dir, name, 0);
}

enum err_kind pin_begin(struct pin *p, const char *data_dir, const struct tree_limits *l, struct err *e)
{
    enum err_kind k;
    memset(p, 0, sizeof *p);
    p->dir = p->tmp = p->content = -1;
    p->max_bytes = l && l->max_bytes > 0 ? l->max_bytes : REPO_MAX_BYTES;
    p->max_file_bytes = l && l->max_file_bytes > 0 ? l->max_file_bytes : REPO_MAX_FILE_BYTES;
    k = list_init(&p->list, l, true, e);
    if (k == ERR_OK) k = trees_open(data_dir, true, LOCK_SH, &p->dir, e);
    if (k == ERR_OK) k = make_temporary(p, e);
    if (k != ERR_OK) return k;
    p->tmp = openat(p->dir, p->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (p->tmp < 0) return err_errno(e, errno, "a temporary folder cannot be opened");
    p->content = openat(p->tmp, "content", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return p->content < 0 ? err_errno(e, errno, "a tree's content cannot be written") : ERR_OK;
}

void pin_release(struct pin *p)
{
    if (p->content >= 0) (void)close(p->content);
    if (p->tmp >= 0) (void)close(p->tmp);
    if (p->dir >= 0 && p->name[0]) pin_remove(p->dir, p->name);
    if (p->dir >= 0) (void)close(p->dir);
    list_release(&p->list);
    free(p->known);
    tree_unref(p->base);
    p->known = NULL;
    p->base = NULL;
    p->dir = p->tmp = p->content = -1;
    p->name[0] = '\0';
}

enum err_kind pin_size(struct pin *p, int64_t n, struct err *e)
{
    if (n > p->max_bytes - p->total)
        return err_set(e, ERR_TOO_LARGE, "the text of this tree is larger than %lld bytes (setting: max-tree-bytes)",
                       (long long)p->max_bytes);
    p->total += n;
    return ERR_OK;
}

enum err_kind pin_add(struct pin *p, const struct tree_file *f, const void *bytes, size_t n, struct err *e)
{
    struct tree_file copy = *f;
    int64_t place = PLACE_UNKEPT;
    enum err_kind k;
    copy.kept = bytes && n <= (size_t)p->max_file_bytes;
    if (copy.kept && !tree_bytes_are_text(bytes, n)) {
        copy.kept = false;
        place = PLACE_BINARY;
    }
    if (!copy.kept) return list_add(&p->list, &copy, place, e);
    if ((k = pin_size(p, (int64_t)n, e)) != ERR_OK) return k;
    if ((k = disk_write(p->content, bytes, n, e)) != ERR_OK) return err_wrap(e, "a tree's content");
    place = PLACE(0, p->size);
    p->size += (int64_t)n;
    return list_add(&p->list, &copy, place, e);
}

/* A holder that nothing refers to is left out, so that it can go when its own time has come. */
static void write_shared(const struct pin *p, struct buf *b)
{
    for (int i = 0; i < PIN_SHARED_MAX; i++) buf_fmt(b, "%s%s", i ? " " : "", p->used[i] ? p->shared_id[i] : "-");
    buf_add(b, "\n", 1);
}

static enum err_kind write_head(const struct pin *p, const struct pin_about *about, const char *id, const char *digest,
                                int fd, struct err *e)
{
    auto_buf head = BUF_INIT(4096);
    enum err_kind k;
    buf_fmt(&head, "%s\n%s\n%s\n%s\n%s\n%zu\n%s\n", PIN_FORMAT, id, tree_kind_names[about->kind],
            about->commit ? about->commit : "-", about->ref ? about->ref : "-", p->list.n, digest);
    write_shared(p, &head);
    k = buf_check(&head, e);
    return k == ERR_OK ? disk_write(fd, head.p, head.n, e) : k;
}

/* The digest is in the head and known at the end: until then there are as many zeros. */
static enum err_kind write_listing(const struct pin *p, const struct pin_about *about, const char *id, struct err *e)
{
    struct sha256_hex digest;
    enum err_kind k;
    auto_fd fd = openat(p->tmp, "listing", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return err_errno(e, errno, "a tree's listing cannot be written");
    memset(digest.s, '0', sizeof digest.s - 1);
    digest.s[sizeof digest.s - 1] = '\0';
    k = write_head(p, about, id, digest.s, fd, e);
    if (k == ERR_OK) k = records_write(fd, &p->list, &digest, e);
    if (k == ERR_OK && lseek(fd, 0, SEEK_SET) != 0) k = err_errno(e, errno, "seeking failed");
    if (k == ERR_OK) k = write_head(p, about, id, digest.s, fd, e);
    if (k != ERR_OK) return err_wrap(e, "a tree's listing");
    return fsync(fd) == 0 ? ERR_OK : err_errno(e, errno, "a tree's listing cannot be synced");
}

static enum err_kind publish(struct pin *p, const char *id, struct err *e)
{
    if (fsync(p->content) != 0 || fsync(p->tmp) != 0) return err_errno(e, errno, "a tree cannot be synced");
    if (renameat(p->dir, p->name, p->dir, id) == 0) p->name[0] = '\0';
    else if (errno != EEXIST && errno != ENOTEMPTY) return err_errno(e, errno, "a tree cannot be put in its place");
    else (void)pin_touch(p->dir, id);
    return fsync(p->dir) == 0 ? ERR_OK : err_errno(e, errno, "the folder of trees cannot be synced");
}

enum err_kind pin_commit(struct pin *p, const struct pin_about *about, char ret_id[TREE_ID_LEN], struct err *e)
{
    char id[TREE_ID_LEN];
    const char *twice = NULL;
    enum err_kind k = list_sort(&p->list, &twice, e);
    if (k != ERR_OK) return k;
    if (twice) return err_set(e, ERR_INVALID, "'%s' is there twice", twice);
    if (about->id) (void)snprintf(id, sizeof id, "%s", about->id);
    else list_id(&p->list, id);
    k = write_listing(p, about, id, e);
    if (k == ERR_OK) k = publish(p, id, e);
    if (k == ERR_OK) memcpy(ret_id, id, sizeof id);
    return k;
}
