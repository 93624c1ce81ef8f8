/* What whoever implements a plan is given: briefs of single phases that need nothing else, lists of tasks, bodies for
 * the issue trackers' APIs, charts. Pure; everything is rendered from the document and from how far the work is. */
#ifndef PLAND_PLAN_HANDOVER_H
#define PLAND_PLAN_HANDOVER_H

#include "pland/plan/document.h"

struct phase_mark {
    const char *phase, *status; /* "open", "started", "done", "skipped" */
};
struct handover {
    const struct document *d;
    struct rendering how; /* revision, hash, and which criteria passed */
    const char *plan;     /* its id; NULL: not said */
    struct handover_place at;
    const char *note; /* of who handed it off, or NULL */
    struct {
        const struct phase_mark *v;
        size_t n;
    } marks; /* phases that are not there are open */
};

/* The phase's brief: goal, what has to be there and what earlier phases leave behind, requirements, decisions, steps,
 * criteria, rollback, how to report. */
void brief_markdown(const struct handover *h, size_t phase, struct buf *b);
/* Everything as a list of tasks with boxes, one line each, numbered through (T001 …). */
void tasks_markdown(const struct handover *h, struct buf *b);
/* A JSON array with one object for each phase, each as POST …/issues of the tracker takes it. */
enum issue_form { ISSUES_GITHUB, ISSUES_GITLAB };
void issues_json(const struct handover *h, enum issue_form form, struct buf *b);
/* A Mermaid flowchart of all phases, drawn by how far they are. */
void phases_mermaid(const struct handover *h, struct buf *b);

/* The steps to begin with, as lines of Markdown without list markers; at most HANDOVER_STEPS. Memory from a; *ret_n
 * lines (0: out of memory). */
enum { HANDOVER_STEPS = 6 };
void handover_steps(const struct document *d, const struct handover_place *at, struct arena *a,
                    const char *ret[HANDOVER_STEPS], size_t *ret_n);

#endif
