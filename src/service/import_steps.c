/* Fetches on behalf of the worker pool: loading, progress, the end, and those that are due by themselves. */
#include "pland/service/moved.h"
#include "pland/service/imports.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#include "pland/service/inbound.h"
#include "service/plan_txn.h"

enum { SECRET_MAX = 16384, DUE_AT_ONCE = 50 };

/* --- loading -------------------------------------------------------------------------------------------------------
 */
struct load { const struct job *job; struct arena *arena; struct import_load *ret; };

static enum err_kind load_rows(struct txn *tx, void *arg, struct err *e)
{
    const struct load *l = arg;
    enum err_kind k = store_repository_get(tx, 0, l->job->subject, l->arena, &l->ret->repository, e);
    return k == ERR_OK ? store_import_get(tx, l->ret->repository.n, l->arena, &l->ret->import, e) : k;
}

/* A file in DATA/secrets, its last line break cut off unless it is a key. */
static enum err_kind read_file(const struct service *s, const char *name, struct arena *a, const char **ret,
                               struct err *e)
{
    char path[PATH_MAX], text[SECRET_MAX];
    ssize_t n = -1;
    int fd = (size_t)snprintf(path, sizeof path, "%s/secrets/%s", s->data_dir, name) < sizeof path
                 ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
                 : -1;
    if (fd >= 0) n = read(fd, text, sizeof text);
    if (n < 0) (void)err_errno(e, errno, "the credential's file secrets/%s", name);
    if (fd >= 0) (void)close(fd);
    if (n < 0) return e->kind = ERR_INVALID;
    if (n == 0 || n == (ssize_t)sizeof text || memchr(text, '\0', (size_t)n))
        return err_set(e, ERR_INVALID, "the credential's file secrets/%s is empty, too long or no text", name);
    if (strncmp(text, "-----", 5) != 0) n = (ssize_t)strcspn(text, "\r\n") < n ? (ssize_t)strcspn(text, "\r\n") : n;
    *ret = arena_dup_n(a, text, (size_t)n);
    return arena_check(a, e);
}

enum err_kind service_import_load(struct service *s, const struct job *j, struct arena *a, struct import_load *ret,
                                  struct err *e)
{
    const struct import_row *i = &ret->import;
    const char *plain = NULL;
    enum err_kind k = store_read(s->store, load_rows, &(struct load){ j, a, ret }, e);
    if (k != ERR_OK) return k;
    ret->token = ret->key = NULL;
    if (i->credential == CREDENTIAL_FILE) k = read_file(s, i->secret_file, a, &plain, e);
    else if (i->secret) k = service_unseal(s, i->secret, i->n_secret, a, &plain, e);
    if (k != ERR_OK) return k == ERR_INTERNAL ? (e->kind = ERR_INVALID) : k;
    if (plain && (i->credential == CREDENTIAL_KEY || strncmp(plain, "-----", 5) == 0)) ret->key = plain;
    else ret->token = plain;
    return ERR_OK;
}

/* --- while it runs -------------------------------------------------------------------------------------------------
 */
struct progress { struct service *service; const char *repository, *text; };

static enum err_kind write_progress(struct txn *tx, void *arg, struct err *e)
{
    const struct progress *p = arg;
    struct repository_row r = { 0 };
    struct import_row i = { 0 };
    auto_arena a = arena_new(0);
    enum err_kind k = a ? store_repository_get(tx, 0, p->repository, a, &r, e) : err_nomem(e);
    if (k != ERR_OK || (k = store_import_get(tx, r.n, a, &i, e)) != ERR_OK) return k;
    if (!p->text) i.tried_at = clock_now(p->service->clock);
    i.progress = p->text ? p->text : "connecting";
    return store_import_update(tx, &i, e);
}

enum err_kind service_import_progress(struct service *s, const char *repository, const char *text, struct err *e)
{
    return store_exec(s->store, write_progress, &(struct progress){ s, repository, text }, e);
}

