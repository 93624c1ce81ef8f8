/* What history says about a ticket: which files were changed by commits whose messages are like it, which files change
 * together with the best ones, and which change often at all. */
#include "survey/ranking.h"

#include <math.h>
#include <string.h>

#include "pland/repo/history.h"
#include "survey/inner.h"
#include "survey/weights.h"

struct known_commit {
    struct candidate **files; /* of its files those that are still there */
    size_t n;
    uint8_t has[QUERY_MAX]; /* per word: 1 in the body, 2 in the first line */
    double like, length;
};
struct past {
    struct {
        struct known_commit *v;
        size_t n;
    } commits; /* newest first */
};

static void message_hit(void *arg, size_t i, const char *at)
{
    uint8_t *has = arg;
    (void)at;
    if (has[i] < 8) has[i]++;
}

static void read_message(struct ranking *r, const char *message, struct known_commit *c)
{
    size_t line = strcspn(message, "\n");
    uint8_t title[QUERY_MAX] = {0};
    term_set_find(&r->query.set, message, line, message_hit, title);
    term_set_find(&r->query.set, message + line, strlen(message + line), message_hit, c->has);
    for (size_t w = 0; w < r->query.n; w++) c->has[w] = (uint8_t)(title[w] * 2 + c->has[w]);
    c->length = (double)strlen(message);
}

enum err_kind past_open(struct ranking *r, struct past **ret)
{
    struct history h;
    struct past *p = arena_alloc(r->scratch, sizeof *p);
    enum err_kind k = p ? tree_history(r->t, r->scratch, &h, r->e) : arena_check(r->scratch, r->e);
    if (k != ERR_OK) return k;
    for (size_t i = 0; i < h.commits.n; i++) {
        struct past_commit *from = &h.commits.v[i];
        struct known_commit *c = arena_push(r->scratch, &p->commits, sizeof *c);
        if (c) c->files = arena_alloc(r->scratch, from->paths.n * sizeof *c->files);
        if (!c || !c->files) return arena_check(r->scratch, r->e);
        for (size_t j = 0; j < from->paths.n; j++) {
            struct candidate *f = ranking_find(r, from->paths.v[j]);
            if (f) c->files[c->n++] = f;
        }
        read_message(r, from->message, c);
    }
    *ret = p;
    return arena_check(r->scratch, r->e);
}

/* How much each commit's message is like the ticket: BM25, the likest has 1. */
static void compare_messages(struct ranking *r, struct past *p)
{
    const double k1 = 1.2, b = 0.4;
    double n = (double)p->commits.n, mean = 0, best = 0;
    for (size_t i = 0; i < p->commits.n; i++) mean += p->commits.v[i].length / n;
    for (size_t w = 0; w < r->query.n; w++) {
        double df = 0, gain;
        for (size_t i = 0; i < p->commits.n; i++) df += p->commits.v[i].has[w] > 0;
        gain = ranking_gain(n, df, r->query.v[w].weight);
        for (size_t i = 0; i < p->commits.n; i++) {
            struct known_commit *c = &p->commits.v[i];
            double tf = c->has[w] / (1 - b + b * c->length / mean);
            if (tf > 0) c->like += gain * tf * (k1 + 1) / (tf + k1);
        }
    }
    for (size_t i = 0; i < p->commits.n; i++)
        if (p->commits.v[i].like > best) best = p->commits.v[i].like;
    for (size_t i = 0; i < p->commits.n && best > 0; i++) p->commits.v[i].like /= best;
}

void past_like(struct ranking *r, struct past *p)
{
    double n = (double)p->commits.n;
    r->past_counts = n / (n + PAST_SOME);
    compare_messages(r, p);
    for (size_t i = 0; i < p->commits.n; i++) {
        const struct known_commit *c = &p->commits.v[i];
        double counts = 1.0 / (1.0 + (double)i / PAST_AGE) / (PAST_FEW + (double)c->n);
        for (size_t j = 0; j < c->n; j++) {
            c->files[j]->signal[SIGNAL_PAST] += c->like * c->like * c->like * counts;
            c->files[j]->signal[SIGNAL_OFTEN] += counts;
        }
    }
    ranking_scale(r, SIGNAL_PAST);
    for (size_t i = 0; i < r->files.n; i++) {
        double *v = r->files.v[i].signal;
        v[SIGNAL_PAST] = sqrt(v[SIGNAL_PAST]) * r->past_counts;
        v[SIGNAL_OFTEN] = ranking_ln(1 + v[SIGNAL_OFTEN]);
    }
    ranking_scale(r, SIGNAL_OFTEN);
}

static bool changes(const struct known_commit *c, const struct candidate *file)
{
    bool here = false;
    for (size_t j = 0; j < c->n; j++) here |= c->files[j] == file;
    return here;
}

/* P(f changes | a best one changes), the best ones by their score. */
void past_together(struct ranking *r, struct past *p, const size_t *best, size_t n)
{
    for (size_t b = 0; b < n; b++) {
        struct candidate *top = &r->files.v[best[b]];
        double all = 0;
        for (size_t i = 0; i < p->commits.n; i++) all += changes(&p->commits.v[i], top);
        for (size_t i = 0; i < p->commits.n; i++) {
            const struct known_commit *c = &p->commits.v[i];
            if (!changes(c, top)) continue;
            for (size_t j = 0; j < c->n; j++) {
                struct candidate *f = c->files[j];
                if (f == top) continue;
                f->signal[SIGNAL_TOGETHER] += top->score / (all + TOGETHER_SOME);
                if (f->near) continue;
                f->near = top->file->path;
                f->near_how = "changes with";
            }
        }
    }
    ranking_scale(r, SIGNAL_TOGETHER);
}
