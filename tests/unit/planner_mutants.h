/* Ways to spoil a good plan: each is one fault, and the rules that have to see it. A plan is JSON here. */
#ifndef TESTS_PLANNER_MUTANTS_H
#define TESTS_PLANNER_MUTANTS_H

#include "unit/planner_world.h"

#include <dirent.h>
#include <jansson.h>

struct mutation {
    struct world *w;
    json_t *plan;
    uint64_t seed;
};

static inline size_t dice(struct mutation *m, size_t n)
{
    m->seed ^= m->seed << 13;
    m->seed ^= m->seed >> 7;
    m->seed ^= m->seed << 17;
    return n ? (size_t)((m->seed >> 11) % n) : 0;
}

static inline json_t *phases_of(struct mutation *m) { return json_object_get(m->plan, "phases"); }
static inline json_t *any_phase(struct mutation *m)
{
    json_t *p = phases_of(m);
    return json_array_get(p, dice(m, json_array_size(p)));
}
static inline json_t *any_of(struct mutation *m, json_t *list)
{
    return json_array_size(list) ? json_array_get(list, dice(m, json_array_size(list))) : NULL;
}
static inline json_t *any_step(struct mutation *m) { return any_of(m, json_object_get(any_phase(m), "steps")); }

static inline const char *text_of(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));
    return s ? s : "";
}
static inline void set_text(json_t *o, const char *key, const char *s) { (void)json_object_set_new(o, key, json_string(s)); }

static inline json_t *list_in(json_t *o, const char *key)
{
    if (!json_is_array(json_object_get(o, key))) (void)json_object_set_new(o, key, json_array());
    return json_object_get(o, key);
}

static inline const char *any_file(struct mutation *m)
{
    struct tree_files f = tree_files(m->w->codebase.tree);
    for (int i = 0; i < 50 && f.n; i++) {
        const char *path = f.v[dice(m, f.n)].path, *slash = strchr(path, '/'), *dot = strrchr(path, '.');
        if (slash && dot && dot > strrchr(path, '/') && strlen(path) > 8) return path;
    }
    return NULL;
}

/* A letter of the name changed, a folder too many, a folder less, another ending: never a file of the tree. */
static inline const char *spoilt_path(struct mutation *m, const char *path)
{
    for (int i = 0; i < 20; i++) {
        char *s = arena_fmt(m->w->a, "%.*s%s%s", (int)(strrchr(path, '/') ? strrchr(path, '/') - path + 1 : 0), path, "",
                            strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
        char *name = strrchr(s, '/') ? strrchr(s, '/') + 1 : s;
        switch (dice(m, 3)) {
        case 0: name[0] = name[0] == 'q' ? 'k' : 'q'; break;
        case 1: s = arena_fmt(m->w->a, "%.*sinner/%s", (int)(name - s), s, name); break;
        default: s = arena_fmt(m->w->a, "%.*s%c%s", (int)(name - s + 1), s, 'z', name + 1); break;
        }
        if (!tree_find(m->w->codebase.tree, s)) return s;
    }
    return NULL;
}

/* A file change of this kind somewhere in the plan. */
static inline json_t *change_of(struct mutation *m, const char *kind)
{
    json_t *found = NULL;
    size_t n = 0, i, j, k;
    json_t *p, *s, *f;
    json_array_foreach(phases_of(m), i, p) json_array_foreach(json_object_get(p, "steps"), j, s)
        json_array_foreach(json_object_get(s, "files"), k, f)
            if (strcmp(text_of(f, "change"), kind) == 0 && dice(m, ++n) == 0) found = f;
    return found;
}

static inline void add_change(json_t *step, const char *path, const char *change, const char *from)
{
    json_t *f = json_pack("{s:s, s:s, s:s}", "path", path, "change", change, "why", "it is needed");
    if (from) set_text(f, "from", from);
    (void)json_array_append_new(list_in(step, "files"), f);
}

static inline void add_code(json_t *step, const char *path, const char *language, const char *text)
{
    json_t *b = json_pack("{s:s, s:s}", "language", language, "text", text);
    if (path) set_text(b, "path", path);
    (void)json_array_append_new(list_in(step, "code"), b);
}

static inline void append_text(struct mutation *m, json_t *o, const char *key, const char *more)
{
    set_text(o, key, arena_fmt(m->w->a, "%s %s", text_of(o, key), more));
}

static inline json_t *last_phase(struct mutation *m)
{
    json_t *p = phases_of(m);
    return json_array_get(p, json_array_size(p) - 1);
}

#endif