int64_t import_next(const struct service *s, const struct import_row *i, int64_t now)
{
    int64_t every = i->sync_every == SYNC_DEFAULT ? s->sync_every_ms : i->sync_every;
    return every > 0 ? now + every : 0;
}

/* --- the end -------------------------------------------------------------------------------------------------------
 */
struct end { struct service *service; const struct import_end *end; struct outcome out; };

static enum err_kind queue(struct txn *tx, const struct service *s, const char *repository, int64_t person,
                           struct outcome *out, struct err *e)
{
    struct job j = { .kind = JOB_IMPORT,
                     .state = JOB_QUEUED,
                     .priority = 2,
                     .run_at = clock_now(s->clock),
                     .person = person,
                     .subject = repository };
    enum err_kind k = store_job_insert(tx, &j, e);
    if (k == ERR_OK) outcome_notice(out, NOTICE_JOBS, 0, 0);
    return k == ERR_CONFLICT ? ERR_OK : k; /* there is one */
}

static enum err_kind note(struct txn *tx, const struct end *x, const struct repository_row *r, const char *action,
                          const char *key, const char *value, struct err *e)
{
    auto_arena a = arena_new(0);
    struct audit_row row = {
        .at = clock_now(x->service->clock), .project = r->project, .action = action, .object = r->id
    };
    if (!a) return err_nomem(e);
    row.detail = json_pairs(a, key, value, NULL);
    return store_audit_insert(tx, &row, e);
}

/* Plans that rest on it are held against where it is now. */
static enum err_kind look_again(struct txn *tx, struct end *x, int64_t repository, struct err *e)
{
    auto_arena a = arena_new(0);
    return a ? service_repository_moved(tx, x->service, repository, 0, a, &x->out, e) : err_nomem(e);
}

static enum err_kind keep_success(struct txn *tx, struct end *x, struct repository_row *r, struct import_row *i,
                                  struct err *e)
{
    const struct import_end *d = x->end;
    bool first = i->state != IMPORT_READY,
         moved = (d->commit ? 1 : 0) != (r->commit ? 1 : 0) || (d->commit && strcmp(d->commit, r->commit) != 0);
    enum err_kind k;
    i->state = IMPORT_READY;
    i->error = NULL;
    i->synced_at = clock_now(x->service->clock);
    r->commit = d->commit;
    r->branch = d->branch;
    r->tree = d->tree;
    if ((k = store_repository_update(tx, r, e)) != ERR_OK) return k;
    if (moved && !first && (k = look_again(tx, x, r->n, e)) != ERR_OK) return k;
    return first || moved ? note(tx, x, r, first ? "repository.imported" : "repository.moved", "commit", d->commit, e)
                          : ERR_OK;
}

static enum err_kind keep_failure(struct txn *tx, const struct end *x, const struct repository_row *r,
                                  struct import_row *i, struct err *e)
{
    bool told = i->error && strcmp(i->error, x->end->failed->msg) == 0;
    i->error = x->end->failed->msg;
    if (x->end->again_at) return ERR_OK;
    if (!i->synced_at) i->state = IMPORT_FAILED;
    return told ? ERR_OK : note(tx, x, r, "repository.fetch_failed", "why", i->error, e);
}

static enum err_kind end_rows(struct txn *tx, struct end *x, struct arena *a, struct err *e)
{
    const struct import_end *d = x->end;
    struct repository_row r = { 0 };
    struct import_row i = { 0 };
    int64_t now = clock_now(x->service->clock);
    enum err_kind k = store_repository_get(tx, 0, d->job->subject, a, &r, e);
    if (k == ERR_NOT_FOUND) return ERR_OK; /* deleted while it was fetched */
    if (k != ERR_OK || (k = store_import_get(tx, r.n, a, &i, e)) != ERR_OK) return k;
    i.progress = NULL;
    i.tried_at = now;
    if (strcmp(i.url, d->url) != 0) i.again = true; /* it was of another place */
    else if ((k = d->failed ? keep_failure(tx, x, &r, &i, e) : keep_success(tx, x, &r, &i, e)) != ERR_OK) return k;
    i.next_at = d->failed && d->again_at ? 0 : import_next(x->service, &i, now);
    if (i.again && !d->again_at) {
        i.again = false;
        if ((k = queue(tx, x->service, r.id, d->job->person, &x->out, e)) != ERR_OK) return k;
    }
    if ((k = store_import_update(tx, &i, e)) != ERR_OK || i.state == IMPORT_IMPORTING) return k;
    outcome_notice(&x->out, NOTICE_JOBS, 0, 0);
    return store_import_wake(tx, r.n, now, e);
}

