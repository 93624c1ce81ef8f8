/* What is computed from phases: sums, the critical path, durations in words. */
#include "pland/plan/document.h"

#include <string.h>

#include "plan/sections.h"

/* For each phase: minutes until it can be done at the earliest, and through which phase that is. */
struct reach {
    int64_t minutes;
    size_t through; /* SIZE_MAX: none */
    bool known;
};

/* False while something it depends on is not known; what is no phase of this plan holds nothing up. */
static bool reach_phase(const struct document *d, const struct reach *r, size_t i, struct reach *ret)
{
    const struct phase *p = &d->phases.v[i];
    struct reach best = { .through = SIZE_MAX, .known = true };
    for (size_t j = 0, near = i ? i - 1 : 0; j < p->depends_on.n; j++) {
        size_t on = phase_near(d, p->depends_on.v[j], &near);
        if (on == SIZE_MAX) continue;
        if (!r[on].known) return false;
        if (best.through == SIZE_MAX || r[on].minutes > best.minutes) best.minutes = r[on].minutes, best.through = on;
    }
    best.minutes += p->estimate.likely;
    *ret = best;
    return true;
}

static enum err_kind reach_all(const struct document *d, struct reach *r, struct err *e)
{
    size_t left = d->phases.n;
    bool moved = true;
    while (moved && left) {
        moved = false;
        for (size_t i = 0; i < d->phases.n; i++) {
            if (r[i].known || !reach_phase(d, r, i, &r[i])) continue;
            moved = true;
            left--;
        }
    }
    return left ? err_set(e, ERR_INVALID, "the phases depend on each other in a circle") : ERR_OK;
}

/* Walks back from the phase that ends last; indexes come out in order of work. */
static enum err_kind critical_path(const struct document *d, const struct reach *r, struct arena *a, struct totals *t,
                                   struct err *e)
{
    size_t last = 0, n = 0;
    for (size_t i = 1; i < d->phases.n; i++)
        if (r[i].minutes > r[last].minutes) last = i;
    for (size_t i = last; i != SIZE_MAX; i = r[i].through) n++;
    t->path.v = arena_alloc(a, n * sizeof *t->path.v);
    if (!t->path.v) return arena_check(a, e);
    t->path.n = n;
    for (size_t i = last; i != SIZE_MAX; i = r[i].through) t->path.v[--n] = i;
    t->critical_path = r[last].minutes;
    return ERR_OK;
}

enum err_kind document_totals(const struct document *d, struct arena *a, struct totals *ret, struct err *e)
{
    struct totals t = { 0 };
    struct reach *r;
    enum err_kind k;
    for (size_t i = 0; i < d->phases.n; i++) {
        const struct estimate *x = &d->phases.v[i].estimate;
        t.work.optimistic += x->optimistic;
        t.work.likely += x->likely;
        t.work.pessimistic += x->pessimistic;
    }
    if (d->phases.n) {
        r = arena_alloc(a, d->phases.n * sizeof *r);
        if (!r) return arena_check(a, e);
        k = reach_all(d, r, e);
        if (k == ERR_OK) k = critical_path(d, r, a, &t, e);
        if (k != ERR_OK) return k;
    }
    *ret = t;
    return ERR_OK;
}

void duration_text(int64_t minutes, struct buf *b)
{
    const int64_t hour = 60, day = 8 * hour;
    int64_t days, hours, rest;
    if (minutes < 0) minutes = 0;
    days = minutes / day;
    hours = minutes % day / hour;
    rest = minutes % hour;
    if (days) buf_fmt(b, "%lld %s", (long long)days, days == 1 ? "day" : "days");
    if (hours) buf_fmt(b, "%s%lld h", days ? " " : "", (long long)hours);
    if (rest || minutes == 0) buf_fmt(b, "%s%lld min", days || hours ? " " : "", (long long)rest);
}
