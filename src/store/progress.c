/* How the work on a plan goes: progress of its phases, what their criteria said, estimates against actual times. */
#include "pland/store/handoff.h"

#include "pland/plan/request.h"
#include "store/txn.h"

#define PROGRESS_COLUMNS                                                                                               \
    "plan, phase, at, person, status, note, commit_id, evidence, started_at, done_at, worked_ms, estimated, reason"
static const struct column progress_columns[] = {
    C_INT(struct progress_row, plan),
    C_TEXT(struct progress_row, phase),
    C_INT(struct progress_row, at),
    C_INT(struct progress_row, person),
    C_NAME(struct progress_row, status, progress_status_names),
    C_TEXT(struct progress_row, note),
    C_TEXT(struct progress_row, commit),
    C_TEXT(struct progress_row, evidence),
    C_INT(struct progress_row, started_at),
    C_INT(struct progress_row, done_at),
    C_INT(struct progress_row, worked_ms),
    C_INT(struct progress_row, estimated),
    C_TEXT(struct progress_row, reason),
};
static const struct shape progress_shape = SHAPE("progress", struct progress_row, progress_columns);

enum err_kind store_progress_put(struct txn *tx, const struct progress_row *r, struct err *e)
{
    static const char sql[] =
        "INSERT INTO progress (" PROGRESS_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        " ON CONFLICT (plan, phase) DO UPDATE SET at = excluded.at, person = excluded.person,"
        " status = excluded.status, note = excluded.note, commit_id = excluded.commit_id,"
        " evidence = excluded.evidence, started_at = excluded.started_at, done_at = excluded.done_at,"
        " worked_ms = excluded.worked_ms, estimated = excluded.estimated, reason = excluded.reason";
    struct value v[VALUES_MAX];
    size_t n = 0;
    shape_values(&progress_shape, 0, r, v, &n);
    return txn_run(tx, sql, v, n, NULL, e);
}

enum err_kind store_progress_get(struct txn *tx, int64_t plan, const char *phase, struct arena *a,
                                 struct progress_row *ret, struct err *e)
{
    static const char sql[] = "SELECT " PROGRESS_COLUMNS " FROM progress WHERE plan = $1 AND phase = $2";
    return txn_one(tx, sql, VALUES(v_int(plan), v_text(phase)), &progress_shape, a, ret, e);
}

enum err_kind store_progress_list(struct txn *tx, int64_t plan, struct arena *a, struct progress_list *ret,
                                  struct err *e)
{
    static const char sql[] = "SELECT " PROGRESS_COLUMNS " FROM progress WHERE plan = $1 ORDER BY n";
    return txn_all(tx, sql, VALUES(v_int(plan)), &progress_shape, a, ret, e);
}

static const struct column effort_columns[] = {
    C_TEXT(struct effort_row, plan),     C_TEXT(struct effort_row, title),    C_INT(struct effort_row, phases),
    C_INT(struct effort_row, estimated), C_INT(struct effort_row, worked_ms),
};
static const struct shape effort_shape = SHAPE("effort", struct effort_row, effort_columns);

enum err_kind store_effort_list(struct txn *tx, int64_t project, struct arena *a, struct effort_list *ret,
                                struct err *e)
{
    static const char sql[] = "SELECT p.id, p.title, count(*), sum(g.estimated), sum(g.worked_ms) FROM plans p JOIN "
                              "progress g ON g.plan = p.n"
                              " WHERE p.project = $1 AND g.status = 'done' AND g.estimated > 0 AND g.worked_ms > 0"
                              " GROUP BY p.n, p.id, p.title ORDER BY p.n DESC LIMIT 1000";
    return txn_all(tx, sql, VALUES(v_int(project)), &effort_shape, a, ret, e);
}

/* --- criteria --------------------------------------------------------------------------------------------------- */
const char *const criterion_status_names[] = {[CRITERION_PASSED] = "passed", [CRITERION_FAILED] = "failed", NULL};

#define CRITERION_COLUMNS "plan, phase, criterion, at, person, status, output, commit_id, url, note"
static const struct column criterion_columns[] = {
    C_INT(struct criterion_row, plan),       C_TEXT(struct criterion_row, phase),
    C_TEXT(struct criterion_row, criterion), C_INT(struct criterion_row, at),
    C_INT(struct criterion_row, person),     C_NAME(struct criterion_row, status, criterion_status_names),
    C_TEXT(struct criterion_row, output),    C_TEXT(struct criterion_row, commit),
    C_TEXT(struct criterion_row, url),       C_TEXT(struct criterion_row, note),
};
static const struct shape criterion_shape = SHAPE("criterion", struct criterion_row, criterion_columns);

enum err_kind store_criterion_put(struct txn *tx, const struct criterion_row *r, struct err *e)
{
    static const char sql[] =
        "INSERT INTO criteria (" CRITERION_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " ON CONFLICT (plan, phase, criterion) DO UPDATE SET at = excluded.at, person = excluded.person,"
        " status = excluded.status, output = excluded.output, commit_id = excluded.commit_id, url = excluded.url,"
        " note = excluded.note";
    struct value v[VALUES_MAX];
    size_t n = 0;
    shape_values(&criterion_shape, 0, r, v, &n);
    return txn_run(tx, sql, v, n, NULL, e);
}

enum err_kind store_criterion_list(struct txn *tx, int64_t plan, struct arena *a, struct criterion_list *ret,
                                   struct err *e)
{
    static const char sql[] = "SELECT " CRITERION_COLUMNS " FROM criteria WHERE plan = $1 ORDER BY n";
    return txn_all(tx, sql, VALUES(v_int(plan)), &criterion_shape, a, ret, e);
}
