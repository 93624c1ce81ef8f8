/* Projects, people and tokens. */
#include "service/admin.h"

#include <string.h>
#include "pland/base/id.h"
#include "service/approve.h"
#include "service/money.h"
#include "service/rebase.h"
#include "service/scope.h"

static const struct field token_fields[] = {
    F_STR(struct token_request, name, FIELD_REQUIRED | FIELD_NONBLANK, 1, 200, "what it is for"),
    F_ENUM(struct token_request, role, FIELD_REQUIRED, role_names, "viewer, planner, approver or admin"),
    F_STR(struct token_request, project, 0, 1, 100, "one project; all when absent"),
    F_STR(struct token_request, person, 0, 1, 200, "name of the person it stands for"),
    F_TIME(struct token_request, expires_at, 0, "when it ends"),
    F_STR(struct token_request, plan, 0, 1, 39, "the only plan it is for"),
    F_STRS(struct token_request, verbs, 0, 64, 40, "all it may do there"),
};
const struct record token_request_record = RECORD("token_request", struct token_request, token_fields);
static const struct field project_fields[] = {
    F_STR(struct project_request, name, FIELD_NONBLANK, 1, 100, "name"),
    F_JSON(struct project_request, settings, 0, 65536, "settings"),
};
const struct record project_request_record = RECORD("project_request", struct project_request, project_fields);

enum err_kind audit_note(struct txn *tx, const struct call *c, int64_t project, const char *action, const char *object,
                         struct err *e)
{
    struct audit_row r = { .at = clock_now(c->service->clock), .project = project, .person = c->caller.person,
        .token = c->caller.token, .action = action, .object = object };
    return store_audit_insert(tx, &r, e);
}

/* *ret: the verbs of one plan, separated by blanks; NULL: whatever the role may. */
static enum err_kind narrow(struct txn *tx, struct call *c, int64_t project, const char **ret, struct err *e)
{
    const struct token_request *in = c->in;
    struct plan_row p = { 0 };
    auto_buf b = BUF_INIT(4096);
    char at[40];
    enum err_kind k;
    *ret = NULL;
    if (!in->plan && in->verbs.n) return err_at(e, ERR_INVALID, "/plan", "verbs are those of one plan: say which");
    if (!in->plan) return ERR_OK;
    k = store_plan_get(tx, in->plan, project, c->arena, &p, e);
    if (k == ERR_NOT_FOUND || k == ERR_GONE) return err_at(e, ERR_INVALID, "/plan", "%.200s", e->msg);
    for (size_t i = 0; k == ERR_OK && i < in->verbs.n; i++) {
        (void)snprintf(at, sizeof at, "/verbs/%zu", i);
        if (token_verb(in->verbs.v[i], strlen(in->verbs.v[i])) < 0)
            return err_at(e, ERR_INVALID, at, "no token is narrowed to '%.40s'; see /plans/{id}/…", in->verbs.v[i]);
        buf_fmt(&b, "%s%s", i ? " " : "", in->verbs.v[i]);
    }
    if (k == ERR_OK && b.n) *ret = arena_dup_n(c->arena, buf_cstr(&b), b.n);
    return k;
}

static enum err_kind person_named(struct txn *tx, struct call *c, const char *name, int64_t *ret, struct err *e)
{
    struct person_row p = { 0 };
    struct id id;
    enum err_kind k = store_person_by_name(tx, name, c->arena, &p, e);
    if (k == ERR_NOT_FOUND) {
        id_new(&id, "per_", c->service->clock);
        p = (struct person_row){ .id = id.s, .name = name, .created_at = clock_now(c->service->clock) };
        k = store_person_insert(tx, &p, e);
    }
    *ret = p.n;
    return k;
}

enum err_kind token_issue(struct txn *tx, const struct call *c, struct token_row *t, const char **ret_secret, struct err *e)
{
    char *secret = arena_alloc(c->arena, 64);
    struct id id;
    enum err_kind k;
    if (!secret) return err_nomem(e);
    id_new(&id, "tok_", c->service->clock);
    id_secret(secret, "pland_");
    t->id = arena_dup(c->arena, id.s);
    t->hash = hash_sha256(secret, strlen(secret));
    t->created_at = clock_now(c->service->clock);
    if ((k = arena_check(c->arena, e)) != ERR_OK || (k = store_token_insert(tx, t, e)) != ERR_OK) return k;
    *ret_secret = secret;
    return audit_note(tx, c, t->project, "token.create", t->id, e);
}

