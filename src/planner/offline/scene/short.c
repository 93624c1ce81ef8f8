/* Requirements in a few words, for titles and tables, and the borders their limits set. The whole text stands in the
 * table of requirements and once in the step that meets it. */
#include "planner/offline/writing.h"

#include <string.h>

const char *plain_need(const struct scene *s, const struct need *n, size_t max)
{
    return prose_bare(s->a, prose_short(s->a, n->r.text, max));
}

/* Words nothing may end in. */
static bool hangs(struct span w)
{
    static const char *const words[] = {
        "a",       "an",       "the",     "and",    "or",     "of",      "to",     "for",       "from",    "with",
        "by",      "in",       "on",      "at",     "as",     "is",      "are",    "was",       "be",      "must",
        "that",    "not",      "than",    "take",   "get",    "gets",    "answer", "answers",   "contain", "return",
        "returns", "expected", "another", "within", "under",  "over",    "per",    "most",      "least",   "still",
        "into",    "when",     "which",   "this",   "its",    "their",   "should", "can",       "may",     "will",
        "has",     "have",     "no",      "so",     "only",   "every",   "if",     "otherwise", "then",    "while",
        "because", "where",    "without", "but",    "nor",    "either",  "both",   "all",       "any",     "each",
        "current", "like",     "such",    "after",  "before", "between", "about",  "does",      "do",      "must",
        "other",   "new",      "same",    "first",  "last"};
    size_t digits = 0;
    for (size_t i = 0; i < countof(words); i++)
        if (span_is(w, words[i])) return true;
    while (digits < w.n && w.p[digits] >= '0' && w.p[digits] <= '9') digits++;
    return w.n > 0 && digits == w.n; /* a number without its unit */
}

static size_t last_word(const char *p, size_t n)
{
    while (n > 0 && p[n - 1] != ' ') n--;
    return n;
}

/* Back to before a mark that is opened and not closed. */
static size_t before_open(const char *p, size_t n, char mark)
{
    size_t marks = 0;
    for (size_t i = 0; i < n; i++) marks += p[i] == mark;
    if (marks % 2 == 0) return n;
    while (n > 0 && p[n - 1] != mark) n--;
    return n > 0 ? n - 1 : 0;
}

/* "… lists the bookmarked articles of the current" → "… lists the bookmarked articles": a phrase that was begun is left
 * out, as long as more than half remains. */
static size_t before_phrase(const char *p, size_t n, size_t least)
{
    static const char *const heads[] = {"of",   "for", "in",    "on",      "with",    "to",    "from",  "by",
                                        "at",   "if",  "when",  "that",    "which",   "into",  "after", "before",
                                        "than", "as",  "while", "because", "without", "under", "within"};
    for (size_t at = last_word(p, n); at > least; at = last_word(p, at - 1)) {
        struct span w = {p + at, strcspn(p + at, " ")};
        for (size_t i = 0; i < countof(heads); i++)
            if (span_is(w, heads[i])) return at - 1;
        if (w.n > 0 && strchr(",;:", w.p[w.n - 1])) return at + w.n - 1;
        if (at < 2) break;
    }
    return n;
}

/* A prefix of at most max bytes that ends on a whole word, outside of quotes and brackets, and reads as finished. */
static size_t readable(const char *p, size_t n, size_t max)
{
    size_t open = 0;
    if (n <= max) return n;
    n = max;
    while (n > 0 && p[n] != ' ') n--;
    n = before_phrase(p, n, max / 2);
    n = before_open(p, n, '`');
    n = before_open(p, n, '"');
    for (size_t i = 0; i < n; i++) open += (size_t)(p[i] == '(') - (size_t)(p[i] == ')');
    if (open > 0 && open < 100)
        while (n > 0 && p[n] != '(') n--;
    while (n > 0 && strchr(" ,;:(-", p[n - 1])) n--;
    while (n > 0 && hangs((struct span){p + last_word(p, n), n - last_word(p, n)})) {
        n = last_word(p, n);
        while (n > 0 && strchr(" ,;:(-", p[n - 1])) n--;
    }
    return n;
}

/* Where a clause ends that can stand alone. */
static size_t clause(const char *p, size_t n, size_t least)
{
    static const char *const ends[] = {"; ",        ", so that ", " so that ", ", because ", " because ",
                                       ", which ",  ", and ",     " (",        ", but ",     " instead of ",
                                       " without ", " and it ",   ", "};
    for (size_t i = 0; i < countof(ends); i++) {
        const char *hit = strstr(p, ends[i]);
        size_t at = hit ? (size_t)(hit - p) : n, ticks = 0;
        if (at < least || at >= n) continue;
        for (size_t k = 0; k < at; k++) ticks += p[k] == '`';
        if (ticks % 2 == 0) return at;
    }
    return n;
}

static const char *after_article(const char *p)
{
    static const char *const articles[] = {"A ", "An ", "The ", "Please ", "We also need ", "We need ", "As well, "};
    for (size_t i = 0; i < countof(articles); i++)
        if (strncmp(p, articles[i], strlen(articles[i])) == 0) return p + strlen(articles[i]);
    return p;
}

/* "Given a session that began 12 hours ago, When …, Then the answer is 401" gives "A session that began 12 hours ago:
 * the answer is 401". */
