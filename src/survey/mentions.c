/* Paths that people name in prose: whole ones, ends of ones, and base names when only one file has them. */
#include "survey/mentions.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "survey/inner.h"

#define MAX_TOKENS 400
#define MAX_TOKEN 300

static bool is_path_char(unsigned char c)
{
    return isalnum(c) || c >= 0x80 || strchr("_./-+@~", c);
}

/* ":12", ":12-20" and "#L12" after a path. */
static int64_t read_line_number(const char *p)
{
    if (*p == ':') p++;
    else if (p[0] == '#' && p[1] == 'L') p += 2;
    else return 0;
    return isdigit((unsigned char)*p) && strspn(p, "0123456789") < 8 ? strtoll(p, NULL, 10) : 0;
}

static bool ends_with_path(const char *path, const char *end)
{
    size_t n = strlen(path), m = strlen(end);
    return n > m && path[n - m - 1] == '/' && strcmp(path + n - m, end) == 0;
}

const char *mention_resolve(const struct tree *t, const char *text)
{
    struct tree_files files = tree_files(t);
    char path[MAX_TOKEN + 1];
    const char *only = NULL;
    struct err e;
    if (strlen(text) > MAX_TOKEN || tree_normalise(text, path, sizeof path, &e) != ERR_OK) return NULL;
    if (tree_find(t, path)) return tree_find(t, path)->path;
    for (size_t i = 0; i < files.n; i++) {
        if (!ends_with_path(files.v[i].path, path)) continue;
        if (only) return NULL;
        only = files.v[i].path;
    }
    return only;
}

static void add_mention(struct arena *a, struct path_mentions *ret, const char *path, int64_t line)
{
    struct evidence *row;
    for (size_t i = 0; i < ret->paths.n; i++)
        if (strcmp(ret->paths.v[i].path, path) == 0) return;
    row = arena_push(a, &ret->paths, sizeof *row);
    if (row) *row = (struct evidence){ .path = arena_dup(a, path), .line = line };
}

enum err_kind survey_mentions(const struct tree *t, const char *text, struct arena *a, struct path_mentions *ret,
                              struct err *e)
{
    int tokens = 0;
    memset(ret, 0, sizeof *ret);
    while (text && *text && tokens < MAX_TOKENS) {
        char token[MAX_TOKEN + 1];
        const char *path;
        size_t n = 0, len;
        while (is_path_char((unsigned char)text[n]) && text[n]) n++;
        len = n;
        while (len && strchr(".-+~", text[len - 1])) len--; /* the end of a sentence */
        if (len > 2 && len <= MAX_TOKEN && (memchr(text, '.', len) || memchr(text, '/', len))) {
            memcpy(token, text, len);
            token[len] = '\0';
            tokens++;
            path = mention_resolve(t, token);
            if (path) add_mention(a, ret, path, len == n ? read_line_number(text + n) : 0);
        }
        text += n ? n : 1;
    }
    return arena_check(a, e);
}
