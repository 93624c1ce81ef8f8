/* A phase from Markdown: goal, facts, checks, rollback. Its steps are in read_step.c. */
#include "plan/read.h"

#include <string.h>

#include "plan/render.h"

typedef enum err_kind fact_fn(struct reader *r, size_t line, struct cut c, struct phase *p);

/* --- facts ----------------------------------------------------------------------------------------------------- */
/* "4 h (2 h to 1 day)" */
static enum err_kind estimate_fact(struct reader *r, size_t line, struct cut c, struct phase *p)
{
    struct cut likely, low;
    bool ok = cut_until(&c, "(", 0, &likely) && cut_until(&c, " to ", 0, &low);
    c = cut_trim(c);
    ok = ok && c.end > c.s && c.end[-1] == ')';
    if (ok) c.end--;
    ok = ok && read_duration(likely, &p->estimate.likely) && read_duration(low, &p->estimate.optimistic) &&
         read_duration(c, &p->estimate.pessimistic);
    return ok ? ERR_OK : read_fail(r, line, "expected an estimate such as \"4 h 15 min (2 h to 1 day 2 h)\"");
}

static enum err_kind add_string(struct reader *r, void *list, const char *s)
{
    const char **slot = arena_push(r->a, list, sizeof *slot);
    if (!slot) return read_nomem(r);
    *slot = s ? s : "";
    return ERR_OK;
}

static enum err_kind needs_fact(struct reader *r, size_t line, struct cut c, struct phase *p)
{
    enum err_kind k = ERR_OK;
    while (k == ERR_OK && !cut_blank(c)) {
        struct cut one;
        const char *id;
        (void)cut_until(&c, ",", 0, &one);
        k = read_phase_ref(r, line, cut_trim(one), &id);
        if (k == ERR_OK) k = add_string(r, &p->depends_on, id);
    }
    return k;
}

static enum err_kind covers_fact(struct reader *r, size_t line, struct cut c, struct phase *p)
{
    enum err_kind k = ERR_OK;
    (void)line;
    while (k == ERR_OK && !cut_blank(c)) {
        struct cut one;
        (void)cut_until(&c, ",", 0, &one);
        k = add_string(r, &p->requirements, read_put(one, 0, r->a));
    }
    return k;
}

static enum err_kind why_fact(struct reader *r, size_t line, struct cut c, struct phase *p)
{
    (void)line;
    p->why = read_put(c, 0, r->a);
    return ERR_OK;
}

static enum err_kind deliverables(struct reader *r, size_t line, struct cut c, void *list)
{
    c = cut_trim(c);
    while (c.s < c.end) {
        struct deliverable *x = arena_push(r->a, list, sizeof *x);
        struct cut kind;
        enum err_kind k;
        if (!x) return read_nomem(r);
        (void)cut_until(&c, " ", 0, &kind);
        if ((k = read_choice(r, line, kind, deliverable_names, &x->kind)) != ERR_OK) return k;
        if (!cut_raw(&c, 0, r->a, &x->name)) {
            struct cut one;
            (void)cut_until(&c, ",", 0, &one);
            x->name = read_put(one, 0, r->a);
        } else if (!cut_blank(c) && !cut_literal(&c, ",")) {
            return read_fail(r, line, "expected a comma between \"file `path`\" and what follows");
        }
        c = cut_trim(c);
    }
    return ERR_OK;
}

static enum err_kind provides_fact(struct reader *r, size_t line, struct cut c, struct phase *p)
{
    return deliverables(r, line, c, &p->provides);
}

static enum err_kind uses_fact(struct reader *r, size_t line, struct cut c, struct phase *p)
{
    return deliverables(r, line, c, &p->uses);
}

static enum err_kind drafted_fact(struct reader *r, size_t line, struct cut c, struct phase *p)
{
    (void)line;
    p->drafted_by = cut_is(cut_trim(c), "—") ? NULL : read_put(c, 0, r->a);
    return ERR_OK;
}

static const struct { const char *label; fact_fn *read; } fact_rows[] = {
    { "**Estimate:**", estimate_fact },        { "**Needs:**", needs_fact },       { "**Covers:**", covers_fact },
    { "**Why it is needed:**", why_fact },     { "**Provides:**", provides_fact }, { "**Uses:**", uses_fact },
    { "**Drafted by:**", drafted_fact },
};

static enum err_kind facts(struct reader *r, size_t from, size_t to, struct phase *p)
{
    item_list l = { 0 };
    enum err_kind k = read_items(r, from, to, &l);
    p->drafted_by = r->d->header.drafted_by;
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct cut c = l.v[i].c;
        size_t j = 0;
        while (j < countof(fact_rows) && !cut_literal(&c, fact_rows[j].label)) j++;
        if (j == countof(fact_rows))
            return read_fail(r, l.v[i].line, "expected a fact about the phase, \"- **Needs:** …\"");
        k = fact_rows[j].read(r, l.v[i].line, c, p);
    }
    return k;
}

