/* The phases of a plan before they are written out: which files each touches, for which requirements, in which order.
 * Computed anew for every step from the scene, so that a phase drafted alone fits the outline drafted before. */
#ifndef PLANNER_OFFLINE_BLUEPRINT_H
#define PLANNER_OFFLINE_BLUEPRINT_H

#include "planner/offline/scene.h"

enum phase_kind {
    PHASE_BUGFIX,
    PHASE_SMALL,
    PHASE_SETUP,
    PHASE_REPRODUCE,
    PHASE_PIN,
    PHASE_DATA,
    PHASE_LOGIC,
    PHASE_API,
    PHASE_CLI,
    PHASE_FRONTEND,
    PHASE_TESTS,
    PHASE_OPERATIONS,
    PHASE_DOCS,
    PHASE_KIND_N_
};
/* What is done to a file in one step. */
enum work_kind {
    WORK_MEASURE,
    WORK_PIN,
    WORK_REPRODUCE,
    WORK_MANIFEST,
    WORK_MIGRATION,
    WORK_CHANGE,
    WORK_NEW,
    WORK_WIRE,
    WORK_REMOVE_OLD,
    WORK_TEST,
    WORK_CONFIG,
    WORK_RELEASE,
    WORK_DOC,
    WORK_KIND_N_
};
struct work {
    enum work_kind kind;
    const char *path;   /* full, with alias; NULL: no file is touched */
    const char *second; /* the down migration, the test of the project; NULL */
    int change, second_change;
    size_t codebase;
    const struct place *place; /* of an existing file, when known */
    const char *note;          /* why this file, for files that are no place; NULL */
    const struct place *near;  /* what a new file lies next to */
    LIST(const struct need *) needs;
};
struct draft {
    enum phase_kind kind;
    const char *id, *title, *goal, *why;
    LIST(const struct need *) needs;
    LIST(struct work) works;
    text_list depends_on;
    LIST(struct deliverable) provides, uses;
    struct estimate estimate;
    const char *test_file; /* the phase's own, full; NULL */
    bool test_is_new;
};
struct blueprint {
    const struct scene *s;
    LIST(struct draft) drafts;
    text_list created; /* full paths, by this or an earlier phase */
};
_must_check_ enum err_kind blueprint_make(const struct scene *s, struct blueprint *ret, struct err *e);
/* By the outline's title, else by its words; never NULL when there is a draft. */
const struct draft *blueprint_of(const struct blueprint *bp, const struct phase_outline *o, size_t index);
void draft_works(struct blueprint *bp, struct draft *d);                               /* files of one phase */
const char *draft_rules(const struct scene *s, const struct need *const *v, size_t n); /* "R1 and R3" */
size_t draft_need_ids(const struct draft *d, struct arena *a, text_list *ret);
/* A work on a file, made once per kind and file; path NULL: no file. */
struct work *draft_work(struct blueprint *bp, struct draft *d, enum work_kind kind, size_t codebase, const char *path);
void draft_for(struct blueprint *bp, struct work *w, const struct need *n);
void draft_upgrade(struct blueprint *bp, struct draft *d); /* manifest and the files that use what is upgraded */
bool index_only(const struct scene *s);                    /* the schema gets indexes and nothing else */
bool change_tracked(const struct blueprint *bp, const char *full);
/* The command that runs the tests of a new project; NULL with a codebase. */
const char *project_test_command(const struct scene *s);
const char *project_path(const struct scene *s, const char *template); /* of a new project's starter rows */

#endif
