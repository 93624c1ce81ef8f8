/* Opening a SQLite database: what is refused, and the settings of each kind of connection. */
#include "store/sqlite/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Durable (WAL, FULL), small caches, no checkpoint inside a commit. No mmap: a disk error would be a signal. Pages of
 * 8 KiB, for three tickets of 2 KB fill one where a page of 4 KiB takes only one; decided when the database is made.
 * The log keeps its file: writing over blocks that are there is cheaper than having them allotted anew each time. */
static const char *const writer_settings =
    "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 100663296; PRAGMA temp_store = MEMORY;"
    "PRAGMA cache_size = -2048;";
static const char *const reader_settings =
    "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -512;";
static const char *const tool_settings =
    "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -256; PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA synchronous = FULL;";
enum { BUSY_MS = 5000 };

/* Before the library's first use: no accounting (its mutex is shared by all threads), savepoints stay in memory. */
static void configure(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    (void)sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);
}

/* --- what is refused before SQLite sees it ---------------------------------------------------------------------- */
static enum err_kind check_header(int fd, const char *path, struct err *e)
{
    static const char magic[16] = "SQLite format 3";
    char head[100];
    struct stat st;
    if (fstat(fd, &st) != 0) return err_errno(e, errno, "%s", path);
    if (!S_ISREG(st.st_mode)) return err_set(e, ERR_IO, "%s is not a file", path);
    if (st.st_size == 0) return ERR_OK;
    if (pread(fd, head, sizeof head, 0) != (ssize_t)sizeof head || memcmp(head, magic, sizeof magic) != 0)
        return err_set(e, ERR_IO, "%s is damaged or is not a database: restore a backup or move it away", path);
    return ERR_OK;
}

static enum err_kind open_words(struct err *e, const char *path, int errnum)
{
    enum err_kind k = err_errno(e, errnum, "the database %s cannot be opened", path);
    return k == ERR_FULL || k == ERR_NOMEM ? k : err_set(e, ERR_IO, "%s", e->msg);
}

/* The writer makes the file, for its owner only; SQLite gives the log the same mode. It is the first connection of its
 * process and the only one that may look at the file by itself: closing any descriptor of a file drops all locks that
 * the process has on it (fcntl(2)), and a database without locks loses its log to the next program that opens it. */
static enum err_kind prepare_file(const char *dir, const char *path, enum conn_role role, struct err *e)
{
    struct stat st;
    enum err_kind k;
    int fd;
    if (role != CONN_WRITER) {
        if (stat(path, &st) != 0) return open_words(e, path, errno);
        return S_ISREG(st.st_mode) ? ERR_OK : err_set(e, ERR_IO, "%s is not a file", path);
    }
    if (faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS) != 0)
        return err_set(e, ERR_IO, "the data directory %s cannot be written: %s", dir, strerrordesc_np(errno));
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (fd < 0) return open_words(e, path, errno);
    k = check_header(fd, path, e);
    (void)close(fd);
    return k;
}

/* --- settings --------------------------------------------------------------------------------------------------- */
static int count_pages(void *arg, sqlite3 *db, const char *schema, int pages)
{
    (void)db, (void)schema;
    ((struct sqlite_conn *)arg)->log_pages = pages;
    return SQLITE_OK;
}

/* A database of some other program is not ours to change. */
static enum err_kind check_owner(struct sqlite_conn *c, struct err *e)
{
    int64_t id = 0, tables = 0;
    enum err_kind k = sqlite_number(c, "PRAGMA application_id", &id, e);
    if (k == ERR_OK) k = sqlite_number(c, "SELECT count(*) FROM sqlite_schema", &tables, e);
    if (k != ERR_OK || id == APPLICATION_ID || (id == 0 && tables == 0)) return k;
    return err_set(e, ERR_IO, "%s is a database of another program", c->path);
}

static enum err_kind set_up_writer(struct sqlite_conn *c, struct err *e)
{
    char sql[64];
    int64_t id = 0;
    enum err_kind k;
    if (sqlite3_db_readonly(c->db, "main") == 1) return err_set(e, ERR_IO, "%s is read-only", c->path);
    k = sqlite_script(&c->base, writer_settings, e);
    if (k == ERR_OK) k = sqlite_number(c, "PRAGMA application_id", &id, e);
    if (k == ERR_OK) k = sqlite_number(c, "PRAGMA page_size", &c->page_bytes, e);
    (void)sqlite3_wal_hook(c->db, count_pages, c);
    if (k != ERR_OK || id == APPLICATION_ID) return k;
    (void)snprintf(sql, sizeof sql, "PRAGMA application_id = %d", APPLICATION_ID);
    return sqlite_script(&c->base, sql, e);
}

static enum err_kind set_up(struct sqlite_conn *c, enum conn_role role, struct err *e)
{
    enum err_kind k;
    (void)sqlite3_extended_result_codes(c->db, 1);
    (void)sqlite3_busy_timeout(c->db, BUSY_MS);
    (void)sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(c->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    k = check_owner(c, e);
    if (k != ERR_OK) return k;
    switch (role) {
    case CONN_WRITER: return set_up_writer(c, e);
    case CONN_READER: return sqlite_script(&c->base, reader_settings, e);
    case CONN_TOOL: return sqlite_script(&c->base, tool_settings, e);
    }
    return ERR_OK;
}

/* --- open, close ------------------------------------------------------------------------------------------------ */
static enum err_kind open_file(struct sqlite_conn *c, const char *dir, enum conn_role role, struct err *e)
{
    int n = snprintf(c->path, sizeof c->path, "%s/" DATABASE_NAME, dir);
    enum err_kind k;
    int rc;
    if (n < 0 || (size_t)n >= sizeof c->path) return err_set(e, ERR_INVALID, "the data directory's name is too long");
    k = prepare_file(dir, c->path, role, e);
    if (k != ERR_OK) return k;
    rc = sqlite3_open_v2(c->path, &c->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
    if (rc != SQLITE_OK) k = sqlite_fail(c, rc, e);
    else k = set_up(c, role, e);
    return k == ERR_OK ? k : err_wrap(e, "opening %s", c->path);
}

enum err_kind sqlite_open(const char *place, enum conn_role role, struct conn **ret, struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct sqlite_conn *c;
    enum err_kind k;
    (void)pthread_once(&once, configure);
    c = calloc(1, sizeof *c);
    if (!c) return err_nomem(e);
    c->base.engine = &sqlite_engine;
    k = open_file(c, place, role, e);
    if (k != ERR_OK) {
        sqlite_close(&c->base);
        return k;
    }
    *ret = &c->base;
    return ERR_OK;
}

void sqlite_close(struct conn *base)
{
    struct sqlite_conn *c = sqlite_of(base);
    (void)sqlite3_close(c->db);
    free(c);
}
