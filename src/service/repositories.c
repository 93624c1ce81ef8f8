/* Codebases: registered by path below the roots, or uploaded as a tree. Looking at the disk happens in prepare
 * functions on a pool thread; the transaction only writes rows. */
#include <stdlib.h>
#include <string.h>
#include "pland/base/id.h"
#include "pland/repo/pack.h"
#include "pland/service/codebases.h"
#include "pland/service/moved.h"
#include "pland/store/repositories.h"
#include "service/admin.h"
#include "service/corrections.h"
#include "service/imports.h"
#include "service/scope.h"

static const struct field repository_fields[] = {
    F_STR(struct repository_request, name, FIELD_REQUIRED | FIELD_NONBLANK, 1, 100, "name"),
    F_STR(struct repository_request, path, 0, 1, 4000, "folder below the roots; absent for an upload"),
    F_STR(struct repository_request, default_ref, 0, 1, 200,
          "branch, tag or commit; WORKTREE for the files as they are"),
    F_STR(struct repository_request, project, 0, 1, 100, "project"),
    F_BOOL(struct repository_request, is_private, 0, "an upload for one plan"),
    F_OPT(struct repository_request, git, 0, &git_request_record, "a remote to fetch it from"),
};
const struct record repository_request_record =
    RECORD("repository_request", struct repository_request, repository_fields);
static const struct field repository_patch_fields[] = {
    F_STR(struct repository_patch, default_ref, 0, 1, 200, "branch, tag or commit"),
    F_OPT(struct repository_patch, corrections, 0, &corrections_request_record,
          "what people know better than the survey"),
    F_OPT(struct repository_patch, git, 0, &git_request_record, "what changes of its remote"),
};
const struct record repository_patch_record =
    RECORD("repository_patch", struct repository_patch, repository_patch_fields);

/* A failure that is the fault of what was sent, there. */
static enum err_kind blame(enum err_kind k, const char *at, struct err *e)
{
    if (k == ERR_NOT_FOUND) e->kind = ERR_INVALID;
    (void)snprintf(e->at, sizeof e->at, "%s", at);
    return e->kind;
}

/* The folder, and the proof that the ref (NULL: none is named) resolves in it. */
static enum err_kind locate(struct call *c, const char *path, const char *ref, const char *at, struct err *e)
{
    struct repo_location *found = arena_alloc(c->arena, sizeof *found);
    auto_tree tree = NULL;
    enum err_kind k;
    if (!found) return err_nomem(e);
    if ((k = repo_locate(c->service->roots, path, found, e)) != ERR_OK) return blame(k, at, e);
    c->prepared = found;
    if (!ref || strcmp(ref, "WORKTREE") == 0) return ERR_OK;
    if (!found->git) return err_at(e, ERR_INVALID, "/default_ref", "a folder without git has no refs");
    k = tree_open_git(found, ref, NULL, &tree, e);
    return k == ERR_NOT_FOUND || k == ERR_INVALID ? blame(k, "/default_ref", e) : k;
}

static enum err_kind no_refs(struct err *e)
{
    return err_at(e, ERR_INVALID, "/default_ref", "an upload has no refs");
}

/* Who may not register a path does not learn either which ones there are. */
enum err_kind prepare_repository(struct call *c, struct err *e)
{
    const struct repository_request *in = c->in;
    if (!in->path) return in->default_ref && !in->git ? no_refs(e) : ERR_OK;
    if (c->caller.role < ROLE_ADMIN)
        return err_at(e, ERR_FORBIDDEN, "/path", "registering a path is an admin's right; a planner may upload");
    return locate(c, in->path, in->default_ref, "/path", e);
}

/* A name stands in addresses and before paths (name//path). */
static bool plain_name(const char *s)
{
    for (const char *p = s; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7F) return false;
    if (strcmp(s, ".") == 0 || strcmp(s, "..") == 0 || strstr(s, "//")) return false;
    return s[0] != '/' && s[strlen(s) - 1] != '/';
}

