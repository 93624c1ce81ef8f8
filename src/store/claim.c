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

/* The first few of each: "of" is who they belong to, "which" the first part of a statement for their jobs c. Without
 * LATERAL an IN drives the join; with it, the other engine would try every job with everybody. */
#define EACH(of, which, how_many)                                                                                      \
    " FROM " of " JOIN jobs q ON q.n IN (SELECT c.n FROM jobs c WHERE " which " LIMIT " how_many ")"
#define EACH_LATERAL(of, which, how_many)                                                                              \
    " FROM " of " JOIN LATERAL (SELECT c.* FROM jobs c WHERE " which " LIMIT " how_many ") q ON true"

/* $16: now, $17: how many. */
#define CANDIDATES(each)                                                                                               \
    "WITH RECURSIVE people (person) AS ("                                                                              \
    " SELECT min(person) FROM jobs WHERE state = 'queued' AND person >= 0"                                             \
    " UNION ALL"                                                                                                       \
    " SELECT (SELECT min(j.person) FROM jobs j WHERE j.state = 'queued' AND j.person > people.person)"                 \
    " FROM people WHERE people.person IS NOT NULL),"                                                                   \
    " due AS ("                                                                                                        \
    " SELECT q.n, row_number() OVER (PARTITION BY q.person ORDER BY q.priority, q.run_at, q.n) AS place"               \
    each("people", "c.state = 'queued' AND c.person = people.person AND c.run_at <= $16 AND c.kind IN " KINDS          \
         " ORDER BY c.priority, c.run_at", "$17") "),"                                                                 \
    " busy AS (SELECT person, count(*) AS running FROM jobs WHERE state = 'running' GROUP BY person)"                  \
    " SELECT " JOB_COLUMNS " FROM (SELECT j.*, coalesce(busy.running, 0) + due.place AS turn FROM due"                 \
    " JOIN jobs j ON j.n = due.n LEFT JOIN busy ON busy.person = j.person) x"                                          \
    " ORDER BY priority, turn, run_at, n LIMIT $17"
static const char *const candidates_sql[] = { CANDIDATES(EACH), CANDIDATES(EACH_LATERAL) };

/* Deliveries of webhooks belong to their hook, as a negative person: each has a few at once, one that fails has one, and
 * one that rests none, so that a receiver that hangs or refuses holds nobody up. */
#define OPEN_HOOKS                                                                                                     \
    "WITH open AS (SELECT h.n, h.rest_until, (CASE WHEN h.failures > 0 THEN 1 ELSE 4 END)"                             \
    " - (SELECT count(*) FROM jobs r WHERE r.state = 'running' AND r.person = -h.n) AS room FROM hooks h)"
#define OF_HOOK "c.state = 'queued' AND c.person = -open.n AND c.priority = 3"
/* $1: now, $2: how many. */
#define DELIVERIES(each)                                                                                               \
    OPEN_HOOKS                                                                                                         \
    ", due AS (SELECT q.n, open.room, row_number() OVER (PARTITION BY open.n ORDER BY q.run_at, q.n) AS place"         \
    each("open", OF_HOOK " AND c.run_at <= $1 ORDER BY c.run_at", "4")                                                 \
    " WHERE open.room > 0 AND open.rest_until <= $1)"                                                                  \
    " SELECT " JOB_COLUMNS " FROM (SELECT j.*, due.place AS turn FROM due JOIN jobs j ON j.n = due.n"                  \
    " WHERE due.place <= due.room) x ORDER BY turn, run_at, n LIMIT $2"
static const char *const deliveries_sql[] = { DELIVERIES(EACH), DELIVERIES(EACH_LATERAL) };
static const char next_delivery_sql[] = OPEN_HOOKS
    ", first AS (SELECT rest_until, (SELECT c.run_at FROM jobs c WHERE " OF_HOOK " ORDER BY c.run_at LIMIT 1) AS run_at"
    " FROM open WHERE room > 0)"
    " SELECT coalesce(min(CASE WHEN run_at > rest_until THEN run_at ELSE rest_until END), 0) FROM first"
    " WHERE run_at IS NOT NULL";

static enum err_kind candidates(struct txn *tx, int64_t now, unsigned kinds, int max, struct arena *a,
                                struct job_list *ret, struct err *e)
{
    struct value v[JOB_KIND_N_ + 2];
    size_t n, lateral = tx->conn->engine->lateral;
    if (kinds == 1u << JOB_DELIVER)
        return txn_all(tx, deliveries_sql[lateral], VALUES(v_int(now), v_int(max)), &job_shape, a, ret, e);
    n = kind_values(kinds, v);
    v[n++] = v_int(now);
    v[n++] = v_int(max);
    return txn_all(tx, candidates_sql[lateral], v, n, &job_shape, a, ret, e);
}

/* $1: owner, $2: lease, $3 … $34: jobs, null beyond the last. */
enum { TAKEN_MAX = 32 };
static const char take_sql[] =
    "UPDATE jobs SET state = 'running', owner = $1, lease_until = $2 WHERE state = 'queued' AND n IN"
    " ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,"
    " $27, $28, $29, $30, $31, $32, $33, $34)";

/* Nobody else writes since they were read: all of them can be had. */
static enum err_kind take(struct txn *tx, struct job *jobs, size_t n, const char *owner, int64_t lease_until, struct err *e)
{
    struct value v[TAKEN_MAX + 2] = { v_text(owner), v_int(lease_until) };
    int64_t changed = 0;
    enum err_kind k;
    for (size_t i = 0; i < TAKEN_MAX; i++) v[i + 2] = i < n ? v_int(jobs[i].n) : (struct value){ .type = VALUE_NULL };
    k = txn_likely(tx, take_sql, v, countof(v), (int64_t)n, &changed, e);
    if (k == ERR_OK && changed != (int64_t)n) k = err_set(e, ERR_BUSY, "somebody else has claimed jobs meanwhile");
    for (size_t i = 0; i < n; i++) {
        jobs[i].state = JOB_RUNNING;
        jobs[i].owner = owner;
        jobs[i].lease_until = lease_until;
    }
    return k;
}

enum err_kind store_job_claim(struct txn *tx, const char *owner, int64_t now, int64_t lease_ms, unsigned kinds, int max,
                              struct arena *a, struct job_list *ret, struct err *e)
{
    struct job_list list = { 0 };
    const char *mine = arena_dup(a, owner);
    enum err_kind k = mine ? candidates(tx, now, kinds, max, a, &list, e) : arena_check(a, e);
    for (size_t i = 0, n; k == ERR_OK && i < list.n; i += n) {
        n = list.n - i < TAKEN_MAX ? list.n - i : TAKEN_MAX;
        k = take(tx, list.v + i, n, mine, now + lease_ms, e);
    }
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
