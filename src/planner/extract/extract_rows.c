/* Tables of requirements: which columns of a table say what is wanted, and the row put into words. */
#include "planner/extract/inner.h"

#include <string.h>

/* Columns that number, rank or describe the present. */
static bool is_aside(struct span head)
{
    static const char *const words[] = {
        "nr", "no", "no.", "#", "id", "prio", "priority", "today", "now", "current", "status", "owner", "moscow",
        "pts", "points", "as is", "ref", "number", "effort", "source", "weight", "key", "rank", "estimate", "comment",
        "ticket", "before", "currently", "p", "est.", "est", "step", "pt"};
    for (size_t i = 0; i < countof(words); i++)
        if (span_is(head, words[i])) return true;
    return false;
}

static bool is_demanding(struct span head)
{
    static const char *const words[] = {"requirement*", "behaviour",  "behavior", "measure", "target",
                                        "criterion",    "criteria", "acceptance", "must",     "limit",   "wanted",
                                        "expected",     "goal",     "effect",     "new",      "should",  "may",
                                        "content",      "task",     NULL};
    return span_has_any(head, words) != NULL;
}

/* The next cell of a row at t, which begins with a bar; false: none left. */
static bool next_cell(struct span *t, struct span *cell)
{
    size_t n = 0;
    while (t->n > 0 && t->p[0] == '|') *t = span_rest(*t, 1);
    if (t->n == 0) return false;
    while (n < t->n && t->p[n] != '|') n++;
    *cell = span_trim((struct span){t->p, n});
    *t = span_rest(*t, n);
    return true;
}

void extract_table_head(struct reader *r, struct span row)
{
    struct span cell;
    r->table_demands = false;
    memset(r->table_aside, 0, sizeof r->table_aside);
    for (size_t i = 0; i < TABLE_COLUMNS && next_cell(&row, &cell); i++) {
        while (cell.n > 1 && strchr("*_", cell.p[0])) cell = span_rest(cell, 1);
        while (cell.n > 1 && strchr("*_", cell.p[cell.n - 1])) cell.n--;
        r->table_aside[i] = is_aside(cell);
        r->table_demands = r->table_demands || is_demanding(cell);
    }
}

void extract_row_text(const struct reader *r, struct span row, struct buf *ret)
{
    struct span cell;
    for (size_t i = 0; i < TABLE_COLUMNS && next_cell(&row, &cell); i++) {
        if (r->table_aside[i] || cell.n == 0) continue;
        if (ret->n > 0) buf_str(ret, ": ");
        buf_add(ret, cell.p, cell.n < 500 ? cell.n : 500);
    }
}
