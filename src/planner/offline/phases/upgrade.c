/* Upgrades: which dependency is meant, and the files that use it. */
#include "planner/offline/phases/blueprint.h"

#include <string.h>

enum { MAX_USERS = 5, MAX_HITS = 200 };

/* By its name in the ticket, or by the topic as the start of its name: "Spring Boot" is spring-boot-starter to a
 * manifest. */
static bool is_meant(const struct scene *s, const struct survey_dependency *dep)
{
    if (prose_has_word(s->title, dep->name) || prose_has_word(s->b->ticket.body, dep->name)) return true;
    return strchr(s->topic, ' ') && prose_has_word(name_words(s->a, dep->name), s->topic);
}

/* Else by what it is there for ("the web framework"). */
static const struct survey_dependency *upgraded(const struct scene *s)
{
    const struct survey *sv = s->survey;
    for (size_t i = 0; sv && i < sv->dependencies.n; i++)
        if (is_meant(s, &sv->dependencies.v[i])) return &sv->dependencies.v[i];
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

static const struct place *named_place(const struct scene *s, const struct need *n)
{
    if (n->place && n->place->mentioned) return n->place;
    for (size_t i = 0; i < s->places.n; i++)
        if (s->places.v[i].mentioned && strstr(n->r.text, file_base(s->places.v[i].path))) return &s->places.v[i];
    return NULL;
}

/* Code files that name it, with the line; the count goes on beyond those that are kept. */
static size_t users_of(const struct scene *s, const char *name, const struct tree_hit *ret[MAX_USERS])
{
    struct tree_hits hits = {0};
    struct err ignored;
    const char *last = NULL;
    size_t n = 0;
    if (tree_search(scene_tree(s, 0), name, false, NULL, MAX_HITS, s->a, &hits, &ignored) != ERR_OK) return 0;
    for (size_t i = 0; i < hits.hits.n; i++) {
        const struct tree_hit *h = &hits.hits.v[i];
        if ((last && strcmp(last, h->path) == 0) || !file_is_code(h->path) || file_is_test(h->path)) continue;
        last = h->path;
        if (n < MAX_USERS) ret[n] = h;
        n++;
    }
    return n;
}

/* A step for each where they are few; where it is used all over, the release notes say which. */
static void add_users(struct blueprint *bp, struct draft *d, const struct survey_dependency *dep)
{
    const struct scene *s = bp->s;
    const struct tree_hit *hits[MAX_USERS];
    const char *name = name_in_code(s, dep);
    size_t n = users_of(s, name, hits);
    if (n > MAX_USERS) {
        d->works.v[0].second_note = arena_fmt(
            s->a, "%zu files use `%s`, as `%s` in line %lld; those that call something removed change in this phase.",
            n, name, hits[0]->path, (long long)hits[0]->line);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        struct work *w = draft_work(bp, d, WORK_CHANGE, 0, hits[i]->path);
        if (!w) return;
        w->note = arena_fmt(s->a, "line %lld uses `%s`", (long long)hits[i]->line, name);
        for (size_t k = 0; k < d->needs.n; k++)
            if (!named_place(s, d->needs.v[k])) draft_for(bp, w, d->needs.v[k]);
    }
}

/* A file that a requirement names itself, as "deprecated settings in `application.properties`". */
static struct work *named_file(struct blueprint *bp, struct draft *d, const struct need *n)
{
    const struct place *p = named_place(bp->s, n);
    return p ? draft_work(bp, d, p->layer == LAYER_OPERATIONS ? WORK_CONFIG : WORK_CHANGE, p->codebase, p->path) : NULL;
}

/* All manifests that name it; a build kept for two tools has two. */
static void raise_versions(struct blueprint *bp, struct draft *d, const struct survey_dependency *dep)
{
    const struct scene *s = bp->s;
    for (size_t i = 0; s->survey && dep && i < s->survey->dependencies.n; i++) {
        const struct survey_dependency *x = &s->survey->dependencies.v[i];
        bool same = prose_same(x->name, dep->name), meant = same || is_meant(s, x);
        struct work *w = x->path && meant ? draft_work(bp, d, WORK_MANIFEST, 0, x->path) : NULL;
        if (w && !w->note)
            w->note = strchr(x->name, ':')
                          ? s->topic /* one of many that go together */
                          : arena_fmt(s->a, "`%s`%s%s", x->name, x->version ? " " : "", x->version ? x->version : "");
    }
    if (!dep || d->works.n == 0) (void)draft_work(bp, d, WORK_MANIFEST, 0, versions_in(s->survey));
}

void draft_upgrade(struct blueprint *bp, struct draft *d)
{
    const struct survey_dependency *dep = upgraded(bp->s);
    size_t manifests;
    raise_versions(bp, d, dep);
    manifests = d->works.n;
    for (size_t n = 0; n < d->needs.n; n++) {
        struct work *own = named_file(bp, d, d->needs.v[n]);
        for (size_t i = 0; !own && i < manifests; i++) draft_for(bp, &d->works.v[i], d->needs.v[n]);
        draft_for(bp, own, d->needs.v[n]);
    }
    if (dep) add_users(bp, d, dep);
}
