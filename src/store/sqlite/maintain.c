/* Looking after a SQLite database: checkpoint, backup, verify. */
#include "store/sqlite/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --- checkpoint ------------------------------------------------------------------------------------------------- */
enum { FINISH_WAIT_MS = 250, BUSY_MS = 5000 };

/* Passive moves what readers do not hold back and blocks nobody. Finishing is for the writer between two batches: it
 * waits a little for readers so that the log can start afresh; readers that stay only mean another time. */
enum err_kind sqlite_checkpoint(struct conn *base, bool finish, struct err *e)
{
    struct sqlite_conn *c = sqlite_of(base);
    int in_log = 0, moved = 0, rc;
    if (finish) (void)sqlite3_busy_timeout(c->db, FINISH_WAIT_MS);
    rc = sqlite3_wal_checkpoint_v2(c->db, NULL, finish ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE,
                                   &in_log, &moved);
    if (finish) (void)sqlite3_busy_timeout(c->db, BUSY_MS);
    if (rc != SQLITE_OK && rc != SQLITE_BUSY) return sqlite_fail(c, rc, e);
    if (finish && rc == SQLITE_OK) c->log_pages = 0;
    return ERR_OK;
}

/* --- backup ----------------------------------------------------------------------------------------------------- */
static enum err_kind vacuum_into(struct sqlite_conn *c, const char *file, struct err *e)
{
    sqlite3_stmt *raw = NULL;
    enum err_kind k = ERR_OK;
    int rc = sqlite3_prepare_v2(c->db, "VACUUM INTO ?", -1, &raw, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_bind_text(raw, 1, file, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK) rc = sqlite3_step(raw);
    if (rc != SQLITE_DONE) k = sqlite_fail(c, rc, e);
    (void)sqlite3_finalize(raw);
    return k;
}

static enum err_kind sync_path(const char *path, int flags, struct err *e)
{
    int fd = open(path, flags | O_CLOEXEC);
    enum err_kind k = ERR_OK;
    if (fd < 0 || fsync(fd) != 0) k = err_errno(e, errno, "%s", path);
    if (fd >= 0) (void)close(fd);
    return k;
}

static enum err_kind sync_file_and_directory(const char *file, struct err *e)
{
    char copy[PATH_ROOM];
    enum err_kind k = sync_path(file, O_RDONLY, e);
    if (k != ERR_OK) return k;
    (void)snprintf(copy, sizeof copy, "%s", file);
    return sync_path(dirname(copy), O_RDONLY | O_DIRECTORY, e);
}

/* VACUUM INTO reads one state while writers go on, and takes an empty file that is there: ours, mode 0600. */
enum err_kind sqlite_backup(struct conn *base, const char *file, struct err *e)
{
    enum err_kind k;
    int fd;
    if (strlen(file) >= PATH_ROOM) return err_set(e, ERR_INVALID, "the backup's name is too long");
    fd = open(file, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) return err_set(e, ERR_CONFLICT, "%s is there already", file);
    if (fd < 0) return err_errno(e, errno, "creating %s", file);
    (void)close(fd);
    k = vacuum_into(sqlite_of(base), file, e);
    if (k == ERR_OK) k = sync_file_and_directory(file, e);
    if (k == ERR_OK) return ERR_OK;
    (void)unlink(file);
    return err_wrap(e, "backing up to %s", file);
}

enum err_kind sqlite_backup_name(const char *place, int64_t version, char *ret, size_t cap, struct err *e)
{
    int n = snprintf(ret, cap, "%s/" DATABASE_NAME ".before-%lld", place, (long long)version);
    return n > 0 && (size_t)n < cap ? ERR_OK : err_set(e, ERR_INVALID, "the data directory's name is too long");
}

/* --- verify ----------------------------------------------------------------------------------------------------- */
static enum err_kind check_pages(struct sqlite_conn *c, struct err *e)
{
    sqlite3_stmt *raw = NULL;
    enum err_kind k = ERR_OK;
    int rc = sqlite3_prepare_v2(c->db, "PRAGMA integrity_check(1)", -1, &raw, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(raw);
    if (rc == SQLITE_ROW) {
        const char *words = (const char *)sqlite3_column_text(raw, 0);
        if (!words || strcmp(words, "ok") != 0)
            k = err_set(e, ERR_IO, "the database file is damaged: restore a backup (%s)",
                        words ? words : "out of memory");
    } else if (rc != SQLITE_DONE) {
        k = sqlite_fail(c, rc, e);
    }
    (void)sqlite3_finalize(raw);
    return k;
}

static enum err_kind check_references(struct sqlite_conn *c, struct err *e)
{
    sqlite3_stmt *raw = NULL;
    enum err_kind k = ERR_OK;
    int rc = sqlite3_prepare_v2(c->db, "PRAGMA foreign_key_check", -1, &raw, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(raw);
    if (rc == SQLITE_ROW)
        k = err_set(e, ERR_IO, "the database is damaged: a row of %s refers to nothing",
                    (const char *)sqlite3_column_text(raw, 0));
    else if (rc != SQLITE_DONE) k = sqlite_fail(c, rc, e);
    (void)sqlite3_finalize(raw);
    return k;
}

enum err_kind sqlite_verify(struct conn *base, struct err *e)
{
    enum err_kind k = check_pages(sqlite_of(base), e);
    return k == ERR_OK ? check_references(sqlite_of(base), e) : k;
}