/* Which of the three kinds it becomes, and whether the caller may. */
static enum err_kind kind_of(const struct call *c, const struct repository_request *in, int *ret, struct err *e)
{
    if (in->path && in->git) return err_at(e, ERR_INVALID, "/git", "takes the place of path: give one of them");
    if (in->git && in->is_private) return err_at(e, ERR_INVALID, "/is_private", "is for uploads");
    if (in->git && in->default_ref && in->git->ref)
        return err_at(e, ERR_INVALID, "/default_ref", "is git.ref: give one of them");
    if (in->git && c->caller.role < ROLE_ADMIN)
        return err_at(e, ERR_FORBIDDEN, "/git", "fetching from a remote is an admin's right; a planner may upload");
    *ret = in->path ? REPOSITORY_PATH : in->git ? REPOSITORY_GIT : REPOSITORY_UPLOAD;
    return ERR_OK;
}

enum err_kind service_repository_create(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct repository_request *in = c->in;
    const struct repo_location *at = c->prepared;
    struct repository_row r = { .created_at = clock_now(c->service->clock), .created_by = c->caller.person };
    struct id id;
    enum err_kind k;
    if (!plain_name(in->name))
        return err_at(e, ERR_INVALID, "/name",
                      "must hold no control characters and no \"//\", not begin or end with a slash, nor be . or ..");
    if ((k = kind_of(c, in, &r.kind, e)) != ERR_OK) return k;
    if ((k = scope_project(tx, c, in->project, &r.project, e)) != ERR_OK) return k;
    id_new(&id, "repo_", c->service->clock);
    r.id = id.s;
    r.name = in->name;
    r.path = at ? at->path : NULL;
    r.default_ref = in->git && in->git->ref ? in->git->ref : in->default_ref;
    r.is_private = in->is_private;
    k = store_repository_insert(tx, &r, e);
    if (k == ERR_CONFLICT)
        return err_at(e, ERR_CONFLICT, "/name", "a codebase '%.100s' is registered already", in->name);
    if (k != ERR_OK || (k = audit_note(tx, c, r.project, "repository.create", r.id, e)) != ERR_OK) return k;
    if (in->git && (k = import_create(tx, c, in->git, &r, out, e)) != ERR_OK) return k;
    out->status = 201;
    (void)snprintf(out->href, sizeof out->href, "/repositories/%s", id.s);
    return ERR_OK;
}

static enum err_kind get(struct txn *tx, struct call *c, struct repository_row *ret, struct err *e)
{
    int64_t project;
    enum err_kind k = scope_filter(tx, c, &project, e);
    if (k != ERR_OK || (k = store_repository_get(tx, project, c->id, c->arena, ret, e)) != ERR_OK) return k;
    return scope_sees(c, ret) ? ERR_OK : err_set(e, ERR_NOT_FOUND, "no such repository");
}

struct lookup { struct call *call; struct repository_row row; };

static enum err_kind look_up(struct txn *tx, void *arg, struct err *e)
{
    struct lookup *l = arg;
    return get(tx, l->call, &l->row, e);
}

enum err_kind prepare_repository_patch(struct call *c, struct err *e)
{
    const struct repository_patch *in = c->in;
    struct lookup l = { .call = c };
    enum err_kind k = corrections_check(in->corrections, e);
    if (k != ERR_OK) return k;
    if (!in->default_ref && !in->git && !in->corrections)
        return err_set(e, ERR_INVALID, "nothing to change: give default_ref, corrections or git");
    if (!in->default_ref) return ERR_OK;
    if ((k = store_read(c->service->store, look_up, &l, e)) != ERR_OK) return k;
    if (l.row.kind == REPOSITORY_GIT) return ERR_OK; /* whether the remote has it, its next fetch finds out */
    return l.row.path ? locate(c, l.row.path, in->default_ref, "/default_ref", e) : no_refs(e);
}

