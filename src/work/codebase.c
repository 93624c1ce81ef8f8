/* Opening one codebase of a plan. */
#include "work/codebase.h"

#include <string.h>
#include "pland/base/log.h"
#include "pland/survey/correct.h"
#include "pland/repo/mirror.h"
#include "pland/service/codebases.h"
#include "pland/service/imports.h"

#define UNUSED_S 3600 /* how long a tree may lie there before a plan refers to it */

/* What the plan said, else what the codebase says, else HEAD. */
static const char *wanted_ref(const struct step_base *b)
{
    return b->base.ref ? b->base.ref : b->repository.default_ref;
}

/* Where there are files, and not only commits. */
static enum err_kind open_files(const struct work_config *c, const struct step_base *b, const struct repo_location *at,
                                struct tree **ret, struct err *e)
{
    if (b->repository.kind == REPOSITORY_GIT)
        return err_set(e, ERR_INVALID, "the remote has no commit on its default branch yet");
    return tree_open_snapshot(at, c->service->data_dir, &c->limits, ret, e);
}

static enum err_kind open_place(const struct work_config *c, const struct step_base *b, struct tree **ret,
                                struct err *e)
{
    struct service *s = c->service;
    const char *ref = wanted_ref(b);
    struct repo_location at;
    enum err_kind k;
    if (b->base.tree) {
        k = service_tree_open(s, b->base.tree, ret, e);
        if (k != ERR_NOT_FOUND || service_tree_only_pinned(b->base.tree) || !b->base.commit) return k;
    }
    if ((k = service_codebase_locate(s, &b->repository, &at, e)) != ERR_OK) return k;
    if (b->base.commit) return tree_open_commit(&at, b->base.commit, s->data_dir, &c->limits, ret, e);
    if (!at.git || (ref && strcmp(ref, "WORKTREE") == 0)) return open_files(c, b, &at, ret, e);
    k = tree_open_commit(&at, ref, s->data_dir, &c->limits, ret, e);
    if (k == ERR_NOT_FOUND && !ref) return open_files(c, b, &at, ret, e); /* no commit yet */
    return k;
}

static enum err_kind open_tree(const struct work_config *c, const struct step_base *b, struct tree **ret, struct err *e)
{
    if (!b || !b->base.repository) return tree_open_empty(ret, e);
    if (b->repository.kind != REPOSITORY_UPLOAD) return open_place(c, b, ret, e);
    if (b->base.tree) return service_tree_open(c->service, b->base.tree, ret, e);
    if (!b->repository.tree)
        return err_set(e, ERR_INVALID, "nothing was uploaded to codebase '%.100s' yet (PUT /repositories/%s/snapshot)",
                       b->repository.name, b->repository.id);
    return service_tree_open(c->service, b->repository.tree, ret, e);
}

static enum err_kind keep_survey(struct service *s, const struct survey *survey, struct err *e)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    enum err_kind k;
    record_encode(&survey_record, survey, &b);
    if ((k = buf_check(&b, e)) != ERR_OK) return k;
    return service_survey_put(s, survey->tree, SURVEY_VERSION, buf_cstr(&b), e);
}

enum err_kind codebase_survey(const struct work_config *c, struct tree *t, struct arena *a, const struct survey **ret,
                              struct err *e)
{
    struct survey *survey = arena_alloc(a, sizeof *survey);
    const char *kept = NULL;
    struct err why;
    enum err_kind k;
    if (!survey) return err_nomem(e);
    if ((k = service_survey_get(c->service, tree_id(t), SURVEY_VERSION, a, &kept, e)) != ERR_OK) return k;
    if (kept && record_parse(&survey_record, kept, strlen(kept), survey, a, &why) == ERR_OK) {
        *ret = survey;
        return ERR_OK;
    }
    if (kept) log_warn("a stored survey is made again", LOG_S("tree", tree_id(t)), LOG_E(&why));
    memset(survey, 0, sizeof *survey);
    if ((k = survey_run(t, a, survey, e)) != ERR_OK || (k = keep_survey(c->service, survey, e)) != ERR_OK) return k;
    *ret = survey;
    return ERR_OK;
}

/* What people left out of the codebase is not looked at; what they said outranks what is found in the rest. */
static enum err_kind look(const struct work_config *c, const struct step_base *b, struct arena *a, struct codebase *ret,
                          struct err *e)
{
    struct tree_patterns without = { 0 };
    struct survey_corrections said = { 0 };
    size_t n = b ? b->corrections.n : 0;
    const char **patterns = arena_alloc(a, (n + 1) * sizeof *patterns);
    struct survey_correction *sentences = arena_alloc(a, (n + 1) * sizeof *sentences);
    struct survey *corrected = arena_alloc(a, sizeof *corrected);
    const struct survey *found;
    enum err_kind k;
    if (!patterns || !sentences || !corrected) return err_nomem(e);
    for (size_t i = 0; i < n; i++) {
        const struct correction_row *row = &b->corrections.v[i];
        if (row->kind == CORRECTION_EXCLUDE) patterns[without.n++] = row->text;
        else sentences[said.n++] = (struct survey_correction){ row->text, row->created_at };
    }
    without.v = patterns;
    said.v = sentences;
    if ((k = tree_open_without(ret->tree, &without, &ret->part, e)) != ERR_OK) return k;
    if ((k = codebase_survey(c, ret->part, a, &found, e)) != ERR_OK) return k;
    ret->survey = corrected;
    return survey_correct(found, &said, a, corrected, e);
}

