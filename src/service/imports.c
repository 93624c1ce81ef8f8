/* Codebases fetched from a git remote: taking the address and its credential, asking for a fetch, showing how it
 * stands. A credential is sealed or referred to by the name of a file in DATA/secrets; it is never shown, and never
 * sent to another host than the one it was given for. */
#include "service/imports.h"

#include <stdlib.h>
#include <string.h>
#include "pland/repo/mirror.h"
#include "pland/service/imports.h"
#include "pland/store/jobs.h"
#include "service/admin.h"
#include "service/plan_txn.h"
#include "service/scope.h"
#include "service/secret.h"

static const struct field git_fields[] = {
    F_STR(struct git_request, url, 0, 1, 1200, "https://host/path, ssh://user@host/path or user@host:path"),
    F_STR(struct git_request, ref, 0, 1, 200, "branch or tag read by default; the remote's own otherwise"),
    F_STR(struct git_request, username, 0, 1, 100, "for the token; x-access-token otherwise"),
    F_STR(struct git_request, token, 0, 0, 4000, "for https; an empty one forgets the credential"),
    F_STR(struct git_request, key, 0, 0, 16000, "private key for ssh, without passphrase"),
    F_STR(struct git_request, credential_file, 0, 0, 100,
          "name of a file in the data directory's secrets/, with the token or key"),
    F_STR(struct git_request, sync, 0, 1, 20, "how often it is fetched: default, never, or a time such as 15m"),
};
const struct record git_request_record = RECORD("git", struct git_request, git_fields);

/* --- what is asked for ---------------------------------------------------------------------------------------------
 */
static enum err_kind check_url(const struct call *c, const char *url, struct remote *ret, struct err *e)
{
    enum err_kind k = remote_parse(url, ret, e);
    if (k != ERR_OK) return k;
    if (!c->service->git) return err_at(e, ERR_FORBIDDEN, "/git", "this instance fetches no codebases");
    return remote_allowed(c->service->git, ret, e);
}

static enum err_kind check_ref(const char *ref, const char *at, struct err *e)
{
    if (!ref || remote_ref_valid(ref)) return ERR_OK;
    return err_at(e, ERR_INVALID, at, "'%.100s' is not a branch, tag or commit", ref);
}

static enum err_kind sync_every(const char *text, int64_t *ret, struct err *e)
{
    static const struct { char unit; int64_t s; } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
    char *end;
    long n = strtol(text, &end, 10);
    if (strcmp(text, "default") == 0) return *ret = SYNC_DEFAULT, ERR_OK;
    if (strcmp(text, "never") == 0) return *ret = SYNC_NEVER, ERR_OK;
    for (size_t i = 0; end != text && end[0] && !end[1] && i < countof(units); i++) {
        if (*end != units[i].unit || n < 1 || n > 31536000 || n * units[i].s < 60) continue;
        return *ret = n * units[i].s * 1000, ERR_OK;
    }
    return err_at(e, ERR_INVALID, "/git/sync",
                  "must be default, never, or a time of at least a minute such as 15m or 6h");
}

static enum err_kind one_credential(const struct git_request *in, struct err *e)
{
    int given = (in->token && *in->token) + (in->key && *in->key) + (in->credential_file && *in->credential_file);
    return given < 2 ? ERR_OK : err_at(e, ERR_INVALID, "/git", "takes one of token, key and credential_file");
}

static enum err_kind seal(const struct call *c, const char *plain, enum import_credential kind, struct import_row *r,
                          struct err *e)
{
    struct sealed sealed = { 0 };
    enum err_kind k = ERR_OK;
    r->credential = CREDENTIAL_NONE;
    r->secret = NULL;
    r->n_secret = 0;
    r->secret_file = NULL;
    if (!*plain) return ERR_OK;
    if (strpbrk(plain, "\r\n") && kind == CREDENTIAL_TOKEN)
        return err_at(e, ERR_INVALID, "/git/token", "must be one line");
    if ((k = secret_seal(c->service, c->arena, plain, &sealed, e)) != ERR_OK) return k;
    r->credential = (int)kind;
    r->secret = sealed.bytes;
    r->n_secret = sealed.n;
    return ERR_OK;
}

static enum err_kind refer(const char *file, struct import_row *r, struct err *e)
{
    if (*file == '.' || strchr(file, '/'))
        return err_at(e, ERR_INVALID, "/git/credential_file",
                      "must be the plain name of a file in secrets/ of the data directory");
    r->secret = NULL;
    r->n_secret = 0;
    r->secret_file = *file ? file : NULL;
    r->credential = *file ? CREDENTIAL_FILE : CREDENTIAL_NONE;
    return ERR_OK;
}

/* The credential stays where it belongs: with the host it was given for. */
static enum err_kind take_url(const struct call *c, const char *url, struct import_row *r, struct err *e)
{
    struct remote now, was;
    struct err none;
    enum err_kind k = check_url(c, url, &now, e);
    if (k != ERR_OK || (r->url && strcmp(r->url, url) == 0)) return k;
    if (!r->url || remote_parse(r->url, &was, &none) != ERR_OK || was.scheme != now.scheme || was.port != now.port ||
        strcmp(was.host, now.host) != 0)
        r->credential = CREDENTIAL_NONE, r->secret = NULL, r->n_secret = 0, r->secret_file = NULL;
    r->url = url;
    r->state = IMPORT_IMPORTING;
    r->synced_at = 0; /* what was fetched is of another place */
    return ERR_OK;
}

