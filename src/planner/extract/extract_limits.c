/* Numbers that bind: "< 100 ms", "at most 20 requests per minute", "after 30 days". A number counts when a word of
 * comparison, a rate, or a measure in a binding place says so; numbers that set a scene do not. */
#include "planner/extract/inner.h"

#include <string.h>

enum strength {
    WEAK,
    COUNTING,
    STRONG
}; /* COUNTING: of things, also where their number is a word: "costs five tokens" */
enum { FLIPPED_BY_NOT = 1, CONDITION = 2 }; /* "more than": a floor, after "not" or "when" a ceiling */

static const struct {
    const char *text;
    int bound;
    enum strength strength;
    int flips;
} comparators[] = {
    {"<=", BOUND_AT_MOST, STRONG, 0},
    {">=", BOUND_AT_LEAST, STRONG, 0},
    {"≤", BOUND_AT_MOST, STRONG, 0},
    {"≥", BOUND_AT_LEAST, STRONG, 0},
    {"<", BOUND_AT_MOST, STRONG, 0},
    {">", BOUND_AT_LEAST, STRONG, 0},
    {"no more than", BOUND_AT_MOST, STRONG, 0},
    {"not more than", BOUND_AT_MOST, STRONG, 0},
    {"less than", BOUND_AT_MOST, STRONG, FLIPPED_BY_NOT},
    {"fewer than", BOUND_AT_MOST, STRONG, FLIPPED_BY_NOT},
    {"lower than", BOUND_AT_MOST, STRONG, FLIPPED_BY_NOT},
    {"shorter than", BOUND_AT_MOST, STRONG, FLIPPED_BY_NOT},
    {"smaller than", BOUND_AT_MOST, STRONG, FLIPPED_BY_NOT},
    {"faster than", BOUND_AT_MOST, STRONG, 0},
    {"at most", BOUND_AT_MOST, STRONG, 0},
    {"up to", BOUND_AT_MOST, STRONG, 0},
    {"maximum of", BOUND_AT_MOST, STRONG, 0},
    {"maximum", BOUND_AT_MOST, STRONG, 0},
    {"maximally", BOUND_AT_MOST, STRONG, 0},
    {"max.", BOUND_AT_MOST, STRONG, 0},
    {"max", BOUND_AT_MOST, STRONG, 0},
    {"under", BOUND_AT_MOST, STRONG, 0},
    {"below", BOUND_AT_MOST, STRONG, FLIPPED_BY_NOT},
    {"within", BOUND_AT_MOST, STRONG, 0},
    {"limited to", BOUND_AT_MOST, STRONG, 0},
    {"capped at", BOUND_AT_MOST, STRONG, 0},
    {"limit of", BOUND_AT_MOST, STRONG, 0},
    {"limit", BOUND_AT_MOST, STRONG, 0},
    {"longer than", BOUND_AT_MOST, STRONG, 0},
    {"larger than", BOUND_AT_MOST, STRONG, 0},
    {"bigger than", BOUND_AT_MOST, STRONG, 0},
    {"greater than", BOUND_AT_MOST, STRONG, CONDITION},
    {"higher than", BOUND_AT_MOST, STRONG, CONDITION},
    {"slower than", BOUND_AT_MOST, STRONG, 0},
    {"older than", BOUND_AT_MOST, STRONG, 0},
    {"further than", BOUND_AT_MOST, STRONG, 0},
    {"exceed", BOUND_AT_MOST, STRONG, 0},
    {"exceeds", BOUND_AT_MOST, STRONG, 0},
    {"exceeding", BOUND_AT_MOST, STRONG, 0},
    {"at least", BOUND_AT_LEAST, STRONG, 0},
    {"minimum of", BOUND_AT_LEAST, STRONG, 0},
    {"minimum", BOUND_AT_LEAST, STRONG, 0},
    {"min.", BOUND_AT_LEAST, STRONG, 0},
    {"min", BOUND_AT_LEAST, STRONG, 0},
    {"down to", BOUND_AT_LEAST, STRONG, 0},
    {"more than", BOUND_AT_LEAST, STRONG, CONDITION},
    {"over", BOUND_AT_LEAST, STRONG, CONDITION},
    {"above", BOUND_AT_LEAST, STRONG, CONDITION},
    {"exactly", BOUND_EXACT, STRONG, 0},
    {"every", BOUND_EXACT, WEAK, 0},
    {"each", BOUND_EXACT, WEAK, 0},
    {"after", BOUND_EXACT, WEAK, 0},
    {"for", BOUND_EXACT, WEAK, 0},
    {"last", BOUND_EXACT, WEAK, 0},
    {"latest", BOUND_EXACT, WEAK, 0},
    {"first", BOUND_EXACT, WEAK, 0},
    {"top", BOUND_EXACT, WEAK, 0},
    {"holds", BOUND_EXACT, WEAK, 0},
    {"hold", BOUND_EXACT, WEAK, 0},
    {"keeps", BOUND_EXACT, WEAK, 0},
    {"keep", BOUND_EXACT, WEAK, 0},
    {"default", BOUND_EXACT, WEAK, 0},
    {"defaults to", BOUND_EXACT, WEAK, 0},
    {"fits on", BOUND_AT_MOST, WEAK, 0},
    {"fit on", BOUND_AT_MOST, WEAK, 0},
    {"fits in", BOUND_AT_MOST, WEAK, 0},
    {"batches of", BOUND_EXACT, WEAK, 0},
    {"pages of", BOUND_EXACT, WEAK, 0},
    {"chunks of", BOUND_EXACT, WEAK, 0},
    {"groups of", BOUND_EXACT, WEAK, 0},
    {"run with", BOUND_EXACT, WEAK, 0},
    {"runs with", BOUND_EXACT, WEAK, 0},
    {"start with", BOUND_EXACT, WEAK, 0},
    {"starts with", BOUND_EXACT, WEAK, 0},
    {"newest", BOUND_EXACT, WEAK, 0},
    {"cost", BOUND_EXACT, COUNTING, 0},
    {"costs", BOUND_EXACT, COUNTING, 0},
    {"lists the", BOUND_EXACT, COUNTING, 0},
    {"shows the", BOUND_EXACT, COUNTING, 0},
    {"oldest", BOUND_EXACT, WEAK, 0},
};
/* Behind number and unit: "20 minutes or less". */
static const struct {
    const char *text;
    int bound;
} endings[] = {
    {" or less", BOUND_AT_MOST},      {" or fewer", BOUND_AT_MOST},  {" or faster", BOUND_AT_MOST},
    {" or shorter", BOUND_AT_MOST},   {" at most", BOUND_AT_MOST},   {" maximum", BOUND_AT_MOST},
    {" max", BOUND_AT_MOST},          {", not more", BOUND_AT_MOST}, {" old, not more", BOUND_AT_MOST},
    {" and not more", BOUND_AT_MOST}, {" or more", BOUND_AT_LEAST},  {" or longer", BOUND_AT_LEAST},
    {" at least", BOUND_AT_LEAST},    {" minimum", BOUND_AT_LEAST},  {" and no more", BOUND_AT_MOST},
    {", no more", BOUND_AT_MOST},     {" tops", BOUND_AT_MOST},
};
/* "a timeout of 5 s" binds, "a file of 5 MB" does not. */
static const char *const bound_nouns[] = {
    "timeout", "limit",    "delay",  "period",       "window",   "interval", "ratio",  "size",  "maximum",
    "minimum", "width",    "height", "age",          "ttl",      "lifetime", "length", "total", "rate",
    "budget",  "coverage", "pause",  "grace period", "duration", "depth",    "quota"};
