/* Cuts a ticket into words: identifiers into their parts, plurals to their stem, common words left out. */
#include "survey/query.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WORDS 4000
#define MAX_LEN 40

/* Sorted. What tickets say whatever they are about, in German and French as well. */
static const char *const common[] = {
    "about", "above", "acceptance", "actual", "actually", "add", "added", "adding", "after", "again", "all",
    "allow", "allows", "als", "also", "although", "always", "and", "another", "any", "anything", "are", "auf",
    "aus", "avec", "back", "because", "been", "before", "bei", "being", "below", "between", "both", "but", "can",
    "cannot", "change", "changed", "code", "could", "create", "criteria", "currently", "dans", "darf", "das", "def",
    "dem", "den", "der", "des", "description", "did", "die", "dies", "does", "doit", "done", "each", "ein", "eine",
    "einen", "eines", "either", "else", "est", "etc", "ever", "every", "example", "existing", "expected", "feature",
    "first", "fix", "for", "from", "für", "get", "gets", "give", "given", "goes", "had", "has", "have", "having",
    "her", "here", "hers", "him", "his", "how", "http", "https", "ihr", "implement", "instead", "into", "issue",
    "ist", "its", "itself", "just", "kann", "keep", "know", "les", "let", "like", "made", "make", "makes", "many",
    "may", "might", "mit", "more", "most", "much", "muss", "must", "müssen", "nach", "need", "needed", "needs",
    "never", "new", "nicht", "not", "nothing", "now", "oder", "off", "often", "once", "one", "only", "other", "our",
    "out", "over", "par", "pas", "please", "possible", "pour", "problem", "project", "provide", "put", "que", "qui",
    "really", "remove", "request", "required", "requirement", "same", "see", "sein", "set", "several", "shall",
    "she", "should", "show", "sich", "sie", "since", "sind", "soll", "sollen", "some", "someone", "something",
    "son", "still", "such", "support", "sur", "sure", "take", "tell", "than", "that", "the", "their", "them",
    "then", "there", "these", "they", "this", "those", "through", "ticket", "todo", "too", "two", "und", "under",
    "une", "until", "update", "use", "used", "user", "users", "uses", "using", "very", "vom", "von", "want",
    "wants", "was", "way", "well", "werden", "were", "what", "when", "where", "whether", "which", "while", "who",
    "will", "wird", "with", "without", "work", "works", "would", "www", "yet", "you", "your", "zum", "zur",
};

struct all { struct { struct query_word *v; size_t n; } words; struct arena *a; };

static int by_text(const void *key, const void *row)
{
    return strcmp(key, *(const char *const *)row);
}

/* "retries" and "retry", "tokens" and "token" look for the same. */
static void stem(char *w, size_t *n)
{
    if (*n > 4 && strcmp(w + *n - 3, "ies") == 0) *n -= 3;
    else if (*n > 4 && w[*n - 1] == 's' && w[*n - 2] != 's' && w[*n - 2] != 'u') *n -= 1;
    else if (*n > 6 && strcmp(w + *n - 3, "ing") == 0) *n -= 3;
    else if (*n > 5 && w[*n - 1] == 'y') *n -= 1;
    w[*n] = '\0';
}

static void add_word(struct all *all, const char *p, size_t n, int weight)
{
    char w[MAX_LEN + 1];
    struct query_word *row;
    if (n < 3 || n > MAX_LEN) return;
    for (size_t i = 0; i < n; i++) w[i] = (char)tolower((unsigned char)p[i]);
    w[n] = '\0';
    if (strspn(w, "0123456789") == n || bsearch(w, common, countof(common), sizeof *common, by_text)) return;
    stem(w, &n);
    for (size_t i = 0; i < all->words.n; i++)
        if (strcmp(all->words.v[i].stem, w) == 0) {
            all->words.v[i].weight += weight;
            return;
        }
    if (all->words.n == MAX_WORDS) return;
    row = arena_push(all->a, &all->words, sizeof *row);
    if (row) *row = (struct query_word){ arena_dup(all->a, w), weight, all->words.n };
}

/* Letters and digits; an identifier in camelCase gives its parts, too. */
static void add_text(struct all *all, const char *text, int weight)
{
    while (text && *text) {
        size_t n = 0, from = 0;
        while (isalnum((unsigned char)text[n]) || (unsigned char)text[n] >= 0x80) n++;
        add_word(all, text, n, weight);
        for (size_t i = 1; i < n; i++)
            if (isupper((unsigned char)text[i]) && islower((unsigned char)text[i - 1])) {
                add_word(all, text + from, i - from, weight);
                from = i;
            }
        if (from) add_word(all, text + from, n - from, weight);
        text += n ? n : 1;
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
    struct all all = { .a = a };
    enum err_kind k;
    add_text(&all, title, 3);
    add_text(&all, text, 1);
    k = arena_check(a, e);
    if (k != ERR_OK) return k;
    if (all.words.n) qsort(all.words.v, all.words.n, sizeof *all.words.v, by_weight);
    ret->n = all.words.n < QUERY_MAX ? all.words.n : QUERY_MAX;
    for (size_t i = 0; i < ret->n; i++) ret->v[i] = all.words.v[i];
    return ERR_OK;
}