enum err_kind codebase_open(const struct work_config *c, const struct step_base *base, struct arena *a,
                            struct codebase *ret, struct err *e)
{
    enum err_kind k = open_tree(c, base, &ret->tree, e);
    if (k != ERR_OK) {
        if (base && base->repository.name) (void)err_wrap(e, "codebase %s", base->repository.name);
        return k;
    }
    ret->base =
        (struct base){ .tree = arena_dup(a, tree_id(ret->tree)),
                       .commit = arena_dup(a, tree_kind(ret->tree) == TREE_GIT ? tree_commit(ret->tree) : NULL) };
    if (base && base->base.commit)
        ret->base.commit = arena_dup(a, base->base.commit); /* not another's with the same tree */
    if (base && base->base.repository) {
        ret->base.repository = arena_dup(a, base->repository.name);
        ret->base.alias = arena_dup(a, base->base.alias);
        ret->base.ref = arena_dup(a, wanted_ref(base));
    }
    return look(c, base, a, ret, e);
}

enum err_kind codebase_newest(const struct work_config *c, const struct step_base *base, struct tree **ret,
                              struct err *e)
{
    struct step_base now = *base;
    now.base.commit = now.base.tree = NULL;
    return open_tree(c, &now, ret, e);
}

/* What a branch says of the rules that is not the default one does not count. */
enum err_kind codebase_settings(const struct work_config *c, const struct step_base *base, struct tree *pinned,
                                struct arena *a, const struct check_settings **ret, struct err *e)
{
    const char *ref = base ? base->base.ref : NULL, *preset = base ? base->repository.default_ref : NULL;
    struct repo_location at;
    struct err why;
    auto_tree branch = NULL;
    if (!base || !ref || base->repository.kind == REPOSITORY_UPLOAD || (preset && strcmp(ref, preset) == 0))
        return check_settings_of(pinned, a, ret, e);
    if (service_codebase_locate(c->service, &base->repository, &at, &why) != ERR_OK || !at.git ||
        tree_open_git(&at, preset, NULL, &branch, &why) != ERR_OK) {
        *ret = NULL; /* the codebase is gone: the rules are as the table has them */
        return ERR_OK;
    }
    return check_settings_of(branch, a, ret, e);
}

enum err_kind codebase_keep(const struct work_config *c, const struct codebase *codebase, struct err *e)
{
    enum err_kind k;
    if (tree_kind(codebase->tree) == TREE_EMPTY) return ERR_OK;
    k = tree_pin(codebase->tree, c->service->data_dir, &c->limits, e);
    if (k == ERR_OK && service_tree_only_pinned(tree_id(codebase->tree))) k = service_tree_keep(c->service, tree_id(codebase->tree), e);
    return k == ERR_TOO_LARGE ? ERR_OK : k; /* that one is read in place */
}

static enum err_kind collect_mirrors(const struct work_config *c, struct arena *a, struct err *e)
{
    struct import_ids ids = { 0 };
    enum err_kind k = service_import_ids(c->service, a, &ids, e);
    return k == ERR_OK ? mirrors_collect(c->service->data_dir, ids.v, ids.n, e) : k;
}

enum err_kind codebases_collect(const struct work_config *c, struct err *e)
{
    struct used_tree_list used = { 0 };
    struct tree_uses uses = { 0 };
    const char **ids;
    int64_t removed = 0;
    auto_arena a = arena_new(0);
    enum err_kind k = a ? service_trees_used(c->service, a, &used, e) : err_nomem(e);
    if (k != ERR_OK) return k;
    if (!(ids = arena_alloc(a, (used.n + 1) * sizeof *ids))) return err_nomem(e);
    for (size_t i = 0; i < used.n; i++) ids[uses.n++] = used.v[i].id;
    uses.v = ids;
    if ((k = collect_mirrors(c, a, e)) != ERR_OK) return k;
    if ((k = service_trees_tidy(c->service, clock_now(c->service->clock) - UNUSED_S * 1000, e)) != ERR_OK) return k;
    k = tree_collect(c->service->data_dir, &uses, UNUSED_S, &removed, e);
    if (removed) log_info("trees that nothing refers to were removed", LOG_I("trees", removed));
    return k;
}
