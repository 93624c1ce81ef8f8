/* Inside a transaction: running statements, and moving rows between columns and structs by table. */
#ifndef STORE_TXN_H
#define STORE_TXN_H

#include "pland/base/arena.h"
#include "pland/base/clock.h"
#include "pland/base/hash.h"
#include "store/driver.h"

struct head_cache;
struct txn {
    struct conn *conn;
    const struct clock *clock;
    struct head_cache *heads; /* NULL: there is none */
    int64_t heads_epoch;      /* head_cache.h: from before the snapshot */
};

/* --- values ----------------------------------------------------------------------------------------------------- */
static inline struct value v_int(int64_t i) { return (struct value){ .type = VALUE_INT, .i = i }; }
struct value v_text(const char *s); /* NULL: null */
struct value v_text_n(const char *s, size_t n);
struct value v_blob(const void *p, size_t n); /* NULL: null */
/* A page's cursor: rows with a number below it; 0 begins with the newest. */
static inline struct value v_before(int64_t n) { return v_int(n ? n : INT64_MAX); }
static inline struct value v_hash(const struct sha256 *h) { return v_blob(h->b, sizeof h->b); }
/* values, count */
#define VALUES(...) ((const struct value[]){ __VA_ARGS__ }), countof(((const struct value[]){ __VA_ARGS__ }))

/* --- rows as structs -------------------------------------------------------------------------------------------- */
enum column_type {
    COLUMN_INT,  /* int64_t */
    COLUMN_TEXT, /* const char *, NULL ↔ null */
    COLUMN_WORD, /* const char *, NULL ↔ '' */
    COLUMN_BOOL, /* bool ↔ 0, 1 */
    COLUMN_NAME, /* int ↔ names[i] */
    COLUMN_CODE, /* int ↔ integer */
    COLUMN_HASH, /* struct sha256 */
    COLUMN_BLOB  /* const void *, its length a size_t at offset_n; NULL ↔ null */
};
struct column {
    enum column_type type;
    size_t offset, offset_n;
    const char *const *names; /* NULL-terminated */
};
/* Columns in the order of the statements that use them. The first is the row number n. */
struct shape {
    const char *what; /* "plan": for "no such plan" */
    size_t size;
    const struct column *columns;
    size_t n;
};
#define C_INT(T, m) { .type = COLUMN_INT, .offset = offsetof(T, m) }
#define C_TEXT(T, m) { .type = COLUMN_TEXT, .offset = offsetof(T, m) }
#define C_WORD(T, m) { .type = COLUMN_WORD, .offset = offsetof(T, m) }
#define C_BOOL(T, m) { .type = COLUMN_BOOL, .offset = offsetof(T, m) }
#define C_NAME(T, m, nm) { .type = COLUMN_NAME, .offset = offsetof(T, m), .names = (nm) }
#define C_CODE(T, m) { .type = COLUMN_CODE, .offset = offsetof(T, m) }
#define C_HASH(T, m) { .type = COLUMN_HASH, .offset = offsetof(T, m) }
#define C_BLOB(T, m, len) { .type = COLUMN_BLOB, .offset = offsetof(T, m), .offset_n = offsetof(T, len) }
#define SHAPE(what_, T, cols) { .what = (what_), .size = sizeof(T), .columns = (cols), .n = countof(cols) }

enum { VALUES_MAX = 48 };
/* Appends the values of columns [from, shape->n) of src to v[*n…]. */
void shape_values(const struct shape *s, size_t from, const void *src, struct value *v, size_t *n);
/* Fills dst (zeroed first) from the current row. */
_must_check_ enum err_kind shape_read(const struct shape *s, const struct conn *c, const struct stmt *row,
                                      struct arena *a, void *dst, struct err *e);
/* The name of an enumeration's value, "" for one that does not exist. */
const char *name_of(const char *const *names, int i);

/* --- statements ------------------------------------------------------------------------------------------------- */
/* Runs a statement for its effect. ret_changed: rows written, may be NULL. */
_must_check_ enum err_kind txn_run(struct txn *tx, const char *sql, const struct value *v, size_t n,
                                   int64_t *ret_changed, struct err *e);
