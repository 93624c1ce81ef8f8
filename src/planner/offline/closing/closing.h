/* Parts of the closing sections, one writer each. */
#ifndef PLANNER_OFFLINE_CLOSING_H
#define PLANNER_OFFLINE_CLOSING_H

#include "planner/offline/drafts.h"

void success_write(const struct scene *s, const struct blueprint *bp, struct closing *c);
void tests_write(const struct scene *s, const struct blueprint *bp, struct closing *c);
void documents_write(const struct scene *s, const struct blueprint *bp, struct closing *c);
void rollback_write(const struct scene *s, const struct blueprint *bp, struct closing *c);
void migration_write(const struct scene *s, const struct blueprint *bp, struct closing *c);

#endif
