/* POST /checks: any plan against a registered codebase, as it is now. Nothing is written. */
#include <string.h>
#include "pland/check/check.h"
#include "pland/service/codebases.h"
#include "pland/store/repositories.h"
#include "service/view.h"

struct checking { struct call *call; struct repository_row repository; const char *survey; const char *tree; };

static enum err_kind read_repository(struct txn *tx, void *arg, struct err *e)
{
    struct checking *x = arg;
    const struct check_request *in = x->call->in;
    enum err_kind k =
        store_repository_get(tx, x->call->caller.project, in->repository, x->call->arena, &x->repository, e);
    return k == ERR_NOT_FOUND ? err_set(e, ERR_NOT_FOUND, "there is no codebase '%.100s'", in->repository) : k;
}

static enum err_kind read_survey(struct txn *tx, void *arg, struct err *e)
{
    struct checking *x = arg;
    return store_survey_get(tx, x->tree, SURVEY_VERSION, x->call->arena, &x->survey, e);
}

/* At a ref; settings come from the codebase's own default, whatever is checked. */
static enum err_kind open_at(const struct checking *x, const char *ref, struct tree **ret, struct err *e)
{
    struct service *s = x->call->service;
    struct repo_location at;
    enum err_kind k;
    if (x->repository.kind == REPOSITORY_UPLOAD) {
        if (x->repository.tree) return service_tree_open(s, x->repository.tree, ret, e);
        return err_at(e, ERR_INVALID, "/repository", "nothing was uploaded to codebase '%.100s' yet",
                      x->repository.name);
    }
    k = service_codebase_locate(s, &x->repository, &at, e);
    if (k != ERR_OK) return k;
    if (!at.git) return tree_open_folder(&at, NULL, ret, e);
    if (ref && strcmp(ref, "WORKTREE") == 0) return tree_open_worktree(&at, NULL, ret, e);
    k = tree_open_git(&at, ref, NULL, ret, e);
    return k == ERR_NOT_FOUND && ref ? err_at(e, ERR_INVALID, "/ref", "%.200s", e->msg) : k;
}

static enum err_kind survey_of(struct checking *x, struct tree *t, struct survey *ret, struct err *e)
{
    struct err stale;
    enum err_kind k;
    x->tree = tree_id(t);
    if ((k = store_read(x->call->service->store, read_survey, x, e)) != ERR_OK) return k;
    if (x->survey && record_parse(&survey_record, x->survey, strlen(x->survey), ret, x->call->arena, &stale) == ERR_OK)
        return ERR_OK;
    memset(ret, 0, sizeof *ret);
    return survey_run(t, x->call->arena, ret, e);
}

static enum err_kind settings_of(struct checking *x, const char *ref, struct tree *t, const struct check_settings **ret,
                                 struct err *e)
{
    const char *preset = x->repository.default_ref;
    auto_tree branch = NULL;
    enum err_kind k;
    if (!ref || (preset && strcmp(ref, preset) == 0)) return check_settings_of(t, x->call->arena, ret, e);
    if ((k = open_at(x, preset, &branch, e)) != ERR_OK) return k;
    return check_settings_of(branch, x->call->arena, ret, e);
}

static enum err_kind as_json(const struct checking *x, const struct tree *t, const struct check_result *r,
                             struct buf *b)
{
    buf_char(b, '{');
    view_text(b, "repository", x->repository.name);
    view_text(b, "commit", tree_commit(t));
    view_text(b, "tree", tree_id(t));
    buf_key(b, "checks");
    record_encode(&check_result_record, r, b);
    buf_char(b, '}');
    return ERR_OK;
}

static enum err_kind answer(const struct checking *x, const struct tree *t, const struct check_result *r,
                            struct view *v, struct err *e)
{
    const struct check_request *in = x->call->in;
    const char *format = call_param(x->call, "format");
    struct check_told told = { in->file };
    if (!format || strcmp(format, "json") == 0) return as_json(x, t, r, v->body);
    if (strcmp(format, "sarif") == 0) {
        v->type = "application/sarif+json";
        check_write_sarif(r, &told, 1, v->body);
        return ERR_OK;
    }
    if (strcmp(format, "text") != 0 && strcmp(format, "github") != 0)
        return err_set(e, ERR_SYNTAX, "format is json, sarif, github or text");
    v->type = "text/plain; charset=utf-8";
    if (strcmp(format, "text") == 0) check_write_text(r, &told, v->body);
    else check_write_github(r, &told, v->body);
    return ERR_OK;
}

enum err_kind view_check(struct call *c, struct view *v, struct err *e)
{
    const struct check_request *in = c->in;
    struct checking x = { .call = c };
    struct survey survey = { 0 };
    struct check_result r = { 0 };
    auto_tree tree = NULL;
    enum err_kind k = store_read(c->service->store, read_repository, &x, e);
    const char *ref = in->ref ? in->ref : x.repository.default_ref;
    if (k != ERR_OK || (k = open_at(&x, ref, &tree, e)) != ERR_OK || (k = survey_of(&x, tree, &survey, e)) != ERR_OK)
        return k;
    struct check_codebase codebase = { .tree = tree, .survey = &survey };
    struct check_input input = { .codebases = { &codebase, 1 },
                                 .size = in->size == SIZE_SMALL ? SIZE_SMALL : SIZE_FULL };
    if ((k = settings_of(&x, ref, tree, &input.settings, e)) != ERR_OK) return k;
    k = check_text(in->plan, strlen(in->plan), (enum check_form)in->form, &input, c->arena, &r, e);
    if (k != ERR_OK && (k == ERR_INVALID || k == ERR_SYNTAX)) { /* the place is in the plan, not in the request */
        const char *at = arena_dup(c->arena, e->at), *msg = arena_dup(c->arena, e->msg);
        return err_at(e, ERR_INVALID, "/plan", "%.80s%s%.300s", at ? at : "", at && *at ? ": " : "", msg ? msg : "");
    }
    return k == ERR_OK ? answer(&x, tree, &r, v, e) : k;
}
