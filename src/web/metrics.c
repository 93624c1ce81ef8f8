/* Counters and histograms per route, written out in Prometheus' text format. */
#include "web/metrics.h"

#include <stdlib.h>

#include "web/routes.h"

static const int statuses[] = {
    200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 406, 408, 409, 410, 412, 413, 414, 415, 422, 428, 429, 431,
    500, 502, 503, 507, 0 /* none was sent */
};
static const struct bound { int64_t us; const char *text; } bounds[] = {
    { 500, "0.0005" }, { 1000, "0.001" }, { 2500, "0.0025" }, { 5000, "0.005" }, { 10000, "0.01" }, { 25000, "0.025" },
    { 50000, "0.05" }, { 100000, "0.1" }, { 250000, "0.25" }, { 500000, "0.5" }, { 1000000, "1" }, { 2500000, "2.5" },
    { 5000000, "5" }, { 10000000, "10" }, { 30000000, "30" }, { 60000000, "60" },
};

struct counts {
    _Atomic int64_t status[countof(statuses)], bucket[countof(bounds) + 1], sum_us;
};

struct metrics {
    struct counts *routes; /* n_routes + 1 */
};

enum err_kind metrics_new(struct metrics **ret, struct err *e)
{
    struct metrics *m = calloc(1, sizeof *m);
    if (m) m->routes = calloc(n_routes + 1, sizeof *m->routes);
    if (!m || !m->routes) {
        free(m);
        return err_nomem(e);
    }
    *ret = m;
    return ERR_OK;
}

void metrics_free(struct metrics *m)
{
    if (!m) return;
    free(m->routes);
    free(m);
}

static void add(_Atomic int64_t *p, int64_t n)
{
    atomic_fetch_add_explicit(p, n, memory_order_relaxed);
}

static int64_t get(const _Atomic int64_t *p)
{
    return atomic_load_explicit(p, memory_order_relaxed);
}

void metrics_count(struct metrics *m, size_t route, int status, int64_t us)
{
    struct counts *c = &m->routes[route < n_routes ? route : n_routes];
    size_t s = 0, b = 0;
    while (s < countof(statuses) - 1 && statuses[s] != status) s++;
    while (b < countof(bounds) && us > bounds[b].us) b++;
    add(&c->status[s], 1);
    add(&c->bucket[b], 1);
    add(&c->sum_us, us);
}

void metric_head(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_fmt(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metric_value(struct buf *b, const char *name, int64_t value)
{
    buf_fmt(b, "%s %lld\n", name, (long long)value);
}

static void labels(struct buf *b, size_t route)
{
    if (route < n_routes) buf_fmt(b, "method=\"%s\",route=\"%s\"", routes[route].method, routes[route].pattern);
    else buf_str(b, "method=\"other\",route=\"none\"");
}

static int64_t total(const struct counts *c)
{
    int64_t n = 0;
    for (size_t i = 0; i < countof(c->bucket); i++) n += get(&c->bucket[i]);
    return n;
}

static void duration(struct buf *b, size_t route, const struct counts *c)
{
    int64_t sum_us = get(&c->sum_us), n = 0;
    for (size_t i = 0; i < countof(c->bucket); i++) {
        n += get(&c->bucket[i]);
        buf_str(b, "pland_http_request_duration_seconds_bucket{");
        labels(b, route);
        buf_fmt(b, ",le=\"%s\"} %lld\n", i < countof(bounds) ? bounds[i].text : "+Inf", (long long)n);
    }
    buf_str(b, "pland_http_request_duration_seconds_sum{");
    labels(b, route);
    buf_fmt(b, "} %lld.%06lld\n", (long long)(sum_us / 1000000), (long long)(sum_us % 1000000));
    buf_str(b, "pland_http_request_duration_seconds_count{");
    labels(b, route);
    buf_fmt(b, "} %lld\n", (long long)n);
}

void metrics_requests(const struct metrics *m, struct buf *b)
{
    metric_head(b, "pland_http_requests_total", "counter", "Requests by route and status; code 0: the client left.");
    for (size_t r = 0; r <= n_routes; r++) {
        for (size_t s = 0; s < countof(statuses); s++) {
            int64_t n = get(&m->routes[r].status[s]);
            if (n == 0) continue;
            buf_str(b, "pland_http_requests_total{");
            labels(b, r);
            buf_fmt(b, ",code=\"%d\"} %lld\n", statuses[s], (long long)n);
        }
    }
    metric_head(b, "pland_http_request_duration_seconds", "histogram",
                "Time from a request's first line to the end of its answer.");
    for (size_t r = 0; r <= n_routes; r++)
        if (total(&m->routes[r]) > 0) duration(b, r, &m->routes[r]);
}
