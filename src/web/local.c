/* Health, metrics, the API document. */
#include "web/local.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pland/store/jobs.h"
#include "pland/store/plans.h"
#include "web/request.h"
#include "web/server.h"

enum err_kind local_live(struct request *r, struct view *v, struct err *e)
{
    (void)r;
    (void)e;
    v->type = "text/plain; charset=utf-8";
    buf_str(v->body, "ok\n");
    return ERR_OK;
}

/* --- readiness ------------------------------------------------------------------------------------ */
static enum err_kind check_serving(void *arg, struct err *e)
{
    const struct web *w = arg;
    return atomic_load(&w->draining) ? err_set(e, ERR_BUSY, "about to stop") : ERR_OK;
}

static enum err_kind look(struct txn *tx, void *arg, struct err *e)
{
    (void)arg;
    return store_fits(tx, e);
}

static enum err_kind check_store(void *arg, struct err *e)
{
    const struct web *w = arg;
    return store_read(w->service->store, look, NULL, e);
}

static enum err_kind check_writer(void *arg, struct err *e)
{
    const struct web *w = arg;
    struct store_stats s;
    store_stats(w->service->store, &s);
    if (s.queue < w->config->write_queue) return ERR_OK;
    return err_set(e, ERR_BUSY, "%lld writes are waiting", (long long)s.queue);
}

static bool probe_line(const struct web_probe *p, struct buf *b)
{
    struct err e = { 0 };
    enum err_kind k = p->check(p->arg, &e);
    buf_fmt(b, "[%s] %s%s%s\n", k == ERR_OK ? "+" : "-", p->name, k == ERR_OK ? "" : ": ", k == ERR_OK ? "" : e.msg);
    return k == ERR_OK;
}

enum err_kind local_ready(struct request *r, struct view *v, struct err *e)
{
    struct web *w = r->web;
    const struct web_probe own[] = {
        { "serving", check_serving, w },
        { "store", check_store, w },
        { "writer", check_writer, w },
    };
    bool ready = true;
    (void)e;
    v->type = "text/plain; charset=utf-8";
    for (size_t i = 0; i < countof(own); i++) ready &= probe_line(&own[i], v->body);
    for (size_t i = 0; i < w->hooks.n_probes; i++) ready &= probe_line(&w->hooks.probes[i], v->body);
    r->status = ready ? 200 : 503;
    if (!target_param(&r->target, "verbose")) buf_clear(v->body);
    buf_str(v->body, ready ? "ready\n" : "not ready\n");
    return ERR_OK;
}

/* --- metrics ------------------------------------------------------------------------------------ */
struct counts {
    int64_t jobs[JOB_STATE_N_], plans[PLAN_STATE_N_];
};

static enum err_kind read_counts(struct txn *tx, void *arg, struct err *e)
{
    struct counts *c = arg;
    enum err_kind k = store_job_counts(tx, c->jobs, e);
    return k == ERR_OK ? store_plan_counts(tx, c->plans, e) : k;
}

static void labelled(struct buf *b, const char *name, const char *help, const char *const *names, const int64_t *v,
                     size_t n)
{
    metric_head(b, name, "gauge", help);
    for (size_t i = 0; i < n; i++) buf_fmt(b, "%s{state=\"%s\"} %lld\n", name, names[i], (long long)v[i]);
}

#define STAT(m) offsetof(struct store_stats, m)
static void store_metrics(const struct web *w, struct buf *b)
{
    static const struct { const char *name, *type, *help; size_t at; } rows[] = {
        { "pland_store_commits_total", "counter", "Transactions committed.", STAT(commits) },
        { "pland_store_writes_total", "counter", "Writes done; several share a commit.", STAT(writes) },
        { "pland_store_failed_total", "counter", "Writes that were undone.", STAT(failed) },
        { "pland_store_queue", "gauge", "Writes that wait.", STAT(queue) },
        { "pland_store_wal_bytes", "gauge", "Size of the write-ahead log.", STAT(wal_bytes) },
    };
    struct store_stats s;
    struct counts c = { 0 };
    struct err e;
    store_stats(w->service->store, &s);
    for (size_t i = 0; i < countof(rows); i++) {
        metric_head(b, rows[i].name, rows[i].type, rows[i].help);
        metric_value(b, rows[i].name, *(const int64_t *)(const void *)((const char *)&s + rows[i].at));
    }
    if (store_read(w->service->store, read_counts, &c, &e) != ERR_OK) return;
    labelled(b, "pland_jobs", "Jobs by state.", job_state_names, c.jobs, JOB_STATE_N_);
    labelled(b, "pland_plans", "Plans by state.", plan_state_names, c.plans, PLAN_STATE_N_);
}

