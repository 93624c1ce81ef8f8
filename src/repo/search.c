/* Looking through a tree: lines that hold a literal, and the paths in which two trees differ. */
#include "pland/repo/tree.h"

#include <string.h>

#define SEARCH_FILE_MAX ((size_t)2 << 20)
#define TEXT_MAX 300

struct search {
    const char *literal;
    size_t n;
    bool fold;
    size_t limit;
    struct arena *arena;
    struct tree_hits *ret;
};

static const char *find_folded(const char *p, size_t n, const struct search *s)
{
    for (size_t i = 0; i + s->n <= n; i++)
        if (strncasecmp(p + i, s->literal, s->n) == 0) return p + i;
    return NULL;
}

static const char *find_in(const char *p, size_t n, const struct search *s)
{
    return s->fold ? find_folded(p, n, s) : memmem(p, n, s->literal, s->n);
}

/* At most TEXT_MAX bytes, not ending inside a UTF-8 sequence. */
static const char *cut_text(struct arena *a, const char *line, size_t n)
{
    while (n && (line[n - 1] == '\r')) n--;
    if (n > TEXT_MAX) {
        n = TEXT_MAX;
        while (n && ((unsigned char)line[n] & 0xc0) == 0x80) n--;
    }
    return arena_dup_n(a, line, n);
}

static void search_text(struct search *s, const char *path, const char *p, size_t n)
{
    const char *end = p + n, *line = p, *hit;
    int64_t number = 1;
    while (line < end && (hit = find_in(line, (size_t)(end - line), s))) {
        const char *next;
        struct tree_hit *row;
        for (const char *nl; (nl = memchr(line, '\n', (size_t)(hit - line))); line = nl + 1) number++;
        next = memchr(hit, '\n', (size_t)(end - hit));
        if (s->ret->hits.n == s->limit) {
            s->ret->more = true;
            return;
        }
        row = arena_push(s->arena, &s->ret->hits, sizeof *row);
        if (!row) return;
        row->path = arena_dup(s->arena, path);
        row->line = number;
        row->text = cut_text(s->arena, line, (size_t)((next ? next : end) - line));
        if (!next) return;
        line = next + 1;
        number++;
    }
}

static enum err_kind search_file(struct search *s, struct tree *t, const struct tree_file *f, struct err *e)
{
    auto_buf text = BUF_INIT(SEARCH_FILE_MAX);
    enum err_kind k;
    if (!f->kept || f->mode == TREE_MODE_LINK || (size_t)f->size > SEARCH_FILE_MAX || (size_t)f->size < s->n)
        return ERR_OK;
    k = tree_read_bytes(t, f, SEARCH_FILE_MAX, &text, e);
    if (k != ERR_OK) return k;
    if (tree_bytes_are_text(text.p, text.n)) search_text(s, f->path, text.p, text.n);
    return arena_check(s->arena, e);
}

enum err_kind tree_search(struct tree *t, const char *literal, bool fold_case, const char *below, size_t limit,
                          struct arena *a, struct tree_hits *ret, struct err *e)
{
    struct search s = {
        .literal = literal, .n = strlen(literal), .fold = fold_case, .limit = limit, .arena = a, .ret = ret
    };
    const struct tree_file *one = below && below[0] ? tree_find(t, below) : NULL;
    struct tree_files files = one ? (struct tree_files){ one, 1 } : tree_below(t, below ? below : "");
    memset(ret, 0, sizeof *ret);
    if (!s.n || strchr(literal, '\n')) return err_set(e, ERR_INVALID, "a search needs a literal of one line");
    if (below && below[0] && !files.n) return err_set(e, ERR_NOT_FOUND, "there is no file or folder '%s'", below);
    for (size_t i = 0; i < files.n && !ret->more; i++) {
        enum err_kind k = search_file(&s, t, &files.v[i], e);
        if (k != ERR_OK) return k;
    }
    return ERR_OK;
}

static void add_change(struct arena *a, struct tree_changes *ret, const char *path, enum tree_change_kind kind)
{
    struct tree_change *c = arena_push(a, &ret->changes, sizeof *c);
    if (!c) return;
    c->path = arena_dup(a, path);
    c->kind = (int)kind;
}

enum err_kind tree_diff(const struct tree *from, const struct tree *to, struct arena *a, struct tree_changes *ret,
                        struct err *e)
{
    struct tree_files x = tree_files(from), y = tree_files(to);
    size_t i = 0, j = 0;
    memset(ret, 0, sizeof *ret);
    while (i < x.n || j < y.n) {
        int c = i == x.n ? 1 : j == y.n ? -1 : strcmp(x.v[i].path, y.v[j].path);
        if (c < 0) add_change(a, ret, x.v[i++].path, TREE_REMOVED);
        else if (c > 0) add_change(a, ret, y.v[j++].path, TREE_ADDED);
        else {
            if (x.v[i].mode != y.v[j].mode || strcmp(x.v[i].oid, y.v[j].oid) != 0)
                add_change(a, ret, x.v[i].path, TREE_CHANGED);
            i++;
            j++;
        }
    }
    return arena_check(a, e);
}
