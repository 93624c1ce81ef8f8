/* Wiring: the one place where an instance is built from its settings, bottom up, and taken down again. */
#include "app/app.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pland/base/log.h"

struct store_config app_store(const struct app *a)
{
    const struct config *c = a->config;
    return (struct store_config){ .data_dir = c->data_dir, .database = *c->store ? c->store : NULL,
                                  .node = *a->node ? a->node : NULL, .readers = (int)c->readers,
                                  .queue_max = (int)c->write_queue, .clock = &a->clock, .alone = a->alone };
}

static enum err_kind open_store(struct app *a, struct err *e)
{
    struct store_config s = app_store(a);
    return store_open(&s, &a->store, e);
}

static enum err_kind provider_names(struct app *a, struct err *e)
{
    const char **names = arena_alloc(a->arena, (a->config->models.n + 2) * sizeof *names);
    a->service.unpriced = arena_alloc(a->arena, (a->config->models.n + 2) * sizeof *names);
    if (!names || !a->service.unpriced) return err_nomem(e);
    memset(a->service.unpriced, 0, (a->config->models.n + 2) * sizeof *names);
    names[0] = "offline";
    for (size_t i = 0; i < a->config->models.n; i++) names[i + 1] = a->config->models.v[i].name;
    names[a->config->models.n + 1] = NULL;
    a->service.providers = names;
    return ERR_OK;
}

static enum err_kind open_service(struct app *a, struct err *e)
{
    const struct config *c = a->config;
    enum err_kind k = repo_roots_new(c->roots, &a->roots, e);
    if (k != ERR_OK) return k;
    a->service.store = a->store;
    a->service.clock = &a->clock;
    a->service.roots = a->roots;
    a->service.data_dir = c->data_dir;
    a->service.default_provider = c->provider;
    if ((k = provider_names(a, e)) != ERR_OK) return k;
    a->service.public_url = c->public_url ? c->public_url : "";
    a->service.keep_days = c->keep_days;
    a->service.default_tokens = c->plan_tokens;
    a->service.default_usd = c->plan_usd > 0 ? c->plan_usd : 0;
    a->service.day_tokens = c->day_tokens;
    a->service.day_usd = c->day_usd > 0 ? c->day_usd : 0;
    a->service.sync_every_ms = c->git_sync * 1000;
    a->limits = (struct tree_limits){ .max_files = c->max_files,
                                      .max_bytes = c->max_tree_bytes,
                                      .max_file_bytes = c->max_file_bytes };
    a->service.limits = &a->limits;
    a->service.program = "/proc/self/exe";
    return service_open(&a->service, a->arena, e);
}

static enum err_kind open_networks(struct app *a, struct err *e)
{
    LIST(const char *) list = { 0 };
    char *text = arena_dup(a->arena, a->config->allow_networks ? a->config->allow_networks : ""), *save = NULL;
    if (!text) return err_nomem(e);
    for (char *part = strtok_r(text, ", ", &save); part; part = strtok_r(NULL, ", ", &save)) {
        const char **slot = arena_push(a->arena, &list, sizeof *slot);
        if (!slot) return err_nomem(e);
        *slot = part;
    }
    enum err_kind k = guard_new(list.v, list.n, &a->guard, e);
    if (k == ERR_OK) a->service.guard = a->guard;
    return k;
}

static const char *set(const char *s)
{
    return s && *s ? s : NULL;
}

enum err_kind app_outside(struct app *a, struct err *e)
{
    const struct config *c = a->config;
    struct http_config h = { .ca_file = set(c->ca_file), .proxy = set(c->egress_proxy) };
    enum err_kind k = open_networks(a, e);
    if (k != ERR_OK || (k = app_readable("ca-file", h.ca_file, e)) != ERR_OK) return k;
    h.guard = a->guard;
    if ((k = http_loop_start(&h, &a->loop, e)) != ERR_OK) return k;
    return app_models(a, e);
}

static enum err_kind open_tracker(struct app *a, struct err *e)
{
    return tracker_new(&a->service, a->loop, &a->tracker, e);
}

/* git runs in another folder. */
static const char *absolute(struct app *a, const char *path)
{
    char here[4096];
    if (!path || path[0] == '/' || !getcwd(here, sizeof here)) return path;
    return arena_fmt(a->arena, "%s/%s", here, path);
}

