/* The table of steps, and small things that every way of planning shares. */
#include "pland/planner/planner.h"

#include <string.h>

#include "planner/message.h"
#include "planner/prose.h"

const char *const reading_names[] = {[READ_TICKET] = "ticket", [READ_RESEARCH] = "research", [READ_CODE] = "code",
                                     [READ_TESTS] = "tests",   [READ_SCHEMA] = "schema",     NULL};

static const struct {
    const char *name;
    const struct record *record;
} steps[STEP_KIND_N_] = {
    [STEP_UNDERSTAND] = {"understand", &understanding_record},
    [STEP_OPTIONS] = {"options", &options_record},
    [STEP_OUTLINE] = {"outline", &outline_record},
    [STEP_PHASE] = {"phase", &phase_record},
    [STEP_CLOSING] = {"closing", &closing_record},
    [STEP_REPAIR] = {"repair", NULL},
    [STEP_REFINE] = {"refine", NULL},
    [STEP_MESSAGE] = {"message", &message_reading_record},
};

const char *step_name(enum step_kind kind)
{
    return kind < STEP_KIND_N_ ? steps[kind].name : "unknown";
}

const struct record *step_record(enum step_kind kind)
{
    return kind < STEP_KIND_N_ ? steps[kind].record : NULL;
}

const char *planner_assumption(const struct question *q, struct arena *a)
{
    const char *answer = q->preset ? prose_bare(a, q->preset) : NULL;
    return answer && q->text ? arena_fmt(a, "%s Nobody answered, so the default holds: %s.", q->text, answer) : NULL;
}

size_t brief_codebase(const struct brief *b, const char *path, const char **ret_inner)
{
    const char *cut = strstr(path, "//");
    *ret_inner = path;
    for (size_t i = 0; cut && i < b->codebases.n; i++) {
        const char *alias = b->codebases.v[i].base.alias;
        if (!alias || strlen(alias) != (size_t)(cut - path) || strncmp(alias, path, strlen(alias)) != 0) continue;
        *ret_inner = cut + 2;
        return i;
    }
    return 0;
}
