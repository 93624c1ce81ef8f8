/* What was promised against what was done. */
#include "service/verify.h"

#include <string.h>
#include "service/scope.h"

#define T struct verified_file
static const struct field verified_fields[] = {
    F_STR(T, path, FIELD_REQUIRED, 0, 0, "The file, with the codebase's alias where it is not the first"),
    F_STR(T, change, FIELD_REQUIRED, 0, 0, "What was promised"),
    F_STR(T, phase, FIELD_REQUIRED, 0, 0, "The phase that promised it"),
    F_STR(T, status, FIELD_REQUIRED, 0, 0, "How far that phase is"),
    F_STR(T, found, FIELD_REQUIRED, 0, 0, "What became of the file instead"),
};
#undef T
#define T struct touched_file
static const struct field touched_fields[] = {
    F_STR(T, path, FIELD_REQUIRED, 0, 0, "The file"),
    F_STR(T, change, FIELD_REQUIRED, 0, 0, "What was done to it"),
};
#undef T
#define T struct open_criterion
static const struct field open_fields[] = {
    F_STR(T, phase, FIELD_REQUIRED, 0, 0, "The phase"),
    F_STR(T, criterion, FIELD_REQUIRED, 0, 0, "A1, M1 …"),
    F_STR(T, text, FIELD_REQUIRED, 0, 0, "The command, or the words"),
    F_STR(T, status, FIELD_REQUIRED, 0, 0, "open: nothing was said of it; failed"),
};
#undef T
static const struct record verified_record = RECORD("verified_file", struct verified_file, verified_fields);
static const struct record touched_record = RECORD("touched_file", struct touched_file, touched_fields);
static const struct record open_record = RECORD("open_criterion", struct open_criterion, open_fields);
#define T struct verification
static const struct field verification_fields[] = {
    F_TIME(T, at, 0, "When"),
    F_INT(T, revision, FIELD_REQUIRED, 0, 0, "The revision it was held against"),
    F_STR(T, repository, 0, 0, 0, "The codebase"),
    F_STR(T, ref, 0, 0, 0, "What was asked for"),
    F_STR(T, commit, FIELD_REQUIRED, 0, 0, "What it was, or the tree's id"),
    F_STR(T, from, FIELD_REQUIRED, 0, 0, "What it is compared with"),
    F_BOOL(T, ok, FIELD_ALWAYS, "Nothing of what is done is missing, unplanned or unproven"),
    F_INT(T, planned, FIELD_REQUIRED, 0, 0, "Changes that the plan promises"),
    F_INT(T, touched, FIELD_REQUIRED, 0, 0, "Files that were touched"),
    F_LIST(T, missing, FIELD_ALWAYS, &verified_record, 0, "Promised and not done"),
    F_LIST(T, unplanned, FIELD_ALWAYS, &touched_record, 0, "Touched and not planned"),
    F_LIST(T, unproven, FIELD_ALWAYS, &open_record, 0, "Criteria of finished phases without evidence"),
};
#undef T
const struct record verification_record = RECORD("verification", struct verification, verification_fields);

/* --- comparing ---------------------------------------------------------------------------------------------------- */
static const char *const done_words[] = {[TREE_ADDED] = "create", [TREE_REMOVED] = "delete", [TREE_CHANGED] = "modify"};

static const struct tree_change *change_of(const struct verifying *x, const char *path)
{
    for (size_t lo = 0, hi = x->changes.changes.n; lo < hi;) { /* sorted */
        size_t mid = lo + (hi - lo) / 2;
        int order = strcmp(path, x->changes.changes.v[mid].path);
        if (order == 0) return &x->changes.changes.v[mid];
        if (order < 0) hi = mid;
        else lo = mid + 1;
    }
    return NULL;
}

static const char *path_here(const struct verifying *x, const char *path)
{
    return scope_path(&x->bases, x->base, path);
}

/* NULL: as planned; else what became of it. Several phases may change one file, so that a created one may be gone
 * again. */
static const char *instead(const struct verifying *x, const struct file_change *f)
{
    const char *from = path_here(x, f->from);
    const struct tree_change *c = change_of(x, path_here(x, f->path));
    const struct tree_change *old = from ? change_of(x, from) : NULL;
    bool gone = c && c->kind == TREE_REMOVED;
    switch ((enum change)f->change) {
    case CHANGE_CREATE:
    case CHANGE_MODIFY: return !c ? "untouched" : gone ? "deleted" : NULL;
    case CHANGE_DELETE: return !c ? "untouched" : gone ? NULL : "changed";
    case CHANGE_RENAME:
        return !c || gone ? "not there" : old && old->kind == TREE_REMOVED ? NULL : "the old name is still there";
    }
    return NULL;
}

