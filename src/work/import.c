/* Fetching a codebase. The fetch holds no worker: planning goes on beside it. When the daemon stops, the child git is
 * killed and the job is taken up again at the next start. */
#include "work/import.h"

#include <string.h>
#include "pland/base/log.h"
#include "pland/repo/mirror.h"
#include "pland/service/imports.h"

#define TELL_MS 2000 /* how often progress is written down */

struct import {
    pthread_t thread;
    struct import_load load;
    bool loaded, gone; /* gone: deleted while it was fetched */
    int64_t told;
    struct tree *last; /* the pin of the commit before, opened while git still fetches; NULL: there was none, or no need */
    bool looked;       /* for it */
    struct tree_pinned_commit newest; /* of the default ref; empty: so is the repository, or it failed */
    struct err err;
    enum err_kind kind;
};

static bool stopping(struct work *w)
{
    HOLD(&w->lock);
    return w->stopping;
}

/* Git has something to say when something new comes, which it will still check for a while. */
static void open_last(struct task *t)
{
    const char *data_dir = t->work->config.service->data_dir;
    struct repo_location at;
    struct err none; /* then it is looked for again, when there is something to pin */
    t->import->looked = true;
    if (mirror_locate(data_dir, t->job.subject, &at, &none) == ERR_OK && tree_open_last(&at, data_dir, &t->import->last, &none) != ERR_OK)
        t->import->last = NULL;
}

/* What is over sooner than TELL_MS is written down once, while git is on its way. */
static bool progress(void *arg, const char *text)
{
    struct task *t = arg;
    struct import *i = t->import;
    struct err e;
    if (text && !i->looked) open_last(t);
    if (!i->told || (text && clock_mono() - i->told >= TELL_MS)) {
        i->gone = service_import_progress(t->work->config.service, t->job.subject, i->told ? text : NULL, &e) == ERR_NOT_FOUND;
        i->told = clock_mono();
    }
    return !i->gone && !stopping(t->work);
}

static enum err_kind open_newest(struct task *t, struct err *e)
{
    const struct work_config *c = &t->work->config;
    const char *ref = t->import->load.repository.default_ref;
    struct repo_location at;
    enum err_kind k = mirror_locate(c->service->data_dir, t->job.subject, &at, e);
    if (k == ERR_OK) k = tree_pin_commit(&at, ref, t->import->last, c->service->data_dir, &c->limits, &t->import->newest, e);
    if (k != ERR_NOT_FOUND) return k;
    return ref ? err_set(e, ERR_INVALID, "the remote has no branch, tag or commit '%.100s' (PATCH git.ref)", ref)
               : ERR_OK;
}

static enum err_kind fetch(struct task *t, struct err *e)
{
    struct service *s = t->work->config.service;
    struct import *i = t->import;
    struct mirror_job job = { .progress = progress, .arg = t };
    enum err_kind k = service_import_load(s, &t->job, t->arena, &i->load, e);
    i->loaded = i->load.import.url != NULL;
    if (k != ERR_OK) return k;
    if (!s->git) return err_set(e, ERR_FORBIDDEN, "this instance fetches no codebases");
    job.url = i->load.import.url;
    job.username = i->load.import.username;
    job.token = i->load.token;
    job.key = i->load.key;
    job.anew = i->load.import.synced_at == 0;
    if ((k = mirror_fetch(s->git, s->data_dir, t->job.subject, &job, e)) != ERR_OK) return k;
    return open_newest(t, e);
}

static void *run(void *arg)
{
    struct task *t = arg;
    t->import->kind = fetch(t, &t->import->err);
    tree_unref(t->import->last);
    work_ready(t->work, t, TASK_IMPORTED);
    return NULL;
}

bool import_start(struct task *t)
{
    struct err e;
    int r;
    if (!(t->import = arena_alloc(t->arena, sizeof *t->import))) {
        (void)err_nomem(&e);
        task_fail(t, &e);
        return false;
    }
    r = thread_start(&t->import->thread, "import", run, t);
    if (!r) return true;
    (void)err_errno(&e, r, "cannot start a thread");
    task_fail(t, &e);
    return false;
}

static void count(struct work *w, const struct import_end *end)
{
    HOLD(&w->lock);
    if (!end->failed) w->stats.finished++;
    else if (end->again_at) w->stats.again++;
    else w->stats.failed++;
}

static void end(struct task *t)
{
    struct work_config *c = &t->work->config;
    struct import *i = t->import;
    struct import_end d = {
        .job = &t->job, .node = t->work->node, .url = i->load.import.url, .failed = i->kind == ERR_OK ? NULL : &i->err
    };
    struct err lost;
    if (i->newest.commit[0]) d.commit = i->newest.commit;
    if (i->newest.ref[0]) d.branch = i->newest.ref;
    if (i->newest.tree[0]) d.tree = i->newest.tree;
    if (d.failed && policy_temporary(i->kind) && t->job.attempts + 1 < c->attempts)
        d.again_at = clock_now(c->service->clock) + clock_backoff(c->retry_base_ms, t->job.attempts, 60000);
    if (d.failed)
        log_warn(d.again_at ? "a fetch is tried again" : "a fetch failed", LOG_S("repository", t->job.subject),
                 LOG_E(d.failed));
    else log_info("a codebase was fetched", LOG_S("repository", t->job.subject), LOG_S("commit", d.commit));
    count(t->work, &d);
    if (service_import_end(c->service, &d, &lost) != ERR_OK && lost.kind != ERR_CONFLICT)
        log_warn("a fetch's end could not be recorded; its lease will run out", LOG_E(&lost));
}

void import_settle(struct task *t)
{
    struct import *i = t->import;
    struct err e;
    (void)pthread_join(i->thread, NULL);
    if (i->gone || !i->loaded) { /* nothing to record it on */
        if (service_job_done(t->work->config.service, &t->job, t->work->node, &e) != ERR_OK && e.kind != ERR_CONFLICT)
            log_warn("a fetch's end could not be recorded", LOG_E(&e));
    } else if (i->kind != ERR_CONFLICT) { /* that one is stopped: the next start takes it up again */
        end(t);
    }
}
