/* The existing path that somebody probably meant: same base name first, then small edit distance. */
#include "pland/repo/tree.h"

#include <string.h>

#include "pland/base/distance.h"

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Lower is better; SIZE_MAX: not close. Same base name beats anything, same folder beats another one. */
static size_t score(const char *wanted, const char *path)
{
    const char *want = base_of(wanted), *have = base_of(path);
    size_t limit = strlen(want) / 3, d, near = path_shared(wanted, path);
    if (limit > 3) limit = 3;
    if (strcmp(want, have) == 0) return 100 - near;
    if (strcasecmp(want, have) == 0) return 200 - near;
    d = name_distance(want, strlen(want), have, strlen(have), limit);
    if (d > limit) return SIZE_MAX;
    return 1000 * d + 200 - near;
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
