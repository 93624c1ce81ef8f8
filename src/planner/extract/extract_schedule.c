/* What a ticket says about time and people: deadline, people, days of work. */
#include "planner/extract/inner.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t number_at(struct span s, size_t at)
{
    size_t n = at;
    while (n < s.n && (digit(s.p[n]) || ((s.p[n] == '.' || s.p[n] == ',') && n + 1 < s.n && digit(s.p[n + 1])))) n++;
    return n - at;
}

/* A date right behind one of these is the deadline, be it as vague as "Friday". */
static const char *const deadline_words[] = {"deadline is", "deadline",     "due date",      "due by",
                                             "due on",      "due",          "no later than", "needs to be live by",
                                             "go live on",  "go-live",      "ship by",       "release on",
                                             "release by",  "until",        "before",        "by",
                                             "needed by",   "needed until", "latest date",   "latest",
                                             "needed on",   "live on",      "target date",   "target"};
/* A whole date in the same sentence as one of these is. */
static const char *const pressing_words[] = {
    "deadline", "due",    "latest",   "no later than", "live",      "released", "release", "ready",
    "finished", "done",   "contract", "until",         "before",    "by",       "need",    "needed",
    "needs",    "online", "ship*",    "deliver*",      "go-live",   "launch*",  "expires", "freeze*",
    "target*",  "finish", "promised", "planned",       "scheduled", "wanted",   NULL};
static const char *const date_words[] = {
    "monday", "tuesday", "wednesday", "thursday",   "friday",      "end of",    "january", "february", "march",
    "april",  "may",     "june",      "july",       "august",      "september", "october", "november", "december",
    "jan",    "feb",     "mar",       "apr",        "jun",         "jul",       "aug",     "sep",      "oct",
    "nov",    "dec",     "next week", "next month", "next sprint", "tomorrow",  "kw",      "cw",       "q1",
    "q2",     "q3",      "q4",        "this week",  "christmas",   "the end of"};

/* Where a sentence goes on behind its date. */
static bool goes_on(struct span s)
{
    static const char *const words[] = {" would ", " will ", " is ",  " at the latest", " because ", " since ",
                                        " when ",  " so ",   " for ", " please",        " if ",      " as "};
    for (size_t i = 0; i < countof(words); i++)
        if (span_starts(s, words[i])) return true;
    return false;
}

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
        while (end < s.n && end < n + 40 && !strchr(".,;()!?", s.p[end]) && s.p[end] && !goes_on(span_rest(s, end)))
            end++;
        return end;
    }
    return 0;
}

static const char *const months[] = {"january", "february", "march",     "april",   "may",      "june",
                                     "july",    "august",   "september", "october", "november", "december"};

/* The month named at s, 1 to 12, full or by its first three letters; 0: none. *n: its length with a dot. */
static unsigned month_at(struct span s, size_t *n)
{
    for (unsigned i = 0; i < countof(months); i++) {
        size_t len = strlen(months[i]);
        *n = span_starts(s, months[i]) ? len : 3;
        if (*n == 3 && (s.n <= 3 || strncasecmp(s.p, months[i], 3) != 0)) continue;
        if (*n < s.n && prose_is_word_char(s.p[*n])) continue;
        if (*n < s.n && s.p[*n] == '.') ++*n;
        return i + 1;
    }
    return 0;
}

static unsigned digits_at(struct span s, size_t at, size_t most, size_t *n)
{
    unsigned v = 0;
    for (*n = 0; *n < most && at + *n < s.n && digit(s.p[at + *n]); ++*n) v = v * 10 + (unsigned)(s.p[at + *n] - '0');
    return v;
}

static size_t blanks_at(struct span s, size_t at)
{
    size_t n = 0;
    while (at + n < s.n && strchr(" ,./", s.p[at + n]) && s.p[at + n]) n++;
    return n;
}