static enum err_kind take(const struct call *c, const struct git_request *in, struct import_row *r, struct err *e)
{
    enum err_kind k = one_credential(in, e);
    if (k == ERR_OK && in->url) k = take_url(c, in->url, r, e);
    if (k == ERR_OK) k = check_ref(in->ref, "/git/ref", e);
    if (k == ERR_OK && in->token) k = seal(c, in->token, CREDENTIAL_TOKEN, r, e);
    if (k == ERR_OK && in->key && !(in->token && *in->token)) k = seal(c, in->key, CREDENTIAL_KEY, r, e);
    if (k == ERR_OK && in->credential_file && !(in->token && *in->token) && !(in->key && *in->key))
        k = refer(in->credential_file, r, e);
    if (k == ERR_OK && in->sync) k = sync_every(in->sync, &r->sync_every, e);
    if (in->username) r->username = in->username;
    return k;
}

/* --- asking for a fetch --------------------------------------------------------------------------------------------
 */
/* One that runs may have looked at the remote already: then another one follows it. */
static enum err_kind fetch_soon(struct txn *tx, struct call *c, const struct repository_row *r, struct import_row *i,
                                struct outcome *out, struct err *e)
{
    struct job j = { .kind = JOB_IMPORT,
                     .state = JOB_QUEUED,
                     .priority = 1,
                     .run_at = clock_now(c->service->clock),
                     .person = c->caller.person,
                     .subject = r->id };
    enum err_kind k = store_job_insert(tx, &j, e);
    i->next_at = 0;
    i->again = k == ERR_CONFLICT;
    if (k != ERR_OK && k != ERR_CONFLICT) return k;
    if (i->state == IMPORT_FAILED) i->state = IMPORT_IMPORTING;
    outcome_notice(out, NOTICE_JOBS, 0, 0);
    return store_import_update(tx, i, e);
}

enum err_kind import_create(struct txn *tx, struct call *c, const struct git_request *in,
                            const struct repository_row *r, struct outcome *out, struct err *e)
{
    struct import_row i = { .repository = r->n, .state = IMPORT_IMPORTING };
    enum err_kind k = in->url ? take(c, in, &i, e) : err_at(e, ERR_INVALID, "/git/url", "required field is missing");
    if (k != ERR_OK || (k = check_ref(r->default_ref, "/default_ref", e)) != ERR_OK ||
        (k = store_import_insert(tx, &i, e)) != ERR_OK)
        return k;
    return fetch_soon(tx, c, r, &i, out, e);
}

enum err_kind import_patch(struct txn *tx, struct call *c, const struct git_request *in, const struct repository_row *r,
                           bool refetch, struct outcome *out, struct err *e)
{
    struct import_row i = { 0 };
    enum err_kind k;
    if (r->kind != REPOSITORY_GIT)
        return in ? err_at(e, ERR_CONFLICT, "/git", "this codebase is not fetched from a remote") : ERR_OK;
    if ((k = check_ref(r->default_ref, "/default_ref", e)) != ERR_OK ||
        (k = store_import_get(tx, r->n, c->arena, &i, e)) != ERR_OK)
        return k;
    if (in && (k = take(c, in, &i, e)) != ERR_OK) return k;
    if (refetch || (in && (in->url || in->ref || in->token || in->key || in->credential_file || in->username)))
        return fetch_soon(tx, c, r, &i, out, e);
    if (in && in->sync && i.synced_at) i.next_at = import_next(c->service, &i, clock_now(c->service->clock));
    return store_import_update(tx, &i, e);
}

enum err_kind service_repository_sync(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct repository_row r = { 0 };
    struct import_row i = { 0 };
    int64_t project;
    enum err_kind k = scope_filter(tx, c, &project, e);
    if (k != ERR_OK || (k = store_repository_get(tx, project, c->id, c->arena, &r, e)) != ERR_OK) return k;
    if (r.kind != REPOSITORY_GIT)
        return err_set(e, ERR_CONFLICT,
                       r.kind == REPOSITORY_PATH ? "this codebase is read where it is: there is nothing to fetch"
                                                 : "this codebase is uploaded: there is nothing to fetch");
    if ((k = store_import_get(tx, r.n, c->arena, &i, e)) != ERR_OK || (k = fetch_soon(tx, c, &r, &i, out, e)) != ERR_OK)
        return k;
    out->status = 202;
    (void)snprintf(out->href, sizeof out->href, "/repositories/%s", r.id);
    return audit_note(tx, c, r.project, "repository.sync", r.id, e);
}

/* --- views ---------------------------------------------------------------------------------------------------------
 */
static const char *every_text(struct arena *a, int64_t every)
{
    if (every == SYNC_DEFAULT) return "default";
    if (every == SYNC_NEVER) return "never";
    return every % 60000 ? arena_fmt(a, "%llds", (long long)every / 1000)
                         : arena_fmt(a, "%lldm", (long long)every / 60000);
}

void import_json(struct txn *tx, const struct repository_row *r, struct arena *a, struct buf *b)
{
    struct import_row i = { .state = IMPORT_READY };
    struct err e;
    bool git = r->kind == REPOSITORY_GIT && store_import_get(tx, r->n, a, &i, &e) == ERR_OK;
    view_text(b, "state", import_state_names[i.state]);
    if (!git) return;
    buf_key(b, "git");
    buf_char(b, '{');
    view_text(b, "url", i.url);
    view_text(b, "ref", r->default_ref);
    view_text(b, "username", i.username);
    view_text(b, "credential", import_credential_names[i.credential]);
    view_text(b, "credential_file", i.secret_file);
    view_text(b, "sync", every_text(a, i.sync_every));
    view_time(b, "last_synced_at", i.synced_at);
    view_time(b, "last_tried_at", i.tried_at);
    view_time(b, "next_sync_at", i.next_at);
    view_text(b, "progress", i.progress);
    view_text(b, "error", i.error);
    buf_char(b, '}');
}