enum err_kind service_token_create(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct token_request *in = c->in;
    int64_t project = c->caller.project, person = 0;
    const char *verbs, *secret;
    enum err_kind k = ERR_OK;
    if (in->role == ROLE_NONE)
        return err_at(e, ERR_INVALID, "/role", "must be one of viewer, planner, approver, admin");
    if (in->expires_at && in->expires_at <= clock_now(c->service->clock))
        return err_at(e, ERR_INVALID, "/expires_at", "must be in the future");
    if (in->project && (k = scope_project(tx, c, in->project, &project, e)) != ERR_OK) return k;
    if ((k = narrow(tx, c, project, &verbs, e)) != ERR_OK) return k;
    if ((k = person_named(tx, c, in->person ? in->person : in->name, &person, e)) != ERR_OK) return k;
    struct token_row t = { .name = in->name, .role = in->role, .project = project, .person = person,
        .expires_at = in->expires_at, .plan = in->plan, .verbs = verbs };
    if ((k = token_issue(tx, c, &t, &secret, e)) != ERR_OK) return k;
    out->status = 201;
    out->once = arena_fmt(c->arena, "\"secret\":\"%s\"", secret);
    (void)snprintf(out->href, sizeof out->href, "/tokens/%s", t.id);
    return ERR_OK;
}

/* A token of the caller's scope. */
static enum err_kind token_get(struct txn *tx, struct call *c, struct token_row *ret, struct err *e)
{
    enum err_kind k = store_token_get(tx, c->id, c->arena, ret, e);
    if (k == ERR_OK && c->caller.project && ret->project != c->caller.project)
        return err_set(e, ERR_NOT_FOUND, "there is no token %.60s", c->id);
    return k;
}

enum err_kind service_token_revoke(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct token_row t = { 0 };
    enum err_kind k = token_get(tx, c, &t, e);
    if (k != ERR_OK) return k;
    if ((k = store_token_revoke(tx, t.n, clock_now(c->service->clock), e)) != ERR_OK) return k;
    out->status = 204;
    out->notices[out->n_notices++] = (struct notice){ .kind = NOTICE_TOKENS };
    return audit_note(tx, c, t.project, "token.revoke", t.id, e);
}

enum err_kind service_project_create(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct project_request *in = c->in;
    struct id id;
    enum err_kind k;
    if (c->caller.project) return err_set(e, ERR_FORBIDDEN, "this token belongs to one project");
    if (!in->name) return err_at(e, ERR_INVALID, "/name", "required field is missing");
    if ((k = money_settings_check(in->settings, c->arena, e)) != ERR_OK ||
        (k = rebase_settings_check(in->settings, e)) != ERR_OK ||
        (k = approval_settings_check(in->settings, c->arena, e)) != ERR_OK)
        return k;
    id_new(&id, "prj_", c->service->clock);
    struct project_row p = { .id = id.s, .name = in->name, .settings = in->settings,
        .created_at = clock_now(c->service->clock) };
    k = store_project_insert(tx, &p, e);
    if (k == ERR_CONFLICT) return err_at(e, ERR_CONFLICT, "/name", "there is a project '%.100s' already", in->name);
    if (k != ERR_OK || (k = audit_note(tx, c, p.n, "project.create", id.s, e)) != ERR_OK) return k;
    out->status = 201;
    (void)snprintf(out->href, sizeof out->href, "/projects/%s", id.s);
    return ERR_OK;
}

enum err_kind service_project_patch(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct project_request *in = c->in;
    struct project_row p = { 0 };
    enum err_kind k = store_project_get(tx, c->id, c->arena, &p, e);
    if (k != ERR_OK) return k;
    if (c->caller.project && c->caller.project != p.n)
        return err_set(e, ERR_NOT_FOUND, "there is no project %.60s", c->id);
    if ((k = money_settings_check(in->settings, c->arena, e)) != ERR_OK ||
        (k = rebase_settings_check(in->settings, e)) != ERR_OK ||
        (k = approval_settings_check(in->settings, c->arena, e)) != ERR_OK)
        return k;
    if (in->name) p.name = in->name;
    if (in->settings) p.settings = in->settings;
    if ((k = store_project_update(tx, &p, e)) != ERR_OK) return k;
    if (in->settings) outcome_notice(out, NOTICE_BUDGETS, 0, 0); /* plans may wait for them */
    (void)snprintf(out->href, sizeof out->href, "/projects/%s", p.id);
    return audit_note(tx, c, p.n, "project.patch", p.id, e);
}

