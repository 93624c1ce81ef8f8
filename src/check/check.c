/* The checks: runs every rule once over a document and the pinned trees, gathers and orders the findings. */
#include "pland/check/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/inner.h"

#define CLOSEST_BUDGET 1000000 /* file names compared in search of suggestions */

#define T struct check_finding
static const struct field finding_fields[] = {
    F_STR(T, id, FIELD_REQUIRED, 1, 64, "Stable over revisions while rule, section and evidence are unchanged"),
    F_STR(T, rule, FIELD_REQUIRED, 1, 64, "Rule"),
    F_ENUM(T, severity, FIELD_REQUIRED, severity_names, "Errors block approval"),
    F_STR(T, anchor, 0, 0, 64, "Section or step"),
    F_STR(T, message, FIELD_REQUIRED, 0, 0, "What is wrong"),
    F_STR(T, evidence, 0, 0, 0, "The words at fault"),
    F_STR(T, suggestion, 0, 0, 0, "The closest match, or how to fix it"),
};
const struct record check_finding_record = RECORD("check_finding", T, finding_fields);
#undef T

#define T struct check_result
static const struct field result_fields[] = {
    F_REC(T, verdict, FIELD_REQUIRED, &verdict_record, "What was verified"),
    F_LIST(T, findings, FIELD_ALWAYS, &check_finding_record, 0, "Errors first, then in the order of sections"),
};
const struct record check_result_record = RECORD("check_result", T, result_fields);
#undef T

/* --- reporting ---------------------------------------------------------------------------------------------------- */
static bool seen_put(uint64_t *table, size_t cap, uint64_t key)
{
    size_t i = (size_t)key & (cap - 1);
    for (; table[i]; i = (i + 1) & (cap - 1))
        if (table[i] == key) return false;
    table[i] = key;
    return true;
}

static bool seen_grow(struct checking *c)
{
    size_t cap = c->cap_seen ? c->cap_seen * 2 : 256;
    uint64_t *table = arena_alloc(c->work, cap * sizeof *table);
    if (!table) return false;
    for (size_t i = 0; i < c->cap_seen; i++)
        if (c->seen[i]) (void)seen_put(table, cap, c->seen[i]);
    c->seen = table;
    c->cap_seen = cap;
    return true;
}

static bool first_time(struct checking *c, const struct sha256 *h)
{
    uint64_t key = 0;
    for (size_t i = 0; i < 8; i++) key = key << 8 | h->b[i];
    if (!key) key = 1;
    if (c->n_seen * 2 >= c->cap_seen && !seen_grow(c)) return false;
    if (!seen_put(c->seen, c->cap_seen, key)) return false;
    c->n_seen++;
    return true;
}

/* Sections in rendering order: those before the phases (up to the scope), phases with their steps, the rest. */
static int64_t anchor_rank(const struct checking *c, const char *anchor)
{
    bool after = false;
    const char *id;
    for (size_t i = 0; (id = section_id(i)) != NULL; i++) {
        if (strcmp(id, anchor) == 0) return (int64_t)i + (after ? INT64_C(1) << 40 : 0);
        if (strcmp(id, "scope") == 0) after = true;
    }
    for (size_t p = 0; p < c->d->phases.n; p++) {
        const struct phase *ph = &c->d->phases.v[p];
        if (ph->id && strcmp(ph->id, anchor) == 0) return (int64_t)(p + 1) << 16;
        for (size_t s = 0; s < ph->steps.n; s++)
            if (ph->steps.v[s].id && strcmp(ph->steps.v[s].id, anchor) == 0)
                return ((int64_t)(p + 1) << 16) + (int64_t)s + 1;
    }
    return INT64_C(1) << 50;
}

static const char *format(struct arena *a, const char *fmt, va_list ap)
{
    char text[1200];
    (void)vsnprintf(text, sizeof text, fmt, ap);
    return arena_dup(a, text);
}

void check_report(struct checking *c, enum rule_id rule, const char *anchor, const char *evidence,
                  const char *suggestion, const char *fmt, ...)
{
    const struct rule *r = &check_rules[rule];
    struct check_finding *f;
    struct ranked *rank;
    const char *named;
    struct sha256 h;
    va_list ap;
    if (r->full_only && c->small) return;
    if (!anchor) anchor = "";
    if (!evidence) evidence = "";
    named = arena_fmt(c->work, "%s\n%s\n%s", r->id, anchor, evidence);
    if (!named) return;
    h = hash_sha256(named, strlen(named));
    if (!first_time(c, &h)) return;
    f = arena_alloc(c->a, sizeof *f);
    rank = arena_push(c->work, &c->found, sizeof *rank);
    if (!f || !rank) return;
    va_start(ap, fmt);
    f->message = format(c->a, fmt, ap);
    va_end(ap);
    f->id = arena_dup_n(c->a, hash_hex_of(&h).s, 16);
    f->rule = r->id;
    f->severity = r->severity;
    f->anchor = arena_dup(c->a, anchor);
    f->evidence = arena_dup(c->a, evidence);
    f->suggestion = arena_dup(c->a, suggestion ? suggestion : r->fix);
    *rank = (struct ranked){ .rank = anchor_rank(c, anchor), .f = f, .at = c->found.n };
    if (r->severity == SEVERITY_ERROR) c->out->verdict.failed++;
}

/* --- running ------------------------------------------------------------------------------------------------------ */
static int by_weight(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->f->severity != y->f->severity) return y->f->severity - x->f->severity;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

static void order_findings(struct checking *c)
{
    if (c->found.n) qsort(c->found.v, c->found.n, sizeof *c->found.v, by_weight);
    for (size_t i = 0; i < c->found.n; i++) {
        struct check_finding *f = arena_push(c->a, &c->out->findings, sizeof *f);
        if (!f) return;
        *f = *c->found.v[i].f;
    }
}

static void run_rules(struct checking *c)
{
    for (size_t i = 0; i < RULE_N_; i++) {
        bool done = false;
        for (size_t j = 0; j < i && !done; j++) done = check_rules[j].run == check_rules[i].run;
        if (!done) check_rules[i].run(c);
    }
}

enum err_kind check_run(const struct document *d, const struct check_input *in, struct arena *a,
                        struct check_result *ret, struct err *e)
{
    auto_arena work = arena_new(0);
    struct check_result out = { .verdict = { 0 } };
    struct checking *c = arena_alloc(work, sizeof *c);
    enum err_kind k;
    if (!c) return err_nomem(e);
    if (!in->codebases.n) return err_set(e, ERR_INTERNAL, "nothing to check against");
    *c = (struct checking){ .d = d, .in = in, .a = a, .work = work, .out = &out, .small = in->size == SIZE_SMALL,
                            .closest_left = CLOSEST_BUDGET };
    texts_collect(c);
    touches_collect(c);
    if ((k = arena_check(work, e)) != ERR_OK) return k;
    run_rules(c);
    order_findings(c);
    if ((k = arena_check(work, e)) != ERR_OK || (k = arena_check(a, e)) != ERR_OK) return k;
    *ret = out;
    return ERR_OK;
}

bool check_has_errors(const struct check_result *r)
{
    for (size_t i = 0; i < r->findings.n; i++)
        if (r->findings.v[i].severity == SEVERITY_ERROR) return true;
    return false;
}
