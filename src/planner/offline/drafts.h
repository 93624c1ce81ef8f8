/* The steps of the offline planner, one function each. */
#ifndef PLANNER_OFFLINE_DRAFTS_H
#define PLANNER_OFFLINE_DRAFTS_H

#include "planner/offline/phases/blueprint.h"
#include "planner/offline/writing.h"

_must_check_ enum err_kind offline_understand(const struct scene *s, struct understanding *ret, struct err *e);
void questions_write(const struct scene *s, struct understanding *ret);
_must_check_ enum err_kind offline_options(const struct scene *s, struct options *ret, struct err *e);
const char *diagram_text(const struct blueprint *bp); /* of the option whose plan this is */
_must_check_ enum err_kind offline_outline(const struct scene *s, const struct blueprint *bp, struct outline *ret,
                                           struct err *e);
_must_check_ enum err_kind offline_phase(const struct scene *s, const struct blueprint *bp, const char *id,
                                         struct phase *ret, struct err *e);
_must_check_ enum err_kind offline_closing(const struct scene *s, const struct blueprint *bp, struct closing *ret,
                                           struct err *e);
_must_check_ enum err_kind offline_refine(const struct brief *b, struct arena *a, struct document *ret, struct err *e);
_must_check_ enum err_kind offline_repair(const struct brief *b, struct arena *a, struct document *ret, struct err *e);

const char *approach_text(const struct scene *s);
const char *approach_why_text(const struct scene *s);
/* Parts of the closing sections. */
void risks_write(const struct scene *s, const struct blueprint *bp, struct closing *c);
void done_write(const struct scene *s, const struct blueprint *bp, struct closing *c);
void schedule_write(const struct scene *s, const struct blueprint *bp, struct closing *c);
void waive(const struct scene *s, struct closing *c, const char *section, const char *reason);
/* A deep copy through the record: what can be changed without touching the original. */
_must_check_ enum err_kind document_copy(const struct document *d, struct arena *a, struct document *ret,
                                         struct err *e);

#endif
