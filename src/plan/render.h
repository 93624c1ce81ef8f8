/* Rendering a document section by section, into Markdown or, through it, into an HTML page. */
#ifndef PLAN_RENDER_H
#define PLAN_RENDER_H

#include "plan/sections.h"

struct phase_place { size_t at, n; };
struct render {
    const struct document *d;
    const struct totals *totals; /* NULL: the phases depend on each other in a circle */
    const struct rendering *how;
    struct buf *b;               /* Markdown goes here */
    struct buf *page;            /* NULL: Markdown is what is wanted; else b is waiting Markdown of this page */
    struct phase_place *places;  /* NULL, or, for each phase, where in b its text stands */
    const bool *left_out;        /* NULL, or, for each phase: its text is known, an empty one stands for it */
    unsigned open;               /* a bit for each level of headings whose section is open in the page */
    struct err *e;
    enum err_kind failed; /* of turning Markdown into HTML */
};

enum { COMPACT_PHASES = 2 }; /* so many phases, and no more, are a page without charts and empty lines */
bool render_compact(const struct render *r);

/* Everything, in the order of section_kinds. */
void render_document(struct render *r);
/* As Markdown; left_out and places as above, for all phases, or NULL. */
void render_markdown(const struct document *d, const struct rendering *how, const bool *left_out,
                     struct phase_place *places, struct buf *b);
/* A heading with the section's id as an anchor: a comment in Markdown; in HTML the id of a section that lasts until the
 * next heading of its level or above. id NULL: none. */
void render_heading(struct render *r, int level, const char *id, const char *number, const char *title);
/* A line of ours, as "**Files**", and what separates it from what it announces. */
void render_label(struct render *r, const char *label);
/* Folds what stands between: <details> in both. The summary is plain text. */
void render_fold(struct render *r, const char *summary);
void render_unfold(struct render *r);
/* HTML: turns waiting Markdown into HTML. */
void render_flush(struct render *r);
/* "P2", or the id where there is no such phase. */
void render_phase_number(const struct render *r, const char *id);
/* A title, as far as it is shown at all: with something in it, or computed. */
bool render_shown(const struct render *r, const struct section_kind *k);
void render_phase(struct render *r, size_t i);
/* When what happens, and what needs what: Mermaid; in a page the first is drawn and both are folded text. */
void render_gantt(struct render *r);
void render_graph(struct render *r);
/* A text as charts show it: only characters that none of them reads as anything else, at most some 60. */
void chart_label(struct buf *b, const char *s);
/* "4 h 15 min (2 h to 1 day)" */
void render_estimate(struct render *r, const struct estimate *x);

/* Evidence in parentheses, for the dialogue; nothing without. */
void render_evidence(struct buf *b, const struct evidence *v, size_t n);

/* Lines of ours that may follow a text in the same section: text_block() takes them. */
extern const char *const render_after_goal[], *const render_after_step[], *const render_after_rollback[],
    *const render_before_overview[];
extern const char *const render_tail_labels[]; /* how the last parts of a phase begin: checks, checks, rollback */

/* One for each section: what stands below its heading. */
section_render_fn render_header, render_overview, render_decisions, render_questions, render_assumptions, render_risks,
    render_files, render_timeline, render_review, render_requirements, render_trace, render_scope, render_phases,
    render_tests, render_success, render_stack, render_rollback, render_documentation, render_done, render_migration,
    render_waived, render_waivers;

/* Requirement → phases and steps → checks, as JSON: one object each. */
void trace_json(const struct document *d, struct buf *b);

#endif
