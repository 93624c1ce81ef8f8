/* Cutting text into terms, and finding a few of them in much text: only what starts like one of them is looked at. */
#include "survey/terms.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

static void give(const char *p, const char *end, bool whole, term_fn *fn, void *arg)
{
    struct term t = {.at = p, .whole = whole};
    t.n = fold(p, end, t.word);
    if (t.n) fn(arg, &t);
}

void terms_each(const char *text, size_t n, term_fn *fn, void *arg)
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
            give(p, q, false, fn, arg);
            parts++;
            p = q;
        }
        if (parts > 1) give(start, p, true, fn, arg);
    }
}

/* --- finding -------------------------------------------------------------------------------------------------------
 * Where parts start is worked out for BLOCK bytes at once, a bit for each byte; the letters there decide whether the
 * place is looked at. Most of a text costs no more than that. */
#define BLOCK 64

struct kinds { /* a bit for each of BLOCK bytes */
    uint64_t inner, upper, lower;
};

#ifdef __SSE2__
static inline uint64_t between(__m128i v, char least, char most)
{
    __m128i low = _mm_cmplt_epi8(v, _mm_set1_epi8(least)), high = _mm_cmpgt_epi8(v, _mm_set1_epi8(most));
    return (uint16_t)~_mm_movemask_epi8(_mm_or_si128(low, high));
}

static inline struct kinds kinds_of(const char *p)
{
    struct kinds k = {0, 0, 0};
    for (int i = 0; i < BLOCK; i += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
        uint64_t upper = between(v, 'A', 'Z'), lower = between(v, 'a', 'z'), digit = between(v, '0', '9');
        uint64_t other = (uint16_t)_mm_movemask_epi8(v);
        k.upper |= upper << i;
        k.lower |= lower << i;
        k.inner |= (upper | lower | digit | other) << i;
    }
    return k;
}
#else
static inline struct kinds kinds_of(const char *p)
{
    struct kinds k = {0, 0, 0};
    for (int i = 0; i < BLOCK; i++) {
        uint8_t kind = kind_of((unsigned char)p[i]);
        k.inner |= (uint64_t)((kind & INNER) != 0) << i;
        k.upper |= (uint64_t)((kind & UPPER) != 0) << i;
        k.lower |= (uint64_t)((kind & LOWER) != 0) << i;
    }
    return k;
}
#endif

/* Five bits for each of three letters, small or capital; what is no letter may look like one, but never like '_'. */
#define LINE_BITS 31u
static inline unsigned bits_of(char c)
{
    return (unsigned char)c & 31u;
}

static inline unsigned code_of(unsigned a, unsigned b, unsigned c)
{
    return a << 10 | b << 5 | c;
}

static void mark(struct term_set *s, unsigned code)
{
    s->starts[code >> 3] |= (uint8_t)(1u << (code & 7));
}

/* Every way in which an identifier may begin whose first letters are these, "_" being passed over. */
void term_set_add(struct term_set *s, const char *stem)
{
    size_t n = strlen(stem);
    unsigned a, b;
    if (s->n == TERM_SET_MAX || n == 0) return;
    s->v[s->n].stem = stem;
    s->v[s->n++].n = n;
    a = bits_of(stem[0]);
    b = n > 1 ? bits_of(stem[1]) : 0;
    for (unsigned any = 0; any < 32; any++) {
        mark(s, code_of(a, LINE_BITS, any));
        if (n == 2) mark(s, code_of(a, b, any));
        for (unsigned more = 0; n == 1 && more < 32; more++) mark(s, code_of(a, any, more));
    }
    if (n < 3) return;
    mark(s, code_of(a, b, bits_of(stem[2])));
    mark(s, code_of(a, b, LINE_BITS));
}

struct find {
    const struct term_set *set;
    const char *text, *end;
    term_hit_fn *fn;
    void *arg;
};

static void compare(const struct find *f, const char *p, const char *end)
{
    char w[TERM_MAX + 1];
    size_t n = fold(p, end, w);
    if (!n) return;
    n = term_stem(w, n);
    for (size_t i = 0; i < f->set->n; i++)
        if (f->set->v[i].n == n && memcmp(f->set->v[i].stem, w, n) == 0) {
            f->fn(f->arg, i, p);
            return;
        }
}

/* The part that starts at p, and the identifier of several parts that starts there. */
static void look(const struct find *f, const char *p)
{
    const char *part = part_end(p, f->end), *before = p, *end = part;
    compare(f, p, part);
    while (before > f->text && before[-1] == '_') before--;
    if (before > f->text && kind_of((unsigned char)before[-1]) & INNER) return;
    while (end < f->end && kind_of((unsigned char)*end) & WORD) end++;
    for (const char *q = part; q < end; q++)
        if (*q != '_') { /* a second part */
            compare(f, p, end);
            return;
        }
}

static inline bool worth(const struct term_set *s, const char *p)
{
    unsigned code = code_of(bits_of(p[0]), bits_of(p[1]), bits_of(p[2]));
    return s->starts[code >> 3] & 1u << (code & 7);
}

void term_set_find(const struct term_set *s, const char *text, size_t n, term_hit_fn *fn, void *arg)
{
    struct find f = {s, text, text + n, fn, arg};
    struct kinds before = {0, 0, 0};
    for (size_t at = 0; at < n; at += BLOCK) {
        char last[BLOCK + 2] = {0};
        const char *p = text + at;
        struct kinds k;
        uint64_t inner, upper, lower, starts;
        if (n - at < BLOCK + 2) { /* the text's end: beyond it are zeros */
            memcpy(last, p, n - at);
            p = last;
        }
        k = kinds_of(p);
        inner = k.inner << 1 | before.inner >> (BLOCK - 1); /* the kinds of the bytes before and after */
        upper = k.upper << 1 | before.upper >> (BLOCK - 1);
        lower = k.lower >> 1 | (uint64_t)(p[BLOCK] >= 'a' && p[BLOCK] <= 'z') << (BLOCK - 1);
        starts = (k.inner & ~inner) | (k.upper & ~upper) | (k.upper & lower);
        for (before = k; starts; starts &= starts - 1) {
            size_t i = (size_t)__builtin_ctzll(starts);
            if (worth(s, p + i)) look(&f, text + at + i);
        }
    }
}
