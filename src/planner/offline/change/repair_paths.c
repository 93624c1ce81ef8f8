/* Repairing what the checks say about paths: files of steps, citations, deliverables, paths in prose. */
#include "planner/offline/change/repair.h"

#include <string.h>

static struct tree *tree_of(const struct repairing *r, const char *path, const char **inner)
{
    const char *cut = strstr(path, "//");
    *inner = cut ? cut + 2 : path;
    for (size_t c = 1; cut && c < r->s->b->codebases.n; c++) {
        const char *alias = r->s->b->codebases.v[c].base.alias;
        if (alias && strlen(alias) == (size_t)(cut - path) && memcmp(alias, path, strlen(alias)) == 0)
            return r->s->b->codebases.v[c].tree;
    }
    return scene_tree(r->s, 0);
}

bool repair_exists(const struct repairing *r, const char *path)
{
    const char *inner;
    struct tree *t = path ? tree_of(r, path, &inner) : NULL;
    return t && tree_find(t, inner) != NULL;
}

/* --- files of steps ----------------------------------------------------------------------------------------------- */
typedef bool change_fn(struct repairing *r, struct step *st, size_t i); /* true: done, look no further */

static void each_change(struct repairing *r, change_fn *fn)
{
    struct phase *p = edit_phase(r->d, r->f->anchor);
    size_t from = p ? (size_t)(p - r->d->phases.v) : 0, to = p ? from + 1 : r->d->phases.n;
    for (; from < to; from++)
        for (size_t s = 0; s < r->d->phases.v[from].steps.n; s++) {
            struct step *st = &r->d->phases.v[from].steps.v[s];
            if (strchr(r->f->anchor ? r->f->anchor : "", '.') && !prose_same(st->id, r->f->anchor)) continue;
            for (size_t i = 0; i < st->files.n; i++)
                if ((prose_same(st->files.v[i].path, r->f->evidence) ||
                     prose_same(st->files.v[i].from, r->f->evidence)) &&
                    fn(r, st, i))
                    return;
        }
}

const char *repair_replaced(const char *s, const char *key, void *arg)
{
    struct repairing *r = arg;
    bool kept = strcmp(key, "quote") == 0 || strcmp(key, "id") == 0 || strncmp(key, "ticket_", 7) == 0;
    return kept || !r->f->evidence || !strstr(s, r->f->evidence)
               ? s
               : edit_replaced(r->a, s, r->f->evidence, r->f->suggestion);
}

static const char *replace_prose(const char *s, const char *key, void *arg)
{
    static const char *const names[] = {"path",   "from",        "name",         "file",      "command",
                                        "target", "provided_by", "requirements", "depends_on"};
    for (size_t i = 0; i < countof(names); i++)
        if (strcmp(key, names[i]) == 0) return s;
    return repair_replaced(s, key, arg);
}

static bool missing_file(struct repairing *r, struct step *st, size_t i)
{
    struct file_change *f = &st->files.v[i];
    if (repair_exists(r, r->f->suggestion)) {
        edit_texts_at(r->d, r->f->anchor, repair_replaced, r);
        return true;
    }
    if (f->change == CHANGE_DELETE) REMOVE(st->files, i);
    else f->change = CHANGE_CREATE, f->from = NULL;
    return true;
}

static bool existing_file(struct repairing *r, struct step *st, size_t i)
{
    (void)r;
    if (st->files.v[i].change == CHANGE_CREATE) st->files.v[i].change = CHANGE_MODIFY;
    return false;
}

static bool drop_change(struct repairing *r, struct step *st, size_t i)
{
    (void)r;
    REMOVE(st->files, i);
    return true;
}

/* The first change of the path makes it, later ones modify it. */
void repair_order(struct repairing *r)
{
    bool made = repair_exists(r, r->f->evidence);
    for (size_t p = 0; p < r->d->phases.n; p++)
        for (size_t s = 0; s < r->d->phases.v[p].steps.n; s++)
            for (size_t i = 0; i < r->d->phases.v[p].steps.v[s].files.n; i++) {
                struct file_change *f = &r->d->phases.v[p].steps.v[s].files.v[i];
                if (!prose_same(f->path, r->f->evidence) || f->change == CHANGE_RENAME) continue;
                f->change = made ? (f->change == CHANGE_DELETE ? CHANGE_DELETE : CHANGE_MODIFY) : CHANGE_CREATE;
                made = f->change != CHANGE_DELETE;
            }
}

void repair_missing(struct repairing *r)
{
    each_change(r, missing_file);
}
void repair_existing(struct repairing *r)
{
    each_change(r, existing_file);
}
void repair_drop(struct repairing *r)
{
    each_change(r, drop_change);
}

