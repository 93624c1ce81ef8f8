/* Numbers that bind ("< 100 ms", "at most 20 requests per minute") and what a ticket says about time and people. */
#include "planner/offline/extract_inner.h"

#include <stdlib.h>
#include <string.h>

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static const struct {
    const char *text;
    int bound;
} comparators[] = {
    {"<=", BOUND_AT_MOST},
    {">=", BOUND_AT_LEAST},
    {"≤", BOUND_AT_MOST},
    {"≥", BOUND_AT_LEAST},
    {"<", BOUND_AT_MOST},
    {">", BOUND_AT_LEAST},
    {"no more than", BOUND_AT_MOST},
    {"not more than", BOUND_AT_MOST},
    {"less than", BOUND_AT_MOST},
    {"fewer than", BOUND_AT_MOST},
    {"lower than", BOUND_AT_MOST},
    {"at most", BOUND_AT_MOST},
    {"up to", BOUND_AT_MOST},
    {"maximum of", BOUND_AT_MOST},
    {"a maximum of", BOUND_AT_MOST},
    {"maximum", BOUND_AT_MOST},
    {"max.", BOUND_AT_MOST},
    {"max", BOUND_AT_MOST},
    {"under", BOUND_AT_MOST},
    {"below", BOUND_AT_MOST},
    {"within", BOUND_AT_MOST},
    {"limited to", BOUND_AT_MOST},
    {"limit of", BOUND_AT_MOST},
    {"limit", BOUND_AT_MOST},
    {"after", BOUND_EXACT},
    {"for", BOUND_EXACT},
    {"longer than", BOUND_AT_MOST},
    {"larger than", BOUND_AT_MOST},
    {"bigger than", BOUND_AT_MOST},
    {"exceed", BOUND_AT_MOST},
    {"exceeds", BOUND_AT_MOST},
    {"not exceed", BOUND_AT_MOST},
    {"at least", BOUND_AT_LEAST},
    {"no less than", BOUND_AT_LEAST},
    {"minimum of", BOUND_AT_LEAST},
    {"minimum", BOUND_AT_LEAST},
    {"min.", BOUND_AT_LEAST},
    {"min", BOUND_AT_LEAST},
    {"more than", BOUND_AT_LEAST},
    {"over", BOUND_AT_LEAST},
    {"above", BOUND_AT_LEAST},
    {"every", BOUND_EXACT},
    {"exactly", BOUND_EXACT},
};

static const char *const units[] = {"ms",
                                    "milliseconds",
                                    "millisecond",
                                    "s",
                                    "sec",
                                    "secs",
                                    "seconds",
                                    "second",
                                    "min",
                                    "mins",
                                    "minutes",
                                    "minute",
                                    "h",
                                    "hours",
                                    "hour",
                                    "days",
                                    "day",
                                    "weeks",
                                    "week",
                                    "months",
                                    "month",
                                    "%",
                                    "percent",
                                    "kb",
                                    "mb",
                                    "gb",
                                    "kib",
                                    "mib",
                                    "gib",
                                    "bytes",
                                    "byte",
                                    "characters",
                                    "character",
                                    "chars",
                                    "requests",
                                    "request",
                                    "req/s",
                                    "rps",
                                    "users",
                                    "user",
                                    "items",
                                    "item",
                                    "entries",
                                    "rows",
                                    "records",
                                    "attempts",
                                    "attempt",
                                    "retries",
                                    "retry",
                                    "times",
                                    "tries",
                                    "connections",
                                    "files",
                                    "results",
                                    "per page",
                                    "lines",
                                    "messages",
                                    "events",
                                    "k",
                                    "queries",
                                    "calls",
                                    "days'",
                                    "pages",
                                    "tokens",
                                    "sessions",
                                    "years",
                                    "year",
                                    "digits",
                                    "words",
                                    "columns",
                                    "images",
                                    "orders",
                                    "emails",
                                    "e-mails",
                                    "logins",
                                    "failures",
                                    "failed attempts",
                                    "failed logins",
                                    "concurrent users",
                                    "req/min",
                                    "requests/s",
                                    "requests/min",
                                    "qps"};

