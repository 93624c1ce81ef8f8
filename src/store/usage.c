/* What calls to models have cost: sums over all, a project, a plan; and in groups. */
#include <string.h>
#include "pland/store/calls.h"
#include "store/txn.h"

static const struct column usage_columns[] = {
    C_INT(struct usage, calls),  C_INT(struct usage, input),   C_INT(struct usage, output),
    C_INT(struct usage, cached), C_INT(struct usage, written), C_INT(struct usage, usd),
};
static const struct shape usage_shape = SHAPE("usage", struct usage, usage_columns);

static const struct column group_columns[] = {
    C_INT(struct usage_group, usage.calls),  C_INT(struct usage_group, usage.input),   C_INT(struct usage_group, usage.output),
    C_INT(struct usage_group, usage.cached), C_INT(struct usage_group, usage.written), C_INT(struct usage_group, usage.usd),
    C_TEXT(struct usage_group, key),
};
static const struct shape group_shape = SHAPE("usage", struct usage_group, group_columns);

#define SUM(column) " CAST(coalesce(sum(" column "), 0) AS BIGINT)"
#define SUMS "SELECT count(*)," SUM("input") "," SUM("output") "," SUM("cached") "," SUM("written") "," SUM("usd")
#define WHERE " FROM llm_calls WHERE at >= $2 AND (project = $1 OR $1 = 0)"

enum err_kind store_usage(struct txn *tx, int64_t project, int64_t plan, int64_t since, struct usage *ret, struct err *e)
{
    static const char all_sql[] = SUMS WHERE;
    static const char plan_sql[] = SUMS WHERE " AND plan = $3";
    if (plan == 0) return txn_one(tx, all_sql, VALUES(v_int(project), v_int(since)), &usage_shape, NULL, ret, e);
    return txn_one(tx, plan_sql, VALUES(v_int(project), v_int(since), v_int(plan)), &usage_shape, NULL, ret, e);
}

static const struct column step_columns[] = {
    C_TEXT(struct usage_step, step),  C_INT(struct usage_step, jobs),   C_INT(struct usage_step, calls),
    C_INT(struct usage_step, input), C_INT(struct usage_step, output), C_INT(struct usage_step, cached),
};
static const struct shape step_shape = SHAPE("usage", struct usage_step, step_columns);

enum err_kind store_usage_steps(struct txn *tx, int64_t project, struct arena *a, struct usage_steps *ret, struct err *e)
{
    static const char sql[] =
        "SELECT step, count(DISTINCT job), count(*)," SUM("input") "," SUM("output") "," SUM("cached")
        " FROM (SELECT step, job, input, output, cached FROM llm_calls WHERE project = $1 AND at >= 0 AND error IS NULL"
        " ORDER BY at DESC LIMIT 500) AS recent WHERE step IS NOT NULL GROUP BY step ORDER BY step";
    return txn_all(tx, sql, VALUES(v_int(project)), &step_shape, a, ret, e);
}

#define GROUPS(key) SUMS ", " key " AS k" WHERE " GROUP BY k ORDER BY 6 DESC, 2 DESC, k LIMIT 1000"
static const struct {
    const char *by, *sql;
} groups[] = {
    { "plan", GROUPS("coalesce((SELECT id FROM plans WHERE plans.n = llm_calls.plan), 'deleted')") },
    { "day", GROUPS("CAST(at / 86400000 AS TEXT)") },
    { "model", GROUPS("coalesce(provider, 'unknown')") },
    { "step", GROUPS("coalesce(step, 'unknown')") },
};

enum err_kind store_usage_by(struct txn *tx, int64_t project, const char *by, int64_t since, struct arena *a, struct usage_groups *ret,
                             struct err *e)
{
    for (size_t i = 0; i < countof(groups); i++)
        if (strcmp(groups[i].by, by) == 0) return txn_all(tx, groups[i].sql, VALUES(v_int(project), v_int(since)), &group_shape, a, ret, e);
    return err_set(e, ERR_SYNTAX, "by must be plan, day, model or step");
}
