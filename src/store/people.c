/* Projects and people. */
#include "pland/store/access.h"

#include "store/txn.h"

/* --- projects --------------------------------------------------------------------------------------------------- */
#define PROJECT_COLUMNS "n, id, created_at, name, settings"
enum { PROJECT_MUTABLE = 3 };
static const struct column project_columns[] = {
    C_INT(struct project_row, n),
    C_TEXT(struct project_row, id),
    C_INT(struct project_row, created_at),
    C_TEXT(struct project_row, name),
    C_TEXT(struct project_row, settings),
};
static const struct shape project_shape = SHAPE("project", struct project_row, project_columns);

enum err_kind store_project_insert(struct txn *tx, struct project_row *p, struct err *e)
{
    static const char sql[] = "INSERT INTO projects (id, created_at, name, settings) VALUES ($1, $2, $3, $4) ON "
                              "CONFLICT DO NOTHING RETURNING n";
    txn_forget(tx);
    return txn_insert(tx, sql, &project_shape, p, "a project with this name exists", e);
}

enum err_kind store_project_get(struct txn *tx, const char *name_or_id, struct arena *a, struct project_row *ret,
                                struct err *e)
{
    static const char sql[] =
        "SELECT " PROJECT_COLUMNS " FROM projects WHERE n = (SELECT min(n) FROM"
        " (SELECT n FROM projects WHERE name = $1 UNION ALL SELECT n FROM projects WHERE id = $1) x)";
    return txn_one_kept(tx, sql, VALUES(v_text(name_or_id)), &project_shape, a, ret, e);
}

enum err_kind store_project_get_n(struct txn *tx, int64_t n, struct arena *a, struct project_row *ret, struct err *e)
{
    static const char sql[] = "SELECT " PROJECT_COLUMNS " FROM projects WHERE n = $1";
    return txn_one_kept(tx, sql, VALUES(v_int(n)), &project_shape, a, ret, e);
}

/* A name that is taken must not end the transaction, as a broken constraint would on some engines. */
enum err_kind store_project_update(struct txn *tx, const struct project_row *p, struct err *e)
{
    static const char sql[] = "UPDATE projects SET name = $2, settings = $3 WHERE n = $1";
    static const char taken_sql[] = "SELECT 1 FROM projects WHERE name = $2 AND n <> $1";
    int64_t one;
    bool taken = false;
    txn_forget(tx);
    enum err_kind k = txn_int(tx, taken_sql, VALUES(v_int(p->n), v_text(p->name)), &one, &taken, e);
    if (k == ERR_OK && taken) k = err_set(e, ERR_CONFLICT, "a project with this name exists");
    return k == ERR_OK ? txn_update(tx, sql, &project_shape, PROJECT_MUTABLE, p, e) : k;
}

enum err_kind store_project_list(struct txn *tx, struct arena *a, struct project_list *ret, struct err *e)
{
    static const char sql[] = "SELECT " PROJECT_COLUMNS " FROM projects ORDER BY n";
    return txn_all(tx, sql, NULL, 0, &project_shape, a, ret, e);
}

/* --- people ----------------------------------------------------------------------------------------------------- */
#define PERSON_COLUMNS "n, id, name, email, logins, created_at"
static const struct column person_columns[] = {
    C_INT(struct person_row, n),
    C_TEXT(struct person_row, id),
    C_TEXT(struct person_row, name),
    C_TEXT(struct person_row, email),
    C_TEXT(struct person_row, logins),
    C_INT(struct person_row, created_at),
};
static const struct shape person_shape = SHAPE("person", struct person_row, person_columns);

enum err_kind store_person_insert(struct txn *tx, struct person_row *p, struct err *e)
{
    static const char sql[] = "INSERT INTO people (id, name, email, logins, created_at) VALUES ($1, $2, $3, $4, $5) ON "
                              "CONFLICT DO NOTHING RETURNING n";
    return txn_insert(tx, sql, &person_shape, p, "a person with this name exists", e);
}

enum err_kind store_person_get_n(struct txn *tx, int64_t n, struct arena *a, struct person_row *ret, struct err *e)
{
    static const char sql[] = "SELECT " PERSON_COLUMNS " FROM people WHERE n = $1";
    return txn_one_kept(tx, sql, VALUES(v_int(n)), &person_shape, a, ret, e);
}

enum err_kind store_person_by_name(struct txn *tx, const char *name, struct arena *a, struct person_row *ret,
                                   struct err *e)
{
    static const char sql[] = "SELECT " PERSON_COLUMNS " FROM people WHERE name = $1";
    return txn_one(tx, sql, VALUES(v_text(name)), &person_shape, a, ret, e);
}