/* The same for a statement that writes so many rows unless something rare has happened: in a bold transaction they are
 * taken for written, and its end finds out (driver.h). */
_must_check_ enum err_kind txn_likely(struct txn *tx, const char *sql, const struct value *v, size_t n,
                                      int64_t rows, int64_t *ret_changed, struct err *e);
/* Like txn_run(); nothing changed is ERR_NOT_FOUND "no such <what>". */
_must_check_ enum err_kind txn_change(struct txn *tx, const char *sql, const struct value *v, size_t n,
                                      const char *what, struct err *e);
/* First column of the only row as a number; *ret_found (may be NULL) false and *ret 0 when there is none. */
_must_check_ enum err_kind txn_int(struct txn *tx, const char *sql, const struct value *v, size_t n, int64_t *ret,
                                   bool *ret_found, struct err *e);
/* First column of the only row as text; NULL when there is none. */
_must_check_ enum err_kind txn_text(struct txn *tx, const char *sql, const struct value *v, size_t n, struct arena *a,
                                    const char **ret, struct err *e);
/* The only row as a struct; ERR_NOT_FOUND "no such <what>". */
_must_check_ enum err_kind txn_one(struct txn *tx, const char *sql, const struct value *v, size_t n,
                                   const struct shape *s, struct arena *a, void *ret, struct err *e);
/* All rows into a LIST; static text. */
_must_check_ enum err_kind txn_all(struct txn *tx, const char *sql, const struct value *v, size_t n,
                                   const struct shape *s, struct arena *a, void *ret_list, struct err *e);
/* The same for what is asked again and again within a transaction: kept until txn_forget(). */
_must_check_ enum err_kind txn_all_kept(struct txn *tx, const char *sql, const struct value *v, size_t n,
                                        const struct shape *s, struct arena *a, void *ret_list, struct err *e);
/* The only row of such, as txn_one(). */
_must_check_ enum err_kind txn_one_kept(struct txn *tx, const char *sql, const struct value *v, size_t n,
                                        const struct shape *s, struct arena *a, void *ret, struct err *e);
/* What was kept may have changed. */
void txn_forget(struct txn *tx);
/* Like txn_all() for text made at run time: prepared and forgotten. */
_must_check_ enum err_kind txn_all_once(struct txn *tx, const char *sql, const struct value *v, size_t n,
                                        const struct shape *s, struct arena *a, void *ret_list, struct err *e);
/* Inserts src's columns from the second on ($1 is the second) with "… RETURNING n" and sets the first column, n.
 * No row returned (ON CONFLICT DO NOTHING): ERR_CONFLICT with these words. */
_must_check_ enum err_kind txn_insert(struct txn *tx, const char *sql, const struct shape *s, void *src,
                                      const char *conflict, struct err *e);
/* The same for "INSERT INTO t (n, …) VALUES ($1, …", all columns; the number comes from the sequence `numbers` ("SELECT
 * nextval(…) FROM generate_series(1, $1)") where the engine has some, so that nobody has to wait for it. */
_must_check_ enum err_kind txn_insert_numbered(struct txn *tx, const char *numbers, const char *sql, const struct shape *s,
                                               void *src, const char *conflict, struct err *e);
/* Updates by row number: $1 is n, $2… the columns from `from` on; a row that was read in this transaction. ERR_NOT_FOUND
 * when there is no such row. */
_must_check_ enum err_kind txn_update(struct txn *tx, const char *sql, const struct shape *s, size_t from,
                                      const void *src, struct err *e);

/* Step by step, where the helpers above do not fit. Always end with txn_end(), also after an error. */
_must_check_ enum err_kind txn_start(struct txn *tx, const char *sql, const struct value *v, size_t n,
                                     struct stmt **ret, struct err *e);
_must_check_ enum err_kind txn_step(struct txn *tx, struct stmt *s, bool *ret_row, struct err *e);
struct value txn_column(const struct txn *tx, const struct stmt *s, int i);
void txn_end(struct txn *tx, struct stmt *s); /* accepts NULL */

#endif
