/* What a number and its unit look like: digits or a number spelled out; a measure, or the noun counted; a rate. */
#include "planner/extract/inner.h"

#include <string.h>

static const char *const measures[] = {
    "ms", "milliseconds", "millisecond", "s", "sec", "secs", "seconds", "second", "min", "mins", "minutes", "minute",
    "h", "hours", "hour", "days", "day", "weeks", "week", "months", "month", "years", "year", "working days",
    "business days", "%", "percent", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "bytes", "byte", "mbit", "kbit",
    "pixels", "px", "req/s", "rps", "qps", "req/min", "characters", "chars", "calendar days", "working day", "times",
    "eur", "euro", "euros", "usd", "dollars", "chf", "gbp", "€", "megapixels"};
static const char *const stop_words[] = {"is",  "as",  "has",  "was", "its",  "this", "thus", "always", "does",
                                         "ends", "less", "others", "plus", "besides", "towards", "unless", "across"};
static const char *const breaks[] = {"and", "or",   "of",  "in",  "on",  "to",   "for",  "with", "the",   "a",
                                     "an",  "are",  "is",  "by",  "at",  "from", "when", "that", "which", "will",
                                     "can", "must", "per", "old", "out", "if",   "has",  "have", "than",  "but"};
static const char *const times[] = {"second", "minute", "hour", "day", "week", "month", "year"};
static const char *const number_words[] = {"one", "two",   "three", "four", "five",   "six",
                                           "seven", "eight", "nine",  "ten",  "eleven", "twelve"};
static const char *const number_digits[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"};


static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

bool extract_one_of(struct span w, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (span_is(w, list[i])) return true;
    return false;
}

bool extract_word_byte(char c)
{
    return prose_is_word_char(c) || c == '-' || c == '\'';
}

/* Letters, digits, '-' and apostrophes. */
static struct span extract_word(struct span s, size_t at)
{
    size_t n = at;
    while (n < s.n && extract_word_byte(s.p[n])) n++;
    return (struct span){s.p + at, n - at};
}

size_t extract_measure(struct span s, size_t at)
{
    size_t best = 0;
    for (size_t i = 0; i < countof(measures); i++) {
        size_t n = strlen(measures[i]);
        if (n <= best || !span_starts(span_rest(s, at), measures[i])) continue;
        if (at + n < s.n && extract_word_byte(s.p[at + n]) && measures[i][n - 1] != '%') continue;
        best = n;
    }
    return best;
}

bool extract_is_measure(struct span s)
{
    return extract_measure(s, 0) > 0;
}

/* The noun counted with at most two words before it: "failed attempts". */
size_t extract_noun(struct span s, size_t at, bool singular)
{
    size_t end = at;
    for (int words = 0; words < 3; words++) {
        struct span w = extract_word(s, end);
        if (w.n < 2 || digit(w.p[0]) || extract_one_of(w, breaks, countof(breaks))) return 0;
        if (extract_one_of(w, stop_words, countof(stop_words))) return 0;
        end += w.n;
        if (singular || span_is(w, "people") ||
            (w.p[w.n - 1] == 's' && w.n > 2 && !strchr("su'", w.p[w.n - 2])))
            return end - at;
        if (end >= s.n || s.p[end] != ' ') return 0;
        end++;
    }
    return 0;
}

/* "per minute", "per address and hour", "/s", " a minute" at s.p[at]. */
size_t extract_rate(struct span s, size_t at)
{
    struct span w;
    size_t end;
    if (at + 1 < s.n && s.p[at] == '/') return extract_word(s, at + 1).n ? 1 + extract_word(s, at + 1).n : 0;
    if (span_starts(span_rest(s, at), " a ") || span_starts(span_rest(s, at), " an ")) {
        end = at + 2 + (s.p[at + 2] == 'n');
        w = extract_word(s, end + 1);
        return extract_one_of(w, times, countof(times)) ? end + 1 + w.n - at : 0;
    }
    if (!span_starts(span_rest(s, at), " per ")) return 0;
    w = extract_word(s, at + 5);
    end = at + 5 + w.n;
    if (span_starts(span_rest(s, end), " and ") &&
        (extract_one_of(extract_word(s, end + 5), times, countof(times)) || extract_one_of(w, times, countof(times))))
        end += 5 + extract_word(s, end + 5).n;
    else if (span_starts(span_rest(s, end), " per ")) end += 5 + extract_word(s, end + 5).n;
    return w.n ? end - at : 0;
}

/* The ":1" of a ratio. */
static bool to_one(struct span s, size_t at)
{
    return span_starts(span_rest(s, at), ":1") && (at + 2 == s.n || !prose_is_word_char(s.p[at + 2]));
}

/* "a second" as a time, not "a second attempt". */
static bool one_time(struct span s, size_t at)
{
    struct span w = extract_word(s, at + 1 < s.n ? at + 1 : s.n), next;
    size_t end = (size_t)(w.p - s.p) + w.n;
    if (!extract_one_of(w, times, countof(times))) return false;
    next = extract_word(s, end < s.n && s.p[end] == ' ' ? end + 1 : s.n);
    return next.n == 0 || extract_one_of(next, breaks, countof(breaks));
}

/* Value at s.p[at]: digits with separators, or a number spelled out. Its length, 0 without one. */
size_t extract_value(struct span s, size_t at, struct span *value, bool *spelled)
{
    size_t n = at, dots = 0;
    struct span w;
    if (at > 0 && (extract_word_byte(s.p[at - 1]) || strchr("./#:$\\+", s.p[at - 1]))) return 0;
    for (; n < s.n; n++) {
        bool separator = n > at && (s.p[n] == '.' || s.p[n] == ',') && n + 1 < s.n && digit(s.p[n + 1]);
        if (!separator && !digit(s.p[n])) break;
        dots += s.p[n] == '.';
    }
    *spelled = false;
    *value = (struct span){s.p + at, n - at};
    if (n > at && dots < 2 && !(n + 1 < s.n && strchr(":-/.", s.p[n]) && digit(s.p[n + 1]) && !to_one(s, n)))
        return n - at;
    if (n > at) return 0;
    w = extract_word(s, at);
    if ((span_is(w, "a") || span_is(w, "an")) && one_time(s, at + w.n)) {
        *spelled = true;
        *value = (struct span){"1", 1};
        return w.n;
    }
    for (size_t i = 0; i < countof(number_words); i++)
        if (span_is(w, number_words[i])) {
            *spelled = true;
            *value = (struct span){number_digits[i], strlen(number_digits[i])};
            return w.n;
        }
    return 0;
}

bool extract_is_time(struct span unit)
{
    for (size_t i = 0; i < countof(times); i++)
        if (span_starts(unit, times[i])) return true;
    return span_is(unit, "s") || span_is(unit, "ms") || span_is(unit, "min") || span_is(unit, "h");
}
