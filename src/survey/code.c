/* Reads the code, once: languages are counted, signals and routes noticed on the way. Of a tree with more code than is
 * read, every so manieth file is, so that all of its parts are seen. */
#include "survey/inner.h"

#include <stdlib.h>
#include <string.h>

#define READ_MAX ((int64_t)48 << 20) /* code read in all */
#define FILE_MAX ((size_t)1 << 20)

struct counted {
    int64_t bytes, lines;
}; /* what was read of a language */

static size_t language_index(struct scan *c, const char *name)
{
    struct survey_language *row;
    for (size_t i = 0; i < c->s->languages.n; i++)
        if (c->s->languages.v[i].name == name || strcmp(c->s->languages.v[i].name, name) == 0) return i;
    row = arena_push(c->a, &c->s->languages, sizeof *row);
    if (row) row->name = name;
    return c->s->languages.n - 1;
}

static int64_t count_lines(const struct buf *b)
{
    int64_t n = 0;
    for (const char *p = b->p, *end = b->p + b->n; p && p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++) n++;
    return n + (b->n && b->p[b->n - 1] != '\n');
}

/* Markup and styles are counted, but do not make the others' share smaller; they come after the code. */
static bool is_markup(const char *name)
{
    static const char *const names[] = {"HTML", "CSS", "SCSS", "ERB", "HEEx"};
    for (size_t i = 0; i < countof(names); i++)
        if (is(name, names[i])) return true;
    return false;
}

static int by_bytes(const void *a, const void *b)
{
    const struct survey_language *x = a, *y = b;
    if (is_markup(x->name) != is_markup(y->name)) return is_markup(x->name) ? 1 : -1;
    if (x->bytes != y->bytes) return x->bytes > y->bytes ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void finish_languages(struct scan *c, const struct counted *read)
{
    int64_t all = 0, shared = 0;
    for (size_t i = 0; i < c->s->languages.n; i++) {
        struct survey_language *l = &c->s->languages.v[i];
        l->lines =
            read[i].bytes ? (int64_t)((double)read[i].lines * (double)l->bytes / (double)read[i].bytes + 0.5) : 0;
        if (read[i].bytes == l->bytes) l->lines = read[i].lines;
        all += l->bytes;
        if (!is_markup(l->name)) shared += l->bytes;
    }
    if (c->s->languages.n) qsort(c->s->languages.v, c->s->languages.n, sizeof *c->s->languages.v, by_bytes);
    for (size_t i = 0; i < c->s->languages.n && all; i++) {
        struct survey_language *l = &c->s->languages.v[i];
        l->share = l->bytes * 1000 / (shared && !is_markup(l->name) ? shared : all);
        l->example = arena_dup(c->a, l->example);
    }
}

static bool is_code(const struct scan_file *f)
{
    return f->language && !f->foreign && f->f->kept;
}

/* Every n-th file of code is read; 1: all of them. */
static size_t step_for(struct scan *c)
{
    int64_t all = 0;
    for (size_t i = 0; i < c->files.n; i++)
        if (is_code(&c->files.v[i]) && c->files.v[i].f->size <= (int64_t)FILE_MAX) all += c->files.v[i].f->size;
    return (size_t)((all + READ_MAX - 1) / READ_MAX) + (all == 0);
}

static void look_at(struct scan *c, const struct scan_file *f, const struct buf *text)
{
    const struct code_file code = {f, f->f->path, f->language->name, buf_cstr(text), text->n};
    if (f->fixture || f->aside) return;
    signals_look(c, &code);
    entry_look(c, &code);
    routes_look(c, &code);
}

/* What has to be read whatever the size of the tree: it says where the program starts, or what it serves. */
static bool always(const struct scan_file *f)
{
    return starts(f->base, "main.") || starts(f->base, "routes.") || starts(f->base, "urls.") ||
           starts(f->base, "app.") || starts(f->base, "server.") || is(f->base, "Program.cs");
}

void detect_code(struct scan *c)
{
    size_t step = step_for(c), nth = 0;
    struct counted read[128] = {{0, 0}};
    auto_buf text = BUF_INIT(FILE_MAX + 1);
    for (size_t i = 0; i < c->files.n && !c->failed; i++) {
        const struct scan_file *f = &c->files.v[i];
        struct survey_language *row;
        size_t l;
        if (!f->language || f->foreign) continue;
        l = language_index(c, f->language->name);
        if (l >= countof(read) || l >= c->s->languages.n) return;
        row = &c->s->languages.v[l];
        row->files++;
        row->bytes += f->f->size;
        if (!row->example || f->f->size > tree_find(c->t, row->example)->size) row->example = f->f->path;
        if (nth++ % step && !always(f)) continue;
        if (!scan_read(c, f->f, FILE_MAX, false, &text)) continue;
        read[l].bytes += f->f->size;
        read[l].lines += count_lines(&text);
        look_at(c, f, &text);
    }
    if (step > 1) {
        c->s->partial = true;
        scan_problem(c, NULL, 0, "more than %lld MiB of code: of every %zu files one was read, lines are estimates",
                     (long long)(READ_MAX >> 20), step);
    }
    finish_languages(c, read);
    routes_finish(c);
}
