/* The checks: runs every rule once over a document and the pinned trees, gathers and orders the findings. */
#include "pland/check/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/inner.h"

enum { FINDINGS_MAX = 5000, COMMANDS_MAX = 5000, WORDS_LOOKED_MAX = 100000 };
#define PATTERN_BUDGET 20000000 /* bytes of patterns held against names */

#define T struct check_finding
static const struct field finding_fields[] = {
    F_STR(T, id, FIELD_REQUIRED, 1, 64, "Stable over revisions while rule, section and evidence are unchanged"),
    F_STR(T, rule, FIELD_REQUIRED, 1, 64, "Rule"),
    F_ENUM(T, severity, FIELD_REQUIRED, severity_names, "Errors block approval"),
    F_STR(T, anchor, 0, 0, 64, "Section or step"),
    F_STR(T, message, FIELD_REQUIRED, 0, 0, "What is wrong"),
    F_STR(T, evidence, 0, 0, 0, "The words at fault"),
    F_STR(T, suggestion, 0, 0, 0, "The closest match, or how to fix it"),
    F_INT(T, line, 0, 0, 0, "Of the Markdown that was checked"),
};
const struct record check_finding_record = RECORD("check_finding", T, finding_fields);
#undef T

#define T struct check_ref
static const struct field ref_fields[] = {
    F_STR(T, section, FIELD_REQUIRED, 0, 64, "Section that rests on it"),
    F_STR(T, path, FIELD_REQUIRED, 1, 0, "File"),
    F_INT(T, line, 0, 0, 0, "Line that is cited"),
    F_STR(T, text, 0, 0, 64, "Hash of the cited line's words"),
    F_STR(T, blob, 0, 0, 64, "Id of the file's content; absent when the file is expected not to be there yet"),
};
const struct record check_ref_record = RECORD("check_ref", struct check_ref, ref_fields);
#undef T

