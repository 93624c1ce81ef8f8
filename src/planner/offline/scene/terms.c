/* Words that a ticket writes as code does (SESSION_COOKIE_PATH, --changed-within, locate_app): where such a word stands
 * in a few files, these are what the ticket is about, whatever its other words are close to. */
#include "planner/offline/scene/facts.h"

#include <string.h>

enum { MAX_TERMS = 24, LEAST_LENGTH = 5, FEW_FILES = 4, FEW_PLACES = 8 };

static bool term_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* Two words in one, as prose has none: one word alone is everywhere. */
static bool coded(const char *text, const char *p, size_t n)
{
    bool option = p > text + 1 && p[-1] == '-' && p[-2] == '-';
    for (size_t i = 1; i + 1 < n; i++)
        if (p[i] == '_' || (option && p[i] == '-') ||
            (p[i] >= 'A' && p[i] <= 'Z' && p[i - 1] >= 'a' && p[i - 1] <= 'z'))
            return true;
    return false;
}

static bool path_part(const char *text, const char *p, size_t n)
{
    return (p > text && (p[-1] == '/' || p[-1] == ':')) || p[n] == '/' || p[n] == '(' ||
           (p[n] == '.' && term_char(p[n + 1]));
}

size_t terms_of(const struct scene *s, const char *text, text_list *ret)
{
    memset(ret, 0, sizeof *ret);
    for (const char *p = text ? text : ""; *p && ret->n < MAX_TERMS;) {
        size_t n = 0;
        while (*p == '-' || (*p && !term_char(*p))) p++;
        while (term_char(p[n])) n++;
        if (n >= LEAST_LENGTH && n < 60 && coded(text, p, n) && !path_part(text, p, n)) {
            const char *term = arena_dup_n(s->a, p, n);
            if (term && !prose_list_has(ret->v, ret->n, term)) prose_list_add(s->a, ret, term);
        }
        p += n;
    }
    return ret->n;
}

/* As a whole word; "changed-within" is written changed_within by some. */
static const char *written(const char *content, const char *term)
{
    size_t n = strlen(term);
    for (const char *p = content; (p = strstr(p, term)) != NULL; p++)
        if ((p == content || !prose_is_word_char(p[-1])) && !prose_is_word_char(p[n])) return p;
    return NULL;
}

static const char *found_in(const struct scene *s, const char *content, const char *term)
{
    const char *at = content ? written(content, term) : NULL;
    return at || !content || !strchr(term, '-') ? at : written(content, name_styled(s->a, term, NAME_SNAKE));
}

/* Stands in a few files, tests not counted. */
static bool term_is_rare(const struct scene *s, const char *term)
{
    size_t files = 0;
    for (size_t i = 0; i < s->facts->rare.n; i++)
        if (strcmp(s->facts->rare.v[i], term) == 0) return true;
    for (size_t i = 0; i < s->facts->common.n; i++)
        if (strcmp(s->facts->common.v[i], term) == 0) return false;
    for (size_t i = 0; i < facts_of(s)->files.n && files <= FEW_FILES; i++)
        files += !s->facts->files.v[i].test && found_in(s, s->facts->files.v[i].content, term);
    prose_list_add(s->a, files > 0 && files <= FEW_FILES ? &s->facts->rare : &s->facts->common, term);
    return files > 0 && files <= FEW_FILES;
}

/* A line at the margin that does not end a statement defines it; else where it stands first. */
static const char *at_definition(const char *content, const char *first, const char *term)
{
    for (const char *p = first; p; p = written(p + 1, term)) {
        const char *line = p, *end = p + strcspn(p, "\n");
        while (line > content && line[-1] != '\n') line--;
        while (end > p && (end[-1] == ' ' || end[-1] == '\r')) end--;
        if (prose_is_word_char(*line) && end > line && end[-1] != ';' && p[strlen(term)] == '(') return p;
    }
    return first;
}

size_t terms_within(const struct scene *s, const text_list *terms, const char *content, int64_t *ret_line)
{
    size_t n = 0;
    const char *first = NULL;
    for (size_t i = 0; content && i < terms->n; i++) {
        const char *at = term_is_rare(s, terms->v[i]) ? found_in(s, content, terms->v[i]) : NULL;
        n += at != NULL;
        at = at ? at_definition(content, at, terms->v[i]) : NULL;
        if (at && (!first || at < first)) first = at;
    }
    for (const char *p = content; ret_line && first && p < first; p++) *ret_line += *p == '\n';
    return n;
}

size_t term_places(const struct scene *s, struct fact *ret, size_t max)
{
    text_list terms;
    size_t n = 0, most = max < FEW_PLACES ? max : FEW_PLACES;
    if (s->empty ||
        terms_of(s, arena_fmt(s->a, "%s\n%s", s->title, s->b->ticket.body ? s->b->ticket.body : ""), &terms) == 0)
        return 0;
    for (size_t i = 0; i < facts_of(s)->files.n && n < most; i++) {
        int64_t line = 1;
        if (terms_within(s, &terms, s->facts->files.v[i].content, &line) > 0)
            ret[n++] = (struct fact){&s->facts->files.v[i], line};
    }
    return n;
}