static enum err_kind end(struct txn *tx, void *arg, struct err *e)
{
    struct end *x = arg;
    const struct import_end *d = x->end;
    auto_arena a = arena_new(0);
    enum err_kind k;
    if (!a) return err_nomem(e);
    memset(&x->out, 0, sizeof x->out);
    if (d->again_at) k = store_job_retry(tx, d->job->n, d->node, d->again_at, true, d->failed->msg, e);
    else k = store_job_finish(tx, d->job->n, d->node, JOB_DONE, d->failed ? d->failed->msg : NULL, e);
    return k == ERR_OK ? end_rows(tx, x, a, e) : k;
}

static enum err_kind run(struct service *s, store_fn *fn, void *arg, const struct outcome *out, struct err *e)
{
    enum err_kind k = store_exec(s->store, fn, arg, e);
    for (size_t i = 0; k == ERR_OK && i < out->n_notices; i++) bus_publish(s->bus, &out->notices[i]);
    return k;
}

enum err_kind service_import_end(struct service *s, const struct import_end *d, struct err *e)
{
    struct end x = { .service = s, .end = d };
    return run(s, end, &x, &x.out, e);
}

/* --- by themselves -------------------------------------------------------------------------------------------------
 */
struct due { struct service *service; struct outcome out; };

static enum err_kind queue_due(struct txn *tx, void *arg, struct err *e)
{
    struct due *d = arg;
    struct import_list l = { 0 };
    auto_arena a = arena_new(0);
    enum err_kind k = a ? store_import_due(tx, clock_now(d->service->clock), DUE_AT_ONCE, a, &l, e) : err_nomem(e);
    memset(&d->out, 0, sizeof d->out);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct repository_row r = { 0 };
        struct outcome one = { 0 };
        if ((k = store_repository_get_n(tx, l.v[i].repository, a, &r, e)) != ERR_OK) break;
        l.v[i].next_at = 0;
        if ((k = store_import_update(tx, &l.v[i], e)) == ERR_OK) k = queue(tx, d->service, r.id, 0, &one, e);
    }
    if (l.n) outcome_notice(&d->out, NOTICE_JOBS, 0, 0);
    return k;
}

enum err_kind service_import_due(struct service *s, struct err *e)
{
    struct due d = { .service = s };
    return run(s, queue_due, &d, &d.out, e);
}

struct ids { struct arena *arena; struct import_ids *ret; };

static enum err_kind list_ids(struct txn *tx, void *arg, struct err *e)
{
    const struct ids *x = arg;
    struct import_list l = { 0 };
    enum err_kind k = store_import_list(tx, x->arena, &l, e);
    if (k != ERR_OK) return k;
    if (!(x->ret->v = arena_alloc(x->arena, (l.n + 1) * sizeof *x->ret->v))) return err_nomem(e);
    x->ret->n = 0;
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct repository_row r = { 0 };
        if ((k = store_repository_get_n(tx, l.v[i].repository, x->arena, &r, e)) == ERR_OK)
            x->ret->v[x->ret->n++] = r.id;
    }
    return k;
}

enum err_kind service_import_ids(struct service *s, struct arena *a, struct import_ids *ret, struct err *e)
{
    return store_read(s->store, list_ids, &(struct ids){ a, ret }, e);
}
