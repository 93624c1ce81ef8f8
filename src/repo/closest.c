/* The existing path that somebody probably meant: same base name first, then small edit distance. */
#include "pland/repo/tree.h"

#include <string.h>

#define MAX_NAME 128

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Levenshtein distance, or limit + 1 when it is larger. */
static size_t distance(const char *a, const char *b, size_t limit)
{
    size_t na = strlen(a), nb = strlen(b), row[MAX_NAME + 1];
    if (na > MAX_NAME || nb > MAX_NAME || (na > nb ? na - nb : nb - na) > limit) return limit + 1;
    for (size_t j = 0; j <= nb; j++) row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0], least = i;
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t up = row[j], cost = diagonal + (a[i - 1] != b[j - 1]);
            if (up + 1 < cost) cost = up + 1;
            if (row[j - 1] + 1 < cost) cost = row[j - 1] + 1;
            diagonal = up;
            row[j] = cost;
            if (cost < least) least = cost;
        }
        if (least > limit) return limit + 1;
    }
    return row[nb];
}

/* How many leading and trailing components two paths share. */
static size_t shared(const char *a, const char *b)
{
    size_t n = 0, i = 0, la = strlen(a), lb = strlen(b);
    for (; a[i] && a[i] == b[i]; i++) n += a[i] == '/';
    for (i = 1; i <= la && i <= lb && a[la - i] == b[lb - i]; i++) n += a[la - i] == '/';
    return n;
}

/* Lower is better; SIZE_MAX: not close. Same base name beats anything, same folder beats another one. */
static size_t score(const char *wanted, const char *path)
{
    const char *want = base_of(wanted), *have = base_of(path);
    size_t limit = strlen(want) / 3, d, near = shared(wanted, path);
    if (limit > 3) limit = 3;
    if (strcmp(want, have) == 0) return 100 - (near < 100 ? near : 100);
    if (strcasecmp(want, have) == 0) return 200 - (near < 100 ? near : 100);
    d = distance(want, have, limit);
    if (d > limit) return SIZE_MAX;
    return 1000 * d + 200 - (near < 100 ? near : 100);
}

const char *tree_closest(const struct tree *t, const char *path)
{
    struct tree_files files = tree_files(t);
    const char *best = NULL;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < files.n; i++) {
        size_t s = score(path, files.v[i].path);
        if (s < least) {
            least = s;
            best = files.v[i].path;
        }
    }
    return best;
}
