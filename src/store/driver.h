/* What an engine (SQLite, PostgreSQL) gives to the rest of the store: connections, statements, maintenance. Operations
 * are written once above it. A connection is used by one thread at a time.
 *
 * Statements are SQL text with $1…$k; every number appears, values[i] belongs to $(i+1). */
#ifndef STORE_DRIVER_H
#define STORE_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "pland/base/err.h"
#include "pland/store/wire.h"

enum value_type { VALUE_NULL, VALUE_INT, VALUE_TEXT, VALUE_BLOB };
struct value {
    enum value_type type;
    int64_t i;
    const char *p; /* borrowed; no NUL at the end */
    size_t n;
};

enum conn_role {
    CONN_WRITER, /* the one that writes; creates the database when there is none */
    CONN_READER, /* refuses to write */
    CONN_TOOL    /* maintenance: checkpoint, backup, verify */
};

struct fault;
struct stmt;
enum { NUMBERS_MAX = 64 };

/* Engines embed it as the first member of their own connection and allocate that; conn.c fills the rest. */
struct conn {
    const struct engine *engine;
    enum conn_role role;
    struct fault *fault; /* borrowed; NULL: nothing is made to fail */
    int64_t schema;      /* the newest schema version that this program knows, once it runs with it; see run_beside */
    bool renewed;        /* the engine has connected again: what was found out before may be out of date */
    struct {
        struct stmt **v; /* open addressing by the address of the text */
        size_t n, cap;   /* cap is a power of two */
    } cache;
    /* Of the current transaction. bold: writes that are sure to do what they do every day are not waited for (engine.post);
     * what they did is looked at before the commit, and when a guess was wrong, all of it is undone and run again without
     * guesses. Set by who can do so, before the transaction begins. */
    bool bold;
    bool guessed; /* something was taken for granted that only the commit proves */
    bool wrong;   /* a guess was */
    bool again;   /* the database gave way (deadlock, lost connection): another try may succeed, nothing was committed */
    bool unknown; /* the connection was lost during the commit, and whether it was done cannot be found out: nothing is tried again */
    int expected; /* writes to come in this transaction, for what is asked for once for all of them */
    uint64_t era; /* what was read in another one may be out of date */
    struct { int64_t v[NUMBERS_MAX]; int at, n; uint64_t era; } numbers; /* of rows to come; when they were asked for */
};

/* Engines embed it as the first member of their own statement. */
struct stmt {
    const char *sql;
    bool busy;
};

struct engine {
    const char *name;
    const char *begin_read, *begin_write;
    bool lateral; /* knows JOIN LATERAL */
    /* The database's time in Unix milliseconds, for what daemons that share it agree on by time; NULL: it is not shared. */
    const char *now;
    /* place: a data directory, or a connection string. */
    enum err_kind (*open)(const char *place, enum conn_role role, struct conn **ret, struct err *e);
    void (*close)(struct conn *c);
    enum err_kind (*prepare)(struct conn *c, const char *sql, struct stmt **ret, struct err *e);
    void (*finalize)(struct stmt *s);
    enum err_kind (*bind)(struct stmt *s, const struct value *v, size_t n, struct err *e);
    enum err_kind (*step)(struct stmt *s, bool *ret_row, struct err *e);
    struct value (*column)(const struct stmt *s, int i); /* valid until the next step or reset */
    int64_t (*changed)(const struct stmt *s);            /* rows that the last step wrote */
    void (*reset)(struct stmt *s);
    /* Runs what is bound without waiting: `rows` rows will be written, -1: any number; settle() says whether it was so.
     * NULL: waiting costs nothing, and the engine numbers rows itself. */
    enum err_kind (*post)(struct stmt *s, int64_t rows, struct err *e);
    enum err_kind (*settle)(struct conn *c, struct err *e); /* NULL: likewise */
    /* Like bind, but rows that were kept for these values in this era are taken instead, and those that the
     * next steps bring are kept. NULL: it is not worth it. */
    enum err_kind (*bind_kept)(struct stmt *s, const struct value *v, size_t n, struct err *e);
    bool (*in_transaction)(const struct conn *c);
    /* Several statements without values, as in migrations. */
    enum err_kind (*script)(struct conn *c, const char *sql, struct err *e);
    /* Is there a table of that name? */
    enum err_kind (*has_table)(struct conn *c, const char *name, bool *ret, struct err *e);
    /* Daemons of several releases may share a database. Each holds, as long as it is connected, that it runs with
     * `schema`; one that migrates keeps the others who migrate out, and in its transaction makes sure that nobody runs
     * with one of the versions from..to, nor will before it has ended (ERR_CONFLICT, in words). All NULL where a database
     * has one daemon. */
    enum err_kind (*migrating)(struct conn *c, struct err *e);
    void (*migrated)(struct conn *c);
    enum err_kind (*nobody_runs)(struct conn *c, int64_t from, int64_t to, struct err *e);
    enum err_kind (*run_beside)(struct conn *c, int64_t schema, struct err *e);
    int64_t (*log_bytes)(const struct conn *writer); /* write-ahead log after the last commit */
    /* finish: wait for readers and let the log start afresh; else move what is possible without waiting. NULL: the
     * engine looks after its log itself. */
    enum err_kind (*checkpoint)(struct conn *c, bool finish, struct err *e);
    /* pland/store/wire.h; NULL: the database is not shared. */
    enum err_kind (*wire_start)(const char *place, wire_fn *heard, void *arg, struct wire **ret, struct err *e);
    enum err_kind (*backup)(struct conn *c, const char *file, struct err *e);
    enum err_kind (*verify)(struct conn *c, struct err *e);
    /* Where to copy a database that is about to get migration `version`; NULL: the engine makes no copies. */
    enum err_kind (*backup_name)(const char *place, int64_t version, char *ret, size_t cap, struct err *e);
    /* The catalogue (catalogue.h): names of tables; of table $1 the columns (name, type, place in the key, whether it must
     * not be null) in order, and the tables that it refers to. */
    const char *tables, *columns, *parents;
    /* The number that the key of table $1 was given last by itself (nothing: never, or it is not given any), and setting it
     * to $2, which does nothing where numbers may come again. */
    const char *last_number, *set_number;
    /* The whole database is this connection's until it closes: ERR_CONFLICT when a daemon uses it, and none can be started
     * meanwhile. NULL: the lock of the data directory does that. */
    enum err_kind (*claim)(struct conn *c, struct err *e);
};

extern const struct engine sqlite_engine, postgres_engine;

#endif
