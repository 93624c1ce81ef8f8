/* POST …/verify: a commit against the plan. What was promised and is not touched, what is touched and was not planned,
 * and which criteria of finished phases nobody has shown to hold. Compared is what the branch brought: from where it
 * left the trunk, so that what was merged from there is not taken for its own. */
#include "service/verify.h"

#include <string.h>
#include "pland/repo/branched.h"
#include "pland/repo/mirror.h"
#include "service/parts.h"
#include "service/scope.h"
#include "service/view.h"

/* --- what there is to compare ------------------------------------------------------------------------------------- */
static enum err_kind pick_base(struct verifying *x, struct err *e)
{
    const struct verify_request *in = x->call->in;
    const char *alias = in ? in->alias : NULL;
    for (size_t i = 0; i < x->bases.n; i++) {
        const struct plan_base *b = &x->bases.v[i];
        if (alias && !(b->alias && strcmp(b->alias, alias) == 0) && !(b->name && strcmp(b->name, alias) == 0)) continue;
        if (!b->repository || !b->tree) break;
        x->base = i;
        return ERR_OK;
    }
    if (alias && x->bases.n) return err_at(e, ERR_INVALID, "/alias", "the plan has no codebase '%.100s'", alias);
    return err_set(e, ERR_CONFLICT, "the plan rests on no codebase: there is nothing to compare");
}

static enum err_kind load(struct txn *tx, void *arg, struct err *e)
{
    struct verifying *x = arg;
    struct call *c = x->call;
    enum plan_state next;
    enum err_kind k = store_plan_get(tx, c->id, c->caller.project, c->arena, &x->plan, e);
    if (k != ERR_OK || (k = plan_apply((enum plan_state)x->plan.state, VERB_VERIFY, PLAN_DRAFTING, &next, e)) != ERR_OK)
        return k;
    if ((k = under_way_read(tx, &x->plan, x->plan.approved, c->arena, &x->u, e)) != ERR_OK) return k;
    if ((k = store_criterion_list(tx, x->plan.n, c->arena, &x->criteria, e)) != ERR_OK) return k;
    if ((k = part_read(tx, x->plan.n, "handoff", &kept_handoff_record, &x->handoff, c->arena, NULL, e)) != ERR_OK)
        return k;
    if ((k = store_base_list(tx, x->plan.n, c->arena, &x->bases, e)) != ERR_OK || (k = pick_base(x, e)) != ERR_OK)
        return k;
    return store_repository_get_n(tx, x->bases.v[x->base].repository, c->arena, &x->repository, e);
}

static enum err_kind locate(struct verifying *x, struct repo_location *at, struct err *e)
{
    struct service *s = x->call->service;
    if (x->repository.kind == REPOSITORY_GIT) return mirror_locate(s->data_dir, x->repository.id, at, e);
    return repo_locate(s->roots, x->repository.path, at, e);
}

/* Pinned, or, when it was too large for that, read in place. */
static enum err_kind open_pinned(struct verifying *x, const struct repo_location *at, struct tree **ret, struct err *e)
{
    const struct plan_base *b = &x->bases.v[x->base];
    enum err_kind k = tree_open_pinned(x->call->service->data_dir, b->tree, ret, e);
    return k == ERR_NOT_FOUND && b->commit && at->git ? tree_open_git(at, b->commit, NULL, ret, e) : k;
}

static enum err_kind open_base(struct verifying *x, const struct repo_location *at, struct tree **ret, struct err *e)
{
    const struct verify_request *in = x->call->in;
    const struct plan_base *b = &x->bases.v[x->base];
    const char *trunk = b->ref ? b->ref : x->repository.default_ref;
    char from[41] = "";
    enum err_kind k;
    x->v.from = b->commit ? b->commit : b->tree;
    if (!b->commit || !at->git) return open_pinned(x, at, ret, e);
    if (in && in->merged) k = repo_merged(at, b->commit, in->from, x->v.commit, from, e);
    else k = repo_branched(at, b->commit, trunk, x->v.commit, from, e);
    if (k != ERR_OK) return k;
    if (strcmp(from, b->commit) == 0) return open_pinned(x, at, ret, e);
    x->v.from = arena_dup(x->call->arena, from);
    return tree_open_git(at, from, NULL, ret, e);
}

