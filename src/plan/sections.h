/* The one table of section kinds: order, ids, where each lives in a document, how it is rendered. */
#ifndef PLAN_SECTIONS_H
#define PLAN_SECTIONS_H

#include "pland/plan/document.h"

struct render;
typedef void section_render_fn(struct render *r);
typedef bool section_derived_fn(const struct render *r);

enum section_shape {
    SHAPE_SINGLE, /* a section with a fixed id */
    SHAPE_PHASES, /* one section for each phase */
    SHAPE_DERIVED /* computed at render, never stored */
};
struct section_kind {
    const char *id, *title;
    enum section_shape shape;
    const struct record *record; /* what describes it; NULL unless single */
    size_t base;                 /* of the described struct in struct document */
    const char *key;             /* the one field of the record that is the section; NULL: all of it */
    bool fixed;                  /* cannot be waived */
    section_render_fn *markdown; /* what stands below the heading */
    section_derived_fn *derived; /* SHAPE_DERIVED: is there anything to compute? */
};
extern const struct section_kind section_kinds[];
extern const size_t section_kind_n;

const struct section_kind *section_kind_of(const char *id); /* SHAPE_SINGLE only */
/* The record that describes just this section, relative to base. */
struct record section_part(const struct section_kind *k);
/* By id, 0-based; SIZE_MAX: no such phase. */
size_t phase_index(const struct document *d, const char *id);
/* The same, and section_find(), looking first at *at, which is then put behind what was found: for one list walked along
 * another that has nearly the same. */
size_t phase_near(const struct document *d, const char *id, size_t *at);
const struct section *section_near(const section_list *l, const char *id, size_t *at);

/* document_join() of a revision beside one that is joined already: a phase whose section both have, by hash, is taken
 * from that one with its memory, so that its id is the same string. */
_must_check_ enum err_kind document_join_after(const section_list *sections, const section_list *old_sections,
                                               const struct document *old, struct arena *a, struct document *ret,
                                               struct err *e);

#endif
