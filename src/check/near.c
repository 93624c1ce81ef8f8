/* An index over the names of a tree: files by their last component, and by pairs of its letters, so that the closest
 * match is found among the few names that share some.
 *
 * A name at distance d of another one, cut into d + 1 pieces, holds at least one piece unchanged; so the names that hold
 * the rarest pair of letters of each piece are all that can be meant. */
#include "check/inner.h"

#include <ctype.h>
#include <string.h>

#include "pland/base/distance.h"

enum { PAIRS = 1 << 14, CLOSE_MAX = 3 };

struct name {
    const char *s;
    uint32_t n, first; /* length; a file so called, the others by next[] */
};
struct near {
    struct tree_files files;
    struct arena *a;
    uint32_t *slots; /* open addressing: index of a name + 1 */
    size_t cap;
    struct name *names;
    size_t n_names;
    uint32_t *next;             /* by file: the next one of the same name + 1 */
    uint32_t *start, *postings; /* names by pair of letters; made with the first search */
    uint32_t *looked, round;    /* by name: in which search it was looked at */
};

size_t name_hash(const char *name)
{
    uint64_t h = UINT64_C(1469598103934665603);
    for (; *name; name++) h = (h ^ (unsigned char)*name) * UINT64_C(1099511628211);
    return (size_t)(h ^ h >> 31);
}

static size_t slot_of(const struct near *x, const char *name)
{
    size_t at = name_hash(name) & (x->cap - 1);
    while (x->slots[at] && strcmp(x->names[x->slots[at] - 1].s, name) != 0) at = (at + 1) & (x->cap - 1);
    return at;
}

static void add_file(struct near *x, uint32_t file)
{
    const char *s = words_base(x->files.v[file].path);
    size_t at = slot_of(x, s);
    if (!x->slots[at]) {
        x->names[x->n_names] = (struct name){ .s = s, .n = (uint32_t)strlen(s), .first = file };
        x->slots[at] = (uint32_t)++x->n_names;
        return;
    }
    x->next[file] = x->names[x->slots[at] - 1].first + 1;
    x->names[x->slots[at] - 1].first = file;
}

struct near *near_new(const struct tree *t, struct arena *a)
{
    struct near *x = arena_alloc(a, sizeof *x);
    if (!x) return NULL;
    x->files = tree_files(t);
    x->a = a;
    for (x->cap = 64; x->cap < x->files.n * 2;) x->cap *= 2;
    x->slots = arena_alloc(a, x->cap * sizeof *x->slots);
    x->names = arena_alloc(a, (x->files.n + 1) * sizeof *x->names);
    x->next = arena_alloc(a, (x->files.n + 1) * sizeof *x->next);
    if (!x->slots || !x->names || !x->next) return NULL;
    for (size_t i = x->files.n; i-- > 0;) add_file(x, (uint32_t)i);
    return x;
}

/* --- pairs of letters --------------------------------------------------------------------------------------------- */
static size_t pair_of(const char *p)
{
    return ((size_t)tolower((unsigned char)p[0]) * 131 + (size_t)tolower((unsigned char)p[1])) & (PAIRS - 1);
}

static bool postings_make(struct near *x)
{
    size_t total = 0;
    uint32_t *fill;
    if (x->postings) return true;
    x->start = arena_alloc(x->a, (PAIRS + 1) * sizeof *x->start);
    fill = arena_alloc(x->a, PAIRS * sizeof *fill);
    x->looked = arena_alloc(x->a, (x->n_names + 1) * sizeof *x->looked);
    if (!x->start || !fill || !x->looked) return false;
    for (size_t i = 0; i < x->n_names; i++)
        for (size_t k = 0; k + 1 < x->names[i].n; k++, total++) x->start[pair_of(x->names[i].s + k) + 1]++;
    for (size_t i = 0; i < PAIRS; i++) {
        x->start[i + 1] += x->start[i];
        fill[i] = x->start[i];
    }
    x->postings = arena_alloc(x->a, (total + 1) * sizeof *x->postings);
    if (!x->postings) return false;
    for (size_t i = 0; i < x->n_names; i++)
        for (size_t k = 0; k + 1 < x->names[i].n; k++) x->postings[fill[pair_of(x->names[i].s + k)]++] = (uint32_t)i;
    return true;
}

static size_t rarest_pair(const struct near *x, const char *p, size_t n)
{
    size_t best = SIZE_MAX, least = SIZE_MAX;
    for (size_t k = 0; k + 1 < n; k++) {
        size_t pair = pair_of(p + k), held = x->start[pair + 1] - x->start[pair];
        if (held >= least) continue;
        least = held;
        best = pair;
    }
    return best;
}

/* --- closeness ---------------------------------------------------------------------------------------------------- */
struct best { size_t score; const char *path; };

static void consider(const struct near *x, const struct name *name, const char *wanted, size_t base, struct best *best)
{
    if (base >= best->score + 100) return;
    for (uint32_t f = name->first + 1; f; f = x->next[f - 1]) {
        const char *path = x->files.v[f - 1].path;
        size_t score = base + 100 - path_shared(wanted, path);
        if (score > best->score || (score == best->score && best->path && strcmp(path, best->path) >= 0)) continue;
        *best = (struct best){ score, path };
    }
}

static void similar(struct near *x, const char *wanted, const char *name, size_t n, size_t limit, struct best *best)
{
    size_t pieces = limit + 1, each = n / pieces;
    x->round++;
    for (size_t p = 0; p < pieces; p++) {
        size_t from = p * each, to = p + 1 == pieces ? n : from + each;
        size_t pair = rarest_pair(x, name + from, to - from);
        if (pair == SIZE_MAX) continue;
        for (uint32_t k = x->start[pair]; k < x->start[pair + 1]; k++) {
            const struct name *have = &x->names[x->postings[k]];
            size_t d;
            if (x->looked[x->postings[k]] == x->round) continue;
            x->looked[x->postings[k]] = x->round;
            if (have->n == n && strcasecmp(have->s, name) == 0) d = 0;
            else if ((d = name_distance(name, n, have->s, have->n, limit)) > limit) continue;
            consider(x, have, wanted, 1000 * (d + 1), best);
        }
    }
}

const char *near_closest(struct near *x, const char *path)
{
    const char *name = words_base(path);
    size_t n = strlen(name), limit = n / 3 < CLOSE_MAX ? n / 3 : CLOSE_MAX, slot = slot_of(x, name);
    struct best best = { SIZE_MAX - 1000, NULL };
    if (x->slots[slot]) {
        consider(x, &x->names[x->slots[slot] - 1], path, 0, &best);
        return best.path;
    }
    if (n < 4 || n > DISTANCE_NAME_MAX || !postings_make(x)) return NULL;
    similar(x, path, name, n, limit, &best);
    return best.path;
}

/* --- by the end of a path ----------------------------------------------------------------------------------------- */
bool path_ends_in(const char *path, const char *end)
{
    size_t n = strlen(path), m = strlen(end);
    return n >= m && strcmp(path + n - m, end) == 0 && (n == m || path[n - m - 1] == '/');
}

const char *near_by_end(struct near *x, const char *end, bool *ret_many)
{
    size_t slot = slot_of(x, words_base(end));
    const char *found = NULL;
    *ret_many = false;
    for (uint32_t f = x->slots[slot] ? x->names[x->slots[slot] - 1].first + 1 : 0; f; f = x->next[f - 1]) {
        if (!path_ends_in(x->files.v[f - 1].path, end)) continue;
        if (found) {
            *ret_many = true;
            break;
        }
        found = x->files.v[f - 1].path;
    }
    return found;
}