enum err_kind service_resume(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    enum err_kind k = store_meta_set(tx, "paused", "0", e);
    if (k != ERR_OK) return k;
    out->status = 204;
    out->notices[out->n_notices++] = (struct notice){ .kind = NOTICE_RESUMED };
    out->notices[out->n_notices++] = (struct notice){ .kind = NOTICE_JOBS };
    return audit_note(tx, c, 0, "instance.resume", NULL, e);
}

/* --- views -------------------------------------------------------------------------------------------------------- */

static void verbs_json(const char *verbs, struct buf *b)
{
    if (!verbs) return;
    buf_key(b, "verbs");
    buf_char(b, '[');
    for (size_t n; *verbs; verbs += n + (verbs[n] != '\0')) {
        n = strcspn(verbs, " ");
        buf_comma(b);
        buf_json_n(b, verbs, n);
    }
    buf_char(b, ']');
}

static void token_json(struct txn *tx, struct call *c, const struct token_row *t, struct buf *b)
{
    buf_char(b, '{');
    view_text(b, "id", t->id);
    view_text(b, "name", t->name);
    view_text(b, "role", role_names[t->role]);
    view_text(b, "plan", t->plan);
    verbs_json(t->verbs, b);
    view_text(b, "project", scope_project_name(tx, t->project, c->arena));
    view_text(b, "person", scope_person(tx, t->person, c->arena));
    view_time(b, "created_at", t->created_at);
    view_time(b, "expires_at", t->expires_at);
    view_time(b, "last_used_at", t->last_used_at);
    view_time(b, "revoked_at", t->revoked_at);
    buf_char(b, '}');
}

static enum err_kind read_token(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct token_row t = { 0 };
    enum err_kind k = token_get(tx, r->call, &t, e);
    if (k == ERR_OK) token_json(tx, r->call, &t, r->view->body);
    return k;
}

static enum err_kind read_tokens(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct token_list l = { 0 };
    int64_t project;
    enum err_kind k = scope_filter(tx, r->call, &project, e);
    if (k != ERR_OK || (k = store_token_list(tx, project, r->call->arena, &l, e)) != ERR_OK) return k;
    buf_str(r->view->body, "{\"tokens\":[");
    for (size_t i = 0; i < l.n; i++) {
        buf_comma(r->view->body);
        token_json(tx, r->call, &l.v[i], r->view->body);
    }
    buf_str(r->view->body, "]}");
    return ERR_OK;
}

static void project_json(const struct project_row *p, struct buf *b)
{
    buf_char(b, '{');
    view_text(b, "id", p->id);
    view_text(b, "name", p->name);
    view_raw(b, "settings", p->settings ? p->settings : "{}");
    view_time(b, "created_at", p->created_at);
    buf_char(b, '}');
}

static enum err_kind read_project(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct project_row p = { 0 };
    enum err_kind k = store_project_get(tx, r->call->id, r->call->arena, &p, e);
    if (k != ERR_OK) return k;
    if (r->call->caller.project && r->call->caller.project != p.n)
        return err_set(e, ERR_NOT_FOUND, "there is no project %.60s", r->call->id);
    project_json(&p, r->view->body);
    return ERR_OK;
}

static enum err_kind read_projects(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct project_list l = { 0 };
    enum err_kind k = store_project_list(tx, r->call->arena, &l, e);
    if (k != ERR_OK) return k;
    buf_str(r->view->body, "{\"projects\":[");
    for (size_t i = 0; i < l.n; i++) {
        if (r->call->caller.project && r->call->caller.project != l.v[i].n) continue;
        buf_comma(r->view->body);
        project_json(&l.v[i], r->view->body);
    }
    buf_str(r->view->body, "]}");
    return ERR_OK;
}

enum err_kind view_token(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_token, e); }
enum err_kind view_tokens(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_tokens, e); }
enum err_kind view_project(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_project, e); }
enum err_kind view_projects(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_projects, e); }
