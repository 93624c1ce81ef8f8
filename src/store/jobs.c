/* The queue of work: making, finishing, retrying, voiding, pruning jobs. Claiming is in claim.c. */
#include "pland/store/jobs.h"

#include "store/job_shape.h"

const char *const job_kind_names[] = {
    [JOB_RESEARCH] = "research", [JOB_OPTIONS] = "options", [JOB_OUTLINE] = "outline", [JOB_PHASE] = "phase",
    [JOB_CLOSING] = "closing",   [JOB_CHECK] = "check",     [JOB_REPAIR] = "repair",   [JOB_REFINE] = "refine",
    [JOB_DELIVER] = "deliver",   [JOB_INBOUND] = "inbound", [JOB_MOVED] = "moved",     [JOB_IMPORT] = "import",
    [JOB_TICKET] = "ticket",     [JOB_POLL] = "poll",       [JOB_MESSAGE] = "message",   [JOB_KIND_N_] = NULL,
};
const char *const job_state_names[] = {
    [JOB_QUEUED] = "queued", [JOB_RUNNING] = "running", [JOB_DONE] = "done",
    [JOB_FAILED] = "failed", [JOB_VOID] = "void",       [JOB_STATE_N_] = NULL,
};

static const struct column columns[] = {
    C_INT(struct job, n),
    C_INT(struct job, plan),
    C_NAME(struct job, kind, job_kind_names),
    C_WORD(struct job, subject),
    C_INT(struct job, generation),
    C_NAME(struct job, state, job_state_names),
    C_INT(struct job, priority),
    C_INT(struct job, run_at),
    C_INT(struct job, attempts),
    C_INT(struct job, lease_until),
    C_INT(struct job, person),
    C_TEXT(struct job, owner),
    C_TEXT(struct job, error),
};
const struct shape job_shape = SHAPE("job", struct job, columns);

#define INSERT                                                                                                          \
    "INSERT INTO jobs (plan, kind, subject, generation, state, priority, run_at, attempts, lease_until,"                \
    " person, owner, error, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0) ON CONFLICT DO NOTHING"
static const char queued_already[] = "this work is queued already";

enum err_kind store_job_insert(struct txn *tx, struct job *j, struct err *e)
{
    static const char sql[] = INSERT " RETURNING n";
    return txn_insert(tx, sql, &job_shape, j, queued_already, e);
}

enum err_kind store_job_add(struct txn *tx, const struct job *j, struct err *e)
{
    static const char sql[] = INSERT;
    struct value v[VALUES_MAX];
    size_t n = 0;
    int64_t changed = 0;
    enum err_kind k;
    shape_values(&job_shape, 1, j, v, &n);
    k = txn_likely(tx, sql, v, n, 1, &changed, e);
    return k == ERR_OK && changed == 0 ? err_set(e, ERR_CONFLICT, "%s", queued_already) : k;
}

enum err_kind store_job_sooner(struct txn *tx, int kind, const char *subject, int64_t run_at, struct err *e)
{
    static const char sql[] = "UPDATE jobs SET run_at = $3 WHERE plan = 0 AND kind = $1 AND subject = $2 AND"
                              " generation = 0 AND state = 'queued' AND run_at > $3 AND attempts = 0";
    return txn_run(tx, sql, VALUES(v_text(name_of(job_kind_names, kind)), v_text(subject), v_int(run_at)), NULL, e);
}

/* --- the holder of the lease ------------------------------------------------------------------------------------ */
static enum err_kind check_lease(enum err_kind k, int64_t changed, struct err *e)
{
    if (k != ERR_OK || changed > 0) return k;
    return err_set(e, ERR_CONFLICT, "the job is no longer this worker's");
}

enum err_kind store_job_finish(struct txn *tx, int64_t n, const char *owner, enum job_state state, const char *error,
                               struct err *e)
{
    static const char sql[] = "UPDATE jobs SET state = $3, error = $4, ended_at = $5, lease_until = 0, owner = NULL"
                              " WHERE n = $1 AND owner = $2 AND state = 'running'";
    int64_t changed = 0;
    enum err_kind k = txn_likely(tx, sql,
                              VALUES(v_int(n), v_text(owner), v_text(name_of(job_state_names, (int)state)),
                                     v_text(error), v_int(clock_now(tx->clock))),
                              1, &changed, e);
    return check_lease(k, changed, e);
}