/* A date with day, month and year at the start of s, as ISO text of the arena; NULL: none there. */
static const char *whole_date(struct arena *a, struct span s)
{
    size_t n, k;
    unsigned d = digits_at(s, 0, 4, &n), m = 0, y = 0;
    if (n == 4 && s.n >= 10 && s.p[4] == '-' && s.p[7] == '-') {
        y = d, m = digits_at(s, 5, 2, &n), d = digits_at(s, 8, 2, &k);
        if (n != 2 || k != 2 || (s.n > 10 && prose_is_word_char(s.p[10]))) return NULL;
    } else if (n == 1 || n == 2) {
        bool slash = n < s.n && s.p[n] == '/';
        bool dotted = n + 1 < s.n && (slash || s.p[n] == '.') && digit(s.p[n + 1]);
        if (span_starts(span_rest(s, n), "th") || span_starts(span_rest(s, n), "st")) n += 2;
        n += blanks_at(s, n);
        if (span_starts(span_rest(s, n), "of ")) n += 3;
        m = dotted ? digits_at(s, n, 2, &k) : month_at(span_rest(s, n), &k);
        n += k + blanks_at(s, n + k);
        y = digits_at(s, n, 4, &k);
        if (slash && d <= 12 && m <= 12) return NULL; /* day or month first? As written, then */
        if (slash && m > 12) k = m, m = d, d = (unsigned)k;
    } else if (n == 0 && (m = month_at(s, &k)) > 0) {
        n = k + blanks_at(s, k);
        d = digits_at(s, n, 2, &k);
        n += k + blanks_at(s, n + k);
        y = digits_at(s, n, 4, &k);
    }
    if (d < 1 || d > 31 || m < 1 || m > 12 || y < 2000 || y > 2999) return NULL;
    return arena_fmt(a, "%04u-%02u-%02u", y, m, d);
}

static void set_deadline(struct reader *r, const char *text, int64_t line)
{
    r->x->deadline = text;
    r->x->deadline_line = text ? line : 0;
}

/* A whole date anywhere in the sentence, when something in it presses or bare dates count. */
static void pressing_date(struct reader *r, struct span s, int64_t line, bool in_timeline)
{
    const char *date = NULL;
    if (!in_timeline && !span_has_any(s, pressing_words)) return;
    for (size_t i = 0; i + 8 < s.n && !date; i++)
        if ((i == 0 || !(prose_is_word_char(s.p[i - 1]) || strchr("-./`\"", s.p[i - 1]))))
            date = whole_date(r->a, span_rest(s, i));
    if (date) set_deadline(r, date, line);
}

static void vague_date(struct reader *r, struct span s, int64_t line, bool in_timeline)
{
    for (size_t i = 0; i < countof(deadline_words) && !r->x->deadline; i++) {
        size_t at = span_find_word(s, deadline_words[i]), n, is;
        struct span rest;
        if (at >= s.n) continue;
        rest = span_trim(span_rest(s, at + strlen(deadline_words[i])));
        is = span_find_word(rest, "is");
        if (i < 2 && is < rest.n && is < 40) rest = span_rest(rest, is); /* "deadline for all of it is Friday" */
        while (rest.n > 0 && (strchr(":*_ ", rest.p[0]) || span_starts(rest, "is ") || span_starts(rest, "on ") ||
                              span_starts(rest, "the ")))
            rest = span_rest(rest, strchr(":*_ ", rest.p[0]) ? 1 : span_starts(rest, "the ") ? 4 : 3);
        n = date_at(rest);
        if (n > 0) set_deadline(r, prose_clean(r->a, (struct span){rest.p, n}, 80), line);
    }
    for (size_t i = 0; in_timeline && !r->x->deadline && i < s.n; i++) {
        size_t n = i == 0 || !prose_is_word_char(s.p[i - 1]) ? date_at(span_rest(s, i)) : 0;
        if (n >= 6) set_deadline(r, prose_clean(r->a, (struct span){s.p + i, n}, 80), line);
    }
}

static void deadline(struct reader *r, struct span s, int64_t line, bool in_timeline)
{
    if (r->x->deadline) return;
    pressing_date(r, s, line, in_timeline);
    if (!r->x->deadline) vague_date(r, s, line, in_timeline);
}

static const struct {
    const char *word;
    int64_t days;
} spans_of_time[] = {
    {"person-days", 1},  {"person days", 1},    {"man-days", 1}, {"people-days", 1}, {"working days", 1},
    {"dev days", 1},     {"developer days", 1}, {"days", 1},     {"day", 1},         {"weeks", 5},
    {"week", 5},         {"sprints", 10},       {"sprint", 10},  {"months", 20},     {"month", 20},
    {"personentage", 1}, {"tage", 1},           {"wochen", 5},   {"woche", 5},       {"pt", 1},
    {"pd", 1},
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
                                           "frontend developer",
                                           "entwickler"};
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

/* "~3 days", "about a week": without the first word. */
static struct span without_about(struct span s)
{
    static const char *const words[] = {"~",        "≈",       "about ", "approx. ", "approximately ",
                                        "roughly ", "around ", "ca. "};
    for (size_t i = 0; i < countof(words); i++)
        if (span_starts(s, words[i])) return span_trim(span_rest(s, strlen(words[i])));
    return s;
}

/* "Developers: 2" */
static int64_t amount_after(struct span s, size_t at)
{
    size_t n = at;
    if (at >= s.n || s.p[at] != ':') return 0;
    for (n++; n < s.n && strchr(" *_", s.p[n]);) n++;
    while (n < s.n && digit(s.p[n])) n++;
    return amount_before(s, n);
}

