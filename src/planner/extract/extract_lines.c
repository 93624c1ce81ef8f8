/* One line of a ticket: heading, bullet, table row, fence or text, in Markdown, Jira wiki and plain text. */
#include "planner/extract/inner.h"

#include <string.h>

bool extract_is_jira(const char *text, size_t n)
{
    static const char *const marks[] = {"h1. ",      "h2. ", "h3. ",    "h4. ",  "{code",
                                        "{noformat", "{{",   "{quote}", "{panel"};
    for (size_t i = 0; i < n; i++) {
        if (text[i] != 'h' && text[i] != '{') continue;
        if (text[i] == 'h' && i > 0 && text[i - 1] != '\n') continue;
        for (size_t m = 0; m < countof(marks); m++) {
            size_t len = strlen(marks[m]);
            if (len <= n - i && memcmp(text + i, marks[m], len) == 0) return true;
        }
    }
    return false;
}

static size_t run_of(struct span s, char c)
{
    size_t n = 0;
    while (n < s.n && s.p[n] == c) n++;
    return n;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_fence(struct span t)
{
    return span_starts(t, "```") || span_starts(t, "~~~") || span_starts(t, "{code") || span_starts(t, "{noformat") ||
           span_starts(t, "{quote");
}

/* "{panel:title=Status}": the title. */
static bool panel(struct span t, struct line *ret)
{
    const char *title = span_starts(t, "{panel:") ? memmem(t.p, t.n, "title=", 6) : NULL;
    size_t n = 0;
    if (!title) return false;
    ret->text = span_rest(t, (size_t)(title - t.p) + 6);
    while (n < ret->text.n && !strchr("|}", ret->text.p[n])) n++;
    ret->text.n = n;
    ret->level = 2;
    return n > 0;
}

/* "# x", "h2. x", "**x**", "*x*" (Jira), all alone on the line. */
static bool heading(struct span t, bool jira, struct line *ret)
{
    size_t n = run_of(t, '#');
    if (!jira && n >= 1 && n <= 6 && n < t.n && (t.p[n] == ' ' || t.p[n] == '\t')) {
        ret->level = n;
        ret->text = span_trim(span_rest(t, n));
        while (ret->text.n > 0 && ret->text.p[ret->text.n - 1] == '#') ret->text.n--;
        ret->text = span_trim(ret->text);
        return true;
    }
    if (t.n > 4 && t.p[0] == 'h' && t.p[1] >= '1' && t.p[1] <= '6' && t.p[2] == '.' && t.p[3] == ' ') {
        ret->level = (size_t)(t.p[1] - '0');
        ret->text = span_trim(span_rest(t, 4));
        return true;
    }
    n = run_of(t, '*');
    if ((n == 2 || (n == 1 && jira)) && t.n > 2 * n + 1 && t.n < 80 && t.p[n] != ' ') {
        struct span in = {t.p + n, t.n - n};
        if (in.p[in.n - 1] == ':') in.n--;
        if (in.n <= n || in.p[in.n - 1] != '*') return false;
        in.n -= n;
        if (memchr(in.p, '*', in.n)) return false;
        ret->level = 7;
        ret->text = span_trim(in);
        return ret->text.n > 0;
    }
    return false;
}

/* "2.1 The service …": the length of a number in several parts with the blank after it; "2.5 GB" is none. */
static size_t chapter(struct span t)
{
    size_t n = 0, dots = 0;
    for (; n < t.n && n < 12 && (digit(t.p[n]) || (n > 0 && t.p[n] == '.' && digit(t.p[n - 1]))); n++)
        dots += t.p[n] == '.';
    if (dots == 0 || n + 3 >= t.n || t.p[n] != ' ' || (dots == 1 && t.p[n - 1] == '.')) return 0;
    if (!strchr("\"`{/*", t.p[n + 1]) && !digit(t.p[n + 1]) && !(t.p[n + 1] >= 'A' && t.p[n + 1] <= 'Z')) return 0;
    return extract_is_measure(span_rest(t, n + 1)) ? 0 : n + 1;
}

/* Length of a bullet's marker with the blank after it, 0 when there is none; *depth of wiki bullets. */
static size_t marker(struct span t, bool jira, size_t *depth)
{
    size_t n = 0;
    *depth = 0;
    if (t.n < 2) return 0;
    if (jira && (t.p[0] == '*' || t.p[0] == '#' || t.p[0] == '-')) {
        while (n < t.n && (t.p[n] == '*' || t.p[n] == '#' || t.p[n] == '-')) n++;
        if (n < 5 && n < t.n && t.p[n] == ' ') return *depth = n - 1, n + 1;
        return 0;
    }
    if (strchr("-*+", t.p[0]) && (t.p[1] == ' ' || t.p[1] == '\t')) return 2;
    if (span_starts(t, "• ") || span_starts(t, "– ") || span_starts(t, "◦ ")) return 4;
    if ((n = chapter(t)) > 0) return n;
    if (t.p[0] == '(') n = 1;
    while (n < t.n && n < 5 && digit(t.p[n])) n++;
    if (n == (t.p[0] == '(' ? 1u : 0u) && n + 1 < t.n && t.p[n] >= 'a' && t.p[n] <= 'z' && t.p[n + 1] == ')') n++;
    else if (n == (t.p[0] == '(' ? 1u : 0u)) return 0;
    if (n + 1 < t.n && (t.p[n] == ')' || (t.p[n] == '.' && digit(t.p[n - 1]))) && t.p[n + 1] == ' ') return n + 2;
    return 0;
}

static bool is_box(struct span t)
{
    return t.n >= 3 && t.p[0] == '[' && t.p[2] == ']' && strchr(" xX", t.p[1]) && t.p[1];
}

static void checkbox(struct line *ret)
{
    struct span t = ret->text;
    if (!is_box(t) || (t.n > 3 && t.p[3] == '(')) return;
    ret->checkbox = true;
    ret->checked = t.p[1] != ' ';
    ret->text = span_trim(span_rest(t, 3));
}

static bool is_rule(struct span t)
{
    size_t n = t.n > 2 && strchr("-=*_", t.p[0]) ? run_of(t, t.p[0]) : 0;
    return n > 2 && n == t.n;
}

void extract_line(struct span raw, int64_t number, bool jira, struct line *ret)
{
    struct span t = span_trim(raw);
    size_t indent = 0, n;
    bool quoted = t.n > 0 && t.p[0] == '>';
    *ret = (struct line){.kind = LINE_TEXT, .raw = raw, .number = number};
    while (t.n > 0 && t.p[0] == '>' && !is_fence(t)) t = span_trim(span_rest(t, 1)); /* quoted mail, block quote */
    for (size_t i = 0; i < raw.n && (raw.p[i] == ' ' || raw.p[i] == '\t'); i++) indent += raw.p[i] == '\t' ? 4 : 1;
    ret->text = t;
    if (t.n == 0) ret->kind = LINE_BLANK;
    else if (is_fence(t)) ret->kind = LINE_FENCE;
    else if (quoted || is_rule(t) || (t.n > 4 && memcmp(t.p, "<!--", 4) == 0)) ret->kind = LINE_IGNORED;
    else if (panel(t, ret)) ret->kind = LINE_HEADING;
    else if (span_starts(t, "{panel")) ret->kind = LINE_IGNORED;
    else if (heading(t, jira, ret)) ret->kind = LINE_HEADING;
    else if (t.p[0] == '|') ret->kind = LINE_ROW;
    else if ((n = marker(t, jira, &ret->level)) > 0 || (is_box(t) && t.n > 4 && t.p[3] == ' ')) {
        ret->kind = LINE_BULLET;
        ret->text = span_trim(span_rest(t, n));
        if (!jira) ret->level = indent / 2;
        checkbox(ret);
        if (ret->text.n == 0) ret->kind = LINE_BLANK;
    }
}

bool extract_is_chapter(const struct line *l, struct span next)
{
    struct span t = l->text;
    return l->kind == LINE_BULLET && !l->checkbox && l->raw.n > 0 && digit(l->raw.p[0]) && span_trim(next).n == 0 &&
           span_words(t) <= 4 && prose_is_word_char(t.p[t.n - 1]) && extract_section_of(t) != SECTION_NONE &&
           !extract_is_normative(t) && !extract_is_imperative(t);
}
