/* Chooses the words of a ticket that are worth looking for: the heaviest ones, common words left out. */
#include "survey/query.h"

#include <stdlib.h>
#include <string.h>

#define MAX_WORDS 4000

/* Sorted. What tickets say whatever they are about, in German and French as well. */
static const char *const common[] = {
    "about",    "above",   "acceptance", "actual",   "actually", "add",      "added",       "adding",      "after",
    "again",    "all",     "allow",      "allows",   "als",      "also",     "although",    "always",      "and",
    "another",  "any",     "anything",   "are",      "auf",      "aus",      "avec",        "back",        "because",
    "been",     "before",  "bei",        "being",    "below",    "between",  "both",        "but",         "can",
    "cannot",   "change",  "changed",    "code",     "could",    "create",   "criteria",    "currently",   "dans",
    "darf",     "das",     "def",        "dem",      "den",      "der",      "des",         "description", "did",
    "die",      "dies",    "does",       "doit",     "done",     "each",     "ein",         "eine",        "einen",
    "eines",    "either",  "else",       "est",      "etc",      "ever",     "every",       "example",     "existing",
    "expected", "feature", "first",      "fix",      "for",      "from",     "für",         "get",         "gets",
    "give",     "given",   "goes",       "had",      "has",      "have",     "having",      "her",         "here",
    "hers",     "him",     "his",        "how",      "http",     "https",    "ihr",         "implement",   "instead",
    "into",     "issue",   "ist",        "its",      "itself",   "just",     "kann",        "keep",        "know",
    "les",      "let",     "like",       "made",     "make",     "makes",    "many",        "may",         "might",
    "mit",      "more",    "most",       "much",     "muss",     "must",     "müssen",      "nach",        "need",
    "needed",   "needs",   "never",      "new",      "nicht",    "not",      "nothing",     "now",         "oder",
    "off",      "often",   "once",       "one",      "only",     "other",    "our",         "out",         "over",
    "par",      "pas",     "please",     "possible", "pour",     "problem",  "project",     "provide",     "put",
    "que",      "qui",     "really",     "remove",   "request",  "required", "requirement", "same",        "see",
    "sein",     "set",     "several",    "shall",    "she",      "should",   "show",        "sich",        "sie",
    "since",    "sind",    "soll",       "sollen",   "some",     "someone",  "something",   "son",         "still",
    "such",     "support", "sur",        "sure",     "take",     "tell",     "than",        "that",        "the",
    "their",    "them",    "then",       "there",    "these",    "they",     "this",        "those",       "through",
    "ticket",   "todo",    "too",        "two",      "und",      "under",    "une",         "until",       "update",
    "use",      "used",    "user",       "users",    "uses",     "using",    "very",        "vom",         "von",
    "want",     "wants",   "was",        "way",      "well",     "werden",   "were",        "what",        "when",
    "where",    "whether", "which",      "while",    "who",      "will",     "wird",        "with",        "without",
    "work",     "works",   "would",      "www",      "yet",      "you",      "your",        "zum",         "zur",
};

struct all {
    struct {
        struct query_word *v;
        size_t n;
    } words;
    struct arena *a;
    int weight;
};

static int by_text(const void *key, const void *row)
{
    return strcmp(key, *(const char *const *)row);
}

static void add_word(void *arg, const struct term *t)
{
    struct all *all = arg;
    char stem[TERM_MAX + 1];
    int weight = all->weight * (t->whole ? 2 : 1); /* an identifier says more than its parts */
    struct query_word *row;
    if (t->n < 3 || strspn(t->word, "0123456789") == t->n) return;
    if (bsearch(t->word, common, countof(common), sizeof *common, by_text)) return;
    memcpy(stem, t->word, t->n + 1);
    (void)term_stem(stem, t->n);
    for (size_t i = 0; i < all->words.n; i++)
        if (strcmp(all->words.v[i].stem, stem) == 0) {
            all->words.v[i].weight += weight;
            return;
        }
    if (all->words.n == MAX_WORDS) return;
    row = arena_push(all->a, &all->words, sizeof *row);
    if (row) *row = (struct query_word){arena_dup(all->a, stem), arena_dup(all->a, t->word), weight, all->words.n};
}

/* "Reviewed-by: …" at the end of a message names people, not files. */
static bool is_trailer(const char *line, size_t n)
{
    const char *colon = memchr(line, ':', n);
    return colon && colon - line > 4 && colon - line < 24 && strncmp(colon - 3, "-by", 3) == 0;
}

/* Line by line; what stands between backticks counts twice. */
static void add_text(struct all *all, const char *text, int weight)
{
    for (size_t n; text && *text; text += n + (text[n] == '\n')) {
        bool code = false;
        n = strcspn(text, "\n");
        if (is_trailer(text, n)) continue;
        for (size_t from = 0, to; from < n; from = to + 1, code = !code) {
            const char *tick = memchr(text + from, '`', n - from);
            to = tick ? (size_t)(tick - text) : n;
            all->weight = code && tick ? 2 * weight : weight;
            terms_each(text + from, to - from, add_word, all);
        }
    }
}

static int by_weight(const void *a, const void *b)
{
    const struct query_word *x = a, *y = b;
    if (x->weight != y->weight) return x->weight > y->weight ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

enum err_kind query_make(const char *title, const char *text, struct arena *a, struct query *ret, struct err *e)
{
    struct all all = {.a = a};
    enum err_kind k;
    add_text(&all, title, 3);
    add_text(&all, text, 1);
    k = arena_check(a, e);
    if (k != ERR_OK) return k;
    if (all.words.n) qsort(all.words.v, all.words.n, sizeof *all.words.v, by_weight);
    memset(ret, 0, sizeof *ret);
    ret->n = all.words.n < QUERY_MAX ? all.words.n : QUERY_MAX;
    for (size_t i = 0; i < ret->n; i++) {
        ret->v[i] = all.words.v[i];
        term_set_add(&ret->set, ret->v[i].stem);
    }
    return ERR_OK;
}
