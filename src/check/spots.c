/* Paths in the codebases and what the plan does to them, in plan order: a file may be modified from the step on that
 * creates it, and no more after the one that deletes it. */
#include "check/inner.h"

#include <stdio.h>
#include <string.h>

#define READ_MAX ((size_t)16 << 20)

/* --- the map ------------------------------------------------------------------------------------------------------ */
static size_t bucket_of(size_t base, const char *path)
{
    uint64_t h = UINT64_C(1469598103934665603) ^ base;
    for (; *path; path++) h = (h ^ (unsigned char)*path) * UINT64_C(1099511628211);
    return (size_t)(h ^ h >> 29) % SPOT_BUCKETS;
}

static const char *as_written(struct checking *c, size_t base, const char *path)
{
    const char *alias = c->in->codebases.v[base].alias;
    return base && alias ? arena_fmt(c->work, "%s//%s", alias, path) : path;
}

struct spot *spot_of(struct checking *c, size_t base, const char *path)
{
    struct spot **at = &c->spots[bucket_of(base, path)], *s;
    for (s = *at; s; s = s->next)
        if (s->base == base && strcmp(s->path, path) == 0) return s;
    s = arena_alloc(c->work, sizeof *s);
    if (!s) return NULL;
    *s = (struct spot){ .base = base, .path = arena_dup(c->work, path), .lines = -1, .next = *at };
    if (!s->path || !(s->written = as_written(c, base, s->path))) return NULL;
    *at = s;
    return s;
}

/* "web//src/a.ts": the codebase and what stands behind it. */
static enum spot_form split_alias(struct checking *c, const char *written, size_t *ret_base, const char **ret_rest)
{
    const char *at = strstr(written, "//");
    *ret_base = 0;
    *ret_rest = written;
    if (!at || at == written) return FORM_GOOD;
    for (size_t i = 0; i < c->in->codebases.n; i++) {
        const char *alias = c->in->codebases.v[i].alias;
        if (!alias || strlen(alias) != (size_t)(at - written) || strncmp(alias, written, (size_t)(at - written)) != 0)
            continue;
        *ret_base = i;
        *ret_rest = at + 2;
        return FORM_GOOD;
    }
    return strncmp(written, "./", 2) == 0 ? FORM_GOOD : FORM_ALIAS;
}

enum spot_form spot_find(struct checking *c, const char *written, struct spot **ret)
{
    char path[4096];
    struct err ignored = { .kind = ERR_OK };
    const char *rest;
    size_t base;
    enum spot_form form;
    *ret = NULL;
    if (words_blank(written)) return FORM_BAD;
    form = split_alias(c, written, &base, &rest);
    if (form != FORM_GOOD) return form;
    if (tree_normalise(rest, path, sizeof path, &ignored) != ERR_OK) return FORM_BAD;
    *ret = spot_of(c, base, path);
    return FORM_GOOD;
}

/* --- state -------------------------------------------------------------------------------------------------------- */
static struct tree *tree_of(const struct checking *c, const struct spot *s)
{
    return c->in->codebases.v[s->base].tree;
}

static const struct spot *spot_peek(const struct checking *c, size_t base, const char *path)
{
    for (const struct spot *s = c->spots[bucket_of(base, path)]; s; s = s->next)
        if (s->base == base && strcmp(s->path, path) == 0) return s;
    return NULL;
}

static const struct spot_event *last_event(const struct spot *s, size_t order)
{
    const struct spot_event *last = NULL;
    for (const struct spot_event *v = s->first; v && v->order < order; v = v->next) last = v;
    return last;
}

/* What became of a folder above it: renamed or deleted as a whole, or a submodule. */
static bool parents_state(const struct checking *c, const struct spot *s, size_t order, enum spot_state *ret)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s", s->path);
    for (char *slash = strrchr(path, '/'); slash; slash = strrchr(path, '/')) {
        const struct tree_file *f;
        const struct spot *up;
        const struct spot_event *v;
        *slash = '\0';
        f = tree_find(tree_of(c, s), path);
        up = spot_peek(c, s->base, path);
        v = up ? last_event(up, order) : NULL;
        if (v) return *ret = v->kind == EVENT_MADE ? SPOT_BELOW : SPOT_GONE, true;
        if (f && (f->mode == TREE_MODE_SUBMODULE || f->mode == TREE_MODE_LINK)) return *ret = SPOT_HIDDEN, true;
    }
    return false;
}

