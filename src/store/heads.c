/* The newest revision's served bytes: one statement from a plan's id to what goes out. */
#include "pland/store/documents.h"

#include <string.h>

#include "store/head_cache.h"
#include "store/txn.h"

enum err_kind store_head_put(struct txn *tx, int64_t plan, const char *format, int64_t revision, const char *etag,
                             const char *bytes, size_t n, struct err *e)
{
    static const char sql[] =
        "INSERT INTO heads (plan, format, revision, etag, bytes) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (plan, format) DO UPDATE SET revision = excluded.revision, etag = excluded.etag,"
        " bytes = excluded.bytes";
    head_cache_close(tx->heads);
    return txn_run(tx, sql, VALUES(v_int(plan), v_text(format), v_int(revision), v_text(etag), v_text_n(bytes, n)),
                   NULL, e);
}

/* Copies the row out; the bytes go where the caller says. */
static enum err_kind read_head(struct txn *tx, struct stmt *s, head_alloc_fn *alloc, void *arg, struct arena *a,
                               struct head_bytes *ret, struct err *e)
{
    struct value etag = txn_column(tx, s, 1), bytes = txn_column(tx, s, 2);
    struct head_bytes head = { .revision = txn_column(tx, s, 0).i,
                               .etag = arena_dup_n(a, etag.p, etag.n),
                               .n = bytes.n };
    enum err_kind k = arena_check(a, e);
    char *to;
    if (k != ERR_OK) return k;
    to = alloc(arg, bytes.n);
    if (!to) return err_nomem(e);
    if (bytes.n > 0) memcpy(to, bytes.p, bytes.n);
    head.bytes = to;
    *ret = head;
    return ERR_OK;
}

/* No head: because there is no such plan, because it was deleted, or because nothing is published yet? */
static enum err_kind missing(struct txn *tx, const char *plan_id, int64_t project, struct err *e)
{
    static const char gone_sql[] = "SELECT 1 FROM tombstones WHERE id = $1 AND (project = $2 OR $2 = 0)";
    static const char plan_sql[] = "SELECT 1 FROM plans WHERE id = $1 AND (project = $2 OR $2 = 0)";
    int64_t one;
    bool gone = false, there = false;
    enum err_kind k = txn_int(tx, gone_sql, VALUES(v_text(plan_id), v_int(project)), &one, &gone, e);
    if (k == ERR_OK && !gone) k = txn_int(tx, plan_sql, VALUES(v_text(plan_id), v_int(project)), &one, &there, e);
    if (k != ERR_OK) return k;
    if (gone) return err_set(e, ERR_GONE, "the plan %.40s was deleted", plan_id);
    return err_set(e, ERR_NOT_FOUND, there ? "the plan %.40s has no revision yet" : "no plan %.40s", plan_id);
}

enum err_kind store_head_get(struct txn *tx, const char *plan_id, int64_t project, const char *format,
                             head_alloc_fn *alloc, void *arg, struct arena *a, struct head_bytes *ret, struct err *e)
{
    static const char sql[] =
        "SELECT h.revision, h.etag, h.bytes, p.project FROM plans p JOIN heads h ON h.plan = p.n AND h.format = $3"
        " WHERE p.id = $1 AND (p.project = $2 OR $2 = 0)";
    struct head_key key = { plan_id, format, project };
    struct stmt *s;
    bool row = false;
    enum err_kind k;
    if (head_cache_get(tx->heads, tx->heads_epoch, &key, alloc, arg, a, ret, &k, e)) return k;
    k = txn_start(tx, sql, VALUES(v_text(plan_id), v_int(project), v_text(format)), &s, e);
    if (k == ERR_OK) k = txn_step(tx, s, &row, e);
    if (k == ERR_OK && row) k = read_head(tx, s, alloc, arg, a, ret, e);
    if (k == ERR_OK && row) {
        key.project = txn_column(tx, s, 3).i;
        head_cache_put(tx->heads, tx->heads_epoch, &key, ret);
    }
    txn_end(tx, s);
    return k == ERR_OK && !row ? missing(tx, plan_id, project, e) : k;
}
