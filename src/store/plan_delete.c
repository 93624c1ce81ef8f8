/* Removing a plan with all that hangs on it. Audit and model calls stay, what was said in them goes; a tombstone says that it was there. */
#include "pland/store/plans.h"

#include "store/head_cache.h"
#include "store/txn.h"

/* $1 is plans.n. Jobs that are over have no way by plan: the janitor prunes them with the others. */
static const char *const removals[] = {
    "DELETE FROM jobs WHERE plan = $1 AND state IN ('queued', 'running')",
    "DELETE FROM jobs WHERE plan = $1 AND state = 'failed'",
    "UPDATE source_tickets SET plan = 0 WHERE plan = $1 AND plan > 0",
    "DELETE FROM llm_contents WHERE call IN (SELECT n FROM llm_calls WHERE plan = $1)",
    "DELETE FROM parts WHERE plan = $1",
    "DELETE FROM plan_files WHERE plan = $1",
    "DELETE FROM plan_bases WHERE plan = $1",
    "DELETE FROM events WHERE plan = $1",
    "DELETE FROM tickets WHERE plan = $1",
    "DELETE FROM progress WHERE plan = $1",
    "DELETE FROM criteria WHERE plan = $1",
    "DELETE FROM claims WHERE plan = $1",
    "DELETE FROM links WHERE plan = $1",
    "DELETE FROM waivers WHERE plan = $1",
    "DELETE FROM approvals WHERE plan = $1",
    "DELETE FROM refinements WHERE plan = $1",
    "DELETE FROM comments WHERE plan = $1",
    "DELETE FROM messages WHERE plan = $1",
    "DELETE FROM heads WHERE plan = $1",
    "DELETE FROM revision_sections WHERE revision IN (SELECT n FROM revisions WHERE plan = $1)",
    "DELETE FROM revisions WHERE plan = $1",
};

struct number { int64_t n; };
struct numbers { struct number *v; size_t n; };
static const struct column number_columns[] = { C_INT(struct number, n) };
static const struct shape number_shape = SHAPE("section", struct number, number_columns);

/* Sections are shared by content: which ones the plan uses is only known while its revisions are there, and they can go
 * only after them. */
static enum err_kind used_sections(struct txn *tx, int64_t plan, struct arena *a, struct numbers *ret, struct err *e)
{
    static const char sql[] =
        "SELECT DISTINCT s.section FROM revisions r JOIN revision_sections s ON s.revision = r.n WHERE r.plan = $1";
    return txn_all(tx, sql, VALUES(v_int(plan)), &number_shape, a, ret, e);
}

static enum err_kind remove_unused(struct txn *tx, const struct numbers *sections, struct err *e)
{
    static const char sql[] =
        "DELETE FROM sections WHERE n = $1 AND NOT EXISTS (SELECT 1 FROM revision_sections WHERE section = $1)";
    enum err_kind k = ERR_OK;
    for (size_t i = 0; k == ERR_OK && i < sections->n; i++)
        k = txn_run(tx, sql, VALUES(v_int(sections->v[i].n)), NULL, e);
    return k;
}

static enum err_kind bury(struct txn *tx, const struct plan_row *p, int64_t by, int64_t at, struct err *e)
{
    static const char sql[] = "INSERT INTO tombstones (id, project, approved, at, deleted_by) VALUES ($1, $2, $3, $4, "
                              "$5) ON CONFLICT DO NOTHING";
    return txn_run(tx, sql, VALUES(v_text(p->id), v_int(p->project), v_int(p->approved), v_int(at), v_int(by)), NULL,
                   e);
}

enum err_kind store_plan_delete(struct txn *tx, const struct plan_row *p, int64_t by, int64_t at, struct err *e)
{
    static const char sql[] = "DELETE FROM plans WHERE n = $1";
    auto_arena a = arena_new(0);
    struct numbers sections = { 0 };
    enum err_kind k = a ? used_sections(tx, p->n, a, &sections, e) : err_nomem(e);
    head_cache_close(tx->heads);
    for (size_t i = 0; k == ERR_OK && i < countof(removals); i++)
        k = txn_run(tx, removals[i], VALUES(v_int(p->n)), NULL, e);
    if (k == ERR_OK) k = remove_unused(tx, &sections, e);
    if (k == ERR_OK) k = txn_change(tx, sql, VALUES(v_int(p->n)), "plan", e);
    return k == ERR_OK ? bury(tx, p, by, at, e) : k;
}