/* --- checks ---------------------------------------------------------------------------------------------------- */
/* "fails before, provided by P1" */
static enum err_kind before(struct reader *r, size_t line, struct cut c, struct automated *x)
{
    c = cut_trim(c);
    if (cut_literal(&c, "passes before")) x->expected_before = BEFORE_PASS;
    else if (cut_literal(&c, "fails before")) x->expected_before = BEFORE_FAIL;
    else return read_fail(r, line, "expected \"— fails before\" or \"— passes before\" at the end");
    x->provided_by = "repository";
    if (cut_blank(c)) return ERR_OK;
    if (cut_is(c, ", provided by nobody")) x->provided_by = "";
    else if (cut_is(c, ", provided by the system, not provable here") || cut_is(c, ", provided by the system"))
        x->provided_by = "system";
    else if (cut_is(c, ", provided by the repository")) x->provided_by = "repository";
    else if (cut_literal(&c, ", provided by ")) return read_phase_ref(r, line, c, &x->provided_by);
    else return read_fail(r, line, "expected who provides the command, \", provided by P1\"");
    return ERR_OK;
}

static enum err_kind automated(struct reader *r, const struct item *item, struct phase *p)
{
    struct automated *x = arena_push(r->a, &p->automated, sizeof *x);
    const struct phase *base = read_base_phase(r, p->id);
    size_t n = p->automated.n - 1;
    struct cut c = item->c, command, expect;
    enum err_kind k;
    if (!x) return read_nomem(r);
    (void)read_checkbox(&c);
    (void)cut_until(&c, " — ", 0, &command);
    if (cut_until(&c, " — ", 0, &expect)) x->expect = read_put(expect, 0, r->a);
    else c = expect;
    if ((k = before(r, item->line, c, x)) != ERR_OK) return k;
    if (!item->fence) {
        x->command = read_raw(command, 0, r->a);
        return ERR_OK;
    }
    if (!cut_is(cut_trim(command), "commands below"))
        return read_fail(r, item->fence, "this code belongs to no check: write \"commands below\" in its place");
    k = read_fence(r, item->fence, 2, &x->command, NULL);
    if (base && n < base->automated.n) x->command = read_settle(r, x->command, base->automated.v[n].command, false);
    return k;
}

static enum err_kind checks(struct reader *r, size_t from, size_t to, bool by_hand, struct phase *p)
{
    item_list l = { 0 };
    enum err_kind k = read_items(r, from, to, &l);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct cut c = l.v[i].c;
        if (l.v[i].fence && by_hand)
            return read_fail(r, l.v[i].fence, "what a person checks is one line, without code below");
        if (l.v[i].depth > 0) return read_fail(r, l.v[i].line, "a check has no list below it");
        if (!by_hand) {
            k = automated(r, &l.v[i], p);
            continue;
        }
        (void)read_checkbox(&c);
        k = add_string(r, &p->manual, read_put(c, TEXT_START, r->a));
    }
    return k;
}

static enum err_kind rollback(struct reader *r, size_t from, size_t to, struct phase *p)
{
    const struct phase *base = read_base_phase(r, p->id);
    enum err_kind k;
    if (p->rollback) return read_fail(r, from, "this phase has a rollback already");
    k = read_block(r, from, to, &p->rollback);
    if (base && k == ERR_OK) p->rollback = read_settle(r, p->rollback, base->rollback, true);
    return k;
}

enum err_kind read_tail(struct reader *r, size_t from, size_t to, struct phase *p)
{
    enum { AUTOMATED, MANUAL, ROLLBACK };
    while (from < to) {
        size_t label, next;
        struct cut c = cut_trim(r->lines.v[from].c);
        enum err_kind k;
        if (read_find(r, from, from + 1, render_tail_labels, &label) != from)
            return read_fail(r, from, "expected a label such as **Manual verification**");
        if (!cut_is(c, render_tail_labels[label]))
            return read_fail(r, from, "%s stands alone on its line", render_tail_labels[label]);
        next = label == ROLLBACK ? to : read_find(r, from + 1, to, render_tail_labels, NULL);
        k = label == ROLLBACK ? rollback(r, from + 1, next, p) : checks(r, from + 1, next, label == MANUAL, p);
        if (k != ERR_OK) return k;
        from = next;
    }
    return ERR_OK;
}

/* --- the phase ------------------------------------------------------------------------------------------------- */
/* "P3 Title" without its number. */
static struct cut bare_title(const struct head *h)
{
    struct cut c = h->title;
    int64_t n;
    if (h->phase == 0) return c;
    (void)cut_literal(&c, "P");
    (void)cut_number(&c, &n);
    return c;
}

enum err_kind read_phase(struct reader *r, size_t head, size_t *ret_next)
{
    const struct head *h = &r->heads.v[head];
    struct phase *p = arena_push(r->a, &r->d->phases, sizeof *p);
    const struct phase *base = read_base_phase(r, h->id);
    size_t from = h->at + 1, label = 0, at, tail;
    enum err_kind k;
    if (!p) return read_nomem(r);
    p->id = h->id;
    p->title = read_put(bare_title(h), 0, r->a);
    at = read_find(r, from, h->to, render_after_goal, &label);
    tail = read_find(r, at, h->to, render_tail_labels, NULL);
    if ((k = read_block(r, from, at, &p->goal)) != ERR_OK) return k;
    if (base) p->goal = read_settle(r, p->goal, base->goal, true);
    if ((k = facts(r, at, tail, p)) != ERR_OK || (k = read_tail(r, tail, h->to, p)) != ERR_OK) return k;
    for (head++; k == ERR_OK && head < r->heads.n && r->heads.v[head].level == 4; head++)
        k = read_step(r, &r->heads.v[head], p);
    *ret_next = head;
    return k;
}
