/* Ranks files for a ticket: what it names, then its words in the files and in the history, then what stands beside the
 * best or changes with them. */
#include "pland/survey/relevance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "survey/inner.h"
#include "survey/mentions.h"
#include "survey/ranking.h"
#include "survey/weights.h"

#define DEFAULT_LIMIT 30
#define DEFAULT_BYTES ((int64_t)4 << 30)
#define MENTIONED 1000.0
#define SCRATCH_MAX ((size_t)2 << 30)
#define MENTIONED_LIFTS 10.0 /* its tests come next */
#define BEST 10              /* the files whose neighbours are lifted */

/* The natural logarithm, straight lines between powers of two: enough for ranking, and the same everywhere. */
double ranking_ln(double x)
{
    int e;
    double m = frexp(x, &e);
    return ((double)e - 2.0 + 2.0 * m) * 0.69314718;
}

double ranking_gain(double n, double df, int weight)
{
    return ranking_ln(1.0 + (n - df + 0.5) / (df + 0.5)) * (1.0 + ranking_ln((double)weight));
}

void ranking_scale(struct ranking *r, enum signal which)
{
    double best = 0;
    for (size_t i = 0; i < r->files.n; i++)
        if (r->files.v[i].signal[which] > best) best = r->files.v[i].signal[which];
    for (size_t i = 0; i < r->files.n && best > 0; i++) r->files.v[i].signal[which] /= best;
}

/* --- candidates ----------------------------------------------------------------------------------------------------
 */
/* Listed by name and history alone: written by tools, or about everything. */
static const char *const unread[] = {
    "*.lock", "package-lock.json", "pnpm-lock.yaml", "go.sum",     "*.svg", "*.csv", "*.snap", "*.ico", "*.png",
    "*.pdf",  "LICENSE*",          "COPYING*",       "CHANGELOG*", "*.po",
};

static bool is_unread(const char *path)
{
    for (size_t i = 0; i < countof(unread); i++)
        if (path_like(unread[i], path)) return true;
    return false;
}

static bool is_candidate(const struct tree_file *f)
{
    return f->mode != TREE_MODE_SUBMODULE && f->mode != TREE_MODE_LINK && !path_foreign(f->path);
}

static double factor(const char *path)
{
    if (path_fixture(path)) return WEIGHT_FIXTURE;
    return language_of(path) ? WEIGHT_CODE : WEIGHT_OTHER;
}

static bool is_named(const struct path_mentions *m, const char *path)
{
    for (size_t i = 0; i < m->paths.n; i++)
        if (strcmp(m->paths.v[i].path, path) == 0) return true;
    return false;
}

static void list_candidates(struct ranking *r, const struct path_mentions *named)
{
    struct tree_files files = tree_files(r->t);
    if (!(r->files.v = arena_alloc(r->scratch, (files.n + 1) * sizeof *r->files.v))) return;
    for (size_t i = 0; i < files.n; i++) {
        struct candidate *row = &r->files.v[r->files.n];
        if (!is_candidate(&files.v[i]) && !is_named(named, files.v[i].path)) continue;
        row->file = &files.v[i];
        row->factor = factor(files.v[i].path);
        row->unread = is_unread(files.v[i].path);
        r->files.n++;
    }
}

static int by_path(const void *path, const void *candidate)
{
    return strcmp(path, ((const struct candidate *)candidate)->file->path);
}

struct candidate *ranking_find(const struct ranking *r, const char *path)
{
    return r->files.n ? bsearch(path, r->files.v, r->files.n, sizeof *r->files.v, by_path) : NULL;
}

/* --- what is lifted ------------------------------------------------------------------------------------------------
 */
static void mark_mentions(struct ranking *r, const struct path_mentions *m)
{
    for (size_t i = 0; i < m->paths.n; i++) {
        struct candidate *c = ranking_find(r, m->paths.v[i].path);
        if (!c || c->mentioned) continue;
        c->mentioned = true;
        c->score += MENTIONED + (double)(m->paths.n - i); /* in the order they were named */
        if (m->paths.v[i].line) c->line = m->paths.v[i].line;
    }
}

static bool same_dir(const char *a, const char *b)
{
    size_t n = (size_t)(path_base(a) - a), m = (size_t)(path_base(b) - b);
    return n == m && strncmp(a, b, n) == 0;
}

