/* The survey measured against tests/survey: what a careful reader finds in codebases the detectors do not know. With
 * PLAND_VERBOSE=1 every miss and every false find is printed. */
#include "unit/check_main.h"
#include "unit/survey_labels.h"

#include <dirent.h>

struct score {
    long hits, misses, wrong;
};
struct measure {
    struct score facts[FAMILIES], kinds[FAMILIES], lines[FAMILIES];
};

static bool verbose(void)
{
    const char *v = getenv("PLAND_VERBOSE");
    return v && strcmp(v, "1") == 0;
}

static void read_labels(const json_t *root, const struct family *f, const char *suffix, struct arena *a,
                        struct facts *ret)
{
    char key[80];
    size_t i;
    const json_t *row;
    (void)snprintf(key, sizeof key, "%s%s", f->name, suffix);
    json_array_foreach(json_object_get(root, key), i, row)
    {
        struct fact at = {.kind = ""};
        const char *text = f->label(row, a, &at);
        fact_add(a, ret, at.kind, at.line, text);
    }
}

static struct fact *find(struct facts *f, const char *key)
{
    for (size_t i = 0; i < f->v.n; i++)
        if (strcmp(f->v.v[i].key, key) == 0) return &f->v.v[i];
    return NULL;
}

static void tell(const char *codebase, const char *family, const char *what, const char *key)
{
    if (verbose()) printf("%s %s %s: %s\n", codebase, family, what, key);
}

static void measure_matched(struct measure *m, size_t i, const char *codebase, const struct fact *found,
                            const struct fact *label)
{
    const struct family *f = &families[i];
    int64_t off = found->line - label->line;
    if (f->kinds) {
        bool same = strcmp(found->kind, label->kind) == 0;
        m->kinds[i].hits += same;
        m->kinds[i].wrong += !same;
        if (!same) tell(codebase, "command_kinds", found->kind, found->key);
    }
    if (f->lines && label->line) {
        bool near = off <= f->off && off >= -f->off;
        m->lines[i].hits += near;
        m->lines[i].wrong += !near;
        if (!near && verbose())
            printf("%s %s line %d, not %d: %s\n", codebase, f->name, (int)found->line, (int)label->line, found->key);
    }
}

static void measure_family(struct measure *m, size_t i, const char *codebase, const json_t *root,
                           const struct survey *s, struct arena *a)
{
    const struct family *f = &families[i];
    struct facts found = {.v = {0}}, labels = {.v = {0}}, also = {.v = {0}};
    if (!json_object_get(root, f->name)) return;
    read_labels(root, f, "", a, &labels);
    read_labels(root, f, "_also", a, &also);
    f->survey(s, a, &found);
    for (size_t k = 0; k < found.v.n; k++) {
        struct fact *label = find(&labels, found.v.v[k].key);
        struct fact *debatable = label ? NULL : find(&also, found.v.v[k].key);
        if (label) {
            label->hit = true;
            m->facts[i].hits++;
            measure_matched(m, i, codebase, &found.v.v[k], label);
        } else if (debatable) {
            if (f->kinds) measure_matched(m, i, codebase, &found.v.v[k], debatable);
        } else {
            m->facts[i].wrong++;
            tell(codebase, f->name, "is false", found.v.v[k].key);
        }
    }
    for (size_t k = 0; k < labels.v.n; k++)
        if (!labels.v.v[k].hit) {
            m->facts[i].misses++;
            tell(codebase, f->name, "is missing", labels.v.v[k].key);
        }
}

static void measure_codebase(struct measure *m, const char *name)
{
    char path[PATH_MAX];
    struct surveyed d;
    json_error_t e;
    auto_json root = NULL;
    path_of(path, "%s/tests/survey/labels/%s.json", SOURCE_DIR, name);
    root = json_load_file(path, 0, &e);
    ck_assert_msg(root != NULL, "%s: %s", path, e.text);
    path_of(path, "%s/tests/survey/corpus/%s", SOURCE_DIR, name);
    survey_path(&d, path);
    for (size_t i = 0; i < FAMILIES; i++) measure_family(m, i, name, root, &d.survey, d.arena);
    surveyed_close(&d);
}

static double ratio(long part, long rest)
{
    return part + rest ? (double)part / (double)(part + rest) : 1.0;
}

static void say(const char *name, const struct score *s)
{
    printf("%-16s %5ld right %4ld missed %4ld false   precision %.3f  recall %.3f\n", name, s->hits, s->misses,
           s->wrong, ratio(s->hits, s->wrong), ratio(s->hits, s->misses));
}

static void add(struct score *to, const struct score *s)
{
    to->hits += s->hits;
    to->misses += s->misses;
    to->wrong += s->wrong;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

START_TEST(labels_are_met)
{
    struct measure m = {.facts = {{0}}};
    struct score all = {0};
    char dir[PATH_MAX], *names[200];
    size_t n = 0;
    DIR *d;
    path_of(dir, "%s/tests/survey/labels", SOURCE_DIR);
    d = opendir(dir);
    ck_assert_ptr_nonnull(d);
    for (struct dirent *e; (e = readdir(d)) && n < countof(names);) {
        char *dot = strstr(e->d_name, ".json");
        if (dot) names[n++] = strndup(e->d_name, (size_t)(dot - e->d_name));
    }
    closedir(d);
    ck_assert_uint_ge(n, 24);
    qsort(names, n, sizeof names[0], by_name);
    for (size_t i = 0; i < n; i++) {
        measure_codebase(&m, names[i]);
        free(names[i]);
    }
    for (size_t i = 0; i < FAMILIES; i++) {
        say(families[i].name, &m.facts[i]);
        add(&all, &m.facts[i]);
        if (families[i].kinds) say("  their kinds", &m.kinds[i]);
        if (families[i].lines) say("  their lines", &m.lines[i]);
    }
    say("all facts", &all);
    ck_assert_msg(ratio(all.hits, all.wrong) >= 0.98, "precision %.3f", ratio(all.hits, all.wrong));
    ck_assert_msg(ratio(all.hits, all.misses) >= 0.95, "recall %.3f", ratio(all.hits, all.misses));
}
END_TEST

UNIT_MAIN("survey_corpus", {labels_are_met})
