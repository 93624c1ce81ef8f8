/* Relevance against history: for the last commits of each clone, the message is the ticket, the files it modified are
 * what has to be found, and everything is read at the commit's parent. Prints recall among the first 20 files and that
 * of plain BM25 over the same files; judges nothing.
 *
 *     build/release/relevance_bench [-n COMMITS] DIR…      # DIR: a repository, or a folder of repositories
 * Commits that modify 1 to 20 files are taken; -v prints what each of them lost. Needs git; TMPDIR (/tmp) takes the
 * pins. */
#include <ctype.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "pland/base/hash.h"
#include "pland/survey/relevance.h"

enum { TOP = 20, WORDS_MAX = 400, WORD_MAX = 60 };

struct commit {
    char *id, *parent, *message;
    char *paths[TOP];
    size_t n;
};
struct figures {
    size_t commits;
    double recall, plain;
};

static void must(enum err_kind k, const struct err *e)
{
    if (k == ERR_OK) return;
    (void)fprintf(stderr, "relevance_bench: %s\n", e->msg);
    exit(1);
}

/* --- plain BM25: words of letters and digits, k1 1.2, b 0.75 -------------------------------------------------------
 */
struct plain {
    char words[WORDS_MAX][WORD_MAX];
    size_t n_words, n_files, n_read;
    uint16_t *counts; /* n_files rows of n_words */
    double *lengths, *scores;
};

static size_t next_word(const char **at, const char *end, char w[WORD_MAX])
{
    size_t n = 0;
    const char *p = *at;
    while (p < end && !isalnum((unsigned char)*p)) p++;
    for (; p < end && isalnum((unsigned char)*p); p++)
        if (n + 1 < WORD_MAX) w[n++] = (char)tolower((unsigned char)*p);
    w[n] = '\0';
    *at = p;
    return n;
}

static size_t word_index(const struct plain *p, const char *w)
{
    size_t i = 0;
    while (i < p->n_words && strcmp(p->words[i], w) != 0) i++;
    return i;
}

static void plain_count(void *arg, size_t i, const char *text, size_t n)
{
    struct plain *p = arg;
    char w[WORD_MAX];
    for (const char *at = text; next_word(&at, text + n, w);) {
        size_t j = word_index(p, w);
        p->lengths[i]++;
        if (j < p->n_words && p->counts[i * WORDS_MAX + j] < UINT16_MAX) p->counts[i * WORDS_MAX + j]++;
    }
}

static void plain_score(struct plain *p)
{
    double all = 0, n = 0;
    for (size_t i = 0; i < p->n_files; i++) {
        all += p->lengths[i];
        n += p->lengths[i] > 0;
    }
    for (size_t j = 0; j < p->n_words; j++) {
        double df = 0, idf;
        for (size_t i = 0; i < p->n_files; i++) df += p->counts[i * WORDS_MAX + j] > 0;
        idf = log(1.0 + (n - df + 0.5) / (df + 0.5));
        for (size_t i = 0; i < p->n_files; i++) {
            double tf = p->counts[i * WORDS_MAX + j];
            p->scores[i] += idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * p->lengths[i] / (all / n)));
        }
    }
}

static double found_by_plain(struct tree *t, const struct commit *c)
{
    struct tree_files files = tree_files(t);
    struct plain *p = calloc(1, sizeof *p);
    size_t *which = calloc(files.n + 1, sizeof *which), hits = 0;
    struct err e = {0};
    char w[WORD_MAX];
    p->n_files = files.n;
    p->counts = calloc(files.n * WORDS_MAX + 1, sizeof *p->counts);
    p->lengths = calloc(files.n + 1, sizeof *p->lengths);
    p->scores = calloc(files.n + 1, sizeof *p->scores);
    for (const char *at = c->message, *end = at + strlen(at); p->n_words < WORDS_MAX && next_word(&at, end, w);)
        if (word_index(p, w) == p->n_words) (void)snprintf(p->words[p->n_words++], WORD_MAX, "%s", w);
    for (size_t i = 0; i < files.n; i++) which[i] = i;
    must(tree_each_text(t, &(struct tree_which){which, files.n}, (size_t)2 << 20, plain_count, p, &e), &e);
    plain_score(p);
    for (size_t k = 0; k < TOP; k++) {
        size_t best = 0;
        for (size_t i = 1; i < files.n; i++)
            if (p->scores[i] > p->scores[best]) best = i;
        for (size_t j = 0; files.n && p->scores[best] > 0 && j < c->n; j++)
            hits += strcmp(files.v[best].path, c->paths[j]) == 0;
        if (files.n) p->scores[best] = -1;
    }
    free(p->scores);
    free(p->lengths);
    free(p->counts);
    free(p);
    free(which);
    return (double)hits / (double)c->n;
}

/* --- ours ----------------------------------------------------------------------------------------------------------
 */
