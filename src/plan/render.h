/* Rendering a document section by section, into Markdown or, through it, into an HTML page. */
#ifndef PLAN_RENDER_H
#define PLAN_RENDER_H

#include "plan/sections.h"

struct render {
    const struct document *d;
    const struct totals *totals; /* NULL: the phases depend on each other in a circle */
    int64_t revision;            /* 0: not a revision yet */
    const struct sha256 *hash;   /* NULL: not known */
    const struct verdict *verdict; /* NULL: not checked */
    struct buf *b;               /* Markdown goes here */
    struct buf *page;            /* NULL: Markdown is what is wanted; else b is waiting Markdown of this page */
    struct err *e;
    enum err_kind failed; /* of turning Markdown into HTML */
};

/* Everything, in the order of section_kinds. */
void render_document(struct render *r);
/* A heading with the section's id as an anchor: a comment in Markdown, an id in HTML. id NULL: none. */
void render_heading(struct render *r, int level, const char *id, const char *number, const char *title);
void render_anchor(struct render *r, const char *id);
/* Folds what stands between: <details> in both. The summary is plain text. */
void render_fold(struct render *r, const char *summary);
void render_unfold(struct render *r);
/* HTML: turns waiting Markdown into HTML. */
void render_flush(struct render *r);
/* "P2", or the id where there is no such phase. */
void render_phase_number(const struct render *r, const char *id);
/* A title, as far as it is shown at all: present, or waived. */
bool render_shown(const struct render *r, const struct section_kind *k);

/* " (`path` line 3: note, …)"; nothing without evidence. */
void render_evidence(struct buf *b, const struct evidence *v, size_t n);

/* One for each section: what stands below its heading. */
section_render_fn render_header, render_overview, render_decisions, render_questions, render_assumptions, render_risks,
    render_files, render_timeline, render_requirements, render_scope, render_phases, render_tests, render_success,
    render_stack, render_rollback, render_documentation, render_done, render_migration;

#endif