/* A unit's word that may also be a plain word after a number needs a comparator; these bind by themselves. */
static const char *const rates[] = {"req/s",    "rps",       "requests per", "requests/s",   "requests/min", "req/min",
                                    "per page", "calls per", "qps",          "messages per", "events per"};

static size_t comparator_before(struct span s, size_t at, int *bound)
{
    size_t end = at;
    while (end > 0 && strchr(" :=", s.p[end - 1]) && s.p[end - 1]) end--;
    if (end > 2 && span_starts(span_rest(s, end - 2), "is") && s.p[end - 3] == ' ') end -= 3; /* "maximum is 20" */
    for (size_t i = 0; i < countof(comparators); i++) {
        size_t n = strlen(comparators[i].text);
        if (n > end || !span_starts((struct span){s.p + end - n, n}, comparators[i].text)) continue;
        if (end > n && prose_is_word_char(comparators[i].text[0]) && prose_is_word_char(s.p[end - n - 1])) continue;
        if (comparators[i].text[0] == '>' && (end == n || s.p[end - n - 1] == '-' || s.p[end - n - 1] == '='))
            continue; /* quote, arrow */
        *bound = comparators[i].bound;
        return end - n;
    }
    return at;
}

/* The unit after a number at s.p[at]: its length, 0 without one. */
static size_t unit_at(struct span s, size_t at)
{
    size_t best = 0;
    for (size_t i = 0; i < countof(units); i++) {
        size_t n = strlen(units[i]);
        if (n <= best || !span_starts(span_rest(s, at), units[i])) continue;
        if (at + n < s.n && prose_is_word_char(s.p[at + n]) && units[i][n - 1] != '%') continue;
        best = n;
    }
    if (best > 0 && span_starts(span_rest(s, at + best), " per ")) {
        size_t end = at + best + 5;
        while (end < s.n &&
               (prose_is_word_char(s.p[end]) || (s.p[end] == ' ' && span_starts(span_rest(s, end), " per "))))
            end++;
        best = end - at;
    } else if (best > 0 && at + best < s.n && s.p[at + best] == '/') {
        size_t end = at + best + 1;
        while (end < s.n && prose_is_word_char(s.p[end])) end++;
        best = end - at;
    }
    return best;
}

static bool is_rate(struct span unit)
{
    for (size_t i = 0; i < countof(rates); i++)
        if (span_starts(unit, rates[i])) return true;
    return memchr(unit.p, '/', unit.n) != NULL || span_has_word(unit, "per");
}

static size_t number_at(struct span s, size_t at)
{
    size_t n = at;
    while (n < s.n && (digit(s.p[n]) || ((s.p[n] == '.' || s.p[n] == ',') && n + 1 < s.n && digit(s.p[n + 1])))) n++;
    return n - at;
}

static void add_limit(struct reader *r, struct span text, struct span value, struct span unit, int bound, int64_t line)
{
    struct extract_limit *l;
    const char *t = prose_clean(r->a, text, 120);
    for (size_t i = 0; t && i < r->x->limits.n; i++)
        if (prose_same(r->x->limits.v[i].text, t)) return;
    l = t && r->x->limits.n < EXTRACT_MAX_ITEMS ? PUSH(r->a, r->x->limits) : NULL;
    if (!l) return;
    *l = (struct extract_limit){.text = t,
                                .value = prose_clean(r->a, value, 40),
                                .unit = prose_clean(r->a, unit, 60),
                                .bound = bound,
                                .line = line};
    if (!l->value || !l->unit) r->x->limits.n--;
}

