/* Reading below a folder without ever following a symbolic link, and the small writing helpers of pins. */
#include "repo/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

int disk_open(int root, const char *rel, int flags)
{
    char part[NAME_MAX + 1];
    int at = root;
    for (;;) {
        size_t n = strcspn(rel, "/");
        bool last = rel[n] == '\0';
        int next;
        if (n == 0 || n > NAME_MAX || (n <= 2 && strncmp(rel, "..", n) == 0)) {
            if (at != root) (void)close(at);
            errno = EINVAL;
            return -1;
        }
        memcpy(part, rel, n);
        part[n] = '\0';
        next = openat(at, part, (last ? flags : O_PATH | O_DIRECTORY) | O_NOFOLLOW | O_CLOEXEC);
        if (at != root) {
            int saved = errno;
            (void)close(at);
            errno = saved;
        }
        if (next < 0 || last) return next;
        at = next;
        rel += n + 1;
    }
}

enum err_kind disk_read(int fd, const char *name, size_t max, struct buf *ret, struct err *e)
{
    char chunk[65536];
    for (size_t total = 0;;) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return err_errno(e, errno, "'%s' cannot be read", name);
        if (got == 0) break;
        total += (size_t)got;
        if (total > max) return err_set(e, ERR_TOO_LARGE, "'%s' has more than %zu bytes", name, max);
        buf_add(ret, chunk, (size_t)got);
        if (ret->failed) break;
    }
    return buf_check(ret, e);
}

/* Too large for git's object hash, which wants the whole content at once. */
static enum err_kind hash_large(int fd, const char *name, char ret[41], struct err *e)
{
    crypto_hash_sha256_state state;
    unsigned char digest[crypto_hash_sha256_BYTES], chunk[65536];
    (void)crypto_hash_sha256_init(&state);
    for (;;) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return err_errno(e, errno, "'%s' cannot be read", name);
        if (got == 0) break;
        (void)crypto_hash_sha256_update(&state, chunk, (unsigned long long)got);
    }
    (void)crypto_hash_sha256_final(&state, digest);
    (void)sodium_bin2hex(ret, 41, digest, 20);
    return ERR_OK;
}

static enum err_kind hash_bytes(const struct buf *b, struct tree_file *f, struct err *e)
{
    f->size = (int64_t)b->n;
    f->kept = true;
    blob_hex(buf_cstr(b), b->n, f->oid);
    return f->oid[0] ? ERR_OK : err_nomem(e);
}

enum err_kind disk_link(int root, const char *rel, struct buf *ret, struct err *e)
{
    char target[PATH_MAX];
    ssize_t n;
    auto_fd fd = disk_open(root, rel, O_PATH);
    if (fd < 0) return err_errno(e, errno, "'%s' cannot be read", rel);
    n = readlinkat(fd, "", target, sizeof target);
    if (n < 0) return err_errno(e, errno, "'%s' cannot be read", rel);
    buf_add(ret, target, (size_t)n);
    return buf_check(ret, e);
}

static enum err_kind stat_link(int root, const char *rel, struct tree_file *f, struct err *e)
{
    auto_buf target = BUF_INIT(PATH_MAX);
    enum err_kind k = disk_link(root, rel, &target, e);
    if (k != ERR_OK) return k;
    f->mode = TREE_MODE_LINK;
    return hash_bytes(&target, f, e);
}

static enum err_kind stat_file(int root, const char *rel, const struct stat *st, struct tree_file *f, struct err *e)
{
    auto_buf bytes = BUF_INIT((size_t)REPO_HASH_WHOLE);
    enum err_kind k;
    auto_fd fd = disk_open(root, rel, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    f->mode = st->st_mode & 0111 ? TREE_MODE_EXEC : TREE_MODE_FILE;
    f->size = st->st_size;
    memcpy(f->oid, REPO_ZERO_OID, sizeof f->oid);
    if (fd < 0 && (errno == EACCES || errno == EPERM)) return ERR_OK; /* listed, never kept */
    if (fd < 0) return err_errno(e, errno, "'%s' cannot be read", rel);
    if (st->st_size > REPO_HASH_WHOLE) return hash_large(fd, rel, f->oid, e);
    k = disk_read(fd, rel, (size_t)REPO_HASH_WHOLE, &bytes, e);
    return k == ERR_OK ? hash_bytes(&bytes, f, e) : k;
}

enum err_kind disk_stat(int root, const char *rel, struct tree_file *f, bool *ret_listed, struct err *e)
{
    struct stat st;
    enum err_kind k;
    auto_fd fd = disk_open(root, rel, O_PATH);
    *ret_listed = false;
    f->kept = false;
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)) return ERR_OK; /* gone meanwhile */
    if (fd < 0) return err_errno(e, errno, "'%s' cannot be read", rel);
    if (fstat(fd, &st) != 0) return err_errno(e, errno, "'%s' cannot be read", rel);
    *ret_listed = S_ISREG(st.st_mode) || S_ISLNK(st.st_mode);
    if (!*ret_listed) return ERR_OK;
    k = S_ISLNK(st.st_mode) ? stat_link(root, rel, f, e) : stat_file(root, rel, &st, f, e);
    if (k != ERR_NOT_FOUND) return k;
    *ret_listed = false; /* gone since it was looked at */
    return ERR_OK;
}

enum err_kind disk_write(int fd, const void *p, size_t n, struct err *e)
{
    const char *at = p;
    while (n) {
        ssize_t put = write(fd, at, n);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return err_errno(e, errno, "writing failed");
        at += put;
        n -= (size_t)put;
    }
    return ERR_OK;
}
