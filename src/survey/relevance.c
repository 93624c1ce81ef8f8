/* Ranks files for a ticket: what it names, then BM25 over contents and paths, then what stands beside the best. */
#include "pland/survey/relevance.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "survey/inner.h"
#include "survey/mentions.h"
#include "survey/query.h"

#define DEFAULT_LIMIT 30
#define DEFAULT_BYTES ((int64_t)64 << 20)
#define FILE_MAX ((size_t)512 << 10)
#define MENTIONED 1000000
#define BESIDE 5 /* the best files whose neighbours are lifted */

struct candidate {
    const struct tree_file *file;
    double path_score, score;
    uint16_t *count; /* per word of the query; NULL: not read */
    int64_t line;    /* first with a word */
    bool mentioned, newest;
    const char *beside; /* the better file it stands beside */
};
struct ranking {
    struct tree *t;
    struct arena *a;
    struct err *e;
    struct query query;
    struct { struct candidate *v; size_t n; } files;
    size_t read, *in_files; /* files read, and per word how many of them have it */
    double length;          /* of all files read */
    int64_t max_bytes;
    bool partial;
};

/* The natural logarithm, straight lines between powers of two: enough for ranking, and the same everywhere. */
static double ln(double x)
{
    int e;
    double m = frexp(x, &e);
    return ((double)e - 2.0 + 2.0 * m) * 0.69314718;
}

static const char *const never[] = {
    "*.lock", "package-lock.json", "pnpm-lock.yaml", "go.sum", "*.svg", "*.csv", "*.snap", "*.ico", "*.png", "*.pdf",
    "LICENSE*", "COPYING*", "CHANGELOG*", "*.po",
};

static bool is_candidate(const struct tree_file *f)
{
    if (f->mode == TREE_MODE_SUBMODULE || f->mode == TREE_MODE_LINK || path_foreign(f->path)) return false;
    for (size_t i = 0; i < countof(never); i++)
        if (path_like(never[i], f->path)) return false;
    return true;
}

static double path_score(const struct query *q, const char *path)
{
    double score = 0;
    const char *base = path_base(path);
    for (size_t i = 0; i < q->n; i++) {
        const char *hit = strcasestr(path, q->v[i].stem);
        if (!hit) continue;
        score += (strcasestr(base, q->v[i].stem) ? 2.0 : 0.8) * (1.0 + ln((double)q->v[i].weight));
    }
    return score;
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
    for (size_t i = 0; i < files.n; i++) {
        struct candidate *row;
        if (!is_candidate(&files.v[i]) && !is_named(named, files.v[i].path)) continue;
        row = arena_push(r->a, &r->files, sizeof *row);
        if (!row) return;
        row->file = &files.v[i];
        row->path_score = path_score(&r->query, files.v[i].path);
    }
}

static int by_path_score(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->path_score > y->path_score || x->path_score < y->path_score) return x->path_score > y->path_score ? -1 : 1;
    return strcmp(x->file->path, y->file->path);
}

/* --- reading ----------------------------------------------------------------------------------------------------- */
/* A word of three letters stands inside too many others ("der" in "border"): it has to begin or end a word. */
static bool stands_alone(const char *text, const char *end, const char *p, size_t len)
{
    return len > 3 || p == text || !isalnum((unsigned char)p[-1]) || p + len == end || !isalnum((unsigned char)p[len]);
}

static void count_words(struct ranking *r, struct candidate *c, char *text, size_t n)
{
    const char *first = NULL;
    for (size_t i = 0; i < n; i++) text[i] = (char)tolower((unsigned char)text[i]);
    for (size_t w = 0; w < r->query.n; w++) {
        size_t len = strlen(r->query.v[w].stem);
        const char *p = text, *end = text + n;
        while ((p = memmem(p, (size_t)(end - p), r->query.v[w].stem, len))) {
            bool counts = stands_alone(text, end, p, len);
            if (counts && (!first || p < first)) first = p;
            if (counts && c->count[w] < UINT16_MAX) c->count[w]++;
            p += len;
        }
        if (c->count[w]) r->in_files[w]++;
    }
    if (first) c->line = line_of(text, first);
}