static const char *const scene_words[] = {"with",      "of",    "the",   "and",  "now",    "today",
                                          "currently", "was",   "were",  "than", "from",   "takes",
                                          "took",      "these", "those", "all",  "another"};
static const char *const negations[] = {"not", "no", "never", "cannot", "nobody", "none", "without", "neither", NULL};
static const char *const whens[] = {"when", "if", "unless", NULL};
static const char *const conditions[] = {"when", "if", "that", "which", "who", "once", "anything", "everything", NULL};
/* A number being looked at, by places in s. */
struct number {
    struct span s, value;
    size_t from, at, end; /* with its comparator; where it stands; behind it and the unit */
    struct span unit;
    bool measure, rate, spelled, strong;
    int bound;
};

static struct span word_before(struct span s, size_t end)
{
    size_t from;
    while (end > 0 && s.p[end - 1] == ' ') end--;
    from = end;
    while (from > 0 && extract_word_byte(s.p[from - 1])) from--;
    return (struct span){s.p + from, end - from};
}

/* "not", "n't" or the like before the place, in the same sentence. */
static bool negated(struct span before)
{
    return span_has_any(before, negations) || memmem(before.p, before.n, "n't", 3) ||
           memmem(before.p, before.n, "n’t", 5);
}

/* Steps over "a width of" before the number. */
static size_t over_noun(struct span s, size_t end)
{
    struct span of = word_before(s, end), noun, article;
    if (!span_is(of, "of")) return end;
    noun = word_before(s, (size_t)(of.p - s.p));
    if (!extract_one_of(noun, bound_nouns, countof(bound_nouns))) return end;
    article = word_before(s, (size_t)(noun.p - s.p));
    return (size_t)((span_is(article, "a") || span_is(article, "the") ? article.p : noun.p) - s.p);
}