enum err_kind store_job_retry(struct txn *tx, int64_t n, const char *owner, int64_t run_at, bool count_attempt,
                              const char *error, struct err *e)
{
    static const char sql[] =
        "UPDATE jobs SET state = 'queued', run_at = $3, attempts = attempts + $4, error = $5, lease_until = 0,"
        " owner = NULL WHERE n = $1 AND owner = $2 AND state = 'running'";
    int64_t changed = 0;
    enum err_kind k = txn_run(
        tx, sql, VALUES(v_int(n), v_text(owner), v_int(run_at), v_int(count_attempt), v_text(error)), &changed, e);
    return check_lease(k, changed, e);
}

/* Jobs that are no longer the owner's are passed over: their workers learn it when they finish. */
enum err_kind store_job_renew(struct txn *tx, const char *owner, const int64_t *ns, size_t n_ns, int64_t lease_until,
                              struct err *e)
{
    static const char sql[] = "UPDATE jobs SET lease_until = $3 WHERE n = $1 AND owner = $2 AND state = 'running'";
    enum err_kind k = ERR_OK;
    for (size_t i = 0; k == ERR_OK && i < n_ns; i++)
        k = txn_run(tx, sql, VALUES(v_int(ns[i]), v_text(owner), v_int(lease_until)), NULL, e);
    return k;
}

/* --- whoever holds the plan's row, and the janitor -------------------------------------------------------------- */
enum err_kind store_job_reclaim(struct txn *tx, int64_t now, bool all, const char *owner, int64_t *ret, struct err *e)
{
    static const char sql[] = "UPDATE jobs SET state = 'queued', lease_until = 0, owner = NULL WHERE state = 'running'"
                              " AND (lease_until < $1 OR $2 = 1 OR owner = $3)";
    return txn_run(tx, sql, VALUES(v_int(now), v_int(all), v_text(owner)), ret, e);
}

enum err_kind store_job_hasten(struct txn *tx, int64_t now, int64_t *ret, struct err *e)
{
    static const char sql[] =
        "UPDATE jobs SET run_at = $1 WHERE state = 'queued' AND run_at > $1 AND attempts = 0 AND error IS NULL";
    return txn_run(tx, sql, VALUES(v_int(now)), ret, e);
}

enum err_kind store_job_void(struct txn *tx, int64_t plan, struct err *e)
{
    static const char sql[] =
        "UPDATE jobs SET state = 'void', ended_at = $2, lease_until = 0, owner = NULL WHERE plan = $1"
        " AND state IN ('queued', 'running')";
    return txn_run(tx, sql, VALUES(v_int(plan), v_int(clock_now(tx->clock))), NULL, e);
}

enum err_kind store_job_prune(struct txn *tx, int64_t before, int limit, int64_t *ret, struct err *e)
{
    static const char sql[] =
        "DELETE FROM jobs WHERE n IN (SELECT n FROM jobs WHERE state IN ('done', 'void') AND ended_at < $1"
        " ORDER BY ended_at LIMIT $2)";
    return txn_run(tx, sql, VALUES(v_int(before), v_int(limit)), ret, e);
}

/* --- looking ---------------------------------------------------------------------------------------------------- */
enum err_kind store_job_open(struct txn *tx, int64_t plan, struct arena *a, struct job_list *ret, struct err *e)
{
    static const char sql[] =
        "SELECT " JOB_COLUMNS " FROM jobs WHERE plan = $1 AND state IN ('queued', 'running') UNION ALL"
        " SELECT " JOB_COLUMNS " FROM jobs WHERE plan = $1 AND state = 'failed' ORDER BY n";
    return txn_all(tx, sql, VALUES(v_int(plan)), &job_shape, a, ret, e);
}

/* One count each, so that those on partial indexes read nothing else. */
enum err_kind store_job_counts(struct txn *tx, int64_t ret[JOB_STATE_N_], struct err *e)
{
    static const char *const sql[JOB_STATE_N_] = {
        [JOB_QUEUED] = "SELECT count(*) FROM jobs WHERE state = 'queued'",
        [JOB_RUNNING] = "SELECT count(*) FROM jobs WHERE state = 'running'",
        [JOB_DONE] = "SELECT count(*) FROM jobs WHERE state IN ('done', 'void') AND state = 'done'",
        [JOB_FAILED] = "SELECT count(*) FROM jobs WHERE state = 'failed'",
        [JOB_VOID] = "SELECT count(*) FROM jobs WHERE state IN ('done', 'void') AND state = 'void'",
    };
    enum err_kind k = ERR_OK;
    for (int i = 0; k == ERR_OK && i < JOB_STATE_N_; i++) k = txn_int(tx, sql[i], NULL, 0, &ret[i], NULL, e);
    return k;
}