#define T struct check_result
static const struct field result_fields[] = {
    F_REC(T, verdict, FIELD_REQUIRED, &verdict_record, "What was verified"),
    F_LIST(T, findings, FIELD_ALWAYS, &check_finding_record, 0, "Errors first, then in the order of sections"),
    F_LIST(T, refs, 0, &check_ref_record, 0, "Files that the sections rest on, as they were"),
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

/* The section an anchor lies in: "ph2" of "ph2.s1". */
static const char *section_of(struct checking *c, const char *anchor)
{
    size_t n = strcspn(anchor, ".");
    return anchor[n] && strncmp(anchor, "ph", 2) == 0 ? arena_dup_n(c->work, anchor, n) : anchor;
}

bool wanted(const struct checking *c, const char *anchor)
{
    size_t n = anchor ? strcspn(anchor, ".") : 0;
    for (size_t i = 0; i < c->in->only.n; i++)
        if (anchor && strlen(c->in->only.v[i]) == n && strncmp(c->in->only.v[i], anchor, n) == 0) return true;
    return !c->in->only.n;
}

bool phase_is_done(const struct checking *c, size_t phase)
{
    return c->done && phase < c->d->phases.n && c->done[phase];
}

static bool in_done_phase(const struct checking *c, const char *anchor)
{
    size_t n = strcspn(anchor, ".");
    for (size_t i = 0; c->done && i < c->d->phases.n; i++) {
        const char *id = c->d->phases.v[i].id;
        if (c->done[i] && id && strlen(id) == n && strncmp(id, anchor, n) == 0) return true;
    }
    return false;
}

static int severity_of(const struct checking *c, const struct rule *r)
{
    size_t i = (size_t)(r - check_rules);
    int tuned = c->in->settings && c->in->settings->severity ? c->in->settings->severity[i] : SEVERITY_AS_IT_IS;
    return tuned == SEVERITY_AS_IT_IS ? r->severity : tuned;
}

/* What a done phase changed holds, whatever the tree says of it by now. */
static bool of_no_interest(const struct checking *c, const struct rule *r, const char *anchor)
{
    if ((r->full_only && c->small) || severity_of(c, r) == SEVERITY_OFF || !wanted(c, anchor)) return true;
    return (r->family == FAMILY_GROUNDING || r->family == FAMILY_COMMANDS) && in_done_phase(c, anchor);
}

static bool first_time_text(struct checking *c, const char *named)
{
    struct sha256 h = hash_sha256(named, strlen(named));
    return first_time(c, &h);
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
    if (!anchor) anchor = "";
    if (!evidence) evidence = "";
    if (of_no_interest(c, r, anchor) || c->found.n >= FINDINGS_MAX) return;
    named = arena_fmt(c->work, "%s\n%s\n%s", r->id, anchor, evidence);
    if (!named) return;
    h = hash_sha256(named, strlen(named));
    if (!first_time(c, &h)) return;
    f = arena_alloc(c->a, sizeof *f);
    rank = f ? arena_push(c->work, &c->found, sizeof *rank) : NULL;
    if (!rank) return;
    va_start(ap, fmt);
    f->message = format(c->a, fmt, ap);
    va_end(ap);
    f->id = arena_dup_n(c->a, hash_hex_of(&h).s, 16);
    f->rule = r->id;
    f->severity = severity_of(c, r);
    f->anchor = arena_dup(c->a, anchor);
    f->evidence = arena_dup(c->a, evidence);
    f->suggestion = arena_dup(c->a, suggestion ? suggestion : r->fix);
    f->line = c->line;
    *rank = (struct ranked){ .rank = c->foreign ? c->line : anchor_rank(c, anchor), .f = f, .at = c->found.n };
    if (f->severity == SEVERITY_ERROR) c->out->verdict.failed++;
}

/* --- what sections rest on ---------------------------------------------------------------------------------------- */
void ref_note(struct checking *c, const char *anchor, struct spot *s, int64_t line)
{
    const struct tree_file *f = spot_file(c, s);
    const char *section = section_of(c, anchor ? anchor : ""), *named, *text = NULL;
    struct ranked_ref *slot;
    if (c->foreign || !section || !wanted(c, section)) return;
    named = arena_fmt(c->work, "ref\n%s\n%s\n%lld", section, s->written, (long long)line);
    if (!named || !first_time_text(c, named)) return;
    if (f && line > 0) text = line_words(spot_text(c, s), line, c->a);
    if (!(slot = arena_push(c->work, &c->refs, sizeof *slot))) return;
    slot->rank = anchor_rank(c, section);
    slot->at = c->refs.n;
    slot->r = (struct check_ref){ .section = arena_dup(c->a, section), .path = arena_dup(c->a, s->written), .line = line,
                                  .text = text, .blob = f ? arena_dup(c->a, f->oid) : NULL };
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

static int by_place(const void *a, const void *b)
{
    const struct ranked_ref *x = a, *y = b;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

static void order_refs(struct checking *c)
{
    if (c->refs.n) qsort(c->refs.v, c->refs.n, sizeof *c->refs.v, by_place);
    for (size_t i = 0; i < c->refs.n; i++) {
        struct check_ref *r = arena_push(c->a, &c->out->refs, sizeof *r);
        if (!r) return;
        *r = c->refs.v[i].r;
    }
}

static const bool *done_phases(const struct document *d, const struct check_input *in, struct arena *a)
{
    bool *done = in->done.n ? arena_alloc(a, d->phases.n + 1) : NULL;
    for (size_t i = 0; done && i < in->done.n; i++) {
        size_t at = words_phase(d, in->done.v[i]);
        if (at != SIZE_MAX) done[at] = true;
    }
    return done;
}

enum err_kind checking_run(const struct document *d, const struct check_input *in, struct arena *a,
                           void (*prepare)(struct checking *c, void *arg), void *arg, rule_fn *const *rules, size_t n,
                           struct check_result *ret, struct err *e)
{
    auto_arena work = arena_new(0);
    struct check_result out = { .verdict = { 0 } };
    struct checking *c = arena_alloc(work, sizeof *c);
    enum err_kind k;
    if (!c) return err_nomem(e);
    if (!in->codebases.n) return err_set(e, ERR_INTERNAL, "nothing to check against");
    *c = (struct checking){ .d = d, .in = in, .a = a, .work = work, .out = &out, .small = in->size == SIZE_SMALL,
                            .closest_left = PATTERN_BUDGET, .commands_left = COMMANDS_MAX, .words_left = WORDS_LOOKED_MAX, .done = done_phases(d, in, work) };
    prepare(c, arg);
    if ((k = arena_check(work, e)) != ERR_OK) return k;
    for (size_t i = 0; i < n; i++) rules[i](c);
    order_findings(c);
    order_refs(c);
    if ((k = arena_check(work, e)) != ERR_OK || (k = arena_check(a, e)) != ERR_OK) return k;
    *ret = out;
    return ERR_OK;
}

static void prepare_document(struct checking *c, void *arg)
{
    (void)arg;
    texts_collect(c);
    touches_collect(c);
}

/* Every function of the table, once. */
static size_t rules_of(rule_fn *ret[RULE_N_])
{
    size_t n = 0;
    for (size_t i = 0; i < RULE_N_; i++) {
        bool there = false;
        for (size_t j = 0; j < n && !there; j++) there = ret[j] == check_rules[i].run;
        if (!there) ret[n++] = check_rules[i].run;
    }
    return n;
}

enum err_kind check_run(const struct document *d, const struct check_input *in, struct arena *a,
                        struct check_result *ret, struct err *e)
{
    rule_fn *rules[RULE_N_];
    size_t n = rules_of(rules);
    return checking_run(d, in, a, prepare_document, NULL, rules, n, ret, e);
}

bool check_has_errors(const struct check_result *r)
{
    for (size_t i = 0; i < r->findings.n; i++)
        if (r->findings.v[i].severity == SEVERITY_ERROR) return true;
    return false;
}
