/* Writers of steps, one per kind of work; those of steps_data.c and steps_test.c are named here. */
#ifndef PLANNER_OFFLINE_STEPS_H
#define PLANNER_OFFLINE_STEPS_H

#include "planner/offline/writing.h"

/* "- **R1** …" lines: whole texts where no earlier step gave them, else a few words. */
const char *step_rules(const struct blueprint *bp, const struct work *w);

void step_migration(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st);
void step_backfill(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st);
void step_switch(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st);
void step_contract(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st);
void step_flag(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st);
void step_test(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st);
void step_release(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st);

#endif
