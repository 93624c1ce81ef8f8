/* Symbols of the files that matter: where programs start, what serves requests, what evidence points at. */
#include "survey/ctags.h"
#include "survey/inner.h"

#include <stdlib.h>
#include <string.h>

#define FILES 60
#define FILE_MAX ((size_t)256 << 10)
#define SYMBOLS 3000
#define PER_FILE 120

struct chosen {
    const char *v[FILES];
    size_t n;
};

static void choose(struct scan *c, struct chosen *set, const char *path)
{
    const struct tree_file *f = path ? tree_find(c->t, path) : NULL;
    if (!f || set->n == FILES || !language_of(path) || path_test(path)) return;
    for (size_t i = 0; i < set->n; i++)
        if (is(set->v[i], f->path)) return;
    set->v[set->n++] = f->path;
}

static void choose_evidence(struct scan *c, struct chosen *set, const void *list)
{
    const struct {
        const struct finding *v;
        size_t n;
    } *rows = list;
    for (size_t i = 0; i < rows->n; i++)
        for (size_t j = 0; j < rows->v[i].evidence.n && j < 2; j++) choose(c, set, rows->v[i].evidence.v[j].path);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct taking {
    struct scan *c;
    const struct chosen *asked;
    size_t text, n; /* the text being answered, and how many of its symbols were taken */
};

/* Locals, parameters and anonymous ones say nothing. */
static bool says_something(const char *kind, const char *name)
{
    static const char *const kinds[] = {"local",       "parameter", "variable",   "member",   "field",     "enumerator",
                                        "label",       "header",    "anonMember", "property", "key",       "constant",
                                        "getter",      "setter",    "unknown",    "import",   "namespace", "package",
                                        "packageName", "selector",  "id",         "hashtag"};
    for (size_t i = 0; i < countof(kinds); i++)
        if (is(kind, kinds[i])) return false;
    return !starts(name, "__anon") && !strchr(name, ' ') && strlen(name) < 200;
}

static void take(void *arg, size_t text, const char *line, size_t n)
{
    struct taking *x = arg;
    struct survey_symbol *row;
    struct err e;
    auto_json tag = NULL;
    const char *name, *kind, *scope, *scope_kind;
    if (text != x->text) x->n = 0;
    x->text = text;
    if (text >= x->asked->n || x->n >= PER_FILE || x->c->s->symbols.n >= SYMBOLS || json_parse(line, n, &tag, &e) != ERR_OK) return;
    name = json_string_value(json_object_get(tag, "name"));
    kind = json_string_value(json_object_get(tag, "kind"));
    if (!name || !kind || !name[0] || !says_something(kind, name)) return;
    row = arena_push(x->c->a, &x->c->s->symbols, sizeof *row);
    if (!row) return;
    x->n++;
    row->name = arena_dup(x->c->a, name);
    row->kind = arena_dup(x->c->a, kind);
    row->path = arena_dup(x->c->a, x->asked->v[text]);
    row->line = json_integer_value(json_object_get(tag, "line"));
    scope = json_string_value(json_object_get(tag, "scope"));
    scope_kind = json_string_value(json_object_get(tag, "scopeKind"));
    if (scope && scope_kind) row->scope = arena_fmt(x->c->a, "%s %s", scope_kind, scope);
}

static void choose_all(struct scan *c, struct chosen *set)
{
    for (size_t i = 0; i < c->s->entry_points.n && i < 10; i++) choose(c, set, c->s->entry_points.v[i].path);
    for (size_t i = 0; i < c->s->api.n && set->n < 30; i++) choose(c, set, c->s->api.v[i].path);
    choose_evidence(c, set, &c->s->architecture);
    choose_evidence(c, set, &c->s->errors);
    for (size_t i = 0; i < c->s->languages.n && i < 5; i++) choose(c, set, c->s->languages.v[i].example);
    if (set->n) qsort(set->v, set->n, sizeof set->v[0], by_path);
}

void detect_symbols(struct scan *c)
{
    auto_buf request = BUF_INIT(FILES * (FILE_MAX + 4200));
    auto_buf text = BUF_INIT(FILE_MAX + 1);
    struct chosen all = {.n = 0}, asked = {.n = 0};
    struct taking x = {.c = c, .asked = &asked};
    struct err e = {0};
    size_t done;
    enum err_kind k;
    choose_all(c, &all);
    for (size_t i = 0; i < all.n && !c->failed; i++) {
        if (!scan_read(c, tree_find(c->t, all.v[i]), FILE_MAX, false, &text)) continue;
        ctags_ask(&request, path_base(all.v[i]), buf_cstr(&text), text.n);
        asked.v[asked.n++] = all.v[i];
    }
    if (!asked.n || c->failed) return;
    k = ctags_run(CTAGS_PROGRAM, &request, take, &x, &done, &e);
    if (k == ERR_NOMEM) {
        *c->e = e;
        c->failed = k;
    } else if (k != ERR_OK) scan_problem(c, NULL, 0, "no symbols are listed: %s", e.msg);
    else if (done < asked.n) scan_problem(c, asked.v[done], 0, "ctags did not answer: symbols are not known from here on");
}
