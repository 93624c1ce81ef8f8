/* CODEOWNERS: who is asked to review changes of a path. The last rule that matches decides, as GitHub and GitLab have
 * it. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

#define MAX_RULES 2000

static void read_rule(struct survey *s, struct arena *a, const char *path, const char *line, size_t n, int64_t number)
{
    const char *p = trim_copy(a, line, n);
    struct survey_owner *row;
    size_t len;
    if (!p || !p[0] || p[0] == '#' || p[0] == '[' || p[0] == '^' || s->owners.n >= MAX_RULES) return;
    row = arena_push(a, &s->owners, sizeof *row);
    if (!row) return;
    len = strcspn(p, " \t");
    row->pattern = arena_dup_n(a, p, len);
    row->path = arena_dup(a, path);
    row->line = number;
    for (p += len; *p;) {
        const char **slot;
        p += strspn(p, " \t");
        len = strcspn(p, " \t");
        if (!len || *p == '#') return;
        slot = arena_push(a, &row->owners, sizeof *slot);
        if (slot) *slot = arena_dup_n(a, p, len);
        p += len;
    }
}

static const char *const places[] = {".github/CODEOWNERS", "CODEOWNERS",          "docs/CODEOWNERS",
                                     ".gitlab/CODEOWNERS", ".forgejo/CODEOWNERS", ".gitea/CODEOWNERS"};

static void read_rules(struct survey *s, struct arena *a, const char *path, const struct buf *text)
{
    const char *at = buf_cstr(text), *line;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) read_rule(s, a, path, line, n, number);
}

/* The first place counts. */
void detect_owners(struct scan *c)
{
    auto_buf text = BUF_INIT(SCAN_FILE_MAX + 1);
    for (size_t i = 0; i < countof(places); i++) {
        const struct tree_file *f = tree_find(c->t, places[i]);
        if (f && scan_read(c, f, SCAN_FILE_MAX, false, &text)) {
            read_rules(c->s, c->a, places[i], &text);
            return;
        }
    }
}

enum err_kind survey_owners(struct tree *t, struct arena *a, struct survey *ret, struct err *e)
{
    auto_buf text = BUF_INIT(SCAN_FILE_MAX + 1);
    for (size_t i = 0; i < countof(places); i++) {
        enum err_kind k = tree_find(t, places[i]) ? tree_read(t, places[i], SCAN_FILE_MAX, &text, e) : ERR_NOT_FOUND;
        if (k == ERR_NOT_FOUND || k == ERR_MEDIA_TYPE) continue;
        if (k != ERR_OK) return k;
        read_rules(ret, a, places[i], &text);
        break;
    }
    return arena_check(a, e);
}

/* One part of a pattern (between slashes) against one of a path. */
static bool part_fits(const char *p, size_t n, const char *q, size_t m)
{
    size_t i = 0, j = 0, star = n, again = 0;
    while (j < m) {
        if (i < n && (p[i] == '?' || p[i] == q[j])) {
            i++;
            j++;
        } else if (i < n && p[i] == '*') {
            star = i++;
            again = j;
        } else if (star < n) {
            i = star + 1;
            j = ++again;
        } else return false;
    }
    while (i < n && p[i] == '*') i++;
    return i == n;
}

/* The pattern's parts from the start of the path's; what is below a folder belongs to it. */
static bool parts_fit(const char *p, const char *q, int *left)
{
    size_t n = strcspn(p, "/"), m = strcspn(q, "/");
    if (--*left < 0) return false;
    if (!p[0]) return true; /* "docs/" and what is below */
    if (n == 2 && strncmp(p, "**", 2) == 0) {
        if (!p[n]) return true;
        for (const char *at = q;; at = strchr(at, '/') + 1) {
            if (parts_fit(p + 3, at, left)) return true;
            if (!strchr(at, '/')) return false;
        }
    }
    if (!q[0] || !part_fits(p, n, q, m)) return false;
    if (!p[n])
        return q[m] == '\0' ||
               !(n == 1 && p[0] == '*'); /* a star for the files of a folder, not for what lies deeper */
    if (!p[n + 1]) return q[m] == '/';
    return q[m] == '/' && parts_fit(p + n + 1, q + m + 1, left);
}

#define STEPS 20000 /* a pattern of nothing but stars is given up */

static bool rule_fits(const char *pattern, const char *path)
{
    int left = STEPS;
    const char *slash = strchr(pattern, '/');
    bool anchored = slash && slash[1]; /* a slash that is not the last: from the top */
    if (is(pattern, "*")) return true;
    if (anchored) return parts_fit(pattern + (pattern[0] == '/'), path, &left);
    for (const char *at = path;; at = strchr(at, '/') + 1) {
        if (parts_fit(pattern, at, &left)) return true;
        if (!strchr(at, '/')) return false;
    }
}

const struct survey_owner *survey_owner_of(const struct survey *s, const char *path)
{
    for (size_t i = s->owners.n; i-- > 0;)
        if (rule_fits(s->owners.v[i].pattern, path)) return s->owners.v[i].owners.n ? &s->owners.v[i] : NULL;
    return NULL;
}
