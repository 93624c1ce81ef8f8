/* The data directory: made private, locked by one daemon, with its key. Files are replaced as a whole. */
#include "app/app.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pland/base/id.h"

enum err_kind instance_path(char *ret, size_t n, const char *dir, const char *name, struct err *e)
{
    int len = snprintf(ret, n, "%s/%s", dir, name);
    return len < 0 || (size_t)len >= n ? err_set(e, ERR_INVALID, "data-dir: the path is too long") : ERR_OK;
}

static enum err_kind make_all(const char *dir, struct err *e)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s", dir) >= (int)sizeof path)
        return err_set(e, ERR_INVALID, "data-dir: the path is too long");
    for (char *p = path + 1; *p; p++) {
        if (*p != '/') continue;
        *p = '\0';
        if (mkdir(path, 0755) != 0 && errno != EEXIST) return err_errno(e, errno, "data-dir: cannot make %.200s", path);
        *p = '/';
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST) return err_errno(e, errno, "data-dir: cannot make %.200s", path);
    return ERR_OK;
}

enum err_kind instance_dir(const char *dir, struct err *e)
{
    struct stat st;
    enum err_kind k = make_all(dir, e);
    if (k != ERR_OK) return k;
    if (stat(dir, &st) != 0) return err_errno(e, errno, "data-dir %.200s", dir);
    if (!S_ISDIR(st.st_mode)) return err_set(e, ERR_INVALID, "data-dir %.200s is not a directory", dir);
    if (access(dir, W_OK | X_OK) != 0) return err_errno(e, errno, "data-dir %.200s is not writable", dir);
    return ERR_OK;
}

enum err_kind instance_lock(const char *dir, int *ret_fd, struct err *e)
{
    char path[4096];
    enum err_kind k = instance_path(path, sizeof path, dir, "lock", e);
    int fd;
    if (k != ERR_OK) return k;
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return err_errno(e, errno, "data-dir %.200s is not writable", dir);
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return *ret_fd = fd, ERR_OK;
    if (errno == EWOULDBLOCK) k = err_set(e, ERR_CONFLICT, "another pland runs on %.200s", dir);
    else k = err_errno(e, errno, "%.200s", path);
    (void)close(fd);
    return k;
}

static enum err_kind write_all(int fd, const char *p, size_t n, const char *path, struct err *e)
{
    while (n) {
        ssize_t done = write(fd, p, n);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return err_errno(e, errno, "writing %.200s", path);
        p += done;
        n -= (size_t)done;
    }
    return fsync(fd) != 0 ? err_errno(e, errno, "writing %.200s", path) : ERR_OK;
}

enum err_kind instance_write(const char *dir, const char *name, const void *p, size_t n, struct err *e)
{
    char path[4096], part[4100];
    int fd, dir_fd;
    enum err_kind k = instance_path(path, sizeof path, dir, name, e);
    if (k != ERR_OK) return k;
    (void)snprintf(part, sizeof part, "%s.new", path);
    fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return err_errno(e, errno, "%.200s", part);
    k = write_all(fd, p, n, part, e);
    if (close(fd) != 0 && k == ERR_OK) k = err_errno(e, errno, "%.200s", part);
    if (k == ERR_OK && rename(part, path) != 0) k = err_errno(e, errno, "%.200s", path);
    if (k != ERR_OK) return k;
    dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir_fd >= 0) {
        (void)fsync(dir_fd);
        (void)close(dir_fd);
    }
    return ERR_OK;
}

enum err_kind instance_key(const char *dir, uint8_t key[32], struct err *e)
{
    char path[4096];
    ssize_t n;
    int fd;
    enum err_kind k = instance_path(path, sizeof path, dir, "secret.key", e);
    if (k != ERR_OK) return k;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        hash_random(key, SEAL_KEY_LEN);
        return instance_write(dir, "secret.key", key, SEAL_KEY_LEN, e);
    }
    if (fd < 0) return err_errno(e, errno, "%.200s", path);
    n = read(fd, key, SEAL_KEY_LEN);
    (void)close(fd);
    return n == SEAL_KEY_LEN ? ERR_OK
                             : err_set(e, ERR_IO, "%.200s is damaged: it must hold %d bytes", path, SEAL_KEY_LEN);
}

/* Leases carry it: a daemon that starts again takes back what it held. */
enum err_kind instance_node(struct app *a, struct err *e)
{
    const char *dir = a->config->data_dir;
    char path[4096];
    struct id id;
    ssize_t n;
    int fd;
    enum err_kind k = instance_path(path, sizeof path, dir, "node", e);
    if (k != ERR_OK) return k;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        id_new(&id, "node_", &a->clock);
        (void)snprintf(a->node, sizeof a->node, "%s", id.s);
        return instance_write(dir, "node", a->node, strlen(a->node), e);
    }
    if (fd < 0) return err_errno(e, errno, "%.200s", path);
    n = read(fd, a->node, sizeof a->node - 1);
    (void)close(fd);
    a->node[n > 0 ? n : 0] = '\0';
    return n > 0 ? ERR_OK : err_set(e, ERR_IO, "%.200s is damaged: remove it", path);
}
