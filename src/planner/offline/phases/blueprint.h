/* The phases of a plan before they are written out: which files each touches, for which requirements, in which order.
 * Computed anew for every step from the scene, so that a phase drafted alone fits the outline drafted before. */
#ifndef PLANNER_OFFLINE_BLUEPRINT_H
#define PLANNER_OFFLINE_BLUEPRINT_H

#include "planner/offline/scene/scene.h"

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
    PHASE_SWITCH,   /* nothing reads or writes the old column any more */
    PHASE_CONTRACT, /* the old column goes, the new one is made required */
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
    WORK_BACKFILL,
    WORK_SWITCH,
    WORK_CONTRACT,
    WORK_FLAG,
    WORK_CHANGE,
    WORK_NEW,
    WORK_WIRE,
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
    const char *second_note;   /* what more its step has to say; NULL */
    const struct place *near;  /* what a new file lies next to */
    LIST(const struct need *) needs;
};
/* What people said after the ticket was read: an answer to a question, or a correction. */
struct agreement {
    const char *id;     /* "Q2"; NULL: a correction */
    const char *text;   /* a sentence */
    const char *border; /* the value to try on both sides; NULL: none */
};
enum { DELIVERABLES_MAX = 100 }; /* as many as a document takes in one phase */
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
    size_t codebase;               /* whose requirements it takes; SIZE_MAX: of all */
    LIST(struct agreement) agreed; /* answers and corrections that concern it */
};
struct blueprint {
    const struct scene *s;
    LIST(struct draft) drafts;
    text_list created; /* full paths, by this or an earlier phase */
};
_must_check_ enum err_kind blueprint_make(const struct scene *s, struct blueprint *ret, struct err *e);
/* By the outline's title, else by its words; never NULL when there is a draft. */
const struct draft *blueprint_of(const struct blueprint *bp, const struct phase_outline *o, size_t index);
void draft_texts(const struct scene *s, struct draft *d); /* title, goal, why */
void draft_provides(const struct scene *s, struct draft *d);
void draft_estimate(const struct scene *s, struct draft *d);
size_t draft_releases(const struct scene *s, text_list *ret); /* what has to go into production in this order */
size_t schema_files(const struct scene *s, text_list *ret); /* kept whole, without a migration tool: "db/schema.sql" */
void data_works(struct blueprint *bp, struct draft *d);     /* blueprint_data.c */
/* --- documents (blueprint_docs.c) --------------------------------------------------------------------------------- */
void docs_works(struct blueprint *bp, struct draft *d);
const char *document_in(const struct scene *s, const char *path); /* of the first codebase; NULL: there is none */
void switch_works(struct blueprint *bp, struct draft *d);
void contract_works(struct blueprint *bp, struct draft *d);
/* --- tests (blueprint_tests.c) ------------------------------------------------------------------------------------ */
/* The test of a source file; the first becomes the phase's own. */
void draft_test(struct blueprint *bp, struct draft *d, size_t codebase, const char *source, enum work_kind kind);
void draft_tests(struct blueprint *bp, struct draft *d); /* of the files it changes */
const char *work_inner_path(const struct work *w);       /* in its codebase, without the alias; NULL: no file */
void pin_works(struct blueprint *bp, struct draft *d, enum work_kind kind);
void tests_works(struct blueprint *bp, struct draft *d);

void draft_works(struct blueprint *bp, struct draft *d);                               /* files of one phase */
const char *draft_rules(const struct scene *s, const struct need *const *v, size_t n); /* "R1 and R3" */
/* A work on a file, made once per kind and file; path NULL: no file. */
struct work *draft_work(struct blueprint *bp, struct draft *d, enum work_kind kind, size_t codebase, const char *path);
void draft_for(struct blueprint *bp, struct work *w, const struct need *n);
void draft_for_all(struct blueprint *bp, struct draft *d, struct work *w);
void draft_upgrade(struct blueprint *bp, struct draft *d); /* manifest and the files that use what is upgraded */
/* --- answers and corrections (agreed.c) --------------------------------------------------------------------------- */
void agreed_place(struct blueprint *bp); /* each goes to the draft it concerns */

/* --- risky releases (flag.c) -------------------------------------------------------------------------------------- */
bool flag_wanted(const struct scene *s);
const char *flag_name(const struct scene *s);                       /* "SESSION_REFRESH_ENABLED" */
const char *flag_file(const struct scene *s, size_t *ret_codebase); /* where settings are; NULL: nowhere */
const char *flag_neighbour(const struct scene *s, size_t codebase, const char *path); /* a setting there; NULL */
bool is_deployed(const struct scene *s); /* the repository says how it gets into production */

/* --- changes of a live schema (schema.c) -------------------------------------------------------------------------- */
enum schema_kind { SCHEMA_RENAME, SCHEMA_REMOVE, SCHEMA_REQUIRE };
enum schema_part { SCHEMA_FILL, SCHEMA_CONTRACT };
struct schema_change {
    enum schema_kind kind;
    const struct need *need;
    const char *table;       /* NULL: not said */
    const char *column, *to; /* to: of a rename */
};
enum { SCHEMA_MAX = 16 };
bool schema_change_of(const struct scene *s, const struct need *n, struct schema_change *ret);
size_t schema_changes(const struct scene *s, const struct need *const *v, size_t n, struct schema_change *ret,
                      size_t max);
bool schema_contracts(const struct scene *s); /* something must be taken away or made required, later */
bool schema_switches(const struct scene *s);  /* an old column must be out of use before that */
bool schema_fills(const struct scene *s);     /* old rows need a value in the new form */
bool schema_only_removes(const struct scene *s);
const char *schema_name(const struct scene *s, const struct schema_change *c, const char *column);
const char *schema_sql(const struct scene *s, const struct schema_change *v, size_t n, enum schema_part part);
const char *schema_next_number(const struct scene *s, const char *path);

bool index_only(const struct scene *s); /* the schema gets indexes and nothing else */
/* The command that runs the tests of a new project; NULL with a codebase. */
const char *project_test_command(const struct scene *s);
const char *project_path(const struct scene *s, const char *template); /* of a new project's starter rows */

#endif
