/* Who reviews a phase: the people whom CODEOWNERS names for the files that it changes. */
#include <string.h>

#include "planner/offline/writing.h"

#define GROUPS 3 /* rules named in one phase */
#define FILES 3  /* files named for a rule */

struct group {
    const struct survey_owner *rule;
    size_t codebase;
    text_list files;
};

static void add_file(const struct scene *s, const char *path, struct group *groups, size_t *n)
{
    const char *inner;
    size_t codebase = brief_codebase(s->b, path, &inner), i = 0;
    const struct survey *survey = scene_survey(s, codebase);
    const struct survey_owner *rule = survey ? survey_owner_of(survey, inner) : NULL;
    if (!rule) return;
    while (i < *n && groups[i].rule != rule) i++;
    if (i == GROUPS) return;
    if (i == *n) groups[(*n)++] = (struct group){.rule = rule, .codebase = codebase};
    prose_list_add(s->a, &groups[i].files, arena_fmt(s->a, "`%s`", path));
}

void reviewers_write(const struct scene *s, struct phase *p)
{
    struct group groups[GROUPS] = {0};
    size_t n = 0;
    for (size_t i = 0; i < p->steps.n; i++)
        for (size_t f = 0; f < p->steps.v[i].files.n; f++) add_file(s, p->steps.v[i].files.v[f].path, groups, &n);
    for (size_t i = 0; i < n; i++) {
        const struct survey_owner *rule = groups[i].rule;
        text_list names = {0};
        for (size_t o = 0; o < rule->owners.n; o++)
            prose_list_add(s->a, &names, arena_fmt(s->a, "`%s`", rule->owners.v[o]));
        prose_list_add(s->a, &p->manual,
                       arena_fmt(s->a, "%s review%s %s (`%s:%lld`).", prose_join(s->a, names.v, names.n, 3),
                                 names.n == 1 ? "s" : "", prose_join(s->a, groups[i].files.v, groups[i].files.n, FILES),
                                 scene_path(s, groups[i].codebase, rule->path), (long long)rule->line));
    }
}
