/* Bundles for backups, through libarchive. */
#include "pland/repo/bundle.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err_kind archive_err(struct err *e, struct archive *a, const char *what)
{
    return err_set(e, archive_errno(a) == ENOSPC ? ERR_FULL : ERR_IO, "%s: %s", what, archive_error_string(a) ? archive_error_string(a) : "failed");
}

static enum err_kind write_file(struct archive *a, const char *name, const char *path, const struct stat *st, struct err *e)
{
    char block[65536];
    struct archive_entry *entry;
    enum err_kind k = ERR_OK;
    ssize_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) return ERR_OK; /* gone since it was listed */
    if (fd < 0) return err_errno(e, errno, "%.200s", path);
    if (!(entry = archive_entry_new())) {
        (void)close(fd);
        return err_nomem(e);
    }
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, st->st_size);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_mtime(entry, st->st_mtime, 0);
    if (archive_write_header(a, entry) != ARCHIVE_OK) k = archive_err(e, a, name);
    while (k == ERR_OK && (n = read(fd, block, sizeof block)) > 0)
        if (archive_write_data(a, block, (size_t)n) < 0) k = archive_err(e, a, name);
    if (k == ERR_OK && n < 0) k = err_errno(e, errno, "%.200s", path);
    archive_entry_free(entry);
    (void)close(fd);
    return k;
}

static enum err_kind write_path(struct archive *a, const char *name, const char *path, int depth, struct err *e);

static enum err_kind write_dir(struct archive *a, const char *name, const char *path, int depth, struct err *e)
{
    char sub_name[PATH_MAX], sub_path[PATH_MAX];
    enum err_kind k = ERR_OK;
    struct dirent *d;
    DIR *dir = opendir(path);
    if (!dir) return err_errno(e, errno, "%.200s", path);
    while (k == ERR_OK && (d = readdir(dir))) {
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0) continue;
        if (strncmp(d->d_name, ".tmp-", 5) == 0) continue; /* being written: gone or whole in a moment */
        if (snprintf(sub_name, sizeof sub_name, "%s/%s", name, d->d_name) >= (int)sizeof sub_name ||
            snprintf(sub_path, sizeof sub_path, "%s/%s", path, d->d_name) >= (int)sizeof sub_path)
            k = err_set(e, ERR_INVALID, "%.200s: the path is too long", path);
        else
            k = write_path(a, sub_name, sub_path, depth + 1, e);
    }
    (void)closedir(dir);
    return k;
}

static enum err_kind write_path(struct archive *a, const char *name, const char *path, int depth, struct err *e)
{
    struct stat st;
    if (lstat(path, &st) != 0) return errno == ENOENT ? ERR_OK : err_errno(e, errno, "%.200s", path);
    if (S_ISREG(st.st_mode)) return write_file(a, name, path, &st, e);
    if (S_ISDIR(st.st_mode) && depth < 64) return write_dir(a, name, path, depth, e);
    return ERR_OK;
}

static enum err_kind sync_file(const char *file, struct err *e)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    enum err_kind k = ERR_OK;
    if (fd < 0) return err_errno(e, errno, "%.200s", file);
    if (fsync(fd) != 0) k = err_errno(e, errno, "%.200s", file);
    (void)close(fd);
    return k;
}

static enum err_kind write_part(const char *file, const struct bundle_entry *entries, size_t n, struct err *e)
{
    struct archive *a;
    enum err_kind k = ERR_OK;
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return err_errno(e, errno, "%.200s", file);
    if (!(a = archive_write_new())) k = err_nomem(e);
    if (k == ERR_OK && (archive_write_set_format_pax_restricted(a) != ARCHIVE_OK || archive_write_open_fd(a, fd) != ARCHIVE_OK)) k = archive_err(e, a, file);
    for (size_t i = 0; k == ERR_OK && i < n; i++) k = write_path(a, entries[i].name, entries[i].path, 0, e);
    if (a && archive_write_close(a) != ARCHIVE_OK && k == ERR_OK) k = archive_err(e, a, file);
    if (a) (void)archive_write_free(a);
    if (close(fd) != 0 && k == ERR_OK) k = err_errno(e, errno, "%.200s", file);
    return k == ERR_OK ? sync_file(file, e) : k;
}

