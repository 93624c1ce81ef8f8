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
    if (v && v->kind == EVENT_MADE && phase_is_done(c, v->phase) && tree_find(tree_of(c, s), s->path)) return SPOT_TREE;
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
const char *spot_text(struct checking *c, struct spot *s)
{
    auto_buf text = BUF_INIT(READ_MAX);
    struct err ignored = { .kind = ERR_OK };
    if (s->lines != -1) return s->text;
    s->lines = -2;
    if (tree_read(tree_of(c, s), s->path, READ_MAX, &text, &ignored) != ERR_OK) return NULL;
    if (!(s->text = arena_dup_n(c->work, text.p ? text.p : "", text.n))) return NULL;
    s->lines = 0;
    for (const char *p = s->text, *end = p + text.n; p < end; p++, s->lines++) {
        p = memchr(p, '\n', (size_t)(end - p));
        if (!p) return s->lines++, s->text;
    }
    return s->text;
}

int64_t spot_lines(struct checking *c, struct spot *s)
{
    (void)spot_text(c, s);
    return s->lines;
}

const struct tree_file *spot_file(const struct checking *c, const struct spot *s)
{
    return tree_find(tree_of(c, s), s->path);
}

/* --- by name ------------------------------------------------------------------------------------------------------ */
static struct near *near_of(struct checking *c, size_t base)
{
    if (!c->near) c->near = arena_alloc(c->work, c->in->codebases.n * sizeof *c->near);
    if (c->near && !c->near[base]) c->near[base] = near_new(c->in->codebases.v[base].tree, c->work);
    return c->near ? c->near[base] : NULL;
}

const char *spot_closest(struct checking *c, const struct spot *s)
{
    struct near *x = near_of(c, s->base);
    const char *found = x ? near_closest(x, s->path) : NULL;
    return found ? as_written(c, s->base, found) : NULL;
}

const char *spot_by_end(struct checking *c, const char *end, bool *ret_many)
{
    struct near *x = near_of(c, 0);
    *ret_many = false;
    return x ? near_by_end(x, end, ret_many) : NULL;
}

bool spot_made_by_end(const struct checking *c, const char *end)
{
    for (const struct made *m = c->made[name_hash(words_base(end)) % MADE_BUCKETS]; m; m = m->next)
        if (path_ends_in(m->spot->path, end)) return true;
    return false;
}