/* The longest comparator that ends before end; its index, or -1. */
static int comparator_before(struct span s, size_t end, size_t *from)
{
    int best = -1;
    size_t length = 0;
    while (end > 0 && strchr(" :=", s.p[end - 1]) && s.p[end - 1]) end--;
    if (end > 2 && span_starts(span_rest(s, end - 2), "is") && s.p[end - 3] == ' ') end -= 3; /* "maximum is 20" */
    for (size_t i = 0; i < countof(comparators); i++) {
        const char *text = comparators[i].text;
        size_t n = strlen(text);
        if (n > end || n <= length || !span_starts((struct span){s.p + end - n, n}, text)) continue;
        if (end > n && prose_is_word_char(text[0]) && extract_word_byte(s.p[end - n - 1])) continue;
        if (text[0] == '>' && (end == n || s.p[end - n - 1] == '-' || s.p[end - n - 1] == '=')) continue; /* arrow */
        best = (int)i;
        length = n;
        *from = end - n;
    }
    return best;
}

static void unit_of(struct number *x, size_t at)
{
    size_t n, rate;
    bool one = span_is(x->value, "1");
    size_t start = at < x->s.n && x->s.p[at] == ' ' ? at + 1 : at;
    x->measure = (n = extract_measure(x->s, start)) > 0;
    if (n == 0 && start > at) n = extract_noun(x->s, start, one);
    x->end = n ? start + n : at;
    rate = extract_rate(x->s, x->end);
    if (n == 0 && rate > 0 && x->s.p[at] == ' ') start = at + 1; /* "20 per minute" */
    else if (n == 0) rate = 0;
    x->rate = rate > 0;
    x->end += rate;
    x->unit = (struct span){x->s.p + start, x->end > start ? x->end - start : 0};
}

static bool ending(struct number *x)
{
    for (size_t i = 0; i < countof(endings); i++)
        if (span_starts(span_rest(x->s, x->end), endings[i].text)) {
            x->bound = endings[i].bound;
            return true;
        }
    return false;
}

/* A measure that binds without a comparator: "A link is valid 60 minutes", not "a file of 1 GB". */
static bool binds(const struct number *x)
{
    struct span w = word_before(x->s, x->at);
    if (span_starts(span_rest(x->s, x->end), " ago") || x->spelled) return false;
    if (x->at > 0 && strchr("`{", x->s.p[x->at - 1]) && x->end < x->s.n && strchr("`}", x->s.p[x->end]))
        return false; /* an example of input */
    if (over_noun(x->s, x->at) < x->at) return true;
    return x->rate || (x->measure && !extract_one_of(w, scene_words, countof(scene_words)));
}

/* "99 % of the searches": a share that is most of the whole is a floor. */
static bool most_of_all(const struct number *x)
{
    return span_starts(x->unit, "%") && x->value.n >= 2 && x->value.p[0] >= '5' &&
           (span_starts(span_rest(x->s, x->end), " of ") || x->s.n == x->end || x->value.p[0] == '9');
}

