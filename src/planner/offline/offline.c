/* The built-in planner: dispatch of the steps. */
#include "planner/offline/drafts.h"

#include <string.h>

enum err_kind offline_phase(const struct scene *s, const struct blueprint *bp, const char *id, struct phase *ret,
                            struct err *e)
{
    const struct outline *o = s->b->outline;
    for (size_t i = 0; o && i < o->phases.n; i++) {
        const struct draft *d = prose_same(o->phases.v[i].id, id) ? blueprint_of(bp, &o->phases.v[i], i) : NULL;
        if (d) return phase_write(bp, d, &o->phases.v[i], ret, e);
    }
    for (size_t i = 0; !o && i < bp->drafts.n; i++)
        if (prose_same(bp->drafts.v[i].id, id)) return phase_write(bp, &bp->drafts.v[i], NULL, ret, e);
    return err_set(e, ERR_INTERNAL, "the outline has no phase %s", id ? id : "without id");
}

static enum err_kind draft(const struct brief *b, const struct step_request *step, struct arena *a,
                           struct step_result *ret, struct err *e)
{
    struct scene s;
    struct blueprint bp = {0};
    enum err_kind k = scene_make(b, a, &s, e);
    if (k == ERR_OK && step->kind != STEP_UNDERSTAND && step->kind != STEP_OPTIONS) k = blueprint_make(&s, &bp, e);
    if (k != ERR_OK) return k;
    switch (step->kind) {
    case STEP_UNDERSTAND: return offline_understand(&s, &ret->understanding, e);
    case STEP_OPTIONS: return offline_options(&s, &ret->options, e);
    case STEP_OUTLINE: return offline_outline(&s, &bp, &ret->outline, e);
    case STEP_PHASE: return offline_phase(&s, &bp, step->subject, &ret->phase, e);
    case STEP_CLOSING: return offline_closing(&s, &bp, &ret->closing, e);
    case STEP_REPAIR:
    case STEP_REFINE:
    case STEP_MESSAGE:
    case STEP_KIND_N_: break;
    }
    return err_set(e, ERR_INTERNAL, "step %d is not drafted", (int)step->kind);
}

enum err_kind planner_offline(const struct brief *b, const struct step_request *step, struct arena *a,
                              struct step_result *ret, struct err *e)
{
    struct step_result out;
    enum err_kind k;
    memset(&out, 0, sizeof out);
    out.kind = step->kind;
    if (step->kind == STEP_REFINE) k = offline_refine(b, a, &out.document, e);
    else if (step->kind == STEP_REPAIR) k = offline_repair(b, a, &out.document, e);
    else k = draft(b, step, a, &out, e);
    if (k == ERR_OK) k = prose_check(a, e);
    if (k == ERR_OK) *ret = out;
    return k;
}