/* What is not git has one state: as it is now. */
static enum err_kind open_newest(struct verifying *x, const struct repo_location *at, struct tree **ret, struct err *e)
{
    const struct verify_request *in = x->call->in;
    if (in && in->commit) return err_at(e, ERR_INVALID, "/commit", "the codebase is no git repository: leave it out");
    if (x->repository.kind != REPOSITORY_UPLOAD) return tree_open_folder(at, NULL, ret, e);
    return tree_open_pinned(x->call->service->data_dir, x->repository.tree, ret, e);
}

static enum err_kind open_commit(struct verifying *x, const struct repo_location *at, struct tree **ret, struct err *e)
{
    const struct verify_request *in = x->call->in;
    enum err_kind k;
    x->v.ref = in && in->commit ? in->commit : x->handoff.branch;
    if (!x->v.ref)
        return err_at(e, ERR_INVALID, "/commit", "say which commit or branch: none was named at the handoff");
    k = tree_open_git(at, x->v.ref, NULL, ret, e);
    if (k == ERR_NOT_FOUND)
        return err_at(e, ERR_INVALID, "/commit", "%.200s%s", e->msg,
                      x->repository.kind == REPOSITORY_GIT ? " (fetch it first: POST …/sync)" : "");
    return k;
}

static enum err_kind compare(struct verifying *x, struct err *e)
{
    struct repo_location *at = arena_alloc(x->call->arena, sizeof *at);
    auto_tree from = NULL;
    auto_tree to = NULL;
    enum err_kind k = at ? ERR_OK : err_nomem(e);
    if (k == ERR_OK && x->repository.kind != REPOSITORY_UPLOAD) k = locate(x, at, e);
    if (k != ERR_OK) return k;
    if ((k = at->git ? open_commit(x, at, &to, e) : open_newest(x, at, &to, e)) != ERR_OK) return k;
    x->v.commit = arena_dup(x->call->arena, tree_commit(to) ? tree_commit(to) : tree_id(to));
    if (!x->v.commit) return err_nomem(e);
    if ((k = open_base(x, at, &from, e)) != ERR_OK) return k;
    return tree_diff(from, to, x->call->arena, &x->changes, e);
}

/* --- the result --------------------------------------------------------------------------------------------------- */
struct verified {
    const char *text, *detail;
};

/* Pool thread: opens both trees and compares. */
enum err_kind prepare_verify(struct call *c, struct err *e)
{
    struct verifying *x = arena_alloc(c->arena, sizeof *x);
    struct verified *found = arena_alloc(c->arena, sizeof *found);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    enum err_kind k;
    if (!x || !found) return err_nomem(e);
    x->call = c;
    if ((k = store_read(c->service->store, load, x, e)) != ERR_OK || (k = compare(x, e)) != ERR_OK) return k;
    x->v.at = clock_now(c->service->clock);
    x->v.revision = x->u.head.number;
    x->v.repository = x->bases.v[x->base].name;
    if ((k = verify_look(x, e)) != ERR_OK) return k;
    record_encode(&verification_record, &x->v, &b);
    if ((k = buf_check(&b, e)) != ERR_OK) return k;
    found->text = arena_dup_n(c->arena, buf_cstr(&b), b.n);
    found->detail =
        arena_fmt(c->arena, "{\"commit\":\"%s\",\"ok\":%s,\"missing\":%zu,\"unplanned\":%zu,\"unproven\":%zu}",
                  x->v.commit, x->v.ok ? "true" : "false", x->v.missing.n, x->v.unplanned.n, x->v.unproven.n);
    c->prepared = found;
    return arena_check(c->arena, e);
}

enum err_kind service_plan_verify(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct verified *found = c->prepared;
    struct plan_txn p;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_verb(&p, VERB_VERIFY, e)) != ERR_OK) return k;
    if ((k = store_part_put(tx, p.row.n, "verification", found->text, e)) != ERR_OK) return k;
    if ((k = plan_txn_event(&p, "plan.verified", found->detail, e)) != ERR_OK) return k;
    (void)snprintf(out->href, sizeof out->href, "/plans/%s/verify", p.row.id);
    return plan_txn_end(&p, 200, e);
}

static enum err_kind read_verification(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct plan_row p = { 0 };
    const char *text = NULL;
    enum err_kind k = store_plan_get(tx, r->call->id, r->call->caller.project, r->call->arena, &p, e);
    if (k != ERR_OK || (k = store_part_get(tx, p.n, "verification", r->call->arena, &text, e)) != ERR_OK) return k;
    if (!text) return err_set(e, ERR_NOT_FOUND, "plan %.40s was held against no commit yet", p.id);
    buf_str(r->view->body, text);
    return ERR_OK;
}

enum err_kind view_verification(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_verification, e);
}