static enum err_kind read_candidate(struct ranking *r, struct candidate *c, struct buf *text)
{
    struct err why;
    enum err_kind k;
    if (!c->file->kept || c->file->size > (int64_t)FILE_MAX || !c->file->size) return ERR_OK;
    if (r->max_bytes < c->file->size) {
        r->partial = true;
        return ERR_OK;
    }
    buf_clear(text);
    k = tree_read(r->t, c->file->path, FILE_MAX, text, &why);
    if (k == ERR_MEDIA_TYPE) return ERR_OK;
    if (k != ERR_OK) {
        *r->e = why;
        return k;
    }
    r->max_bytes -= c->file->size;
    c->count = arena_alloc(r->a, (r->query.n ? r->query.n : 1) * sizeof *c->count);
    if (!c->count) return arena_check(r->a, r->e);
    r->read++;
    r->length += (double)text->n;
    if (text->n) count_words(r, c, text->p, text->n);
    return ERR_OK;
}

static enum err_kind read_all(struct ranking *r)
{
    auto_buf text = BUF_INIT(FILE_MAX + 1);
    enum err_kind k = ERR_OK;
    r->in_files = arena_alloc(r->a, (QUERY_MAX) * sizeof *r->in_files);
    if (!r->in_files) return arena_check(r->a, r->e);
    if (r->files.n) qsort(r->files.v, r->files.n, sizeof *r->files.v, by_path_score);
    for (size_t i = 0; i < r->files.n && k == ERR_OK; i++) k = read_candidate(r, &r->files.v[i], &text);
    return k;
}

/* --- scoring ----------------------------------------------------------------------------------------------------- */
static double bm25(const struct ranking *r, const struct candidate *c)
{
    const double k1 = 1.2, b = 0.6;
    double score = 0, mean = r->read ? r->length / (double)r->read : 1;
    for (size_t w = 0; c->count && w < r->query.n; w++) {
        double tf = c->count[w], df = (double)r->in_files[w], idf;
        if (tf <= 0) continue;
        idf = ln(1.0 + ((double)r->read - df + 0.5) / (df + 0.5));
        score += idf * (1.0 + ln((double)r->query.v[w].weight)) * tf * (k1 + 1) /
                 (tf + k1 * (1 - b + b * (double)c->file->size / (mean > 1 ? mean : 1)));
    }
    return score;
}

static double factor(const char *path)
{
    if (path_fixture(path)) return 0.3;
    if (language_of(path)) return 1.0;
    return path_like("*.md", path) ? 0.7 : 0.6;
}

static void mark_mentions(struct ranking *r, const struct evidence *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < r->files.n; j++) {
            struct candidate *c = &r->files.v[j];
            if (strcmp(c->file->path, v[i].path) != 0 || c->mentioned) continue;
            c->mentioned = true;
            c->score += MENTIONED / 1000.0 + 200.0 * (double)(n - i); /* in the order they were named */
            if (v[i].line) c->line = v[i].line;
        }
}

static int by_score(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->score > y->score || x->score < y->score) return x->score > y->score ? -1 : 1;
    return strcmp(x->file->path, y->file->path);
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

static void lift_neighbours(struct ranking *r)
{
    size_t best = r->files.n < BESIDE ? r->files.n : BESIDE;
    for (size_t j = best; j < r->files.n; j++)
        for (size_t i = 0; i < best && !r->files.v[j].beside; i++) {
            const char *top = r->files.v[i].file->path, *path = r->files.v[j].file->path;
            double score = r->files.v[i].score;
            if (score <= 0) break;
            if (score > MENTIONED / 1000.0) score = 10;
            if (!tests_it(path, top) && !same_dir(path, top)) continue;
            r->files.v[j].score += tests_it(path, top) ? 0.4 * score : 0.1 * score;
            r->files.v[j].beside = top;
        }
}

/* Who changes the schema has to see the newest migration. */
static void lift_migrations(struct ranking *r, const struct survey *s)
{
    static const char *const words[] = { "migration", "table", "column", "schema", "database", "index", "sql" };
    bool wanted = false;
    for (size_t w = 0; w < r->query.n; w++)
        for (size_t i = 0; i < countof(words); i++) wanted |= strcmp(r->query.v[w].stem, words[i]) == 0;
    for (size_t m = 0; wanted && m < s->migrations.n; m++)
        for (size_t i = 0; i < r->files.n; i++)
            if (s->migrations.v[m].newest && strcmp(r->files.v[i].file->path, s->migrations.v[m].newest) == 0) {
                r->files.v[i].score += 3.0;
                r->files.v[i].newest = true;
            }
}

