/* Finding what a ticket names in the code: words, tables, paths of the API. */
#include "planner/offline/scene/facts.h"

#include <string.h>

static int64_t line_at(const char *text, const char *at)
{
    int64_t line = 1;
    for (const char *p = text; p < at; p++) line += *p == '\n';
    return line;
}

/* A quick look before the careful one; names in code are written one way. */
static bool may_have(const struct code_file *c, const char *word)
{
    char plain[64];
    size_t n = strcspn(word, "* ");
    if (n >= sizeof plain) return true;
    memcpy(plain, word, n);
    plain[n] = '\0';
    return strstr(c->content, plain) != NULL;
}

/* Where the word stands outside of comments and licences at a file's head. */
static size_t find_in_code(struct span all, const char *word)
{
    for (size_t from = 0; from < all.n;) {
        size_t at = from + span_find_word(span_rest(all, from), word), line = at;
        if (at >= all.n) break;
        while (line > 0 && all.p[line - 1] != '\n') line--;
        while (line < at && strchr(" \t", all.p[line])) line++;
        if (!strchr("*#", all.p[line]) && strncmp(all.p + line, "//", 2) != 0 && strncmp(all.p + line, "/*", 2) != 0)
            return at;
        from = at + strcspn(all.p + at, "\n");
    }
    return all.n;
}

struct fact facts_find(const struct scene *s, const char *const *words)
{
    const struct facts *f = facts_of(s);
    for (size_t i = 0; i < f->files.n; i++) {
        const struct code_file *c = &f->files.v[i];
        struct span all = {c->content, strlen(c->content)};
        size_t first = all.n;
        for (const char *const *w = words; *w && !c->test; w++) {
            size_t at = may_have(c, *w) ? find_in_code(all, *w) : all.n;
            if (at < first) first = at;
        }
        if (first < all.n) return (struct fact){c, line_at(c->content, c->content + first)};
    }
    return (struct fact){0};
}

/* --- tables ------------------------------------------------------------------------------------------------------- */
/* Creating counts most, then a model, then any use in quotes. */
static int table_use(struct span line, const char *table)
{
    static const char *const creating[] = {"create table",
                                           "create_table",
                                           "createtable",
                                           "tablename",
                                           "tablename__",
                                           "__tablename__",
                                           "create table if not exists",
                                           "table(",
                                           "@table",
                                           "self.table",
                                           "table_name",
                                           NULL};
    size_t at = span_find_word(line, table), n = strlen(table);
    bool quoted;
    if (at >= line.n) return 0;
    quoted = at > 0 && strchr("\"'`", line.p[at - 1]) && at + n < line.n && strchr("\"'`", line.p[at + n]);
    if (span_has_any(line, creating)) return 3;
    if (quoted) return 1;
    return span_has_any(line, (const char *const[]){"from", "into", "update", "join", "references", NULL}) &&
                   (span_has_word(line, "select") || span_has_word(line, "insert") || span_has_word(line, "sql") ||
                    span_has_word(line, "update") || span_has_word(line, "delete"))
               ? 1
               : 0;
}

struct fact facts_table(const struct scene *s, const char *table)
{
    const struct facts *f = facts_of(s);
    struct fact best = {0};
    int top = 0;
    for (size_t i = 0; table && i < f->files.n; i++) {
        const struct code_file *c = &f->files.v[i];
        int64_t line = 1;
        if (c->test || !may_have(c, table) || !prose_has_word(c->content, table)) continue;
        for (const char *p = c->content; *p; line++) {
            size_t n = strcspn(p, "\n");
            int use = table_use((struct span){p, n}, table);
            if (use == 3 && strstr(c->path, "migration")) use = 4;
            if (use > top) top = use, best = (struct fact){c, line};
            p += n + (p[n] == '\n');
        }
    }
    return best;
}

bool table_is_new(const struct scene *s, const char *table)
{
    static const char *const making[] = {"new table", "create*",    "add a table", "a table", "own table",
                                         "stored in", "is kept in", "are kept in", "records", NULL};
    if (!table || facts_table(s, table).file) return false;
    for (size_t i = 0; i < s->needs.n; i++) {
        const char *t = s->needs.v[i].r.text;
        if (prose_has_word(t, table) && prose_has_any(t, making) &&
            !prose_has_any(t, (const char *const[]){"column", "index", NULL}))
            return true;
    }
    return false;
}

