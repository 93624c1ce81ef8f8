/* Small named values. */
#include "pland/store/store.h"

#include "store/txn.h"

enum err_kind store_meta_get(struct txn *tx, const char *key, struct arena *a, const char **ret, struct err *e)
{
    static const char sql[] = "SELECT value FROM meta WHERE key = $1";
    return txn_text(tx, sql, VALUES(v_text(key)), a, ret, e);
}

enum err_kind store_meta_set(struct txn *tx, const char *key, const char *value, struct err *e)
{
    static const char sql[] =
        "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    return txn_run(tx, sql, VALUES(v_text(key), v_text(value)), NULL, e);
}
