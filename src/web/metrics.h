/* What the server counts: requests by route and status, their durations, and gauges. Lock-free, any thread. */
#ifndef WEB_METRICS_H
#define WEB_METRICS_H

#include <stdatomic.h>
#include "pland/base/buf.h"

struct metrics;

_must_check_ enum err_kind metrics_new(struct metrics **ret, struct err *e);
void metrics_free(struct metrics *m); /* accepts NULL */
/* route: number in the table, or n_routes for requests that matched none. status 0: the client went away. */
void metrics_count(struct metrics *m, size_t route, int status, int64_t us);
void metrics_requests(const struct metrics *m, struct buf *b);

/* Lines of one family in Prometheus' text format. */
void metric_head(struct buf *b, const char *name, const char *type, const char *help);
void metric_value(struct buf *b, const char *name, int64_t value);

#endif
