/* The words of the ticket in the files: counting them while the files are read, then BM25 over three fields. */
#include "survey/ranking.h"

#include <string.h>

#include "survey/inner.h"
#include "survey/outline.h"
#include "survey/weights.h"

/* --- counting ------------------------------------------------------------------------------------------------------
 */
struct counting {
    struct ranking *r;
    struct candidate *c;
    const char *text, *end;
};

static void up(uint8_t *n)
{
    if (*n < UINT8_MAX) ++*n;
}

static bool defines(const char *text, const char *at)
{
    const char *line = at;
    while (line > text && line[-1] != '\n' && at - line < 200) line--;
    return outline_defines(line, at);
}

static void count_hit(void *arg, size_t i, const char *at)
{
    struct counting *c = arg;
    int weight = c->r->query.v[i].weight;
    up(&c->c->count->in_text[i]);
    if (c->c->count->in_names[i] < 20 && defines(c->text, at)) {
        up(&c->c->count->in_names[i]);
        weight *= 3;
    }
    if (weight <= c->c->line_weight) return;
    c->c->line_weight = weight;
    c->c->line_at = (uint32_t)(at - c->text);
}

struct reading {
    struct ranking *r;
    size_t *of;
}; /* candidate by index into tree_files(), + 1 */

static void count_text(void *arg, size_t i, const char *text, size_t n)
{
    const struct reading *w = arg;
    struct candidate *c = &w->r->files.v[w->of[i] - 1];
    struct counting counting = {w->r, c, text, text + n};
    c->is_read = true;
    term_set_find(&w->r->query.set, text, n, count_hit, &counting);
    if (c->line_weight) c->line = line_of(text, text + c->line_at);
}

static void path_hit(void *arg, size_t i, const char *at)
{
    struct candidate *c = arg;
    c->in_path[i] = at >= path_base(c->file->path) ? 3 : c->in_path[i] ? c->in_path[i] : 1;
}

/* Those whose path has a word are read first, should there be more than may be read. */
static enum err_kind choose(struct ranking *r, struct reading *w, struct tree_which *which)
{
    const struct tree_file *first = tree_files(r->t).v;
    size_t *v = arena_alloc(r->scratch, (r->files.n + 1) * sizeof *v);
    int64_t left = r->max_bytes;
    struct word_counts *counts;
    if (!v) return arena_check(r->scratch, r->e);
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < r->files.n; i++) {
            const struct candidate *c = &r->files.v[i];
            bool early = memchr(c->in_path, 3, sizeof c->in_path) || memchr(c->in_path, 1, sizeof c->in_path);
            if (early != (round == 0) || c->unread || !c->file->kept || !c->file->size) continue;
            if (c->file->size > (int64_t)RANKED_FILE_MAX) continue;
            if (c->file->size > left) {
                r->partial = true;
                continue;
            }
            left -= c->file->size;
            v[which->n++] = (size_t)(c->file - first);
            w->of[c->file - first] = i + 1;
        }
    counts = arena_alloc(r->scratch, (which->n + 1) * sizeof *counts);
    if (!counts) return arena_check(r->scratch, r->e);
    for (size_t i = 0; i < which->n; i++) r->files.v[w->of[v[i]] - 1].count = &counts[i];
    which->v = v;
    return ERR_OK;
}

enum err_kind ranking_read(struct ranking *r)
{
    struct reading w = {.r = r};
    struct tree_which which = {NULL, 0};
    enum err_kind k;
    if (!(w.of = arena_alloc(r->scratch, (tree_files(r->t).n + 1) * sizeof *w.of)))
        return arena_check(r->scratch, r->e);
    for (size_t i = 0; i < r->files.n; i++) {
        struct candidate *c = &r->files.v[i];
        term_set_find(&r->query.set, c->file->path, strlen(c->file->path), path_hit, c);
    }
    if ((k = choose(r, &w, &which)) != ERR_OK) return k;
    return tree_each_text(r->t, &which, RANKED_FILE_MAX, count_text, &w, r->e);
}

/* --- BM25 over fields ----------------------------------------------------------------------------------------------
 */
static bool has(const struct candidate *c, size_t w)
{
    return c->in_path[w] || (c->is_read && c->count->in_text[w]);
}

static double gain_of(const struct ranking *r, size_t w)
{
    double df = 0, n = (double)r->files.n;
    for (size_t i = 0; i < r->files.n; i++) df += has(&r->files.v[i], w);
    return ranking_gain(n, df, r->query.v[w].weight);
}

static double mean_size(const struct ranking *r)
{
    double all = 0, n = 0;
    for (size_t i = 0; i < r->files.n; i++) {
        if (!r->files.v[i].is_read) continue;
        all += (double)r->files.v[i].file->size;
        n++;
    }
    return n > 0 && all > 0 ? all / n : 1;
}

void ranking_words(struct ranking *r)
{
    double mean = mean_size(r);
    for (size_t w = 0; w < r->query.n; w++) {
        double gain = gain_of(r, w);
        for (size_t i = 0; i < r->files.n; i++) {
            struct candidate *c = &r->files.v[i];
            double tf = WEIGHT_PATH * c->in_path[w];
            if (c->is_read) {
                double length = 1 - WEIGHT_B + WEIGHT_B * (double)c->file->size / mean;
                tf += (c->count->in_text[w] + WEIGHT_NAMES * c->count->in_names[w]) / length;
            }
            if (tf > 0) c->signal[SIGNAL_WORDS] += gain * tf * (WEIGHT_K1 + 1) / (tf + WEIGHT_K1);
        }
    }
    for (size_t i = 0; i < r->files.n; i++) r->files.v[i].signal[SIGNAL_WORDS] *= r->files.v[i].factor;
    ranking_scale(r, SIGNAL_WORDS);
}
