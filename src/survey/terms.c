/* Cutting text into terms, and finding a few of them in much text: only what starts like one of them is looked at. */
#include "survey/terms.h"

#include <string.h>

enum {
    LOWER = 1,
    UPPER = 2,
    DIGIT = 4,
    OTHER = 8,
    LINE = 16,
    INNER = LOWER | UPPER | DIGIT | OTHER,
    WORD = INNER | LINE
};

static uint8_t kind_of(unsigned char c)
{
    __extension__ static const uint8_t kinds[256] = {
        ['0' ... '9'] = DIGIT, ['A' ... 'Z'] = UPPER, ['a' ... 'z'] = LOWER, ['_'] = LINE, [0x80 ... 0xff] = OTHER,
    };
    return kinds[c];
}

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* --- stems ---------------------------------------------------------------------------------------------------------
 */
/* The first that fits and leaves enough. */
static const struct {
    const char *end;
    size_t n, least;
    bool doubled;
} ends[] = {
    {"izations", 8, 3, false}, {"ization", 7, 3, false}, {"ations", 6, 4, false}, {"ation", 5, 4, false},
    {"ators", 5, 4, false},    {"ator", 4, 4, false},    {"ments", 5, 4, false},  {"ment", 4, 4, false},
    {"ities", 5, 4, false},    {"ings", 4, 3, true},     {"ions", 4, 4, false},   {"ates", 4, 4, false},
    {"ated", 4, 4, false},     {"ity", 3, 4, false},     {"ing", 3, 3, true},     {"ion", 3, 4, false},
    {"ies", 3, 3, false},      {"ied", 3, 3, false},     {"ate", 3, 4, false},    {"ers", 3, 4, true},
    {"ed", 2, 3, true},        {"er", 2, 4, true},       {"es", 2, 3, false},     {"ly", 2, 4, false},
    {"s", 1, 3, false},        {"e", 1, 3, false},       {"y", 1, 3, false},
};

size_t term_stem(char *w, size_t n)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t left;
        if (n < ends[i].n + ends[i].least || memcmp(w + n - ends[i].n, ends[i].end, ends[i].n) != 0) continue;
        if (ends[i].n == 1 && ends[i].end[0] == 's' && (w[n - 2] == 's' || w[n - 2] == 'u'))
            continue; /* class, status */
        left = n - ends[i].n;
        if (ends[i].doubled && left > 3 && w[left - 1] == w[left - 2] && !strchr("lsz", w[left - 1])) left--;
        n = left;
        break;
    }
    w[n] = '\0';
    return n;
}

/* --- cutting -------------------------------------------------------------------------------------------------------
 */
/* The end of the part that starts at p: before '_', before a capital after a small letter, before the last capital of
 * several that a small letter follows ("HTTPServer"). */
static const char *part_end(const char *p, const char *end)
{
    for (const char *q = p + 1; q < end; q++) {
        uint8_t here = kind_of((unsigned char)*q);
        if (!(here & INNER)) return q;
        if (here != UPPER) continue;
        if (kind_of((unsigned char)q[-1]) != UPPER) return q;
        if (q + 1 < end && kind_of((unsigned char)q[1]) == LOWER) return q;
    }
    return end;
}

/* Small letters without '_' into w. 0: too long. */
static size_t fold(const char *p, const char *end, char w[TERM_MAX + 1])
{
    size_t n = 0;
    for (; p < end; p++) {
        if (*p == '_') continue;
        if (n == TERM_MAX) return 0;
        w[n++] = folded(*p);
    }
    w[n] = '\0';
    return n;
}

/* Calls part() for each part and whole() for each identifier of several. */
typedef void span_fn(void *arg, const char *p, const char *end, bool whole);
static inline void each_span(const char *text, size_t n, span_fn *fn, void *arg)
{
    const char *end = text + n;
    for (const char *p = text; p < end;) {
        const char *start;
        int parts = 0;
        while (p < end && !(kind_of((unsigned char)*p) & WORD)) p++;
        for (start = p; p < end && kind_of((unsigned char)*p) & WORD;) {
            const char *q;
            if (*p == '_') {
                p++;
                continue;
            }
            q = part_end(p, end);
            fn(arg, p, q, false);
            parts++;
            p = q;
        }
        if (parts > 1) fn(arg, start, p, true);
    }
}

struct each {
    term_fn *fn;
    void *arg;
};

static void give(void *arg, const char *p, const char *end, bool whole)
{
    const struct each *e = arg;
    struct term t = {.at = p, .whole = whole};
    t.n = fold(p, end, t.word);
    if (t.n) e->fn(e->arg, &t);
}

void terms_each(const char *text, size_t n, term_fn *fn, void *arg)
{
    struct each e = {fn, arg};
    each_span(text, n, give, &e);
}

/* --- finding -------------------------------------------------------------------------------------------------------
 */
/* Five bits for each of the first three letters; all that is no letter counts as one. */
static unsigned start_of(const char *p, const char *end)
{
    unsigned code = 0;
    for (int i = 0; i < 3; i++) {
        unsigned bits = 0;
        while (p < end && *p == '_') p++;
        if (p < end) bits = kind_of((unsigned char)*p) & (LOWER | UPPER) ? (unsigned)*p & 31 : 27;
        if (p < end) p++;
        code = code << 5 | bits;
    }
    return code;
}

void term_set_add(struct term_set *s, const char *stem)
{
    size_t n = strlen(stem);
    unsigned code = start_of(stem, stem + n);
    if (s->n == TERM_SET_MAX) return;
    s->v[s->n].stem = stem;
    s->v[s->n++].n = n;
    s->starts[code >> 3] |= (uint8_t)(1u << (code & 7));
}

struct find {
    const struct term_set *set;
    term_hit_fn *fn;
    void *arg;
};

static inline void look(void *arg, const char *p, const char *end, bool whole)
{
    const struct find *f = arg;
    char w[TERM_MAX + 1];
    unsigned code = start_of(p, end);
    size_t n;
    (void)whole;
    if (!(f->set->starts[code >> 3] & 1u << (code & 7)) || !(n = fold(p, end, w))) return;
    n = term_stem(w, n);
    for (size_t i = 0; i < f->set->n; i++)
        if (f->set->v[i].n == n && memcmp(f->set->v[i].stem, w, n) == 0) {
            f->fn(f->arg, i, p);
            return;
        }
}

void term_set_find(const struct term_set *s, const char *text, size_t n, term_hit_fn *fn, void *arg)
{
    struct find f = {s, fn, arg};
    each_span(text, n, look, &f);
}