static int64_t resident_bytes(void)
{
    long long size = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (!f) return 0;
    if (fscanf(f, "%lld %lld", &size, &resident) != 2) resident = 0;
    (void)fclose(f);
    return resident * sysconf(_SC_PAGESIZE);
}

static int64_t open_fds(void)
{
    int64_t n = 0;
    DIR *d = opendir("/proc/self/fd");
    if (!d) return 0;
    while (readdir(d)) n++;
    (void)closedir(d);
    return n - 3; /* ".", ".." and the folder itself */
}

static void web_metrics(struct web *w, struct buf *b)
{
    struct hub_stats streams;
    lock_enter(&w->polls.lock);
    size_t waiting = w->polls.n;
    lock_leave(&w->polls.lock);
    metric_head(b, "pland_http_waiting", "gauge", "Long polls that wait.");
    metric_value(b, "pland_http_waiting", (int64_t)waiting);
    hub_stats(w->hub, &streams);
    metric_head(b, "pland_streams", "gauge", "Event streams that are open.");
    metric_value(b, "pland_streams", streams.open);
    metric_head(b, "pland_streams_total", "counter", "Event streams opened.");
    metric_value(b, "pland_streams_total", streams.total);
    metric_head(b, "pland_streams_refused_total", "counter", "Event streams refused because there were too many.");
    metric_value(b, "pland_streams_refused_total", streams.refused);
    metric_head(b, "pland_streams_slow_total", "counter", "Event streams cut off because their reader took nothing.");
    metric_value(b, "pland_streams_slow_total", streams.ended_slow);
    metric_head(b, "pland_http_connections", "gauge", "Open connections.");
    metric_value(b, "pland_http_connections", atomic_load(&w->conns.open));
    metric_head(b, "pland_http_connections_total", "counter", "Connections accepted.");
    metric_value(b, "pland_http_connections_total", atomic_load(&w->conns.accepted));
    metric_head(b, "pland_http_connections_cut_total", "counter", "Connections closed because they took too long.");
    metric_value(b, "pland_http_connections_cut_total", atomic_load(&w->conns.cut));
    metric_head(b, "pland_http_body_bytes", "gauge", "Request bodies in memory.");
    metric_value(b, "pland_http_body_bytes", atomic_load(&w->body_bytes));
    metric_head(b, "pland_process_resident_memory_bytes", "gauge", "Memory of this process.");
    metric_value(b, "pland_process_resident_memory_bytes", resident_bytes());
    metric_head(b, "pland_process_open_fds", "gauge", "Open files and sockets.");
    metric_value(b, "pland_process_open_fds", open_fds());
    metric_head(b, "pland_build_info", "gauge", "Always 1; says which version runs.");
    buf_str(b, "pland_build_info{version=\"" PLAND_VERSION "\"} 1\n");
}

enum err_kind local_metrics(struct request *r, struct view *v, struct err *e)
{
    struct web *w = r->web;
    (void)e;
    v->type = "text/plain; version=0.0.4; charset=utf-8";
    metrics_requests(w->metrics, v->body);
    web_metrics(w, v->body);
    store_metrics(w, v->body);
    if (w->hooks.metrics) w->hooks.metrics(w->hooks.metrics_arg, v->body);
    return ERR_OK;
}

enum err_kind local_openapi(struct request *r, struct view *v, struct err *e)
{
    if (!r->web->openapi) return err_set(e, ERR_NOT_FOUND, "this build has no API document");
    buf_add(v->body, r->web->openapi, r->web->n_openapi);
    return ERR_OK;
}