enum spot_state spot_state(struct checking *c, const struct spot *s, size_t order)
{
    const struct spot_event *v = last_event(s, order);
    enum spot_state above;
    if (v) return v->kind == EVENT_MADE ? SPOT_MADE : SPOT_GONE;
    if (parents_state(c, s, order, &above)) return above;
    if (tree_find(tree_of(c, s), s->path)) return SPOT_TREE;
    return s->made_folder || tree_is_dir(tree_of(c, s), s->path) ? SPOT_FOLDER : SPOT_ABSENT;
}

const struct phase *spot_maker(const struct checking *c, const struct spot *s, size_t order)
{
    for (const struct spot_event *v = s->first; v; v = v->next)
        if (v->kind == EVENT_MADE && v->order >= order) return &c->d->phases.v[v->phase];
    return NULL;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */
int64_t spot_lines(struct checking *c, struct spot *s)
{
    auto_buf text = BUF_INIT(READ_MAX);
    struct err ignored = { .kind = ERR_OK };
    if (s->lines != -1) return s->lines;
    if (tree_read(tree_of(c, s), s->path, READ_MAX, &text, &ignored) != ERR_OK) return s->lines = -2;
    s->lines = 0;
    for (const char *p = text.p, *end = p + text.n; p && p < end; p++, s->lines++) {
        p = memchr(p, '\n', (size_t)(end - p));
        if (!p) return ++s->lines;
    }
    return s->lines;
}

const char *spot_closest(struct checking *c, const struct spot *s)
{
    const struct tree *t = tree_of(c, s);
    size_t files = tree_files(t).n;
    const char *found;
    if (c->closest_left <= 0) return NULL;
    c->closest_left -= (int64_t)files;
    found = tree_closest(t, s->path);
    return found ? as_written(c, s->base, found) : NULL;
}

/* --- by the end of a path ----------------------------------------------------------------------------------------- */
struct basenames { /* open addressing: index of a file + 1 */
    uint32_t *v;
    size_t cap;
};

static size_t name_hash(const char *name)
{
    uint64_t h = UINT64_C(1469598103934665603);
    for (; *name; name++) h = (h ^ (unsigned char)*name) * UINT64_C(1099511628211);
    return (size_t)(h ^ h >> 31);
}

static const struct basenames *basenames(struct checking *c)
{
    struct tree_files files = tree_files(c->in->codebases.v[0].tree);
    struct basenames *b;
    if (c->basenames) return c->basenames;
    b = arena_alloc(c->work, sizeof *b);
    if (!b) return NULL;
    for (b->cap = 64; b->cap < files.n * 2;) b->cap *= 2;
    b->v = arena_alloc(c->work, b->cap * sizeof *b->v);
    if (!b->v) return NULL;
    for (size_t i = 0; i < files.n; i++) {
        size_t at = name_hash(words_base(files.v[i].path)) & (b->cap - 1);
        while (b->v[at]) at = (at + 1) & (b->cap - 1);
        b->v[at] = (uint32_t)i + 1;
    }
    return c->basenames = b;
}

static bool ends_in(const char *path, const char *end)
{
    size_t n = strlen(path), m = strlen(end);
    return n >= m && strcmp(path + n - m, end) == 0 && (n == m || path[n - m - 1] == '/');
}

const char *spot_by_end(struct checking *c, const char *end, bool *ret_many)
{
    struct tree_files files = tree_files(c->in->codebases.v[0].tree);
    const struct basenames *b = basenames(c);
    const char *found = NULL;
    *ret_many = false;
    if (!b || !files.n) return NULL;
    for (size_t at = name_hash(words_base(end)) & (b->cap - 1); b->v[at]; at = (at + 1) & (b->cap - 1)) {
        const char *path = files.v[b->v[at] - 1].path;
        if (!ends_in(path, end)) continue;
        if (found) {
            *ret_many = true;
            break;
        }
        found = path;
    }
    return found;
}

bool spot_made_by_end(const struct checking *c, const char *end)
{
    for (size_t i = 0; i < c->touches.n; i++) {
        const struct touch *t = &c->touches.v[i];
        if (t->spot && (t->f->change == CHANGE_CREATE || t->f->change == CHANGE_RENAME) && ends_in(t->spot->path, end))
            return true;
    }
    return false;
}