static const char *scenario(const struct scene *s, const char *text)
{
    const char *then = strstr(text, ", Then "), *end = strchr(text, ',');
    const char *given = strncmp(text, "Given ", 6) == 0 ? text + 6 : NULL;
    if (!given || !then || !end) return NULL;
    return arena_fmt(s->a, "%c%.*s: %s", *given >= 'a' && *given <= 'z' ? *given - 'a' + 'A' : *given,
                     (int)(end - given - 1), given + 1, then + 7);
}

/* "Login answers 500 …: expected is 200 and a session" names the fault; its rule is what is expected. */
static const char *after_report(const char *text)
{
    const char *hit = strstr(text, ": expected is ");
    return hit ? hit + 14 : NULL;
}

/* "When an order is placed, an event is published": what is demanded comes after the comma. */
static const char *main_clause(const char *text)
{
    static const char *const openers[] = {"When ",  "If ",         "After ", "Before ",
                                          "While ", "As soon as ", "Once ",  "For "};
    for (size_t i = 0; i < countof(openers); i++) {
        const char *comma = strncmp(text, openers[i], strlen(openers[i])) == 0 ? strstr(text, ", ") : NULL;
        if (comma && strlen(comma) > 18) return strncmp(comma + 2, "then ", 5) == 0 ? comma + 7 : comma + 2;
    }
    return text;
}

static const char *upper(const struct scene *s, const char *text)
{
    char *copy = text ? arena_dup(s->a, text) : NULL;
    if (copy && *copy >= 'a' && *copy <= 'z' && !(copy[1] >= 'A' && copy[1] <= 'Z')) *copy = (char)(*copy - 'a' + 'A');
    return copy ? copy : "";
}

const char *need_name(const struct scene *s, const struct need *n, size_t max)
{
    const char *text = prose_bare(s->a, n->r.text), *short_form = text ? scenario(s, text) : NULL, *p;
    size_t len;
    if (!text) return "";
    if (!short_form) short_form = after_report(text);
    p = short_form ? short_form : text;
    len = strlen(p);
    if (len > max && !short_form) p = main_clause(text), len = strlen(p);
    if (len > max && !short_form) p = after_article(p), len = strlen(p);
    if (len > max && max < 60 && n->endpoint && n->endpoint->method)
        return arena_fmt(s->a, "`%s %s`", n->endpoint->method, n->endpoint->path);
    if (len > max) len = clause(p, len, 16);
    len = readable(p, len, max);
    if (len < 8) return prose_bare(s->a, prose_short(s->a, text, max));
    return upper(s, prose_bare(s->a, arena_dup_n(s->a, p, len)));
}

const char *need_names(const struct scene *s, const struct need *const *v, size_t n, size_t most)
{
    text_list l = {0};
    for (size_t i = 0; i < n; i++)
        prose_list_add(s->a, &l, arena_fmt(s->a, "%s (%s)", v[i]->r.id, prose_inner(s->a, need_name(s, v[i], 64))));
    return prose_join(s->a, l.v, l.n, most);
}

/* --- borders ------------------------------------------------------------------------------------------------------ */
const struct extract_limit *need_limit(const struct scene *s, const struct need *n)
{
    const struct extract_limit *best = NULL;
    for (size_t i = 0; i < s->x.limits.n; i++) {
        const struct extract_limit *l = &s->x.limits.v[i];
        if (!prose_same(n->r.source, "ticket") || l->line != n->r.line || !strstr(n->r.text, l->value)) continue;
        if (!best || (n->measured && limit_is_time(l) && !limit_is_time(best))) best = l;
    }
    return best;
}

/* "must not use more than 50 MB" is an upper bound, however it was read. */
static const char *const refusals[] = {"not use more than",
                                       "no more than",
                                       "not more than",
                                       "not exceed",
                                       "not be larger than",
                                       "not be longer than",
                                       NULL};

/* Measured rather than counted: there is no next one. */
static bool is_amount(const char *unit)
{
    static const char *const units[] = {"KB", "KiB",     "MB",   "MiB", "GB",    "GiB",    "bytes",
                                        "px", "pixel*",  "days", "day", "week*", "month*", "year*",
                                        "%",  "percent", "m",    "km",  "kg",    NULL};
    return prose_has_any(unit, units) != NULL;
}

const char *need_border(const struct scene *s, const struct need *n)
{
    const struct extract_limit *l = need_limit(s, n);
    bool noun = l && l->unit[0] && !prose_has_word(l->unit, "per");
    const char *value = !l ? NULL : noun ? arena_fmt(s->a, "%s %s", l->value, l->unit) : l->value;
    bool one = l && strcmp(l->value, "1") == 0, whole = noun && !limit_is_time(l) && !is_amount(l->unit);
    if (!l || n->measured) return NULL;
    if (l->bound == BOUND_AT_LEAST && prose_has_any(n->r.text, refusals))
        return arena_fmt(s->a, "%s still pass%s, one more does not", value, one ? "es" : "");
    switch (l->bound) {
    case BOUND_AT_MOST:
        return whole ? arena_fmt(s->a, "%s still pass%s, one more does not", value, one ? "es" : "")
                     : arena_fmt(s->a, "%s still passes, the next value above does not", value);
    case BOUND_AT_LEAST:
        return one ? arena_fmt(s->a, "with %s, and with none", value)
                   : arena_fmt(s->a, "%s %s enough, fewer are not", value, noun ? "are" : "is");
    default: return noun ? arena_fmt(s->a, "at %s, and on both sides of it", value) : NULL;
    }
}
