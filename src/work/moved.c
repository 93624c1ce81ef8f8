/* JOB_MOVED: a plan at rest is held against where its codebases are now. Only what it cites is compared; only the
 * sections that cite what changed are checked again. */
#include <string.h>
#include "pland/base/log.h"
#include "pland/repo/touching.h"
#include "pland/service/codebases.h"
#include "pland/service/moved.h"
#include "work/codebase.h"
#include "work/task.h"

struct moving {
    struct task *t;
    struct document document;
    struct check_result then;
    struct check_codebase codebases[20];
    struct phase_ids done;
    size_t n;
};

static enum err_kind read_then(struct moving *m, struct err *e)
{
    struct task *t = m->t;
    const struct revision_row *head = &t->rows.head;
    enum err_kind k = revision_document(head, t->rows.plan.created_at, t->arena, &m->document, e);
    if (k != ERR_OK || !head->checks) return k;
    return record_parse(&check_result_record, head->checks, strlen(head->checks), &m->then, t->arena, e);
}

/* Is the file that this base's commands are defined in among the changed? Then the old inventory does not do. */
static bool manifests_changed(const struct survey *old, const struct tree *now, const struct tree *then)
{
    for (size_t i = 0; i < old->manifests.n; i++) {
        const struct tree_file *a = tree_find(then, old->manifests.v[i].path),
                               *b = tree_find(now, old->manifests.v[i].path);
        if (!a || !b || strcmp(a->oid, b->oid) != 0) return true;
    }
    return false;
}

static enum err_kind open_one(struct moving *m, size_t i, struct err *e)
{
    struct task *t = m->t;
    const struct work_config *c = &t->work->config;
    const struct step_base *b = &t->rows.bases.v[i];
    const struct survey *survey = NULL;
    struct tree *now = NULL;
    auto_tree then = NULL;
    enum err_kind k = codebase_newest(c, b, &now, e);
    if (k != ERR_OK) return k;
    m->codebases[i] = (struct check_codebase){ .alias = i ? b->base.alias : NULL, .tree = now };
    m->n = i + 1;
    if ((k = service_tree_open(c->service, b->base.tree ? b->base.tree : TREE_EMPTY_ID, &then, e)) == ERR_OK) {
        if ((k = codebase_survey(c, then, t->arena, &survey, e)) != ERR_OK) return k;
        if (manifests_changed(survey, now, then)) survey = NULL;
    }
    if (!survey && (k = codebase_survey(c, now, t->arena, &survey, e)) != ERR_OK) return k;
    m->codebases[i].survey = survey;
    return ERR_OK;
}

static enum err_kind look(struct moving *m, struct staleness *w, struct err *e)
{
    struct task *t = m->t;
    struct check_input in = { .size = t->rows.plan.size };
    enum err_kind k = service_phases_done(t->work->config.service, t->rows.plan.n, t->arena, &m->done, e);
    if (k != ERR_OK) return k;
    if ((k = codebase_settings(&t->work->config, &t->rows.bases.v[0], m->codebases[0].tree, t->arena, &in.settings,
                               e)) != ERR_OK)
        return k;
    in.codebases.v = m->codebases;
    in.codebases.n = m->n;
    in.done.v = m->done.v.v;
    in.done.n = m->done.v.n;
    w->from = t->rows.bases.v[0].base.commit ? t->rows.bases.v[0].base.commit : t->rows.bases.v[0].base.tree;
    w->to = tree_commit(m->codebases[0].tree) ? tree_commit(m->codebases[0].tree) : tree_id(m->codebases[0].tree);
    return check_again(&m->document, &m->then, &in, t->arena, &w->what, e);
}

/* Names the commits that touched what is broken or moved, as far as there is a history to read. */
static enum err_kind blame(struct moving *m, struct staleness *w, struct err *e)
{
    struct task *t = m->t;
    const struct step_base *b = &t->rows.bases.v[0];
    struct repo_location at;
    struct repo_touches found = { 0 };
    struct err why;
    LIST(const char *) paths = { 0 };
    for (size_t i = 0; i < w->what.moves.n; i++) {
        const char **slot = w->what.moves.v[i].path ? arena_push(t->arena, &paths, sizeof *slot) : NULL;
        if (slot) *slot = w->what.moves.v[i].path;
    }
    if (!paths.n || b->repository.kind == REPOSITORY_UPLOAD || !b->base.commit || !tree_commit(m->codebases[0].tree))
        return ERR_OK;
    if (service_codebase_locate(t->work->config.service, &b->repository, &at, &why) != ERR_OK) return ERR_OK;
    if (repo_touching(&at, b->base.commit, tree_commit(m->codebases[0].tree), paths.v, paths.n, t->arena, &found,
                      &why) != ERR_OK) {
        log_warn("commits at fault could not be named", LOG_E(&why));
        return ERR_OK;
    }
    w->commits.v = found.v.v;
    w->commits.n = found.v.n;
    return arena_check(t->arena, e);
}

enum err_kind step_moved(struct task *t, struct err *e)
{
    struct moving *m = arena_alloc(t->arena, sizeof *m);
    struct service *s = t->work->config.service;
    struct staleness w = { 0 };
    enum err_kind k = m ? service_step_load(s, &t->job, t->arena, &t->rows, e) : err_nomem(e);
    if (k == ERR_NOT_FOUND || k == ERR_GONE) return err_set(e, ERR_CONFLICT, "the plan is gone");
    if (k != ERR_OK) return k;
    m->t = t;
    for (size_t i = 0;
         k == ERR_OK && i < t->rows.bases.n && i < countof(m->codebases) && t->rows.bases.v[i].base.repository; i++)
        k = open_one(m, i, e);
    if (k == ERR_OK && m->n && t->rows.plan.revision) {
        if ((k = read_then(m, e)) == ERR_OK && (k = look(m, &w, e)) == ERR_OK) k = blame(m, &w, e);
    }
    if (k == ERR_OK) k = service_moved_finish(s, &t->job, t->work->node, m->n ? &w : NULL, e);
    for (size_t i = 0; i < m->n; i++) tree_unref(m->codebases[i].tree);
    return k;
}