/* How codebases are fetched from elsewhere. */
static enum err_kind open_git(struct app *a, struct err *e)
{
    const struct config *c = a->config;
    const char *known_hosts = set(c->git_known_hosts);
    if (!known_hosts && !(known_hosts = arena_fmt(a->arena, "%s/known_hosts", c->data_dir))) return err_nomem(e);
    a->git = (struct mirror_config){ .program = c->git_program,
                                     .protocols = c->git_protocols,
                                     .known_hosts = absolute(a, known_hosts),
                                     .ca_file = absolute(a, set(c->ca_file)),
                                     .proxy = set(c->egress_proxy),
                                     .guard = a->guard,
                                     .timeout_s = c->git_timeout,
                                     .max_bytes = c->git_max_bytes };
    a->service.git = &a->git;
    return ERR_OK;
}

enum err_kind app_open(struct app *a, bool need_lock, struct err *e)
{
    enum err_kind k = instance_dir(a->config->data_dir, e);
    if (k != ERR_OK) return k;
    if (need_lock && (k = instance_lock(a->config->data_dir, &a->lock_fd, e)) != ERR_OK) return k;
    if (need_lock && (k = instance_node(a, e)) != ERR_OK) return k;
    if (need_lock && (k = tree_sweep(a->config->data_dir, e)) != ERR_OK) return k;
    if ((k = open_store(a, e)) != ERR_OK) return k;
    return open_service(a, e);
}

enum err_kind app_first_admin(struct app *a, struct err *e)
{
    char secret[64], line[80];
    enum err_kind k = service_bootstrap(&a->service, secret, e);
    if (k != ERR_OK || !secret[0]) return k;
    (void)snprintf(line, sizeof line, "%s\n", secret);
    if ((k = instance_write(a->config->data_dir, "admin.token", line, strlen(line), e)) != ERR_OK) return k;
    log_info("the first admin's token is in admin.token in the data directory");
    return ERR_OK;
}

static enum err_kind write_url(struct app *a, struct err *e)
{
    char line[200];
    int n = snprintf(line, sizeof line, "http%s://%s\n", set(a->config->tls_cert) ? "s" : "", web_address(a->web));
    return instance_write(a->config->data_dir, "url", line, (size_t)n, e);
}

static void extra_metrics(void *arg, struct buf *b)
{
    const struct app *a = arg;
    struct work_stats s;
    if (!a->work) return;
    work_stats(a->work, &s);
    buf_fmt(b,
            "# HELP pland_steps_held Steps claimed and not finished.\n# TYPE pland_steps_held gauge\npland_steps_held "
            "%lld\n",
            (long long)s.held);
    buf_fmt(b,
            "# HELP pland_steps_waiting Steps waiting for a model.\n# TYPE pland_steps_waiting "
            "gauge\npland_steps_waiting %lld\n",
            (long long)s.waiting);
    buf_fmt(b,
            "# HELP pland_steps_total Steps ended, by result.\n# TYPE pland_steps_total counter\n"
            "pland_steps_total{result=\"finished\"} %lld\npland_steps_total{result=\"failed\"} "
            "%lld\npland_steps_total{result=\"again\"} %lld\n",
            (long long)s.finished, (long long)s.failed, (long long)s.again);
    llm_models_metrics(a->models, b);
}

enum err_kind app_serve(struct app *a, struct err *e)
{
    const struct config *c = a->config;
    struct work_config w = { .service = &a->service,
                             .node = a->node,
                             .workers = (int)c->workers,
                             .steps = (int)c->steps,
                             .lease_ms = c->lease * 1000,
                             .retry_base_ms = c->retry_base,
                             .attempts = (int)c->attempts,
                             .looks = c->looks,
                             .pack_tokens = c->pack_tokens,
                             .limits = a->limits };
    struct web_config web = {
        .config = c, .webhook_verify = tracker_verify, .metrics = extra_metrics, .metrics_arg = a
    };
    enum err_kind k = app_first_admin(a, e);
    if (k != ERR_OK || (k = app_outside(a, e)) != ERR_OK) return k;
    if ((k = open_tracker(a, e)) != ERR_OK) return k;
    if ((k = open_git(a, e)) != ERR_OK) return k;
    w.models = a->models;
    w.tracker = a->tracker;
    if ((k = work_start(&w, &a->work, e)) != ERR_OK) return k;
    if ((k = web_start(&web, &a->service, &a->web, e)) != ERR_OK) return k;
    return write_url(a, e);
}

void app_close(struct app *a)
{
    if (a->web) web_drain(a->web);
    web_stop(a->web);
    work_stop(a->work, 5000);
    tracker_free(a->tracker);
    llm_models_close(a->models);
    http_loop_stop(a->loop);
    guard_free(a->guard);
    service_leave(&a->service);
    store_close(a->store);
    service_close(&a->service);
    repo_roots_free(a->roots);
    if (a->lock_fd >= 0) (void)close(a->lock_fd);
}
