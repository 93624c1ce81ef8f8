/* SQLite's result codes as kinds of error and words. */
#include "store/sqlite/inner.h"

#include <errno.h>

struct error_row {
    int code; /* primary, or extended where a row of its own is needed */
    enum err_kind kind;
    const char *words;
};

/* Extended codes come before the primary ones that they belong to. */
static const struct error_row rows[] = {
    { SQLITE_CONSTRAINT_UNIQUE, ERR_CONFLICT, "the database has such a row already" },
    { SQLITE_CONSTRAINT_PRIMARYKEY, ERR_CONFLICT, "the database has such a row already" },
    { SQLITE_CONSTRAINT_ROWID, ERR_CONFLICT, "the database has such a row already" },
    { SQLITE_CONSTRAINT_FOREIGNKEY, ERR_CONFLICT, "the database holds rows that depend on each other" },
    { SQLITE_IOERR_NOMEM, ERR_NOMEM, "out of memory in the database" },
    { SQLITE_BUSY_SNAPSHOT, ERR_BUSY, "the database has moved on" },
    { SQLITE_CONSTRAINT, ERR_INTERNAL, "the database refuses a row" },
    { SQLITE_FULL, ERR_FULL, "the disk of the database is full" },
    { SQLITE_IOERR, ERR_IO, "reading or writing the database failed" },
    { SQLITE_CORRUPT, ERR_IO, "the database file is damaged: restore a backup" },
    { SQLITE_NOTADB, ERR_IO, "the database file is damaged or is not a database" },
    { SQLITE_NOMEM, ERR_NOMEM, "out of memory in the database" },
    { SQLITE_BUSY, ERR_BUSY, "the database is in use by something else" },
    { SQLITE_LOCKED, ERR_BUSY, "the database is in use by something else" },
    { SQLITE_PROTOCOL, ERR_BUSY, "the database is in use by something else" },
    { SQLITE_INTERRUPT, ERR_BUSY, "the database was interrupted" },
    { SQLITE_READONLY, ERR_IO, "the database cannot be written: file or directory is read-only" },
    { SQLITE_CANTOPEN, ERR_IO, "the database cannot be opened" },
    { SQLITE_PERM, ERR_IO, "the database cannot be opened" },
    { SQLITE_TOOBIG, ERR_TOO_LARGE, "too large for a row of the database" },
};

static const struct error_row *find(int rc)
{
    static const struct error_row other = { 0, ERR_INTERNAL, "the database refuses a statement" };
    for (size_t i = 0; i < countof(rows); i++)
        if (rows[i].code == rc || rows[i].code == (rc & 0xff)) return &rows[i];
    return &other;
}

/* A failing write to a full disk shows as an I/O error where SQLite extends a file before writing to it. */
static bool disk_is_full(struct sqlite_conn *c, int rc)
{
    int errnum = c->db ? sqlite3_system_errno(c->db) : 0;
    return (rc & 0xff) == SQLITE_IOERR && (errnum == ENOSPC || errnum == EDQUOT);
}

enum err_kind sqlite_fail(struct sqlite_conn *c, int rc, struct err *e)
{
    int extended = c->db ? sqlite3_extended_errcode(c->db) : rc;
    const struct error_row *row = find((extended & 0xff) == (rc & 0xff) ? extended : rc);
    if (disk_is_full(c, rc)) row = find(SQLITE_FULL);
    return err_set(e, row->kind, "%s (%s)", row->words, c->db ? sqlite3_errmsg(c->db) : sqlite3_errstr(rc));
}