void extract_limits(struct reader *r, struct span s, int64_t line)
{
    for (size_t i = 0; i < s.n; i++) {
        size_t n, gap, unit, from;
        int bound = BOUND_EXACT;
        if (!digit(s.p[i]) || (i > 0 && (prose_is_word_char(s.p[i - 1]) || strchr("./-#", s.p[i - 1])))) continue;
        n = number_at(s, i);
        gap = i + n < s.n && s.p[i + n] == ' ' ? 1 : 0;
        unit = unit_at(s, i + n + gap);
        from = comparator_before(s, i, &bound);
        bool plain = i + n >= s.n || !prose_is_word_char(s.p[i + n]);
        bool weak = from < i && bound == BOUND_EXACT;
        if (unit > 0 && (from < i || is_rate((struct span){s.p + i + n + gap, unit})))
            add_limit(r, (struct span){s.p + from, i + n + gap + unit - from}, (struct span){s.p + i, n},
                      (struct span){s.p + i + n + gap, unit}, bound, line);
        else if (unit == 0 && from < i && plain && !weak &&
                 !(i + n < s.n && strchr("-./:", s.p[i + n]) && i + n + 1 < s.n && digit(s.p[i + n + 1])))
            add_limit(r, (struct span){s.p + from, i + n - from}, (struct span){s.p + i, n}, (struct span){"", 0},
                      bound, line);
        i += n ? n - 1 : 0;
    }
}

/* --- time and people ---------------------------------------------------------------------------------------------- */
static const char *const deadline_words[] = {
    "deadline",   "due date", "due by",  "due on",     "due",        "no later than", "needs to be live by",
    "go live on", "go-live",  "ship by", "release on", "release by", "until",         "before",
    "by",         "needed by"};
static const char *const date_words[] = {
    "monday",   "tuesday",  "wednesday", "thursday", "friday", "end of",    "january",    "february",
    "march",    "april",    "may",       "june",     "july",   "august",    "september",  "october",
    "november", "december", "jan",       "feb",      "mar",    "apr",       "jun",        "jul",
    "aug",      "sep",      "oct",       "nov",      "dec",    "next week", "next month", "next sprint",
    "tomorrow", "q1",       "q2",        "q3",       "q4",     "this week", "christmas",  "the end of"};

/* A date at the start of s: its length, 0 when there is none. */
static size_t date_at(struct span s)
{
    size_t n = 0;
    if (s.n >= 10 && digit(s.p[0]) && digit(s.p[3]) && s.p[4] == '-' && digit(s.p[5]) && s.p[7] == '-') return 10;
    if (s.n >= 8 && digit(s.p[0]) && (s.p[2] == '.' || s.p[1] == '.' || s.p[2] == '/' || s.p[1] == '/')) {
        while (n < s.n && (digit(s.p[n]) || strchr("./", s.p[n])) && s.p[n]) n++;
        while (n > 0 && strchr("./", s.p[n - 1])) n--;
        return n >= 6 ? n : 0;
    }
    if (s.n > 4 && digit(s.p[0])) { /* 12 December 2026 */
        n = number_at(s, 0);
        while (n < s.n &&
               (strchr(" .", s.p[n]) || span_starts(span_rest(s, n), "th ") || span_starts(span_rest(s, n), "of ")) &&
               s.p[n] && n < 8)
            n++;
        if (n >= s.n || digit(s.p[n])) return 0;
    }
    for (size_t i = 0; i < countof(date_words); i++) {
        size_t len = strlen(date_words[i]), end;
        if (!span_starts(span_rest(s, n), date_words[i]) || (n + len < s.n && prose_is_word_char(s.p[n + len])))
            continue;
        end = n + len;
        while (end < s.n && end < n + 40 && !strchr(".,;()!?", s.p[end]) && s.p[end]) end++;
        return end;
    }
    return 0;
}

