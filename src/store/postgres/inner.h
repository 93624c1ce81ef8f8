/* The PostgreSQL engine's own structs, shared by its files. */
#ifndef STORE_POSTGRES_INNER_H
#define STORE_POSTGRES_INNER_H

#include <libpq-fe.h>
#include "store/driver.h"

enum { BINDINGS_MAX = 64, SENT_MAX = 1024, XID_MAX = 24, TIMELINE_MAX = 12, ROWS_ANY = -1, KEPT_MAX = 64, KEEPERS_MAX = 8,
       UNSENT_MAX = 1 << 20, HELD_MAX = 8 << 10 };

/* What was sent and not yet heard of. */
struct sent {
    struct postgres_stmt *prepares; /* NULL: prepares nothing */
    struct postgres_stmt *keeps;    /* NULL: its rows are not for bind_kept() */
    bool numbers;                   /* says what number the transaction has */
    int64_t rows;                   /* that it is expected to write, or ROWS_ANY */
    bool sync;
};
struct postgres_conn {
    struct conn base;
    PGconn *db;
    unsigned session; /* grows with each reconnect: what an earlier session prepared is gone */
    unsigned made;    /* statements so far, for their names */
    int pid;          /* the server's process of this session */
    bool stale;       /* connected, but to a server that cannot be written any more */
    bool connecting;  /* see postgres_alive() */
    PostgresPollingStatusType polling;
    int64_t until, again; /* monotonic: when this attempt is given up, when the next one is due */
    int64_t failures;     /* attempts in a row that came to nothing */
    int64_t failed_at;    /* when the last of them did; monotonic */
    int64_t patience;     /* ms that the server may say nothing when something is asked of it; 0: any time. See wait.c */
    size_t unsent;        /* bytes of values, at most, that libpq may not have sent yet */
    size_t held;          /* those since it was told to send what it can */
    const char *begun; /* how the open transaction began; NULL: none is open */
    bool fresh, failed; /* nothing was heard of it yet; a statement of it has failed */
    char xid[XID_MAX], timeline[TIMELINE_MAX]; /* of the transaction that writes, should the answer to COMMIT be lost */
    struct postgres_stmt *keepers[KEEPERS_MAX]; /* whose kept rows were used in the last transaction */
    size_t n_keepers;
    size_t n_sent;
    struct sent sent[SENT_MAX];
};

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
    PGresult *kept; /* bind_kept(): rows that were read */
    uint64_t era;   /* in this era of the connection */
    bool used;      /* and were asked for in it; then it is one of the connection's keepers */
    char kept_for[KEPT_MAX]; /* for these values; 0 bytes: nothing is kept */
    size_t n_kept_for;
};

static inline struct postgres_conn *postgres_of(struct conn *c) { return (struct postgres_conn *)c; }

/* The error of a result, or of the connection when there is none, in words; returns its kind. */
enum err_kind postgres_fail(struct postgres_conn *c, const PGresult *r, struct err *e);
/* ERR_OK when the result is of a statement that was done. Does not clear it. */
_must_check_ enum err_kind postgres_check(struct postgres_conn *c, const PGresult *r, struct err *e);
/* Runs statements without values; their last rows are in *ret, which the caller clears, unless it is NULL. */
_must_check_ enum err_kind postgres_exec(struct postgres_conn *c, const char *sql, PGresult **ret, struct err *e);

/* wait.c: what PQgetResult does, for as long as the connection's patience lasts. Then the connection is lost, and the
 * result says so. The last of several: of statements outside a pipeline; the caller's, as every result. */
PGresult *postgres_result(struct postgres_conn *c);
PGresult *postgres_last_result(struct postgres_conn *c);
/* Waits until the kernel has taken what was sent. A failure is told with the next result. */
void postgres_flush(struct postgres_conn *c);

/* pipeline.c: sending without waiting. A failure of theirs is told by the wait. */
_must_check_ enum err_kind pipeline_text(struct postgres_conn *c, const char *sql, struct err *e);
_must_check_ enum err_kind pipeline_statement(struct postgres_stmt *s, int64_t rows, struct err *e);
_must_check_ enum err_kind pipeline_sync(struct postgres_conn *c, struct err *e);
/* Reads everything that is due. ret_last (may be NULL): the result of the last statement, the caller's. Sets base.wrong
 * when another one has failed, or has not written the rows that were expected. */
_must_check_ enum err_kind pipeline_wait(struct postgres_conn *c, PGresult **ret_last, struct err *e);
/* The rows that the last transaction asked for again and again, once more for the next: they come with its beginning. */
_must_check_ enum err_kind pipeline_refresh(struct postgres_conn *c, struct err *e);
/* Reads what is due and leaves the mode, for what it does not take. */
_must_check_ enum err_kind pipeline_leave(struct postgres_conn *c, struct err *e);

/* transaction.c: BEGIN, COMMIT, ROLLBACK and savepoints. */
_must_check_ enum err_kind postgres_control(struct postgres_conn *c, const char *sql, struct err *e);
/* The transaction begins again on a new connection, when the old one was lost before anything was heard on it; the writer's own tries
 * look at the schema again. */
_must_check_ bool postgres_again(struct postgres_conn *c, struct err *e);

/* open.c */
_must_check_ enum err_kind postgres_open(const char *place, enum conn_role role, struct conn **ret, struct err *e);
void postgres_close(struct conn *base);

/* alive.c */
/* ERR_OK: connected, with no transaction open. A connection that is gone is made again; ERR_BUSY: not yet. */
_must_check_ enum err_kind postgres_alive(struct postgres_conn *c, struct err *e);
/* What every new session begins with. */
_must_check_ enum err_kind postgres_settle(struct postgres_conn *c, struct err *e);
/* The limits alone, as they are for a daemon's work. */
_must_check_ enum err_kind postgres_limits(struct postgres_conn *c, struct err *e);

/* pooling.c: ERR_INVALID where a session's connection leads now to this and now to that process of the server. */
_must_check_ enum err_kind postgres_is_session(struct postgres_conn *c, const char *place, struct err *e);

/* beside.c, see store/driver.h */
_must_check_ enum err_kind postgres_migrating(struct conn *base, struct err *e);
void postgres_migrated(struct conn *base);
_must_check_ enum err_kind postgres_nobody_runs(struct conn *base, int64_t from, int64_t to, struct err *e);
_must_check_ enum err_kind postgres_run_beside(struct conn *base, int64_t schema, struct err *e);

/* whole.c: the database as a whole */
_must_check_ enum err_kind postgres_share(struct postgres_conn *c, struct err *e);
_must_check_ enum err_kind postgres_claim(struct conn *base, struct err *e);
extern const char postgres_tables[], postgres_columns[], postgres_parents[], postgres_last_number[], postgres_set_number[];

/* dialect.c: the text of migrations in PostgreSQL's words; the caller frees it. NULL: no memory. */
char *postgres_dialect(const char *sql);

#endif
