/* Pinned trees: data_dir/trees/<id>/ holds two files. `content` is the kept files' bytes one after another; `listing`
 * is a header of lines (format, kind, commit, ref, number of files, SHA-256 of the rest) and then one record per file,
 * each ended by a zero byte: "mode size oid offset path". Written to a temporary folder, synced, renamed. */
#include "repo/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "pland/base/hash.h"

#define FORMAT "pland tree 1"
#define LISTING_MAX ((size_t)1 << 30)

bool tree_id_valid(const char *id)
{
    size_t n = strspn(id, "0123456789abcdef");
    return id[n] == '\0' && (n == 40 || n == 64);
}

static enum err_kind open_trees(const char *data_dir, bool create, int *ret, struct err *e)
{
    auto_fd base = open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (base < 0) return err_errno(e, errno, "the data directory '%s' cannot be opened", data_dir);
    if (create && mkdirat(base, "trees", 0700) != 0 && errno != EEXIST)
        return err_errno(e, errno, "'%s/trees' cannot be made", data_dir);
    *ret = openat(base, "trees", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return *ret < 0 ? err_errno(e, errno, "'%s/trees' cannot be opened", data_dir) : ERR_OK;
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
        (void)close(fd);
    }
    (void)unlinkat(dir, name, AT_REMOVEDIR);
}

enum err_kind pin_begin(struct pin *p, const char *data_dir, const struct tree_limits *l, struct err *e)
{
    enum err_kind k;
    memset(p, 0, sizeof *p);
    p->dir = p->tmp = p->content = -1;
    p->max_bytes = l && l->max_bytes > 0 ? l->max_bytes : REPO_MAX_BYTES;
    p->max_file_bytes = l && l->max_file_bytes > 0 ? l->max_file_bytes : REPO_MAX_FILE_BYTES;
    k = list_init(&p->list, l, true, e);
    if (k == ERR_OK) k = open_trees(data_dir, true, &p->dir, e);
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
    p->dir = p->tmp = p->content = -1;
    p->name[0] = '\0';
}

enum err_kind pin_add(struct pin *p, const struct tree_file *f, const void *bytes, size_t n, struct err *e)
{
    struct tree_file copy = *f;
    int64_t offset = -1;
    copy.kept = bytes && n <= (size_t)p->max_file_bytes && tree_bytes_are_text(bytes, n);
    if (copy.kept) {
        enum err_kind k;
        if (p->size + (int64_t)n > p->max_bytes)
            return err_set(e, ERR_TOO_LARGE, "the text of this tree is larger than %lld bytes (setting: max_bytes)",
                           (long long)p->max_bytes);
        k = disk_write(p->content, bytes, n, e);
        if (k != ERR_OK) return err_wrap(e, "a tree's content");
        offset = p->size;
        p->size += (int64_t)n;
    }
    return list_add(&p->list, &copy, offset, e);
}

static void write_records(const struct file_list *l, struct buf *b)
{
    for (size_t i = 0; i < l->n; i++) {
        const struct tree_file *f = &l->v[i];
        buf_fmt(b, "%o %lld %s %lld ", f->mode, (long long)f->size, f->oid, (long long)l->offset[i]);
        buf_add(b, f->path, strlen(f->path) + 1);
    }
}

static enum err_kind write_listing(const struct pin *p, const struct pin_about *about, const char *id, struct err *e)
{
    auto_buf records = BUF_INIT(LISTING_MAX), head = BUF_INIT(4096);
    enum err_kind k;
    auto_fd fd = openat(p->tmp, "listing", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return err_errno(e, errno, "a tree's listing cannot be written");
    write_records(&p->list, &records);
    k = buf_check(&records, e);
    if (k != ERR_OK) return k;
    buf_fmt(&head, "%s\n%s\n%s\n%s\n%s\n%zu\n%s\n", FORMAT, id, tree_kind_names[about->kind],
            about->commit ? about->commit : "-", about->ref ? about->ref : "-", p->list.n,
            hash_hex(buf_cstr(&records), records.n).s);
    k = buf_check(&head, e);
    if (k == ERR_OK) k = disk_write(fd, head.p, head.n, e);
    if (k == ERR_OK) k = disk_write(fd, buf_cstr(&records), records.n, e);
    if (k != ERR_OK) return err_wrap(e, "a tree's listing");
    return fsync(fd) == 0 ? ERR_OK : err_errno(e, errno, "a tree's listing cannot be synced");
}

static enum err_kind publish(struct pin *p, const char *id, struct err *e)
{
    if (fsync(p->content) != 0 || fsync(p->tmp) != 0) return err_errno(e, errno, "a tree cannot be synced");
    if (renameat(p->dir, p->name, p->dir, id) == 0) p->name[0] = '\0';
    else if (errno != EEXIST && errno != ENOTEMPTY) return err_errno(e, errno, "a tree cannot be put in its place");
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

static bool is_pinned(const char *data_dir, const char *id)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/trees/%s/listing", data_dir, id);
    return n > 0 && (size_t)n < sizeof path && access(path, F_OK) == 0;
}

static enum err_kind pin_file(struct pin *p, struct tree *t, const struct tree_file *f, struct err *e)
{
    auto_buf bytes = BUF_INIT(REPO_READ_MAX);
    enum err_kind k;
    if (!f->kept || f->size > p->max_file_bytes) return pin_add(p, f, NULL, 0, e);
    k = tree_read_bytes(t, f, 0, &bytes, e);
    return k == ERR_OK ? pin_add(p, f, buf_cstr(&bytes), bytes.n, e) : k;
}

enum err_kind tree_pin(struct tree *t, const char *data_dir, const struct tree_limits *l, struct err *e)
{
    const struct pin_about about = { .kind = t->kind, .id = t->id, .commit = tree_commit(t), .ref = tree_ref_name(t) };
    char id[TREE_ID_LEN];
    struct pin p;
    enum err_kind k;
    if (is_pinned(data_dir, t->id)) return ERR_OK;
    k = pin_begin(&p, data_dir, l, e);
    for (size_t i = 0; i < t->list.n && k == ERR_OK; i++) k = pin_file(&p, t, &t->list.v[i], e);
    if (k == ERR_OK) k = pin_commit(&p, &about, id, e);
    pin_release(&p);
    return k;
}

enum err_kind tree_unpin(const char *data_dir, const char *id, struct err *e)
{
    auto_fd dir = -1;
    char gone[TREE_ID_LEN + 8];
    enum err_kind k;
    if (!tree_id_valid(id)) return err_set(e, ERR_INVALID, "'%.80s' is not the id of a tree", id);
    k = open_trees(data_dir, false, &dir, e);
    if (k != ERR_OK) return k == ERR_NOT_FOUND ? ERR_OK : k;
    (void)snprintf(gone, sizeof gone, ".tmp-%s", id);
    if (renameat(dir, id, dir, gone) != 0)
        return errno == ENOENT ? ERR_OK : err_errno(e, errno, "tree %s cannot be removed", id);
    pin_remove(dir, gone);
    return ERR_OK;
}