/* Sets bound and from; false: the number binds nothing. */
static bool judge(struct number *x)
{
    struct span before;
    size_t skipped = over_noun(x->s, x->at);
    int c = comparator_before(x->s, x->at, &x->from);
    if (c < 0 && skipped < x->at) c = comparator_before(x->s, skipped, &x->from);
    x->bound = BOUND_EXACT;
    x->strong = c >= 0 && comparators[c].strength == STRONG;
    if (c < 0) {
        x->from = x->at;
        if (ending(x)) return x->strong = x->unit.n > 0;
        if (most_of_all(x)) x->bound = BOUND_AT_LEAST;
        return binds(x);
    }
    before = span_rest((struct span){x->s.p, x->from}, x->from > 200 ? x->from - 200 : 0);
    x->bound = comparators[c].bound;
    if (comparators[c].flips == FLIPPED_BY_NOT && span_has_any(before, whens)) x->bound = BOUND_AT_LEAST;
    if (comparators[c].flips == FLIPPED_BY_NOT && negated(before)) x->bound = BOUND_AT_LEAST;
    if (comparators[c].flips == CONDITION && (negated(before) || span_has_any(before, conditions)))
        x->bound = BOUND_AT_MOST;
    if (x->spelled && !x->measure && comparators[c].flips == CONDITION) return false; /* "over one quarter" */
    if (comparators[c].strength == STRONG) return true;
    if (!ending(x) && most_of_all(x)) x->bound = BOUND_AT_LEAST;
    return x->unit.n > 0 && (comparators[c].strength == COUNTING || !(x->spelled && !x->measure));
}

/* "2.000 articles" has a separator of thousands: things counted have no decimals. */
static const char *value_text(struct reader *r, const struct number *x)
{
    char *v = prose_clean(r->a, x->value, 40), *dot = v ? strchr(v, '.') : NULL;
    if (dot && !x->measure && !x->rate && x->unit.n > 0 && strlen(dot) == 4 && v[0] != '0') *dot = ',';
    return v;
}

static void add(struct reader *r, const struct number *x, const char *owner)
{
    struct pending_limit *l;
    int64_t line = extract_line_at(r, x->s.p + x->at);
    if (r->limits.n >= 2 * (size_t)EXTRACT_MAX_ITEMS || !(l = PUSH(r->a, r->limits))) return;
    l->owner = owner;
    l->limit = (struct extract_limit){
        .text = prose_clean(r->a, (struct span){x->s.p + x->from, x->end - x->from}, 120),
        .value = value_text(r, x),
        .unit = prose_clean(r->a, x->unit, 60),
        .bound = x->bound,
        .line = line,
    };
}

const char extract_scene[] = "scene";

/* Does a number in s bind by a word of comparison? */
bool extract_binds(struct span s)
{
    for (size_t i = 0; i < s.n;) {
        struct number x = {.s = s, .at = i};
        size_t n = extract_value(s, i, &x.value, &x.spelled);
        if (n > 0) unit_of(&x, i + n);
        if (n > 0 && x.measure && !x.spelled && judge(&x) && x.strong) return true;
        i += n ? n : 1;
    }
    return false;
}

/* "for 15 minutes": a rule even in the outcome of a scenario. */
static bool lasts(const struct number *x)
{
    return x->measure && !x->rate && span_starts(span_rest(x->s, x->from), "for ") && extract_is_time(x->unit);
}

void extract_limits(struct reader *r, struct span s, const char *owner)
{
    for (size_t i = 0; i < s.n;) {
        struct number x = {.s = s, .at = i};
        size_t n = extract_value(s, i, &x.value, &x.spelled);
        if (n > 0) {
            unit_of(&x, i + n);
            bool cut = x.unit.n == 0 && i + n < s.n && prose_is_word_char(s.p[i + n]);
            if (!cut && judge(&x) && (x.strong || owner != extract_scene || lasts(&x))) add(r, &x, owner);
            i += n;
            continue;
        }
        i++;
    }
}

/* Keeps the limits of the requirements and wishes, each once; all of them when there are no requirements. */
void extract_limits_end(struct reader *r)
{
    struct extract *x = r->x;
    for (size_t i = 0; i < r->limits.n && x->limits.n < EXTRACT_MAX_ITEMS; i++) {
        const struct pending_limit *p = &r->limits.v[i];
        bool wanted = x->requirements.n == 0 || p->owner == extract_scene, known = false;
        struct extract_limit *l;
        for (size_t k = 0; k < x->requirements.n && !wanted; k++) wanted = x->requirements.v[k].text == p->owner;
        for (size_t k = 0; k < x->limits.n && !known; k++)
            known = x->limits.v[k].line == p->limit.line && prose_same(x->limits.v[k].text, p->limit.text);
        l = wanted && !known ? PUSH(r->a, x->limits) : NULL;
        if (l) *l = p->limit;
    }
}
