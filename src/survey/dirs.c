/* Folders: the top ones, and the second level where a name means something. */
#include "survey/inner.h"

#include <string.h>

#define MAX_DIRS 60
#define MAX_LANGUAGES 64

/* The language most files are in; of equals the larger one in the whole tree. */
static const char *dominating(const struct scan *c, const struct tree_files *f)
{
    int64_t counts[MAX_LANGUAGES] = {0};
    size_t best = 0, n = c->s->languages.n < MAX_LANGUAGES ? c->s->languages.n : MAX_LANGUAGES;
    const struct scan_file *at = c->files.v + (f->v - tree_files(c->t).v);
    for (size_t i = 0; i < f->n; i++) {
        const struct language *l = at[i].language;
        size_t j = 0;
        while (l && j < n && strcmp(c->s->languages.v[j].name, l->name) != 0) j++;
        if (l && j < n) counts[j]++;
    }
    for (size_t j = 1; j < n; j++)
        if (counts[j] > counts[best]) best = j;
    return n && counts[best] ? c->s->languages.v[best].name : NULL;
}

/* A name that means a kind of code means nothing where there is none: api/ with a list of symbols. */
static bool is_of_code(const char *what)
{
    static const char *const kinds[] = {"HTTP interface", "web interface", "command line",
                                        "business rules", "data model",    "data access",
                                        "user interface", "middleware",    "background work"};
    for (size_t i = 0; i < countof(kinds); i++)
        if (is(what, kinds[i])) return true;
    return false;
}

static void add_dir(struct scan *c, const char *path)
{
    struct tree_files f = tree_below(c->t, path);
    struct survey_dir *row;
    if (c->s->dirs.n == MAX_DIRS || !f.n) return;
    row = arena_push(c->a, &c->s->dirs, sizeof *row);
    if (!row) return;
    row->path = arena_dup(c->a, path);
    row->files = (int64_t)f.n;
    row->what = meaning_of_dir(path_base(path));
    row->language = dominating(c, &f);
    if (!row->language && (is_of_code(row->what) || (is(row->what, "tests") && strchr(path, '/')))) row->what = NULL;
}

void detect_dirs(struct scan *c)
{
    char last[4200] = "", second[4200] = "";
    for (size_t i = 0; i < c->files.n; i++) {
        const char *path = c->files.v[i].f->path, *slash = strchr(path, '/'), *next;
        size_t n = slash ? (size_t)(slash - path) : 0;
        if (!n || n >= sizeof last) continue;
        if (strncmp(last, path, n) != 0 || last[n]) {
            memcpy(last, path, n);
            last[n] = '\0';
            add_dir(c, last);
        }
        next = strchr(slash + 1, '/');
        if (!next || c->files.v[i].foreign || c->files.v[i].fixture) continue;
        n = (size_t)(next - path);
        if (n >= sizeof second || (strncmp(second, path, n) == 0 && !second[n])) continue;
        memcpy(second, path, n);
        second[n] = '\0';
        if (meaning_of_dir(path_base(second))) add_dir(c, second);
    }
}
