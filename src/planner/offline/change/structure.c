/* Orders about the plan itself, a line each: a verb, then the phases. What refers to a phase keeps its bytes wherever
 * that is possible: of a phase that is split, the second half keeps the id, so that whoever needs all of it still
 * names it. */
#include "planner/offline/change/structure.h"

#include <stdlib.h>
#include <string.h>

#include "planner/offline/change/order.h"

struct phase *structure_phase(struct document *d, const char *s, const char **rest)
{
    char name[16];
    size_t n = 0;
    s += strspn(s, " ");
    if (strncasecmp(s, "the ", 4) == 0) s += 4;
    if (strncasecmp(s, "phase ", 6) == 0) s += 6;
    if (s[0] >= '1' && s[0] <= '9') name[n++] = 'P';
    for (; *s && n < sizeof name - 1 && ((*s >= '0' && *s <= '9') || (n < 2 && strchr("PpHh", *s))); s++)
        name[n++] = *s;
    name[n] = '\0';
    if (prose_is_word_char(*s)) return NULL;
    *rest = s;
    return n > 1 ? edit_phase(d, name) : NULL;
}

/* Takes one of the words, with the blanks around it. */
static bool take_word(const char **s, const char *const *words)
{
    const char *at = *s + strspn(*s, " ");
    for (size_t i = 0; words[i]; i++) {
        size_t n = strlen(words[i]);
        if (strncasecmp(at, words[i], n) != 0 || prose_is_word_char(at[n])) continue;
        *s = at + n + strspn(at + n, " ");
        return true;
    }
    return false;
}

static bool at_end(const char *s) { return s[strspn(s, " .!")] == '\0'; }

/* --- reading an order --------------------------------------------------------------------------------------------- */
static bool read_drop(struct order *o, const char *s)
{
    return (o->phase = structure_phase(o->d, s, &s)) && at_end(s);
}

static bool read_rename(struct order *o, const char *s)
{
    static const char *const to[] = { "to", "as", NULL };
    if (!(o->phase = structure_phase(o->d, s, &s)) || !take_word(&s, to)) return false;
    o->text = prose_bare(o->a, prose_short(o->a, s, 200));
    return true;
}

static int64_t minutes_of(const char *s)
{
    char *end;
    double v;
    if (*s < '0' || *s > '9' || s[strspn(s, "0123456789.,")] == 'x') return 0; /* no "nan", "inf", "0x10" */
    v = strtod(s, &end);
    while (*end == ' ') end++;
    if (!(v > 0) || v > 10000) return 0;
    if (*end == 'd') return (int64_t)(v * 480);
    if (*end == 'h') return (int64_t)(v * 60);
    return *end == 'm' ? (int64_t)v : 0;
}

static bool read_estimate(struct order *o, const char *s)
{
    static const char *const filler[] = { "at", "to", "as", NULL };
    if (!(o->phase = structure_phase(o->d, s, &s))) return false;
    s += strspn(s, " :=");
    (void)take_word(&s, filler);
    o->number = minutes_of(s);
    return o->number > 0;
}

/* "3.2" or "2": the step that comes last in the first half; 0: none was named. */
static bool read_split(struct order *o, const char *s)
{
    static const char *const after[] = { "after step", "after", "behind", NULL },
                            *const before[] = { "at step", "before step", "at", "before", NULL };
    int64_t less = 0;
    char *end;
    if (!(o->phase = structure_phase(o->d, s, &s))) return false;
    if (take_word(&s, before)) less = 1;
    else if (!take_word(&s, after)) {
        static const char *const halves[] = { "in two", "into two", "in half", NULL };
        return at_end(s) || (take_word(&s, halves) && (at_end(s) || strncasecmp(s, "phases", 6) == 0));
    }
    if (*s < '1' || *s > '9') return false;
    o->number = strtoll(s, &end, 10);
    if (*end == '.' && end[1] >= '0' && end[1] <= '9') o->number = strtoll(end + 1, &end, 10);
    o->number -= less;
    o->named = true;
    return at_end(end);
}

static bool read_two(struct order *o, const char *s)
{
    static const char *const between[] = { "and", "with", "into", "&", "+", ",", NULL };
    static const char *const plural[] = { "phases", "the phases", NULL };
    (void)take_word(&s, plural);
    if (!(o->phase = structure_phase(o->d, s, &s)) || !take_word(&s, between)) return false;
    return (o->other = structure_phase(o->d, s, &s)) && at_end(s) && o->other != o->phase;
}

static bool read_where(struct order *o, const char *s)
{
    static const char *const before[] = { "before", "in front of", NULL }, *const behind[] = { "after", "behind", NULL },
                            *const first[] = { "first", "to the front", "to the start", "to the beginning", NULL },
                            *const last[] = { "last", "to the end", NULL };
    if (take_word(&s, first)) o->where = ORDER_FIRST;
    else if (take_word(&s, last)) o->where = ORDER_LAST;
    else if (take_word(&s, before)) o->where = ORDER_BEFORE;
    else if (take_word(&s, behind)) o->where = ORDER_AFTER;
    else return false;
    if (o->where == ORDER_FIRST || o->where == ORDER_LAST) return at_end(s);
    return (o->other = structure_phase(o->d, s, &s)) && at_end(s) && o->other != o->phase;
}