/* --- endpoints ---------------------------------------------------------------------------------------------------- */
/* Does the code's text at p spell the path, parameters in any notation? Ends at a quote. */
static bool spells(const char *p, const char *path)
{
    while (*path && *path != '?') {
        if (strchr("{:<", *path)) {
            if (!*p || !strchr("{:<", *p)) return false;
            p += strcspn(p, "/\"'`\n");
            path += strcspn(path, "/?");
            continue;
        }
        if (*p != *path) return false;
        p++, path++;
    }
    if (*p == '/' && strchr("\"'`", p[1])) p++;
    return *p && strchr("\"'`? ", *p);
}

static const char *spelled_in(const char *text, const char *path)
{
    for (const char *p = strchr(text, path[0]); p; p = strchr(p + 1, path[0]))
        if (p > text && strchr("\"'` ", p[-1]) && spells(p, path)) return p;
    return NULL;
}

/* "router.post(", "books.get(": the handler of a method in a file of routes. */
static const char *handler_of(const char *text, const char *method)
{
    char call[16] = ".";
    size_t n = 1;
    for (; method && *method && n < sizeof call - 2; method++) call[n++] = (char)(*method | 0x20);
    call[n] = '(';
    return n > 1 ? strstr(text, call) : NULL;
}

static bool in_folder(const char *path, const char *name)
{
    struct span dir = file_dir(path);
    const char *slash = dir.n ? memrchr(dir.p, '/', dir.n) : NULL, *from = slash ? slash + 1 : dir.p;
    return span_is((struct span){from, dir.n - (size_t)(from - dir.p)}, name);
}

/* The second part of "/customers/{id}" in a file whose router, or whose mount elsewhere, has the first. */
static struct fact below_router(const struct scene *s, const char *path, const char *method)
{
    const struct facts *f = facts_of(s);
    const char *rest = strchr(path + 1, '/');
    size_t n = rest ? (size_t)(rest - path) : strcspn(path, "?");
    const char *first = arena_dup_n(s->a, path, n), *name = first ? first + 1 : "";
    for (size_t i = 0; first && i < f->files.n; i++) {
        const struct code_file *c = &f->files.v[i];
        struct span stem = file_stem(c->path);
        const char *prefix = spelled_in(c->content, first), *at;
        bool own = prefix && strstr(c->content, "refix");
        if (c->test || (!own && !span_is(stem, name) && !in_folder(c->path, name)) || c->layer != LAYER_API) continue;
        at = rest ? spelled_in(c->content, rest) : handler_of(c->content, method);
        if (!at && !rest && !method) at = prefix ? prefix : spelled_in(c->content, "/");
        if (at) return (struct fact){c, line_at(c->content, at)};
    }
    return (struct fact){0};
}

struct fact facts_endpoint(const struct scene *s, const struct extract_endpoint *ep)
{
    const struct facts *f = facts_of(s);
    const char *path = ep->path, *bare = path;
    if (strncmp(bare, "/api/", 5) == 0) bare += 4;
    if (bare[0] == '/' && bare[1] == 'v' && bare[2] >= '0' && bare[2] <= '9' && bare[3] == '/') bare += 3;
    if (path[0] != '/' || strlen(bare) < 4) return (struct fact){0};
    for (size_t i = 0; i < f->files.n; i++) {
        const struct code_file *c = &f->files.v[i];
        const char *at;
        if (c->test || c->layer == LAYER_DATA || c->layer == LAYER_FRONTEND) continue;
        at = spelled_in(c->content, path);
        if (!at && bare != path) at = spelled_in(c->content, bare);
        if (at && !memmem(at - (at - c->content > 60 ? 60 : at - c->content), 60, "refix", 5) &&
            !memmem(at - (at - c->content > 30 ? 30 : at - c->content), 30, ".use(", 5))
            return (struct fact){c, line_at(c->content, at)};
    }
    return below_router(s, bare, ep->method);
}