/* Days of work; "30 days after the report" are none. */
static int64_t days_in(struct span s, const char *word, int64_t days)
{
    static const char *const relative[] = {" after", " before", " from", " ago", " later", " old", " per "};
    struct span about = without_about(s);
    size_t at = span_find_word(s, word);
    int64_t amount;
    if (at >= s.n) return 0;
    for (size_t i = 0; i < countof(relative); i++)
        if (span_starts(span_rest(s, at + strlen(word)), relative[i])) return 0;
    amount = amount_before(s, at);
    if (amount == 0 && about.p != s.p && span_starts(about, "a ") && about.p + 2 == s.p + at) amount = 1;
    return amount * days;
}

/* "6d" */
static int64_t short_days(struct span s)
{
    for (size_t i = 1; i < s.n; i++) {
        bool whole = (s.p[i] == 'd') && digit(s.p[i - 1]) && (i + 1 == s.n || !prose_is_word_char(s.p[i + 1]));
        if (whole) return amount_before(s, i);
    }
    return 0;
}

static bool begins_with_amount(struct span s)
{
    size_t n = 0;
    if (without_about(s).p != s.p && span_starts(without_about(s), "a ")) return span_words(s) <= 12;
    s = without_about(s);
    while (n < s.n && (prose_is_word_char(s.p[n]))) n++;
    return n > 0 && amount_before(s, n) > 0 && span_words(s) <= 12;
}

static const char *const work_words[] = {
    "timeline",     "resources", "estimate*",  "we have",   "available", "effort",   "budget",       "we plan",
    "team of",      "you have",  "you'd have", "deadline",  "due",       "for me",   "planned",      "person-days",
    "person days",  "developer", "developers", "capacity",  "staffing",  "we are",   "we can spare", "work for",
    "days of work", "we've got", "man-days",   "engineers", "we expect", "i can do", "alone",        "manage in",
    "can take it",  "frist",     "aufwand",    NULL};

static bool is_name(struct span w)
{
    return w.n > 1 && ((w.p[0] >= 'A' && w.p[0] <= 'Z') || (unsigned char)w.p[0] >= 0x80);
}

/* "Nadia and I", "Ana, Piotr and I": names and oneself; "Yusuf + 1". */
static int64_t people_named(struct span s)
{
    size_t at = span_find_word(s, "and I"), plus;
    int64_t n = 1;
    for (size_t end = at; at < s.n && end > 1;) {
        size_t from;
        while (end > 0 && strchr(", ", s.p[end - 1])) end--;
        for (from = end; from > 0 && (prose_is_word_char(s.p[from - 1]) || s.p[from - 1] == '-');) from--;
        if (!is_name((struct span){s.p + from, end - from})) break;
        n++;
        if (from < 2 || s.p[from - 2] != ',') break;
        end = from - 2;
    }
    if (n > 1) return n;
    for (plus = 2; plus + 2 < s.n; plus++) {
        size_t from = plus - 1;
        if (memcmp(s.p + plus, "+ ", 2) != 0 || !digit(s.p[plus + 2]) || s.p[plus - 1] != ' ') continue;
        while (from > 0 && prose_is_word_char(s.p[from - 1])) from--;
        if (is_name((struct span){s.p + from, plus - 1 - from})) return 1 + (s.p[plus + 2] - '0');
    }
    return 0;
}

void extract_schedule(struct reader *r, struct span s, int64_t line, bool in_timeline)
{
    bool about_work;
    if (s.n > 1000) s.n = 1000;
    about_work = in_timeline || span_has_any(s, work_words) || begins_with_amount(s);
    deadline(r, s, line, in_timeline);
    for (size_t i = 0; i < countof(people_words) && r->x->people == 0; i++) {
        size_t at = span_find_word(s, people_words[i]);
        if (at + strlen(people_words[i]) < s.n && s.p[at + strlen(people_words[i])] == '-') continue; /* person-days */
        if (at < s.n && (about_work || i < 4)) r->x->people = amount_before(s, at);
        if (at < s.n && r->x->people == 0) r->x->people = amount_after(s, at + strlen(people_words[i]));
    }
    if (r->x->people == 0 && about_work && span_has_word(s, "alone") &&
        (span_has_word(s, "for me") || span_has_word(s, "i can")))
        r->x->people = 1;
    if (r->x->people == 0 && about_work) r->x->people = people_named(s);
    for (size_t i = 0; i < countof(spans_of_time) && r->x->days == 0; i++) {
        if (about_work || i < 7) r->x->days = days_in(s, spans_of_time[i].word, spans_of_time[i].days);
    }
    if (r->x->days == 0 && (span_has_word(s, "estimate*") || span_has_word(s, "effort"))) r->x->days = short_days(s);
}