/* "token.c" and "token_test.c", "test_token.py", "token.test.js". */
static bool tests_it(const char *test, const char *file)
{
    char stem[256];
    const char *base = path_base(file);
    size_t n = strcspn(base, ".");
    if (n < 3 || n >= sizeof stem || !strcasestr(test, "test")) return false;
    memcpy(stem, base, n);
    stem[n] = '\0';
    return strcasestr(path_base(test), stem) != NULL;
}

/* "queue.c" and "queue.h", wherever they are. */
static bool same_stem(const char *a, const char *b)
{
    size_t n;
    a = path_base(a);
    b = path_base(b);
    n = strcspn(a, ".");
    return n > 2 && n == strcspn(b, ".") && memcmp(a, b, n) == 0;
}

/* The best files by now, by index; ties by path. */
static size_t find_best(const struct ranking *r, size_t ret[BEST])
{
    size_t n = 0;
    for (size_t i = 0; i < r->files.n; i++) {
        double score = r->files.v[i].score;
        size_t at = n;
        if (score <= 0) continue;
        while (at > 0 && r->files.v[ret[at - 1]].score < score) at--;
        if (at == BEST) continue;
        if (n < BEST) n++;
        memmove(ret + at + 1, ret + at, (n - at - 1) * sizeof *ret);
        ret[at] = i;
    }
    return n;
}

static void lift_neighbours(struct ranking *r, const size_t *best, size_t n)
{
    for (size_t i = 0; i < r->files.n; i++) {
        struct candidate *c = &r->files.v[i];
        for (size_t b = 0; b < n && b < 5; b++) {
            const struct candidate *top = &r->files.v[best[b]];
            double score = top->score > MENTIONED ? MENTIONED_LIFTS : top->score;
            bool tests, twin = same_stem(c->file->path, top->file->path);
            if (top == c || (!(tests = tests_it(c->file->path, top->file->path)) && !twin &&
                             !same_dir(c->file->path, top->file->path)))
                continue;
            c->score += (tests ? WEIGHT_TESTS : twin ? WEIGHT_TWIN : WEIGHT_FOLDER) * score;
            if (c->near && !tests) break; /* what changes together says more than where it is */
            c->near = top->file->path;
            c->near_how = tests ? "tests" : "beside";
            break;
        }
    }
}

/* Who changes the schema has to see the newest migration. */
static void lift_migrations(struct ranking *r, const struct survey *s)
{
    static const char *const words[] = {"migration", "table", "column", "schema", "database", "index", "sql"};
    bool wanted = false;
    for (size_t w = 0; w < r->query.n; w++)
        for (size_t i = 0; i < countof(words); i++) wanted |= strcmp(r->query.v[w].word, words[i]) == 0;
    for (size_t m = 0; wanted && m < s->migrations.n; m++) {
        struct candidate *c = s->migrations.v[m].newest ? ranking_find(r, s->migrations.v[m].newest) : NULL;
        if (!c) continue;
        c->score += WEIGHT_MIGRATION;
        c->newest = true;
    }
}

/* --- the result ----------------------------------------------------------------------------------------------------
 */
static const char *why(const struct ranking *r, const struct candidate *c, struct arena *a)
{
    auto_buf b = BUF_INIT(10000);
    size_t words = 0;
    if (c->mentioned) buf_str(&b, "named");
    for (size_t w = 0; w < r->query.n && words < 6; w++) {
        if (!c->in_path[w] && !(c->is_read && c->count->in_text[w])) continue;
        buf_fmt(&b, "%s%s", words++ ? ", " : b.n ? "; words: " : "words: ", r->query.v[w].word);
    }
    if (c->signal[SIGNAL_PAST] > 0.1 * r->past_counts) buf_fmt(&b, "%schanged for the like", b.n ? "; " : "");
    if (c->newest) buf_fmt(&b, "%sthe newest migration", b.n ? "; " : "");
    if (c->near) buf_fmt(&b, "%s%s %s", b.n ? "; " : "", c->near_how, c->near);
    return arena_dup(a, buf_cstr(&b));
}

static int by_score(const void *a, const void *b)
{
    const struct candidate *x = *(const struct candidate *const *)a, *y = *(const struct candidate *const *)b;
    if (x->score > y->score || x->score < y->score) return x->score > y->score ? -1 : 1;
    return strcmp(x->file->path, y->file->path);
}

