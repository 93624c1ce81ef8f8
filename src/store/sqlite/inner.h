/* The SQLite engine's own structs, shared by its files. */
#ifndef STORE_SQLITE_INNER_H
#define STORE_SQLITE_INNER_H

#include <sqlite3.h>
#include "store/driver.h"

#define DATABASE_NAME "pland.db"
enum { APPLICATION_ID = 0x504c4e44 }; /* "PLND" */
enum { PATH_ROOM = 4096 };

struct sqlite_conn {
    struct conn base;
    sqlite3 *db;
    int64_t log_pages; /* in the write-ahead log after the last commit of this connection */
    int64_t page_bytes;
    char path[PATH_ROOM];
};

enum { BINDINGS_MAX = 64 };
struct sqlite_stmt {
    struct stmt base;
    sqlite3_stmt *raw;
    struct sqlite_conn *conn;
    int64_t changed, number; /* of rows; of the row that was inserted, when the statement is asked for it */
    bool numbers, told;
    size_t n;                         /* values it takes */
    unsigned char index[BINDINGS_MAX]; /* SQLite's number of $(i+1) */
};

static inline struct sqlite_conn *sqlite_of(struct conn *c) { return (struct sqlite_conn *)c; }

/* The error of the last call on this connection, in words; returns its kind. */
enum err_kind sqlite_fail(struct sqlite_conn *c, int rc, struct err *e);
_must_check_ enum err_kind sqlite_script(struct conn *base, const char *sql, struct err *e);
/* First column of the first row as a number; 0 when there is none. */
_must_check_ enum err_kind sqlite_number(struct sqlite_conn *c, const char *sql, int64_t *ret, struct err *e);

/* open.c */
_must_check_ enum err_kind sqlite_open(const char *place, enum conn_role role, struct conn **ret, struct err *e);
void sqlite_close(struct conn *base);

/* maintain.c */
_must_check_ enum err_kind sqlite_checkpoint(struct conn *base, bool finish, struct err *e);
_must_check_ enum err_kind sqlite_backup(struct conn *base, const char *file, struct err *e);
_must_check_ enum err_kind sqlite_verify(struct conn *base, struct err *e);
_must_check_ enum err_kind sqlite_backup_name(const char *place, int64_t version, char *ret, size_t cap, struct err *e);

#endif
