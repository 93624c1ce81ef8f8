/* The PostgreSQL engine's own structs, shared by its files. */
#ifndef STORE_POSTGRES_INNER_H
#define STORE_POSTGRES_INNER_H

#include <libpq-fe.h>
#include "store/driver.h"

struct postgres_conn {
    struct conn base;
    PGconn *db;
    unsigned session; /* grows with each reconnect: what an earlier session prepared is gone */
    unsigned made;    /* statements so far, for their names */
    bool shares;      /* a writer: it uses the database together with others (whole.c) */
    unsigned entered; /* the session in which it has taken the lock for that */
};

enum { BINDINGS_MAX = 64 };
struct postgres_stmt {
    struct stmt base;
    struct postgres_conn *conn;
    char *sql;
    unsigned number, session; /* its name is s<number>; the session that knows it, 0: none */
    bool plain;               /* transaction control: sent as it is, it may be several statements */
    size_t n;                 /* values it takes */
    struct {
        Oid type;
        const char *p;
        int n, format;
        char number[24];
    } bound[BINDINGS_MAX];
    PGresult *rows;
    int at, of; /* the current row, the number of rows */
    int64_t changed;
};

static inline struct postgres_conn *postgres_of(struct conn *c) { return (struct postgres_conn *)c; }

/* The error of a result, or of the connection when there is none, in words; returns its kind. */
enum err_kind postgres_fail(struct postgres_conn *c, const PGresult *r, struct err *e);
/* ERR_OK when the result is of a statement that was done. Does not clear it. */
_must_check_ enum err_kind postgres_check(struct postgres_conn *c, const PGresult *r, struct err *e);


/* open.c */
_must_check_ enum err_kind postgres_open(const char *place, enum conn_role role, struct conn **ret, struct err *e);
void postgres_close(struct conn *base);
/* Connects again when the connection is gone and no transaction was open on it. */
_must_check_ enum err_kind postgres_alive(struct postgres_conn *c, struct err *e);

/* whole.c: the database as a whole */
_must_check_ enum err_kind postgres_share(struct postgres_conn *c, struct err *e);
_must_check_ enum err_kind postgres_claim(struct conn *base, struct err *e);
extern const char postgres_tables[], postgres_columns[], postgres_parents[], postgres_last_number[], postgres_set_number[];

/* dialect.c: the text of migrations in PostgreSQL's words; the caller frees it. NULL: no memory. */
char *postgres_dialect(const char *sql);

#endif
