/* Reads TOML line by line: tables, keys, strings of all four kinds, arrays over several lines, the rest as written. */
#include "survey/toml.h"

#include <string.h>

#include "pland/base/buf.h"

#define VALUE_MAX ((size_t)256 << 10)
#define MAX_DEPTH 32

struct toml {
    const char *at;
    int64_t line;
    struct arena *a;
    toml_fn *fn;
    void *arg;
    struct toml_item item;
};

static void skip_space(struct toml *t)
{
    t->at += strspn(t->at, " \t\r");
}

/* White space, comments and line ends. */
static void skip_blank(struct toml *t)
{
    for (;;) {
        skip_space(t);
        if (*t->at == '#') t->at += strcspn(t->at, "\n");
        if (*t->at != '\n') return;
        t->at++;
        t->line++;
    }
}

static bool end_of_line(struct toml *t)
{
    skip_space(t);
    if (*t->at == '#') t->at += strcspn(t->at, "\n");
    return *t->at == '\n' || *t->at == '\0';
}

/* After the opening quotes, to behind the closing ones. Escapes other than quotes and line ends stay as written. */
static bool read_string_body(struct toml *t, char quote, bool triple, struct buf *b)
{
    for (;; t->at++) {
        char c = *t->at;
        if (c == '\0' || (c == '\n' && !triple)) return false;
        if (c == '\n') t->line++;
        if (c == '\\' && quote == '"') {
            char next = t->at[1];
            if (next == '\0') return false;
            if (next == '\n') t->line++;
            buf_char(b, next == 'n' ? '\n' : next == 't' ? '\t' : next);
            t->at++;
            continue;
        }
        if (c == quote && !triple) {
            t->at++;
            return true;
        }
        if (c == quote && t->at[1] == quote && t->at[2] == quote) {
            t->at += 3;
            return true;
        }
        buf_char(b, c);
    }
}

static bool read_string(struct toml *t, const char **ret)
{
    auto_buf b = BUF_INIT(VALUE_MAX);
    char quote = *t->at;
    bool triple = t->at[1] == quote && t->at[2] == quote;
    t->at += triple ? 3 : 1;
    if (!read_string_body(t, quote, triple, &b)) return false;
    *ret = arena_dup_n(t->a, buf_cstr(&b), b.n);
    return true;
}

/* Everything up to where a bare value, a nested array or an inline table ends. */
static bool read_raw(struct toml *t, const char **ret)
{
    const char *from = t->at;
    int depth = 0;
    for (; *t->at; t->at++) {
        const char *dummy;
        char c = *t->at;
        if (c == '"' || c == '\'') {
            if (!read_string(t, &dummy)) return false;
            t->at--;
            continue;
        }
        if (c == '#' && depth == 0) break;
        if (c == '#') {
            t->at += strcspn(t->at, "\n");
            c = *t->at;
            if (!c) break;
        }
        if (c == '[' || c == '{') {
            if (++depth > MAX_DEPTH) return false;
        } else if ((c == ']' || c == '}') && depth == 0) break;
        else if (c == ']' || c == '}') depth--;
        else if ((c == ',' || c == '\n') && depth == 0) break;
        if (c == '\n') t->line++;
    }
    if (depth) return false;
    while (t->at > from && strchr(" \t\r", t->at[-1])) t->at--;
    *ret = arena_dup_n(t->a, from, (size_t)(t->at - from));
    return t->at > from;
}

static bool read_scalar(struct toml *t, bool element)
{
    struct toml_item item = t->item;
    item.element = element;
    item.line = t->line;
    item.string = *t->at == '"' || *t->at == '\'';
    if (!(item.string ? read_string(t, &item.text) : read_raw(t, &item.text))) return false;
    if (item.text) t->fn(t->arg, &item);
    return true;
}

static bool read_array(struct toml *t)
{
    t->at++;
    for (;;) {
        skip_blank(t);
        if (*t->at == ']') break;
        if (*t->at == '\0' || !read_scalar(t, true)) return false;
        skip_blank(t);
        if (*t->at == ',') t->at++;
        else if (*t->at != ']') return false;
    }
    t->at++;
    return true;
}

/* A possibly dotted, possibly quoted key up to one of the ends. */
static bool read_key(struct toml *t, char end, const char **ret)
{
    auto_buf b = BUF_INIT(4096);
    t->item.dotted = false;
    for (;;) {
        skip_space(t);
        if (*t->at == '"' || *t->at == '\'') {
            const char *part;
            if (!read_string(t, &part) || !part) return false;
            buf_str(&b, part);
        } else {
            size_t n = strcspn(t->at, " \t\r\n=.]\"'#");
            buf_add(&b, t->at, n);
            t->at += n;
        }
        skip_space(t);
        if (*t->at != '.') break;
        buf_char(&b, *t->at++);
        t->item.dotted = true;
    }
    if (*t->at != end || !b.n || b.failed) return false;
    t->at++;
    *ret = arena_dup_n(t->a, b.p, b.n);
    return true;
}

static bool read_table(struct toml *t)
{
    bool twice = t->at[1] == '[';
    t->item.table = t->line;
    t->at += twice ? 2 : 1;
    if (!read_key(t, ']', &t->item.section)) return false;
    if (twice && *t->at++ != ']') return false;
    return end_of_line(t);
}

static bool read_pair(struct toml *t)
{
    if (!read_key(t, '=', &t->item.key)) return false;
    skip_space(t);
    if (*t->at == '\0' || *t->at == '\n') return false;
    if (!(*t->at == '[' ? read_array(t) : read_scalar(t, false))) return false;
    return end_of_line(t);
}

int64_t toml_read(const char *text, struct arena *a, toml_fn *fn, void *arg)
{
    struct toml t = { .at = text, .line = 1, .a = a, .fn = fn, .arg = arg, .item = { .section = "" } };
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0) t.at += 3;
    for (;;) {
        skip_blank(&t);
        if (*t.at == '\0') return 0;
        if (!(*t.at == '[' ? read_table(&t) : read_pair(&t))) return t.line;
    }
}

const char *toml_inline(struct arena *a, const char *text, const char *key)
{
    size_t n = strlen(key);
    const char *p = text;
    while ((p = strstr(p, key))) {
        const char *v = p + n + strspn(p + n, " \t");
        bool starts = p > text && strchr("{, \t", p[-1]);
        p += n;
        if (!starts || *v != '=') continue;
        v++;
        v += strspn(v, " \t");
        if (*v != '"' && *v != '\'') return NULL;
        return arena_dup_n(a, v + 1, strcspn(v + 1, *v == '"' ? "\"" : "'"));
    }
    return NULL;
}
