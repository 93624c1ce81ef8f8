/* Upgrades: which dependency is meant, and the files that use it. */
#include "planner/offline/phases/blueprint.h"

#include <string.h>

enum { MAX_USERS = 5, MAX_HITS = 200 };

/* By its name in the ticket, else by what it is there for ("the web framework"). */
static const struct survey_dependency *upgraded(const struct scene *s)
{
    const struct survey *sv = s->survey;
    for (size_t i = 0; sv && i < sv->dependencies.n; i++)
        if (prose_has_word(s->title, sv->dependencies.v[i].name) ||
            prose_has_word(s->b->ticket.body, sv->dependencies.v[i].name))
            return &sv->dependencies.v[i];
    for (size_t i = 0; sv && i < sv->dependencies.n; i++) {
        const char *role = sv->dependencies.v[i].role;
        if (role && (prose_has_word(s->title, role) || prose_has_word(s->b->ticket.body, role)))
            return &sv->dependencies.v[i];
    }
    return NULL;
}

/* A manifest that names versions: a Makefile does not. */
static const char *versions_in(const struct survey *sv)
{
    static const char *const runs[] = {"make", "just", "task", "cmake presets", "rake", "tox"};
    for (size_t i = 0; sv && i < sv->manifests.n; i++) {
        bool only_runs = false;
        for (size_t r = 0; r < countof(runs); r++)
            only_runs = only_runs || prose_same(sv->manifests.v[i].kind, runs[r]);
        if (!only_runs) return sv->manifests.v[i].path;
    }
    return sv && sv->manifests.n ? sv->manifests.v[0].path : NULL;
}

/* How code writes it: "org.springframework.boot:spring-boot-starter-web" is imported as org.springframework. */
static const char *name_in_code(const struct scene *s, const struct survey_dependency *dep)
{
    const char *colon = strchr(dep->name, ':'), *dot = strchr(dep->name, '.');
    const char *second = dot ? strpbrk(dot + 1, ".:") : NULL;
    return colon && second ? arena_dup_n(s->a, dep->name, (size_t)(second - dep->name)) : dep->name;
}

/* The first line of each code file that names it, the most telling ones first: imports come before uses in a file. */
static void add_users(struct blueprint *bp, struct draft *d, const struct survey_dependency *dep)
{
    const struct scene *s = bp->s;
    struct tree_hits hits = {0};
    struct err ignored;
    const char *last = NULL, *name = name_in_code(s, dep);
    size_t users = 0;
    if (tree_search(scene_tree(s, 0), name, false, NULL, MAX_HITS, s->a, &hits, &ignored) != ERR_OK) return;
    for (size_t i = 0; i < hits.hits.n && users < MAX_USERS; i++) {
        const struct tree_hit *h = &hits.hits.v[i];
        struct work *w;
        if ((last && strcmp(last, h->path) == 0) || !file_is_code(h->path) || file_is_test(h->path)) continue;
        last = h->path;
        w = draft_work(bp, d, WORK_CHANGE, 0, h->path);
        if (!w) return;
        users++;
        w->note = arena_fmt(s->a, "line %lld uses `%s`", (long long)h->line, name);
        for (size_t n = 0; n < d->needs.n; n++) draft_for(bp, w, d->needs.v[n]);
    }
}

void draft_upgrade(struct blueprint *bp, struct draft *d)
{
    const struct scene *s = bp->s;
    const struct survey_dependency *dep = upgraded(s);
    const char *manifest = dep && dep->path ? dep->path : versions_in(s->survey);
    struct work *w = draft_work(bp, d, WORK_MANIFEST, 0, manifest);
    for (size_t n = 0; n < d->needs.n; n++) draft_for(bp, w, d->needs.v[n]);
    if (w && dep)
        w->note = arena_fmt(s->a, "`%s`%s%s", dep->name, dep->version ? " " : "", dep->version ? dep->version : "");
    if (dep) add_users(bp, d, dep);
}