static double found_by_pland(struct tree *t, const struct commit *c, bool loud)
{
    struct err e = {0};
    struct survey s;
    struct relevance r;
    struct relevance_query q = {.limit = TOP};
    size_t hits = 0, line = strcspn(c->message, "\n");
    auto_arena a = arena_new(0);
    memset(&s, 0, sizeof s);
    q.title = arena_dup_n(a, c->message, line);
    q.text = c->message + line;
    must(survey_relevant(t, &s, &q, a, &r, &e), &e);
    for (size_t j = 0; j < c->n; j++) {
        bool hit = false;
        for (size_t i = 0; i < r.files.n; i++) hit |= strcmp(r.files.v[i].path, c->paths[j]) == 0;
        hits += hit;
        if (!hit && loud) printf("  %.10s %.60s: %s\n", c->id, q.title, c->paths[j]);
    }
    return (double)hits / (double)c->n;
}

/* --- commits, through git ------------------------------------------------------------------------------------------
 */
static bool parse(char *text, struct commit *ret)
{
    char *save = NULL, *path;
    ret->id = strtok_r(text, "\x02", &save);
    ret->parent = strtok_r(NULL, "\x02", &save);
    ret->message = strtok_r(NULL, "\x02", &save);
    ret->n = 0;
    if (!ret->message || strlen(ret->parent) != 40) return false;
    while ((path = strtok_r(NULL, "\n", &save))) {
        if (ret->n == TOP) return false;
        ret->paths[ret->n++] = path;
    }
    return ret->n > 0;
}

static bool measure(const char *dir, size_t max, bool loud, const char *data, struct figures *ret)
{
    char command[5000], *text = NULL;
    struct err e = {0};
    struct repo_location at;
    auto_roots roots = NULL;
    size_t cap = 0;
    FILE *log;
    must(repo_roots_new("/", &roots, &e), &e);
    if (repo_locate(roots, dir, &at, &e) != ERR_OK || !at.git) return false;
    (void)snprintf(command, sizeof command,
                   "git --git-dir='%s' -c core.quotePath=off log --no-merges --no-renames --diff-filter=M --name-only "
                   "--format='%%x01%%H%%x02%%P%%x02%%B%%x02'",
                   at.gitdir);
    log = popen(command, "r");
    if (!log || getdelim(&text, &cap, 1, log) < 0) return false;
    while (ret->commits < max && getdelim(&text, &cap, 1, log) > 0) {
        struct commit c;
        auto_tree t = NULL;
        text[strcspn(text, "\x01")] = '\0';
        if (!parse(text, &c)) continue;
        must(tree_open_commit(&at, c.parent, data, NULL, &t, &e), &e);
        ret->commits++;
        ret->recall += found_by_pland(t, &c, loud);
        ret->plain += found_by_plain(t, &c);
    }
    free(text);
    (void)pclose(log);
    return ret->commits > 0;
}

static void row(const char *name, const struct figures *f)
{
    double n = f->commits ? (double)f->commits : 1;
    printf("%-40s %7zu %10.3f %10.3f %+8.3f\n", name, f->commits, f->recall / n, f->plain / n,
           (f->recall - f->plain) / n);
    (void)fflush(stdout);
}

static void one(const char *dir, size_t max, bool loud, const char *data, struct figures *all)
{
    struct figures f = {0};
    if (!measure(dir, max, loud, data, &f)) return;
    row(dir, &f);
    all->commits++; /* each repository counts the same */
    all->recall += f.recall / (double)f.commits;
    all->plain += f.plain / (double)f.commits;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void all_below(const char *dir, size_t max, bool loud, const char *data, struct figures *all)
{
    struct dirent **names;
    size_t before = all->commits;
    int n;
    one(dir, max, loud, data, all);
    n = all->commits == before ? scandir(dir, &names, NULL, by_name) : 0;
    for (int i = 0; i < n; i++) {
        char path[5000];
        (void)snprintf(path, sizeof path, "%s/%s", dir, names[i]->d_name);
        if (names[i]->d_name[0] != '.') one(path, max, loud, data, all);
        free(names[i]);
    }
    if (n > 0) free(names);
}

int main(int argc, char **argv)
{
    char data[200], command[300];
    struct figures all = {0};
    struct err e = {0};
    size_t max = 100;
    bool loud = false;
    int first = 1, rc;
    for (; first < argc && argv[first][0] == '-'; first++) {
        loud |= strcmp(argv[first], "-v") == 0;
        if (strcmp(argv[first], "-n") == 0 && first + 1 < argc) max = (size_t)strtoul(argv[++first], NULL, 10);
    }
    (void)snprintf(data, sizeof data, "%.100s/pland-relevance-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    if (first == argc || !mkdtemp(data)) return (void)fprintf(stderr, "relevance_bench [-n COMMITS] [-v] DIR…\n"), 2;
    must(hash_init(&e), &e);
    must(repo_global_init(&e), &e);
    printf("%-40s %7s %10s %10s %8s\n", "repository", "commits", "recall@20", "BM25", "margin");
    for (int i = first; i < argc; i++) all_below(argv[i], max, loud, data, &all);
    row("mean of all repositories", &all);
    (void)snprintf(command, sizeof command, "rm -rf %s", data);
    rc = system(command);
    repo_global_shutdown();
    return rc;
}