/* Under another name until it is whole: half a file must not pass for a backup. */
enum err_kind bundle_write(const char *file, const struct bundle_entry *entries, size_t n, struct err *e)
{
    char part[PATH_MAX];
    struct stat st;
    enum err_kind k;
    if (lstat(file, &st) == 0) return err_set(e, ERR_CONFLICT, "%.200s exists already", file);
    if ((size_t)snprintf(part, sizeof part, "%s.part", file) >= sizeof part) return err_set(e, ERR_INVALID, "%.200s: the path is too long", file);
    (void)unlink(part); /* of one that was killed */
    k = write_part(part, entries, n, e);
    if (k == ERR_OK && rename(part, file) != 0) k = err_errno(e, errno, "%.200s", file);
    if (k != ERR_OK) (void)unlink(part);
    return k;
}

/* --- reading -------------------------------------------------------------------------------------------------------- */
static enum err_kind empty_dir(const char *dir, struct err *e)
{
    struct dirent *d;
    bool empty = true;
    DIR *at;
    if (mkdir(dir, 0700) == 0) return ERR_OK;
    if (errno != EEXIST) return err_errno(e, errno, "%.200s", dir);
    if (!(at = opendir(dir))) return err_errno(e, errno, "%.200s", dir);
    while ((d = readdir(at))) empty = empty && (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0);
    (void)closedir(at);
    return empty ? ERR_OK : err_set(e, ERR_CONFLICT, "%.200s is not empty", dir);
}

static bool plain_name(const char *name)
{
    for (const char *p = name; *p; p += strcspn(p, "/"), p += *p == '/') {
        size_t n = strcspn(p, "/");
        if (n == 0 || (n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.')) return false;
    }
    return name[0] != '\0';
}

static enum err_kind make_parents(const char *path, struct err *e)
{
    char part[PATH_MAX];
    (void)snprintf(part, sizeof part, "%s", path);
    for (char *p = part + 1; *p; p++) {
        if (*p != '/') continue;
        *p = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST) return err_errno(e, errno, "%.200s", part);
        *p = '/';
    }
    return ERR_OK;
}

static enum err_kind read_entry(struct archive *a, struct archive_entry *entry, const char *dir, struct err *e)
{
    const char *name = archive_entry_pathname(entry);
    char path[PATH_MAX];
    enum err_kind k;
    int fd;
    if (!name || !plain_name(name)) return err_set(e, ERR_INVALID, "the backup holds a name that is not plain: %.100s", name ? name : "?");
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry)) return err_set(e, ERR_INVALID, "%.100s is not a plain file", name);
    if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path) return err_set(e, ERR_INVALID, "%.100s: the path is too long", name);
    if ((k = make_parents(path, e)) != ERR_OK) return k;
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return err_errno(e, errno, "%.200s", path);
    if (archive_read_data_into_fd(a, fd) != ARCHIVE_OK) k = archive_err(e, a, name);
    if (k == ERR_OK && fsync(fd) != 0) k = err_errno(e, errno, "%.200s", path);
    (void)close(fd);
    return k;
}

enum err_kind bundle_read(const char *file, const char *dir, struct err *e)
{
    struct archive_entry *entry;
    struct archive *a;
    int r = ARCHIVE_OK;
    enum err_kind k = empty_dir(dir, e);
    if (k != ERR_OK) return k;
    if (!(a = archive_read_new())) return err_nomem(e);
    if (archive_read_support_format_tar(a) != ARCHIVE_OK || archive_read_open_filename(a, file, 65536) != ARCHIVE_OK) k = archive_err(e, a, file);
    while (k == ERR_OK && (r = archive_read_next_header(a, &entry)) == ARCHIVE_OK) k = read_entry(a, entry, dir, e);
    if (k == ERR_OK && r != ARCHIVE_EOF) k = archive_err(e, a, file);
    (void)archive_read_free(a);
    return k == ERR_OK ? ERR_OK : err_wrap(e, "%.200s is not whole now, empty it before another try", dir);
}