/* A later phase takes back what an earlier one was to do: then the earlier one's word does not count. */
static bool superseded(const struct verifying *x, size_t phase, const struct file_change *f)
{
    for (size_t p = phase + 1; p < x->u.document.phases.n; p++) {
        const struct phase *later = &x->u.document.phases.v[p];
        for (size_t s = 0; s < later->steps.n; s++) {
            for (size_t i = 0; i < later->steps.v[s].files.n; i++) {
                const struct file_change *g = &later->steps.v[s].files.v[i];
                if (g->change == CHANGE_DELETE && strcmp(g->path, f->path) == 0) return true;
                if (g->change == CHANGE_RENAME && g->from && strcmp(g->from, f->path) == 0) return true;
            }
        }
    }
    return false;
}

static enum err_kind look_at(struct verifying *x, size_t phase, const struct file_change *f, struct err *e)
{
    const char *id = x->u.document.phases.v[phase].id, *found;
    struct verified_file *slot;
    if (!path_here(x, f->path) || superseded(x, phase, f)) return ERR_OK;
    x->v.planned++;
    if (!(found = instead(x, f))) return ERR_OK;
    if (!(slot = arena_push(x->call->arena, &x->v.missing, sizeof *slot))) return err_nomem(e);
    *slot = (struct verified_file){f->path, change_names[f->change], arena_fmt(x->call->arena, "P%zu", phase + 1),
                                   under_way_status(&x->u, id), found};
    if (strcmp(slot->status, "done") == 0) x->v.ok = false;
    return ERR_OK;
}

static bool planned(const struct verifying *x, const char *path)
{
    for (size_t p = 0; p < x->u.document.phases.n; p++) {
        const struct phase *phase = &x->u.document.phases.v[p];
        for (size_t s = 0; s < phase->steps.n; s++) {
            for (size_t i = 0; i < phase->steps.v[s].files.n; i++) {
                const struct file_change *f = &phase->steps.v[s].files.v[i];
                const char *here = path_here(x, f->path), *from = path_here(x, f->from);
                if ((here && strcmp(here, path) == 0) || (from && strcmp(from, path) == 0)) return true;
            }
        }
    }
    return false;
}

static enum err_kind look_at_changes(struct verifying *x, struct err *e)
{
    x->v.touched = (int64_t)x->changes.changes.n;
    for (size_t i = 0; i < x->changes.changes.n; i++) {
        const struct tree_change *c = &x->changes.changes.v[i];
        struct touched_file *slot;
        if (planned(x, c->path)) continue;
        if (!(slot = arena_push(x->call->arena, &x->v.unplanned, sizeof *slot))) return err_nomem(e);
        *slot = (struct touched_file){c->path, done_words[c->kind]};
        x->v.ok = false;
    }
    return ERR_OK;
}

static enum err_kind look_at_criterion(struct verifying *x, size_t phase, char kind, size_t n, const char *text,
                                       struct err *e)
{
    const char *id = x->u.document.phases.v[phase].id, *status = "open";
    struct open_criterion *slot;
    for (size_t i = 0; i < x->criteria.n; i++)
        if (strcmp(x->criteria.v[i].phase, id) == 0 && strcmp(x->criteria.v[i].criterion, text) == 0)
            status = criterion_status_names[x->criteria.v[i].status];
    if (strcmp(status, criterion_status_names[CRITERION_PASSED]) == 0) return ERR_OK;
    if (!(slot = arena_push(x->call->arena, &x->v.unproven, sizeof *slot))) return err_nomem(e);
    *slot = (struct open_criterion){arena_fmt(x->call->arena, "P%zu", phase + 1),
                                    arena_fmt(x->call->arena, "%c%zu", kind, n + 1), text, status};
    x->v.ok = false;
    return ERR_OK;
}

static enum err_kind look_at_phase(struct verifying *x, size_t i, struct err *e)
{
    const struct phase *p = &x->u.document.phases.v[i];
    bool done = strcmp(under_way_status(&x->u, p->id), "done") == 0;
    enum err_kind k = ERR_OK;
    for (size_t s = 0; s < p->steps.n; s++)
        for (size_t f = 0; k == ERR_OK && f < p->steps.v[s].files.n; f++)
            k = look_at(x, i, &p->steps.v[s].files.v[f], e);
    for (size_t c = 0; k == ERR_OK && done && c < p->automated.n; c++)
        k = look_at_criterion(x, i, 'A', c, p->automated.v[c].command, e);
    for (size_t c = 0; k == ERR_OK && done && c < p->manual.n; c++)
        k = look_at_criterion(x, i, 'M', c, p->manual.v[c], e);
    return k;
}

enum err_kind verify_look(struct verifying *x, struct err *e)
{
    enum err_kind k = ERR_OK;
    x->v.ok = true;
    for (size_t i = 0; k == ERR_OK && i < x->u.document.phases.n; i++) k = look_at_phase(x, i, e);
    return k == ERR_OK ? look_at_changes(x, e) : k;
}
