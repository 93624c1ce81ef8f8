/* Lists of plans: a filter becomes conditions, its texts become values; nothing from outside gets into the SQL. */
#include "pland/store/plans.h"

#include <string.h>

#include "pland/base/buf.h"
#include "store/plan_shape.h"

enum { WORDS_MAX = 8, WORD_MAX = 1000, LIMIT_MAX = 1000 };

struct query {
    struct buf *sql;
    struct arena *arena;
    struct value v[VALUES_MAX];
    size_t n;
};

/* Adds a condition; every ? in it becomes the number of the same new value. */
static void where(struct query *q, const char *condition, struct value v)
{
    q->v[q->n++] = v;
    buf_str(q->sql, " AND ");
    for (const char *s = condition; *s; s++) {
        if (*s == '?') buf_fmt(q->sql, "$%zu", q->n);
        else buf_char(q->sql, *s);
    }
}

/* %word% with LIKE's own characters escaped by a backslash */
static const char *pattern(struct arena *a, const char *word, size_t n)
{
    char *p = arena_alloc(a, 2 * n + 3), *to = p;
    if (!p) return "";
    *to++ = '%';
    for (size_t i = 0; i < n; i++) {
        if (word[i] == '%' || word[i] == '_' || word[i] == '\\') *to++ = '\\';
        *to++ = word[i];
    }
    *to = '%';
    return p;
}

/* Case is folded for ASCII everywhere, for other letters where the engine can. */
static void add_words(struct query *q, const char *words)
{
    int left = WORDS_MAX;
    while (left-- > 0) {
        size_t n;
        words += strspn(words, " \t\r\n");
        n = strcspn(words, " \t\r\n");
        if (n == 0) return;
        where(q, "(lower(title) LIKE lower(?) ESCAPE '\\' OR lower(ticket_key) LIKE lower(?) ESCAPE '\\')",
              v_text(pattern(q->arena, words, n < WORD_MAX ? n : WORD_MAX)));
        words += n;
    }
}

/* labels is a JSON array of strings: the label is in it when its JSON form is. */
static void add_label(struct query *q, const char *label)
{
    auto_buf json = BUF_INIT(4096);
    buf_json(&json, label);
    where(q, "replace(labels, ?, '') <> labels", v_text(arena_dup(q->arena, buf_cstr(&json))));
}

/* Plans that have ended are nearly all there are: coalesce() keeps the index on state out of it, which would fetch and
 * sort every one of them where the newest few are wanted. */
static void add_activity(struct query *q, int activity)
{
    const char *between = activity == ACTIVITY_ENDED ? " AND coalesce(state, '') IN (" : " AND state IN (";
    for (int s = 0; s < PLAN_STATE_N_; s++) {
        if ((int)plan_activity((enum plan_state)s) != activity) continue;
        buf_fmt(q->sql, "%s'%s'", between, plan_state_names[s]);
        between = ", ";
    }
    buf_str(q->sql, *between == ',' ? ")" : " AND 1 = 0");
}

static void add_conditions(struct query *q, const struct plan_filter *f)
{
    if (f->project) where(q, "project = ?", v_int(f->project));
    if (f->state >= 0) where(q, "state = ?", v_text(name_of(plan_state_names, f->state)));
    if (f->activity >= 0) add_activity(q, f->activity);
    if (f->owner) where(q, "owner = ?", v_int(f->owner));
    if (f->ticket) where(q, "(ticket_key = ? OR ticket_url = ?)", v_text(f->ticket));
    if (f->q) add_words(q, f->q);
    if (f->label) add_label(q, f->label);
    if (f->repository)
        where(q,
              "EXISTS (SELECT 1 FROM plan_bases b JOIN repositories r ON r.n = b.repository WHERE b.plan = plans.n AND "
              "(r.id = ? OR r.name = ?))",
              v_text(f->repository));
    if (f->stale >= 0) where(q, "stale = ?", v_int(f->stale));
    if (f->updated_since) where(q, "updated_at >= ?", v_int(f->updated_since));
    if (f->before) where(q, "n < ?", v_int(f->before));
}

enum err_kind store_plan_list(struct txn *tx, const struct plan_filter *f, struct arena *a, struct plan_list *ret,
                              struct err *e)
{
    auto_buf sql = BUF_INIT(16384);
    struct query q = { .sql = &sql, .arena = a };
    int limit = f->limit < 1 ? 1 : f->limit > LIMIT_MAX ? LIMIT_MAX : f->limit;
    enum err_kind k;
    buf_str(&sql, "SELECT " PLAN_COLUMNS " FROM plans WHERE 1 = 1");
    add_conditions(&q, f);
    buf_fmt(&sql, " ORDER BY n DESC LIMIT %d", limit);
    k = buf_check(&sql, e);
    if (k == ERR_OK) k = arena_check(a, e);
    return k == ERR_OK ? txn_all_once(tx, buf_cstr(&sql), q.v, q.n, &plan_shape, a, ret, e) : k;
}

static const struct column number_columns[] = { C_INT(struct plan_number, n) };
static const struct shape number_shape = SHAPE("plan", struct plan_number, number_columns);

enum err_kind store_plans_resting(struct txn *tx, int64_t repository, struct arena *a, struct plan_numbers *ret, struct err *e)
{
    static const char sql[] = "SELECT DISTINCT p.n FROM plan_bases b JOIN plans p ON p.n = b.plan WHERE b.repository = $1"
                              " AND p.state IN ('awaiting_approval', 'approved', 'implementing') AND p.revision > 0 ORDER BY p.n";
    return txn_all(tx, sql, VALUES(v_int(repository)), &number_shape, a, ret, e);
}

enum err_kind store_plans_handed_off(struct txn *tx, int64_t repository, int limit, struct arena *a,
                                     struct plan_numbers *ret, struct err *e)
{
    static const char sql[] = "SELECT DISTINCT p.n FROM plan_bases b JOIN plans p ON p.n = b.plan WHERE b.repository = $1"
                              " AND p.state IN ('implementing', 'completed') ORDER BY p.n DESC LIMIT $2";
    return txn_all(tx, sql, VALUES(v_int(repository), v_int(limit)), &number_shape, a, ret, e);
}
