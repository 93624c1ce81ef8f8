/* Claiming work, fairly over people.
 *
 * The index of queued jobs is ordered by person, priority, run_at. The statement hops from person to person (each hop
 * is one seek), takes the first few due jobs of each, and orders them by priority, then by how many jobs the person
 * would have running, then by time: thousands of jobs of one person cost no more than a few, and hold nobody up. */
#include "pland/store/jobs.h"

#include "store/job_shape.h"

/* $1 … $15: names of the kinds asked for, null for the others. */
#define KINDS "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
_Static_assert(JOB_KIND_N_ == 15, "KINDS lists as many values as there are kinds");

static size_t kind_values(unsigned kinds, struct value *v)
{
    size_t n = 0;
    for (int i = 0; i < JOB_KIND_N_; i++) v[n++] = v_text(kinds >> i & 1u ? job_kind_names[i] : NULL);
    return n;
}

/* $16: now, $17: how many. */
static const char candidates_sql[] =
    "WITH RECURSIVE people (person) AS ("
    " SELECT min(person) FROM jobs WHERE state = 'queued' AND person >= 0"
    " UNION ALL"
    " SELECT (SELECT min(j.person) FROM jobs j WHERE j.state = 'queued' AND j.person > people.person)"
    " FROM people WHERE people.person IS NOT NULL),"
    " due AS ("
    " SELECT q.n, q.priority, q.run_at, q.person,"
    " row_number() OVER (PARTITION BY q.person ORDER BY q.priority, q.run_at, q.n) AS place"
    " FROM people JOIN jobs q ON q.n IN (SELECT c.n FROM jobs c WHERE c.state = 'queued' AND c.person = people.person"
    " AND c.run_at <= $16 AND c.kind IN " KINDS " ORDER BY c.priority, c.run_at LIMIT $17)),"
    " busy AS (SELECT person, count(*) AS running FROM jobs WHERE state = 'running' GROUP BY person)"
    " SELECT due.n FROM due LEFT JOIN busy ON busy.person = due.person"
    " ORDER BY due.priority, coalesce(busy.running, 0) + due.place, due.run_at, due.n LIMIT $17";

/* Deliveries of webhooks belong to their hook, as a negative person: each has a few at once, one that fails has one, and
 * one that rests none, so that a receiver that hangs or refuses holds nobody up. */
#define OPEN_HOOKS                                                                                                     \
    "WITH open AS (SELECT h.n, h.rest_until, (CASE WHEN h.failures > 0 THEN 1 ELSE 4 END)"                             \
    " - (SELECT count(*) FROM jobs r WHERE r.state = 'running' AND r.person = -h.n) AS room FROM hooks h)"
#define OF_HOOK "FROM jobs c WHERE c.state = 'queued' AND c.person = -open.n AND c.priority = 3"
/* $1: now, $2: how many. */
static const char deliveries_sql[] = OPEN_HOOKS
    ", due AS (SELECT q.n, q.run_at, open.room,"
    " row_number() OVER (PARTITION BY open.n ORDER BY q.run_at, q.n) AS place"
    " FROM open JOIN jobs q ON q.n IN (SELECT c.n " OF_HOOK " AND c.run_at <= $1 ORDER BY c.run_at LIMIT 4)"
    " WHERE open.room > 0 AND open.rest_until <= $1)"
    " SELECT n FROM due WHERE place <= room ORDER BY place, run_at, n LIMIT $2";
static const char next_delivery_sql[] = OPEN_HOOKS
    ", first AS (SELECT rest_until, (SELECT c.run_at " OF_HOOK " ORDER BY c.run_at LIMIT 1) AS run_at"
    " FROM open WHERE room > 0)"
    " SELECT coalesce(min(CASE WHEN run_at > rest_until THEN run_at ELSE rest_until END), 0) FROM first"
    " WHERE run_at IS NOT NULL";

struct candidate { int64_t n; };
struct candidates { struct candidate *v; size_t n; };
static const struct column candidate_columns[] = { C_INT(struct candidate, n) };
static const struct shape candidate_shape = SHAPE("job", struct candidate, candidate_columns);

/* Somebody else (another node) may have been faster: then nothing is written and the job is not ours. */
static enum err_kind take(struct txn *tx, int64_t n, const char *owner, int64_t lease_until, struct arena *a,
                          struct job_list *list, struct err *e)
{
    static const char claim_sql[] =
        "UPDATE jobs SET state = 'running', owner = $2, lease_until = $3 WHERE n = $1 AND state = 'queued'";
    static const char get_sql[] = "SELECT " JOB_COLUMNS " FROM jobs WHERE n = $1";
    int64_t changed = 0;
    enum err_kind k = txn_run(tx, claim_sql, VALUES(v_int(n), v_text(owner), v_int(lease_until)), &changed, e);
    struct job *j;
    if (k != ERR_OK || changed == 0) return k;
    j = arena_push(a, list, sizeof *j);
    return j ? txn_one(tx, get_sql, VALUES(v_int(n)), &job_shape, a, j, e) : arena_check(a, e);
}

static enum err_kind candidates(struct txn *tx, int64_t now, unsigned kinds, int max, struct arena *a,
                                struct candidates *ret, struct err *e)
{
    struct value v[JOB_KIND_N_ + 2];
    size_t n;
    if (kinds == 1u << JOB_DELIVER)
        return txn_all(tx, deliveries_sql, VALUES(v_int(now), v_int(max)), &candidate_shape, a, ret, e);
    n = kind_values(kinds, v);
    v[n++] = v_int(now);
    v[n++] = v_int(max);
    return txn_all(tx, candidates_sql, v, n, &candidate_shape, a, ret, e);
}

enum err_kind store_job_claim(struct txn *tx, const char *owner, int64_t now, int64_t lease_ms, unsigned kinds, int max,
                              struct arena *a, struct job_list *ret, struct err *e)
{
    struct candidates found = { 0 };
    struct job_list list = { 0 };
    enum err_kind k = candidates(tx, now, kinds, max, a, &found, e);
    for (size_t i = 0; k == ERR_OK && i < found.n; i++) k = take(tx, found.v[i].n, owner, now + lease_ms, a, &list, e);
    if (k == ERR_OK) *ret = list;
    return k;
}

enum err_kind store_job_next(struct txn *tx, unsigned kinds, int64_t *ret, struct err *e)
{
    static const char sql[] =
        "SELECT coalesce(min(run_at), 0) FROM jobs WHERE state = 'queued' AND person >= 0 AND kind IN " KINDS;
    struct value v[JOB_KIND_N_];
    size_t n = kind_values(kinds, v);
    if (kinds == 1u << JOB_DELIVER) return txn_int(tx, next_delivery_sql, NULL, 0, ret, NULL, e);
    return txn_int(tx, sql, v, n, ret, NULL, e);
}