static void give(struct ranking *r, size_t limit, struct arena *a, struct relevance *ret)
{
    const struct candidate **order = arena_alloc(r->scratch, (r->files.n + 1) * sizeof *order);
    size_t n = 0;
    if (!order) return;
    for (size_t i = 0; i < r->files.n; i++)
        if (r->files.v[i].score > 0) order[n++] = &r->files.v[i];
    if (n) qsort(order, n, sizeof *order, by_score);
    for (size_t i = 0; i < n && i < limit; i++) {
        const struct candidate *c = order[i];
        struct relevant_file *row = arena_push(a, &ret->files, sizeof *row);
        if (!row) return;
        *row = (struct relevant_file){.path = arena_dup(a, c->file->path),
                                      .score = (int64_t)(c->score * 1000),
                                      .why = why(r, c, a),
                                      .line = c->line,
                                      .mentioned = c->mentioned};
    }
    for (size_t w = 0; w < r->query.n; w++) {
        const char **slot = arena_push(a, &ret->words, sizeof *slot);
        if (slot) *slot = arena_dup(a, r->query.v[w].word);
    }
    ret->partial = r->partial;
}

/* Those asked for first, then those of the text. */
static enum err_kind all_mentions(struct ranking *r, const struct relevance_query *q, struct path_mentions *all,
                                  struct arena *a, struct relevance *ret)
{
    struct path_mentions found;
    const char *const texts[] = {q->title, q->text};
    for (size_t i = 0; i < q->mentions.n; i++) {
        const char *path = mention_resolve(r->t, q->mentions.v[i]);
        struct evidence *row = path ? arena_push(r->scratch, &all->paths, sizeof *row) : NULL;
        const char **slot = path ? NULL : arena_push(a, &ret->missing, sizeof *slot);
        if (row) row->path = path;
        if (slot) *slot = arena_dup(a, q->mentions.v[i]);
    }
    for (size_t i = 0; i < countof(texts); i++) {
        enum err_kind k = survey_mentions(r->t, texts[i], r->scratch, &found, r->e);
        if (k != ERR_OK) return k;
        for (size_t j = 0; j < found.paths.n; j++) {
            struct evidence *row = arena_push(r->scratch, &all->paths, sizeof *row);
            if (row) *row = found.paths.v[j];
        }
    }
    return arena_check(r->scratch, r->e);
}

static enum err_kind score(struct ranking *r, const struct survey *s, const struct path_mentions *named)
{
    struct past *past;
    size_t best[BEST], n;
    double top;
    enum err_kind k = ranking_read(r);
    if (k == ERR_OK) k = past_open(r, &past);
    if (k != ERR_OK) return k;
    ranking_words(r);
    past_like(r, past);
    for (size_t i = 0; i < r->files.n; i++) {
        struct candidate *c = &r->files.v[i];
        c->score = c->signal[SIGNAL_WORDS] + WEIGHT_PAST * c->signal[SIGNAL_PAST];
        c->score *= 1 + WEIGHT_OFTEN * c->signal[SIGNAL_OFTEN];
    }
    n = find_best(r, best);
    top = n && r->files.v[best[0]].score < 1 ? r->files.v[best[0]].score : 1;
    past_together(r, past, best, n);
    for (size_t i = 0; i < r->files.n; i++)
        r->files.v[i].score += WEIGHT_TOGETHER * top * r->files.v[i].signal[SIGNAL_TOGETHER];
    lift_migrations(r, s);
    mark_mentions(r, named);
    n = find_best(r, best);
    lift_neighbours(r, best, n);
    return arena_check(r->scratch, r->e);
}

enum err_kind survey_relevant(struct tree *t, const struct survey *s, const struct relevance_query *q, struct arena *a,
                              struct relevance *ret, struct err *e)
{
    auto_arena scratch = arena_new(SCRATCH_MAX);
    struct ranking r = {
        .t = t, .scratch = scratch, .e = e, .max_bytes = q->max_bytes > 0 ? q->max_bytes : DEFAULT_BYTES};
    struct path_mentions mentions = {.paths = {NULL, 0}};
    enum err_kind k = scratch ? ERR_OK : err_nomem(e);
    memset(ret, 0, sizeof *ret);
    if (k == ERR_OK) k = query_make(q->title, q->text, scratch, &r.query, e);
    if (k == ERR_OK) k = all_mentions(&r, q, &mentions, a, ret);
    if (k != ERR_OK) return k;
    list_candidates(&r, &mentions);
    k = arena_check(scratch, e);
    if (k == ERR_OK) k = score(&r, s, &mentions);
    if (k != ERR_OK) return k;
    give(&r, q->limit ? q->limit : DEFAULT_LIMIT, a, ret);
    k = arena_check(scratch, e);
    return k == ERR_OK ? arena_check(a, e) : k;
}