enum err_kind service_repository_patch(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct repository_patch *in = c->in;
    struct repository_row r = { 0 };
    const char *ref = in->git && in->git->ref ? in->git->ref : in->default_ref;
    enum err_kind k = get(tx, c, &r, e);
    if (k != ERR_OK) return k;
    if ((k = corrections_patch(tx, c, in->corrections, &r, e)) != ERR_OK) return k;
    if (ref) r.default_ref = ref;
    if ((k = import_patch(tx, c, in->git, &r, ref != NULL, out, e)) != ERR_OK) return k;
    if ((k = store_repository_update(tx, &r, e)) != ERR_OK) return k;
    if ((k = service_repository_moved(tx, c->service, r.n, 0, c->arena, out, e)) != ERR_OK) return k;
    (void)snprintf(out->href, sizeof out->href, "/repositories/%s", r.id);
    return audit_note(tx, c, r.project, "repository.patch", r.id, e);
}

enum err_kind service_repository_delete(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct repository_row r = { 0 };
    enum err_kind k = get(tx, c, &r, e);
    if (k != ERR_OK) return k;
    k = store_repository_delete(tx, r.n, e);
    if (k == ERR_CONFLICT) return err_set(e, ERR_CONFLICT, "plans refer to this codebase");
    if (k != ERR_OK) return k;
    out->status = 204;
    return audit_note(tx, c, r.project, "repository.delete", r.id, e);
}

/* --- upload ------------------------------------------------------------------------------------------------------- */
struct upload { char tree[TREE_ID_LEN]; const char *commit, *notes; };

static bool is_hex(const char *s)
{
    return s && *s && strspn(s, "0123456789abcdef") == strlen(s) && strlen(s) == 40;
}

/* Apart from this process, where there is a program for that. */
static enum err_kind unpack(const struct call *c, struct upload *u, struct pack_report *report, struct err *e)
{
    const struct service *s = c->service;
    auto_tree tree = NULL;
    enum err_kind k;
    if (s->program)
        return repo_unpack_apart(s->program, c->body, c->n_body, s->data_dir, u->commit, s->limits, c->arena, report,
                                 u->tree, e);
    if ((k = repo_unpack(c->body, c->n_body, s->data_dir, u->commit, s->limits, c->arena, report, &tree, e)) == ERR_OK)
        (void)snprintf(u->tree, sizeof u->tree, "%s", tree_id(tree));
    return k;
}

/* What was left out of an upload, or is odd about it: a member that is shown with this answer alone. NULL: nothing. */
static const char *notes_json(struct arena *a, const struct pack_report *r)
{
    auto_buf b = BUF_INIT(1 << 20);
    if (!r->notes.n) return NULL;
    buf_str(&b, "\"notes\":[");
    for (size_t i = 0; i < r->notes.n; i++) {
        buf_comma(&b);
        buf_char(&b, '{');
        view_text(&b, "path", r->notes.v[i].path);
        view_text(&b, "why", r->notes.v[i].why);
        buf_char(&b, '}');
    }
    buf_char(&b, ']');
    return b.failed ? NULL : arena_dup_n(a, buf_cstr(&b), b.n);
}

enum err_kind prepare_upload(struct call *c, struct err *e)
{
    const char *dirty = call_param(c, "dirty");
    struct upload *u = arena_alloc(c->arena, sizeof *u);
    struct pack_report report = { 0 };
    enum err_kind k;
    if (!u) return err_nomem(e);
    u->commit = call_param(c, "commit");
    if (u->commit && !is_hex(u->commit)) return err_set(e, ERR_SYNTAX, "commit must be 40 hex digits");
    if (dirty && strcmp(dirty, "true") != 0 && strcmp(dirty, "false") != 0)
        return err_set(e, ERR_SYNTAX, "dirty must be true or false");
    if ((k = unpack(c, u, &report, e)) != ERR_OK || (k = service_tree_keep(c->service, u->tree, e)) != ERR_OK) return k;
    u->notes = notes_json(c->arena, &report);
    c->prepared = u;
    return ERR_OK;
}

