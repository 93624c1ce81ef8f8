/* One phase written out: steps, criteria, rollback. */
#include "planner/offline/writing.h"

#include <string.h>
#include "planner/offline/dialogue/strategy.h"

/* --- rollback ----------------------------------------------------------------------------------------------------- */
static const char *paths_text(const struct scene *s, const struct draft *d, int change)
{
    text_list l = {0};
    for (size_t i = 0; i < d->works.n; i++) {
        if (d->works.v[i].path && d->works.v[i].change == change) tick_add(s->a, &l, d->works.v[i].path);
        if (d->works.v[i].second && d->works.v[i].second_change == change) tick_add(s->a, &l, d->works.v[i].second);
    }
    return l.n ? prose_join(s->a, l.v, l.n, 4) : NULL;
}

static const char *undo_of(const struct scene *s, const struct work *w)
{
    return w->second ? arena_fmt(s->a, "run `%s`", w->second)
                     : arena_fmt(s->a, "undo `%s`", migration_label(s, w->path));
}

static const char *schema_back(const struct scene *s, const struct work *w)
{
    struct schema_change v[SCHEMA_MAX];
    size_t n = schema_changes(s, w->needs.v, w->needs.n, v, SCHEMA_MAX);
    bool taken = false;
    for (size_t i = 0; i < n; i++) taken = taken || v[i].kind != SCHEMA_REQUIRE;
    if (w->kind == WORK_CONTRACT && taken)
        return arena_fmt(s->a, "To go back, %s and restore the column from the backup taken before. ", undo_of(s, w));
    if (w->kind == WORK_CONTRACT) return arena_fmt(s->a, "To go back, %s; no data is lost. ", undo_of(s, w));
    if (index_only(s)) return arena_fmt(s->a, "To go back, %s; no data is lost. ", undo_of(s, w));
    return arena_fmt(s->a, "Put the code back, then %s if it must go; what was written to it by then is lost. ",
                     undo_of(s, w));
}

static const char *rollback_text(const struct blueprint *bp, const struct draft *d)
{
    const struct scene *s = bp->s;
    const char *made = paths_text(s, d, CHANGE_CREATE), *changed = paths_text(s, d, CHANGE_MODIFY), *head = "";
    for (size_t i = 0; i < d->works.n; i++)
        if (d->works.v[i].kind == WORK_MIGRATION || d->works.v[i].kind == WORK_CONTRACT)
            head = schema_back(s, &d->works.v[i]);
    if (d->kind == PHASE_OPERATIONS && flag_wanted(s))
        head = arena_fmt(s->a, "`%s` off, then the release before this one. ", flag_name(s));
    else if (d->kind == PHASE_OPERATIONS && is_deployed(s)) head = "Deploy the release before this one. ";
    if (!made && !changed) return arena_fmt(s->a, "%sRevert the commits of \"%s\".", head, d->title);
    return arena_fmt(s->a, "%sReverting the commits %s%s%s%s%s.", head, made ? "removes " : "", made ? made : "",
                     made && changed ? " and " : "", changed ? "puts back " : "", changed ? changed : "");
}

enum err_kind phase_write(const struct blueprint *bp, const struct draft *d, const struct phase_outline *o,
                          struct phase *ret, struct err *e)
{
    const struct scene *s = bp->s;
    *ret = (struct phase){.id = o ? o->id : d->id,
                          .title = o ? o->title : d->title,
                          .goal = o ? o->goal : d->goal,
                          .why = d->why,
                          .estimate = o ? o->estimate : d->estimate,
                          .drafted_by = s->b->drafted_by ? s->b->drafted_by : "offline"};
    if (o) {
        memcpy(&ret->provides, &o->provides, sizeof ret->provides);
        memcpy(&ret->uses, &o->uses, sizeof ret->uses);
        memcpy(&ret->depends_on, &o->depends_on, sizeof ret->depends_on);
        memcpy(&ret->requirements, &o->requirements, sizeof ret->requirements);
    }
    if (ret->requirements.n == 0 && !ret->why) ret->why = ret->goal;
    for (size_t i = 0; i < d->works.n; i++) {
        struct step *st = PUSH(s->a, ret->steps);
        if (st) step_write(bp, d, &d->works.v[i], st);
    }
    if (ret->steps.n == 0) {
        struct step *st = PUSH(s->a, ret->steps);
        if (st) *st = (struct step){.title = ret->title, .text = ret->goal};
    }
    for (size_t i = 0; i < ret->steps.n; i++) ret->steps.v[i].id = arena_fmt(s->a, "%s.s%zu", ret->id, i + 1);
    criteria_write(bp, d, ret);
    reviewers_write(s, ret);
    ret->rollback = rollback_text(bp, d);
    return prose_check(s->a, e);
}
