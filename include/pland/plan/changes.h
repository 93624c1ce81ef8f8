/* Changes of a document as a model gives them: the sections that change, each whole, and nothing of the others. Pure;
 * memory from the arena given. */
#ifndef PLAND_PLAN_CHANGES_H
#define PLAND_PLAN_CHANGES_H

#include "pland/plan/document.h"

struct phase_change {
    const char *id;    /* of the phase it replaces; any other name: a new phase, which others may refer to by it */
    const char *after; /* id of the phase it comes after, "" for the first place; NULL: its own place, or the last */
    struct phase phase;
};
struct changes {
    LIST(struct phase_change) phases;
    LIST(const char *) removed; /* ids of phases */
    struct document parts;      /* the other sections, as far as they were given */
    uint32_t given;             /* a bit for each of them, by its row in the table of sections */
    bool waivers;               /* not_applicable was given */
};

/* ERR_INVALID with the pointer into v. */
_must_check_ enum err_kind changes_decode(const json_t *v, struct arena *a, struct changes *ret, struct err *e);
/* first: as in record_schema_with(). */
void changes_schema(const struct field *first, struct buf *b);
/* The document that head becomes; head stays as it is. New phases are numbered from next_section, phases that changed
 * have drafted_by. ERR_INVALID with the pointer: into the changes when they name what does not exist, else into the
 * document that they would make. */
_must_check_ enum err_kind changes_apply(const struct changes *c, const struct document *head, int64_t next_section,
                                         const char *drafted_by, struct arena *a, struct document *ret, struct err *e);

#endif
