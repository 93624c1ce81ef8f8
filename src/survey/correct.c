/* Lays what people said over what a survey found. */
#include "pland/survey/correct.h"

#include <ctype.h>
#include <string.h>

#include "pland/base/buf.h"
#include "survey/inner.h"
#include "survey/words.h"

#define NAME_MAX_BYTES 60 /* "X, not Y": longer sides are a sentence of their own */

struct correcting {
    struct arena *a;
    struct survey *s;
};

/* --- reading a correction ----------------------------------------------------------------------------------------- */
struct swap { const char *use, *not; };

static bool is_name(const char *s)
{
    return *s && strlen(s) <= NAME_MAX_BYTES && !strpbrk(s, ",;:.!?\n");
}

/* "use pnpm" → "pnpm" */
static const char *bare(const char *s)
{
    return strncasecmp(s, "use ", 4) == 0 ? s + 4 : s;
}

static bool is_swap(struct arena *a, const char *text, struct swap *ret)
{
    static const char *const between[] = { ", not ", " instead of ", " rather than ", " not " };
    for (size_t i = 0; i < countof(between); i++) {
        const char *at = strstr(text, between[i]), *rest;
        size_t end;
        if (!at) continue;
        rest = at + strlen(between[i]);
        end = strlen(rest) - (rest[0] && rest[strlen(rest) - 1] == '.');
        ret->use = bare(trim_copy(a, text, (size_t)(at - text)));
        ret->not = trim_copy(a, rest, end);
        return ret->use && ret->not && is_name(ret->use) && is_name(ret->not);
    }
    return false;
}

/* "test: make check" */
static const char *command_said(struct arena *a, const char *text, enum command_kind *ret)
{
    const char *colon = strchr(text, ':');
    for (int k = 0; colon && k < COMMAND_OTHER; k++) {
        const char *name = command_kind_names[k];
        if ((size_t)(colon - text) != strlen(name) || strncasecmp(text, name, strlen(name)) != 0) continue;
        *ret = (enum command_kind)k;
        return trim_copy(a, colon + 1, strlen(colon + 1));
    }
    return NULL;
}

/* --- laying it over ------------------------------------------------------------------------------------------------ */
static bool names(const char *text, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = text; (p = strcasestr(p, word)); p++)
        if ((p == text || !isalnum((unsigned char)p[-1])) && !isalnum((unsigned char)p[n])) return true;
    return false;
}

static const char *begun_with(struct correcting *c, const char *line, const struct swap *w)
{
    size_t n = strlen(w->not);
    if (!line || strncmp(line, w->not, n) != 0 || (line[n] && line[n] != ' ')) return line;
    return arena_fmt(c->a, "%s%s", w->use, line + n);
}

static void leave_out(void *list, const char *word)
{
    LIST(struct finding) *l = list;
    size_t kept = 0;
    for (size_t i = 0; i < l->n; i++)
        if (!names(l->v[i].text, word)) l->v[kept++] = l->v[i];
    l->n = kept;
}

static void swap(struct correcting *c, const struct swap *w)
{
    struct survey *s = c->s;
    void *const lists[] = { &s->stack, &s->architecture, &s->testing, &s->deployment, &s->database, &s->errors };
    for (size_t i = 0; i < s->commands.n; i++) {
        s->commands.v[i].name = begun_with(c, s->commands.v[i].name, w);
        s->commands.v[i].match = begun_with(c, s->commands.v[i].match, w);
    }
    for (size_t i = 0; i < countof(lists); i++) leave_out(lists[i], w->not);
}

/* The row that a command line uses, moved to the front; one that nobody found is a row of its own. */
static void put_first(struct correcting *c, const char *line, enum command_kind kind)
{
    struct survey_command row = { .name = line, .match = line, .dir = "", .what = "as people said" };
    struct words said, known;
    size_t at = 0, n = c->s->commands.n;
    words_of(line, c->a, &said);
    for (; at < n; at++) {
        words_of(c->s->commands.v[at].match, c->a, &known);
        if (!c->s->commands.v[at].dir[0] && words_match(&known, &said)) break;
    }
    if (at == n && !arena_push(c->a, &c->s->commands, sizeof row)) return;
    if (at < n) {
        row = c->s->commands.v[at];
        row.name = line;
    }
    row.kind = (int)kind;
    memmove(c->s->commands.v + 1, c->s->commands.v, at * sizeof row);
    c->s->commands.v[0] = row;
}

static void list_it(struct correcting *c, const struct survey_correction *said)
{
    struct finding *f = arena_push(c->a, &c->s->corrections, sizeof *f);
    auto_buf when = BUF_INIT(64);
    buf_time(&when, said->at);
    if (f) f->text = arena_fmt(c->a, "%s (a correction of %.10s)", said->text, buf_cstr(&when));
}

/* --- a survey of its own ------------------------------------------------------------------------------------------- */
/* Rows that are changed or moved are the copy's own; everything else is shared. */
static void own(struct arena *a, void *list, size_t size)
{
    struct { char *v; size_t n; } from, to = { NULL, 0 };
    memcpy(&from, list, sizeof from);
    for (size_t i = 0; i < from.n; i++) {
        void *row = arena_push(a, &to, size);
        if (!row) return;
        memcpy(row, from.v + i * size, size);
    }
    memcpy(list, &to, sizeof to);
}

static void own_lists(struct survey *s, struct arena *a)
{
    void *const findings[] = { &s->stack,    &s->architecture, &s->testing,    &s->deployment,
                               &s->database, &s->errors,       &s->corrections };
    own(a, &s->commands, sizeof *s->commands.v);
    for (size_t i = 0; i < countof(findings); i++) own(a, findings[i], sizeof(struct finding));
}

enum err_kind survey_correct(const struct survey *s, const struct survey_corrections *said, struct arena *a,
                             struct survey *ret, struct err *e)
{
    struct correcting c = { a, ret };
    *ret = *s;
    if (!said->n) return ERR_OK;
    own_lists(ret, a);
    for (size_t i = 0; i < said->n && arena_check(a, e) == ERR_OK; i++) {
        struct swap w;
        enum command_kind kind;
        const char *line = command_said(a, said->v[i].text, &kind);
        if (line && *line) put_first(&c, line, kind);
        else if (is_swap(a, said->v[i].text, &w)) swap(&c, &w);
        list_it(&c, &said->v[i]);
    }
    return arena_check(a, e);
}