enum err_kind service_repository_upload(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct upload *u = c->prepared;
    const char *dirty = call_param(c, "dirty");
    struct repository_row r = { 0 };
    enum err_kind k = get(tx, c, &r, e);
    if (k != ERR_OK) return k;
    if (r.kind != REPOSITORY_UPLOAD)
        return err_set(e, ERR_CONFLICT, "this codebase is registered by %s: it takes no upload",
                       r.kind == REPOSITORY_GIT ? "git URL" : "path");
    r.tree = u->tree;
    r.commit = u->commit;
    r.branch = call_param(c, "branch");
    r.remote = call_param(c, "remote");
    r.dirty = dirty && strcmp(dirty, "true") == 0;
    out->once = u->notes;
    if ((k = store_repository_update(tx, &r, e)) != ERR_OK) return k;
    if ((k = service_repository_moved(tx, c->service, r.n, 0, c->arena, out, e)) != ERR_OK) return k;
    (void)snprintf(out->href, sizeof out->href, "/repositories/%s", r.id);
    return audit_note(tx, c, r.project, "repository.upload", r.id, e);
}

/* --- views -------------------------------------------------------------------------------------------------------- */
/* said: NULL in lists. */
static void repository_json(struct txn *tx, struct call *c, const struct repository_row *r,
                            const struct correction_list *said, struct buf *b)
{
    buf_char(b, '{');
    view_text(b, "id", r->id);
    view_text(b, "name", r->name);
    view_text(b, "kind", repository_kind_names[r->kind]);
    view_text(b, "project", scope_project_name(tx, r->project, c->arena));
    view_text(b, "path", c->caller.role >= ROLE_ADMIN ? r->path : NULL);
    import_json(tx, r, c->arena, b);
    view_text(b, "default_ref", r->default_ref);
    view_text(b, "tree", r->tree);
    view_text(b, "commit", r->commit);
    view_text(b, "branch", r->branch);
    view_text(b, "remote", r->remote);
    view_bool(b, "dirty", r->dirty);
    view_bool(b, "is_private", r->is_private);
    if (said) corrections_json(tx, said, c->arena, b);
    view_time(b, "created_at", r->created_at);
    view_text(b, "created_by", scope_person(tx, r->created_by, c->arena));
    buf_char(b, '}');
}

static enum err_kind read_one(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct repository_row row = { 0 };
    struct correction_list said = { 0 };
    enum err_kind k = get(tx, r->call, &row, e);
    if (k == ERR_OK) k = store_correction_list(tx, row.n, r->call->arena, &said, e);
    if (k == ERR_OK) repository_json(tx, r->call, &row, &said, r->view->body);
    return k;
}

static enum err_kind read_list(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct repository_list l = { 0 };
    int64_t project, cursor;
    int limit;
    enum err_kind k = scope_filter(tx, r->call, &project, e);
    if (k != ERR_OK || (k = scope_page(r->call, 50, &limit, &cursor, e)) != ERR_OK) return k;
    if ((k = store_repository_list(tx, project, cursor, limit + 1, r->call->arena, &l, e)) != ERR_OK) return k;
    buf_str(r->view->body, "{\"repositories\":[");
    for (size_t i = 0; i < l.n && i < (size_t)limit; i++) {
        buf_comma(r->view->body);
        repository_json(tx, r->call, &l.v[i], NULL, r->view->body);
    }
    view_page_end(r->view, l.n > (size_t)limit, l.n > (size_t)limit ? l.v[limit - 1].n : 0);
    return ERR_OK;
}

enum err_kind view_repository(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_one, e); }
enum err_kind view_repositories(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_list, e); }
