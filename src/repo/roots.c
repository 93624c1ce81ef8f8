/* The roots an operator allows codebases to come from. */
#include "pland/repo/repo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct repo_roots {
    char **v;
    size_t n;
};

void repo_roots_free(struct repo_roots *r)
{
    if (!r) return;
    for (size_t i = 0; i < r->n; i++) free(r->v[i]);
    free(r->v);
    free(r);
}

size_t repo_roots_count(const struct repo_roots *r)
{
    return r->n;
}

const char *repo_roots_at(const struct repo_roots *r, size_t i)
{
    return i < r->n ? r->v[i] : NULL;
}

static enum err_kind add_root(struct repo_roots *r, const char *part, size_t n, struct err *e)
{
    char given[PATH_MAX], real[PATH_MAX];
    struct stat st;
    if (n >= sizeof given) return err_set(e, ERR_INVALID, "roots: a path is longer than %d bytes", PATH_MAX);
    memcpy(given, part, n);
    given[n] = '\0';
    if (given[0] != '/') return err_set(e, ERR_INVALID, "roots: '%s' is not an absolute path", given);
    if (!realpath(given, real)) return err_set(e, ERR_INVALID, "roots: '%s': %s", given, strerror(errno));
    if (stat(real, &st) != 0 || !S_ISDIR(st.st_mode))
        return err_set(e, ERR_INVALID, "roots: '%s' is not a folder", given);
    r->v[r->n] = strdup(real);
    if (!r->v[r->n]) return err_nomem(e);
    r->n++;
    return ERR_OK;
}

enum err_kind repo_roots_new(const char *list, struct repo_roots **ret, struct err *e)
{
    auto_roots r = calloc(1, sizeof *r);
    size_t parts = 1;
    if (!r) return err_nomem(e);
    for (const char *p = list; *p; p++) parts += *p == ':';
    r->v = calloc(parts, sizeof *r->v);
    if (!r->v) return err_nomem(e);
    for (const char *p = list; *p;) {
        size_t n = strcspn(p, ":");
        enum err_kind k = n ? add_root(r, p, n, e) : ERR_OK;
        if (k != ERR_OK) return k;
        p += n;
        if (*p) p++;
    }
    *ret = TAKE(r);
    return ERR_OK;
}

static bool below(const char *root, const char *path)
{
    size_t n = strlen(root);
    if (n == 1) return path[0] == '/';
    return strncmp(root, path, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

bool repo_roots_hold(const struct repo_roots *r, const char *real_path)
{
    for (size_t i = 0; i < r->n; i++)
        if (below(r->v[i], real_path)) return true;
    return false;
}