static void deadline(struct reader *r, struct span s, int64_t line, bool in_timeline)
{
    for (size_t i = 0; i < countof(deadline_words) && !r->x->deadline; i++) {
        size_t at = span_find_word(s, deadline_words[i]), n;
        struct span rest;
        if (at >= s.n) continue;
        rest = span_trim(span_rest(s, at + strlen(deadline_words[i])));
        while (rest.n > 0 &&
               (strchr(":*_ ", rest.p[0]) || span_starts(rest, "is ") || span_starts(rest, "on ") ||
                span_starts(rest, "the ")) &&
               !span_starts(rest, "the end"))
            rest = span_rest(rest, strchr(":*_ ", rest.p[0]) ? 1 : span_starts(rest, "the ") ? 4 : 3);
        n = date_at(rest);
        if (n == 0) continue;
        r->x->deadline = prose_clean(r->a, (struct span){rest.p, n}, 80);
        r->x->deadline_line = line;
    }
    for (size_t i = 0; in_timeline && !r->x->deadline && i < s.n; i++) {
        size_t n = i == 0 || !prose_is_word_char(s.p[i - 1]) ? date_at(span_rest(s, i)) : 0;
        if (n < 6) continue;
        r->x->deadline = prose_clean(r->a, (struct span){s.p + i, n}, 80);
        r->x->deadline_line = line;
    }
}

static const struct {
    const char *word;
    int64_t days;
} spans_of_time[] = {
    {"person-days", 1}, {"person days", 1},    {"man-days", 1}, {"people-days", 1}, {"working days", 1},
    {"dev days", 1},    {"developer days", 1}, {"days", 1},     {"day", 1},         {"weeks", 5},
    {"week", 5},        {"sprints", 10},       {"sprint", 10},  {"months", 20},     {"month", 20},
};
static const char *const people_words[] = {"developer",
                                           "developers",
                                           "engineer",
                                           "engineers",
                                           "people",
                                           "person",
                                           "devs",
                                           "dev",
                                           "programmers",
                                           "backend developers",
                                           "backend developer",
                                           "backend engineers",
                                           "frontend developers",
                                           "frontend developer"};
static const char *const number_words[] = {"zero", "one",   "two",   "three", "four", "five",
                                           "six",  "seven", "eight", "nine",  "ten"};

static int64_t amount_before(struct span s, size_t at)
{
    size_t end = at, from;
    char digits[8];
    while (end > 0 && s.p[end - 1] == ' ') end--;
    from = end;
    while (from > 0 && (prose_is_word_char(s.p[from - 1]))) from--;
    if (end == from || end - from > 5) return 0;
    if (from > 0 && strchr("<>=./", s.p[from - 1])) return 0;
    for (size_t i = 1; i < countof(number_words); i++)
        if (span_is((struct span){s.p + from, end - from}, number_words[i])) return (int64_t)i;
    for (size_t i = from; i < end; i++)
        if (!digit(s.p[i])) return 0;
    if (end - from > 3) return 0;
    memcpy(digits, s.p + from, end - from);
    digits[end - from] = '\0';
    return strtol(digits, NULL, 10);
}

void extract_schedule(struct reader *r, struct span s, int64_t line, bool in_timeline)
{
    bool about_work = in_timeline || span_has_word(s, "timeline") || span_has_word(s, "resources") ||
                      span_has_word(s, "estimate*") || span_has_word(s, "we have") || span_has_word(s, "available") ||
                      span_has_word(s, "effort") || span_has_word(s, "budget");
    if (s.n > 4000) s.n = 4000;
    deadline(r, s, line, in_timeline);
    for (size_t i = 0; i < countof(people_words) && r->x->people == 0; i++) {
        size_t at = span_find_word(s, people_words[i]);
        if (at < s.n && (about_work || i < 4)) r->x->people = amount_before(s, at);
    }
    for (size_t i = 0; i < countof(spans_of_time) && r->x->days == 0; i++) {
        size_t at = span_find_word(s, spans_of_time[i].word);
        if (at < s.n && (about_work || i < 7)) r->x->days = amount_before(s, at) * spans_of_time[i].days;
    }
}