/* --- the result --------------------------------------------------------------------------------------------------- */
static const char *why(const struct ranking *r, const struct candidate *c)
{
    auto_buf b = BUF_INIT(1000);
    size_t words = 0;
    if (c->mentioned) buf_str(&b, "named");
    for (size_t w = 0; w < r->query.n && words < 6; w++) {
        if (!(c->count && c->count[w]) && !strcasestr(c->file->path, r->query.v[w].stem)) continue;
        buf_fmt(&b, "%s%s", words++ ? ", " : b.n ? "; words: " : "words: ", r->query.v[w].stem);
    }
    if (c->newest) buf_fmt(&b, "%sthe newest migration", b.n ? "; " : "");
    if (c->beside)
        buf_fmt(&b, "%s%s %s", b.n ? "; " : "", tests_it(c->file->path, c->beside) ? "tests" : "beside", c->beside);
    return arena_dup(r->a, buf_cstr(&b));
}

static void give(struct ranking *r, size_t limit, struct relevance *ret)
{
    for (size_t i = 0; i < r->files.n && ret->files.n < limit && r->files.v[i].score > 0; i++) {
        const struct candidate *c = &r->files.v[i];
        struct relevant_file *row = arena_push(r->a, &ret->files, sizeof *row);
        if (!row) return;
        *row = (struct relevant_file){ .path = arena_dup(r->a, c->file->path),
                                       .score = (int64_t)(c->score * 1000),
                                       .why = why(r, c),
                                       .line = c->line,
                                       .mentioned = c->mentioned };
    }
    for (size_t w = 0; w < r->query.n; w++) {
        const char **slot = arena_push(r->a, &ret->words, sizeof *slot);
        if (slot) *slot = r->query.v[w].stem;
    }
    ret->partial = r->partial;
}

/* Those asked for first, then those of the text. */
static enum err_kind all_mentions(struct ranking *r, const struct relevance_query *q, struct path_mentions *all,
                                  struct relevance *ret)
{
    struct path_mentions found;
    const char *const texts[] = { q->title, q->text };
    for (size_t i = 0; i < q->mentions.n; i++) {
        const char *path = mention_resolve(r->t, q->mentions.v[i]);
        struct evidence *row = path ? arena_push(r->a, &all->paths, sizeof *row) : NULL;
        const char **slot = path ? NULL : arena_push(r->a, &ret->missing, sizeof *slot);
        if (row) row->path = path;
        if (slot) *slot = arena_dup(r->a, q->mentions.v[i]);
    }
    for (size_t i = 0; i < countof(texts); i++) {
        enum err_kind k = survey_mentions(r->t, texts[i], r->a, &found, r->e);
        if (k != ERR_OK) return k;
        for (size_t j = 0; j < found.paths.n; j++) {
            struct evidence *row = arena_push(r->a, &all->paths, sizeof *row);
            if (row) *row = found.paths.v[j];
        }
    }
    return arena_check(r->a, r->e);
}

enum err_kind survey_relevant(struct tree *t, const struct survey *s, const struct relevance_query *q, struct arena *a,
                              struct relevance *ret, struct err *e)
{
    struct ranking r = { .t = t, .a = a, .e = e, .max_bytes = q->max_bytes > 0 ? q->max_bytes : DEFAULT_BYTES };
    struct path_mentions mentions = { .paths = { NULL, 0 } };
    enum err_kind k;
    memset(ret, 0, sizeof *ret);
    k = query_make(q->title, q->text, a, &r.query, e);
    if (k == ERR_OK) k = all_mentions(&r, q, &mentions, ret);
    if (k != ERR_OK) return k;
    list_candidates(&r, &mentions);
    k = arena_check(a, e);
    if (k == ERR_OK) k = read_all(&r);
    if (k != ERR_OK) return k;
    for (size_t i = 0; i < r.files.n; i++)
        r.files.v[i].score = factor(r.files.v[i].file->path) * (bm25(&r, &r.files.v[i]) + r.files.v[i].path_score);
    lift_migrations(&r, s);
    mark_mentions(&r, mentions.paths.v, mentions.paths.n);
    if (r.files.n) qsort(r.files.v, r.files.n, sizeof *r.files.v, by_score);
    lift_neighbours(&r);
    if (r.files.n) qsort(r.files.v, r.files.n, sizeof *r.files.v, by_score);
    give(&r, q->limit ? q->limit : DEFAULT_LIMIT, ret);
    return arena_check(a, e);
}
