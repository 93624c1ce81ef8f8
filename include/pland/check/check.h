/* The checks: what makes a plan trustworthy. Deterministic, no model involved; pure but for reading pinned trees.
 *
 * Rules are rows (src/check/rules.c): id, family, severity, title, how to fix, function. Every path, command and
 * reference of a document is looked at once and counted: verified (holds in the tree or inventory), to_create (the
 * plan itself makes it, and early enough), unprovable (a system command), failed. */
#ifndef PLAND_CHECK_CHECK_H
#define PLAND_CHECK_CHECK_H

#include "pland/plan/document.h"
#include "pland/survey/survey.h"

enum severity { SEVERITY_ADVICE, SEVERITY_WARNING, SEVERITY_ERROR };
extern const char *const severity_names[]; /* "advice", "warning", "error" */

struct check_codebase {
    const char *alias; /* NULL for the first; others are written alias//path */
    struct tree *tree;
    const struct survey *survey;
};
struct check_input {
    struct { const struct check_codebase *v; size_t n; } codebases; /* at least one (may be the empty tree) */
    int size;          /* SIZE_SMALL has the shorter contract */
    struct { const char *const *v; size_t n; } given; /* files that came with the ticket: in no tree, but not wrong */
};
struct check_finding {
    const char *id;         /* stable: hex over rule, section and evidence; what a waiver names */
    const char *rule;       /* "path-exists" */
    int severity;
    const char *anchor;     /* section id, "ph2" or "ph2.s1" */
    const char *message;    /* what is wrong, with the words at fault */
    const char *evidence;   /* the path or command itself */
    const char *suggestion; /* closest match or how to fix; may be NULL */
};
struct check_result {
    struct verdict verdict;
    LIST(struct check_finding) findings; /* errors first, then by section order */
};
extern const struct record check_result_record, check_finding_record;

_must_check_ enum err_kind check_run(const struct document *d, const struct check_input *in, struct arena *a,
                                     struct check_result *ret, struct err *e);
bool check_has_errors(const struct check_result *r);
/* The documentation page of the rules, generated from the table. */
void check_rules_markdown(struct buf *b);

#endif
