/* Who has to approve a plan because CODEOWNERS names him for a file that it changes. */
#include <string.h>
#include "pland/repo/tree.h"
#include "pland/survey/survey.h"
#include "service/approve.h"
#include "service/scope.h"

struct looking {
    struct call *call;
    bool wanted;
    struct plan_row plan;
    struct revision_row head;
    struct document document;
    struct plan_base_list bases;
};

static enum err_kind load(struct txn *tx, void *arg, struct err *e)
{
    struct looking *x = arg;
    struct call *c = x->call;
    struct approval_rules rules;
    enum err_kind k = store_plan_get(tx, c->id, c->caller.project, c->arena, &x->plan, e);
    if (k != ERR_OK || (k = approval_rules_read(tx, x->plan.project, c->arena, &rules, e)) != ERR_OK) return k;
    x->wanted = rules.owners && x->plan.revision;
    if (!x->wanted) return ERR_OK;
    if ((k = store_revision_get(tx, x->plan.n, 0, true, c->arena, &x->head, e)) != ERR_OK) return k;
    if ((k = revision_document(&x->head, x->plan.created_at, c->arena, &x->document, e)) != ERR_OK) return k;
    return store_base_list(tx, x->plan.n, c->arena, &x->bases, e);
}

struct matching {
    struct looking *x;
    const struct survey *survey;
    size_t base;
    struct owned_list *list;
    LIST(const struct survey_owner *) rules; /* of list, in its order */
};

static enum err_kind add(struct matching *m, const char *written, const char *path, struct err *e)
{
    struct arena *a = m->x->call->arena;
    const struct survey_owner *rule = survey_owner_of(m->survey, path);
    const struct survey_owner **known;
    struct owned_files *slot;
    const char **file;
    size_t i = 0, first = m->list->v.n - m->rules.n;
    if (!rule) return ERR_OK;
    while (i < m->rules.n && m->rules.v[i] != rule) i++;
    if (i == m->rules.n) {
        if (!(known = arena_push(a, &m->rules, sizeof *known)) || !(slot = arena_push(a, &m->list->v, sizeof *slot)))
            return err_nomem(e);
        *known = rule;
        memset(slot, 0, sizeof *slot);
        slot->owners.v = rule->owners.v;
        slot->owners.n = rule->owners.n;
    }
    slot = &m->list->v.v[first + i];
    for (size_t f = 0; f < slot->files.n; f++)
        if (strcmp(slot->files.v[f], written) == 0) return ERR_OK;
    if (!(file = arena_push(a, &slot->files, sizeof *file))) return err_nomem(e);
    *file = written;
    return ERR_OK;
}

static enum err_kind match_phase(struct matching *m, const struct phase *p, struct err *e)
{
    enum err_kind k = ERR_OK;
    for (size_t s = 0; s < p->steps.n; s++) {
        for (size_t f = 0; k == ERR_OK && f < p->steps.v[s].files.n; f++) {
            const struct file_change *file = &p->steps.v[s].files.v[f];
            const char *path = scope_path(&m->x->bases, m->base, file->path);
            const char *from = scope_path(&m->x->bases, m->base, file->from);
            if (path) k = add(m, file->path, path, e);
            if (k == ERR_OK && from) k = add(m, file->from, from, e);
        }
    }
    return k;
}

static enum err_kind match_base(struct looking *x, size_t i, struct owned_list *list, struct err *e)
{
    struct survey survey = { 0 };
    struct matching m = {.x = x, .survey = &survey, .base = i, .list = list};
    auto_tree tree = NULL;
    enum err_kind k;
    if (!x->bases.v[i].tree) return ERR_OK; /* no codebase: nobody owns it */
    if ((k = tree_open_pinned(x->call->service->data_dir, x->bases.v[i].tree, &tree, e)) != ERR_OK)
        return k == ERR_NOT_FOUND ? err_set(e, ERR_CONFLICT,
                                            "the tree of '%.100s' is not kept, so its owners are not known: rebase the "
                                            "plan",
                                            x->bases.v[i].name)
                                  : k;
    if ((k = survey_owners(tree, x->call->arena, &survey, e)) != ERR_OK) return k;
    for (size_t p = 0; k == ERR_OK && p < x->document.phases.n; p++) k = match_phase(&m, &x->document.phases.v[p], e);
    return k;
}

/* Pool thread: reads CODEOWNERS of the pinned trees, where the project asks for owners. */
enum err_kind prepare_approval(struct call *c, struct err *e)
{
    struct looking x = {.call = c};
    struct approval_owners *found = arena_alloc(c->arena, sizeof *found);
    enum err_kind k = found ? store_read(c->service->store, load, &x, e) : err_nomem(e);
    if (k != ERR_OK || !x.wanted) return k;
    found->revision = x.head.number;
    for (size_t i = 0; k == ERR_OK && i < x.bases.n; i++) k = match_base(&x, i, &found->rules, e);
    c->prepared = found;
    return k;
}
