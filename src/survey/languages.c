/* Counts languages and folders; every code file is looked at once, lines are counted and signals noticed on the way. */
#include "survey/inner.h"

#include <stdlib.h>
#include <string.h>

#define READ_MAX ((int64_t)64 << 20) /* code read in all; beyond it lines are not counted */
#define FILE_MAX ((size_t)1 << 20)
#define MAX_DIRS 60
#define MAX_LANGUAGES 64

static struct survey_language *language_row(struct scan *c, const char *name)
{
    struct survey_language *row;
    for (size_t i = 0; i < c->s->languages.n; i++)
        if (c->s->languages.v[i].name == name || strcmp(c->s->languages.v[i].name, name) == 0)
            return &c->s->languages.v[i];
    row = arena_push(c->a, &c->s->languages, sizeof *row);
    if (row) row->name = name;
    return row;
}

static int64_t count_lines(const struct buf *b)
{
    int64_t n = 0;
    for (const char *p = b->p, *end = b->p + b->n; p && p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++) n++;
    return n + (b->n && b->p[b->n - 1] != '\n');
}

static int by_bytes(const void *a, const void *b)
{
    const struct survey_language *x = a, *y = b;
    if (x->bytes != y->bytes) return x->bytes > y->bytes ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void finish_languages(struct scan *c)
{
    int64_t all = 0;
    if (c->s->languages.n) qsort(c->s->languages.v, c->s->languages.n, sizeof *c->s->languages.v, by_bytes);
    for (size_t i = 0; i < c->s->languages.n; i++) all += c->s->languages.v[i].bytes;
    for (size_t i = 0; i < c->s->languages.n && all; i++)
        c->s->languages.v[i].share = c->s->languages.v[i].bytes * 1000 / all;
}

/* --- folders ---------------------------------------------------------------------------------------------------- */
/* The language most files are in; of equals the larger one in the whole tree. */
static const char *dominating(const struct scan *c, const struct tree_files *f)
{
    int64_t counts[MAX_LANGUAGES] = { 0 };
    size_t best = 0, n = c->s->languages.n < MAX_LANGUAGES ? c->s->languages.n : MAX_LANGUAGES;
    for (size_t i = 0; i < f->n; i++) {
        const struct language *l = language_of(f->v[i].path);
        size_t j = 0;
        while (l && j < n && strcmp(c->s->languages.v[j].name, l->name) != 0) j++;
        if (l && j < n) counts[j]++;
    }
    for (size_t j = 1; j < n; j++)
        if (counts[j] > counts[best]) best = j;
    return n && counts[best] ? c->s->languages.v[best].name : NULL;
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
}

/* Top folders, and the second level where it means something or the top is only a wrapper. */
static void list_dirs(struct scan *c)
{
    struct tree_files files = tree_files(c->t);
    char last[4200] = "", second[4200] = "";
    for (size_t i = 0; i < files.n; i++) {
        const char *path = files.v[i].path, *slash = strchr(path, '/'), *next;
        size_t n = slash ? (size_t)(slash - path) : 0;
        if (!n || n >= sizeof last) continue;
        if (strncmp(last, path, n) != 0 || last[n]) {
            memcpy(last, path, n);
            last[n] = '\0';
            add_dir(c, last);
        }
        next = strchr(slash + 1, '/');
        if (!next || path_foreign(path) || path_fixture(path)) continue;
        n = (size_t)(next - path);
        if (n >= sizeof second || (strncmp(second, path, n) == 0 && !second[n])) continue;
        memcpy(second, path, n);
        second[n] = '\0';
        if (meaning_of_dir(path_base(second))) add_dir(c, second);
    }
}

void detect_languages(struct scan *c)
{
    struct tree_files files = tree_files(c->t);
    auto_buf text = BUF_INIT(FILE_MAX + 1);
    int64_t read = 0;
    for (size_t i = 0; i < files.n && !c->failed; i++) {
        const struct tree_file *f = &files.v[i];
        const struct language *l = language_of(f->path);
        struct survey_language *row;
        const struct tree_file *example;
        if (!l || f->mode == TREE_MODE_LINK || f->mode == TREE_MODE_SUBMODULE || path_foreign(f->path)) continue;
        row = language_row(c, l->name);
        if (!row) return;
        row->files++;
        row->bytes += f->size;
        example = row->example ? tree_find(c->t, row->example) : NULL;
        if (!example || f->size > example->size) row->example = f->path;
        if (read + f->size > READ_MAX) c->s->partial = true;
        else if (scan_read(c, f, FILE_MAX, false, &text)) {
            read += f->size;
            row->lines += count_lines(&text);
            if (!path_fixture(f->path)) signals_look(c, l->name, f->path, buf_cstr(&text), text.n);
        }
    }
    for (size_t i = 0; i < c->s->languages.n; i++)
        c->s->languages.v[i].example = arena_dup(c->a, c->s->languages.v[i].example);
    if (c->s->partial)
        scan_problem(c, NULL, 0, "more than 64 MiB of code: lines and patterns are those of the first 64 MiB");
    finish_languages(c);
    list_dirs(c);
}