static bool read_move(struct order *o, const char *s)
{
    return (o->phase = structure_phase(o->d, s, &s)) && read_where(o, s);
}

/* "add a phase after P2: Measure first" */
static bool read_add(struct order *o, const char *s)
{
    static const char *const a_phase[] = { "a phase", "phase", "a new phase", "one more phase", "another phase", NULL },
                            *const filler[] = { "called", "named", "to", "for", NULL };
    const char *colon;
    if (!take_word(&s, a_phase)) return false;
    o->where = ORDER_LAST;
    colon = strchr(s, ':');
    if (colon && colon > s) {
        const char *where = arena_dup_n(o->a, s, (size_t)(colon - s));
        if (where && !prose_blank(where) && !read_where(o, where)) return false;
    }
    if (colon) s = colon + 1;
    else (void)take_word(&s, filler);
    o->text = prose_clean(o->a, span_trim((struct span){ s, strlen(s) }), 1500);
    return !prose_blank(prose_bare(o->a, o->text));
}

static const struct question *question_of(const struct brief *b, const char *s, size_t n)
{
    for (size_t i = 0; b->understanding && i < b->understanding->questions.n; i++) {
        const struct question *q = &b->understanding->questions.v[i];
        if (strlen(q->id) == n && strncasecmp(q->id, s, n) == 0) return q;
    }
    return NULL;
}

/* "Q2: PostgreSQL 15" */
static bool read_answer(struct order *o, const char *s)
{
    size_t n = strcspn(s, ":=");
    if (!s[n] || n > 16 || !(o->question = question_of(o->b, s, n))) return false;
    o->text = prose_clean(o->a, span_trim((struct span){ s + n + 1, strlen(s + n + 1) }), 1500);
    return !prose_blank(o->text);
}

static bool read_correction(struct order *o, const char *s)
{
    o->text = prose_clean(o->a, span_trim((struct span){ s, strlen(s) }), 1500);
    return !prose_blank(o->text);
}

static const struct { const char *verb; bool (*read)(struct order *o, const char *s); order_fn *carry_out; } orders[] = {
    { "drop ", read_drop, order_drop },         { "remove ", read_drop, order_drop },
    { "delete ", read_drop, order_drop },       { "skip ", read_drop, order_drop },
    { "take out ", read_drop, order_drop },     { "rename ", read_rename, order_rename },
    { "estimate ", read_estimate, order_estimate }, { "split ", read_split, order_split },
    { "merge ", read_two, order_join },         { "join ", read_two, order_join },
    { "combine ", read_two, order_join },       { "swap ", read_two, order_swap },
    { "move ", read_move, order_move },         { "put ", read_move, order_move },
    { "add ", read_add, order_add },            { "correction:", read_correction, order_correct },
    { "", read_answer, order_answer },
};

static order_fn *read_order(struct order *o, const char *line)
{
    struct span s = span_trim((struct span){ line, strlen(line) });
    const struct order blank = *o;
    for (size_t i = 0; i < countof(orders); i++) {
        *o = blank;
        if (span_starts(s, orders[i].verb) && orders[i].read(o, s.p + strlen(orders[i].verb)))
            return orders[i].carry_out;
    }
    return NULL;
}

/* --- carrying it out ---------------------------------------------------------------------------------------------- */
static bool is_meant(const struct brief *b, struct document *d, const struct phase *p)
{
    bool meant = b->sections.n == 0 || !p;
    for (size_t i = 0; i < b->sections.n; i++) meant = meant || edit_phase(d, b->sections.v[i]) == p;
    return meant;
}

enum err_kind structure_apply(const struct brief *b, const char *text, struct document *d, struct arena *a, bool *ret,
                              struct err *e)
{
    struct span all = span_trim((struct span){ text, strlen(text) });
    const char *lines = arena_dup_n(a, all.p, all.n);
    int64_t next = b->next_section;
    *ret = false;
    for (const char *s = lines; s && *s; s += strcspn(s, "\n"), s += *s == '\n') { /* all of them, or none */
        struct order o = { .b = b, .d = d, .a = a };
        const char *line = arena_dup_n(a, s, strcspn(s, "\n"));
        if (line && !prose_blank(line) && !read_order(&o, line)) return ERR_OK;
    }
    for (const char *s = lines; s && *s; s += strcspn(s, "\n"), s += *s == '\n') {
        struct order o = { .b = b, .d = d, .a = a, .next = &next };
        const char *line = arena_dup_n(a, s, strcspn(s, "\n"));
        order_fn *carry_out = line && !prose_blank(line) ? read_order(&o, line) : NULL;
        enum err_kind k;
        if (!carry_out) { /* blank, or about a phase that an earlier line has taken out */
            if (line && !prose_blank(line))
                return err_at(e, ERR_INVALID, "/instruction", "after the lines before it this cannot be done: %.80s", line);
            continue;
        }
        if (!is_meant(b, d, o.phase) && !(o.other && is_meant(b, d, o.other)))
            return err_at(e, ERR_INVALID, "/sections", "the instruction is about %s", o.phase->id);
        if ((k = carry_out(&o, e)) != ERR_OK) return k;
        *ret = true;
    }
    return prose_check(a, e);
}