void repair_form(struct repairing *r)
{
    char clean[4096];
    struct err ignored;
    struct check_finding f = *r->f;
    struct repairing again = *r;
    const char *path = r->f->evidence ? r->f->evidence + strspn(r->f->evidence, "/") : "";
    if (tree_normalise(path, clean, sizeof clean, &ignored) != ERR_OK) {
        each_change(r, drop_change);
        return;
    }
    f.suggestion = arena_dup(r->a, clean);
    again.f = &f;
    if (f.suggestion) edit_texts_at(r->d, f.anchor, repair_replaced, &again);
}

/* --- what cites --------------------------------------------------------------------------------------------------- */
void repair_code_path(struct repairing *r)
{
    struct phase *p = edit_phase(r->d, r->f->anchor);
    for (size_t s = 0; p && s < p->steps.n; s++)
        for (size_t i = 0; i < p->steps.v[s].code.n; i++)
            if (prose_same(p->steps.v[s].code.v[i].path, r->f->evidence))
                p->steps.v[s].code.v[i].path = p->steps.v[s].files.n ? p->steps.v[s].files.v[0].path : NULL;
}

void repair_test_file(struct repairing *r)
{
    const char *known = NULL;
    for (size_t p = 0; p < r->d->phases.n && !known; p++)
        for (size_t s = 0; s < r->d->phases.v[p].steps.n && !known; s++)
            for (size_t i = 0; i < r->d->phases.v[p].steps.v[s].files.n && !known; i++)
                if (file_is_test(r->d->phases.v[p].steps.v[s].files.v[i].path))
                    known = r->d->phases.v[p].steps.v[s].files.v[i].path;
    for (size_t i = 0; i < r->d->closing.tests.n; i++)
        if (prose_same(r->d->closing.tests.v[i].file, r->f->evidence))
            r->d->closing.tests.v[i].file = repair_exists(r, r->f->suggestion) ? r->f->suggestion : known ? known : "";
}

void repair_evidence(struct repairing *r)
{
    for (size_t i = 0; i < r->d->closing.stack.n; i++)
        for (size_t j = r->d->closing.stack.v[i].evidence.n; j-- > 0;) {
            struct evidence *e = &r->d->closing.stack.v[i].evidence.v[j];
            size_t n = e->path ? strlen(e->path) : 0;
            if (!e->path || !r->f->evidence || strncmp(r->f->evidence, e->path, n) != 0 ||
                (r->f->evidence[n] != '\0' && r->f->evidence[n] != ':'))
                continue;
            if (repair_exists(r, e->path)) e->line = 0;
            else if (repair_exists(r, r->f->suggestion)) e->path = r->f->suggestion, e->line = 0;
            else REMOVE(r->d->closing.stack.v[i].evidence, j);
        }
}

/* "src/a.c:900": the line goes, the path stays. */
void repair_line(struct repairing *r)
{
    const char *colon = r->f->evidence ? strrchr(r->f->evidence, ':') : NULL;
    struct check_finding f = *r->f;
    struct repairing again = *r;
    repair_evidence(r);
    if (!colon) return;
    f.suggestion = arena_dup_n(r->a, r->f->evidence, (size_t)(colon - r->f->evidence));
    again.f = &f;
    if (f.suggestion) edit_texts_at(r->d, f.anchor, repair_replaced, &again);
}

void repair_deliverable(struct repairing *r)
{
    struct phase *p = edit_phase(r->d, r->f->anchor);
    for (size_t i = p ? p->uses.n : 0; i-- > 0;)
        if (prose_same(p->uses.v[i].name, r->f->evidence)) REMOVE(p->uses, i);
    for (size_t i = p && strcmp(r->f->rule, "provides-made") == 0 ? p->provides.n : 0; i-- > 0;)
        if (prose_same(p->provides.v[i].name, r->f->evidence)) REMOVE(p->provides, i);
}

/* A path in prose that is nowhere: the closest one, or its words. */
void repair_text_path(struct repairing *r)
{
    struct check_finding f = *r->f;
    struct repairing again = *r;
    struct span stem = file_stem(f.evidence ? f.evidence : "");
    if (!f.evidence || !*f.evidence) return;
    if (!repair_exists(r, f.suggestion)) f.suggestion = name_words(r->a, arena_dup_n(r->a, stem.p, stem.n));
    again.f = &f;
    if (!f.suggestion || !*f.suggestion) return;
    edit_texts_at(r->d, f.anchor, replace_prose, &again);
    for (size_t i = 0; i < r->d->closing.tests.n; i++) /* names of scenarios are prose, other names are not */
        r->d->closing.tests.v[i].name = repair_replaced(r->d->closing.tests.v[i].name, "name", &again);
}
