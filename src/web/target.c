/* Path and query of a request, decoded once, strictly. */
#include "web/target.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool text_ok(const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s;
    for (size_t at = 0; at < n;) {
        size_t len = utf8_length(p + at, n - at);
        if (len == 0 || p[at] < 0x20 || p[at] == 0x7F) return false;
        at += len;
    }
    return true;
}

/* Decodes n bytes; plus: '+' means a space (queries only). */
static enum err_kind decode(const char *s, size_t n, bool plus, struct arena *a, const char **ret, struct err *e)
{
    char *out = arena_alloc(a, n + 1);
    size_t len = 0;
    if (!out) return err_nomem(e);
    for (size_t i = 0; i < n; i++) {
        if (s[i] != '%') {
            out[len++] = plus && s[i] == '+' ? ' ' : s[i];
            continue;
        }
        int hi = n - i > 2 ? hex(s[i + 1]) : -1;
        int lo = n - i > 2 ? hex(s[i + 2]) : -1;
        if (hi < 0 || lo < 0)
            return err_set(e, ERR_SYNTAX, "a percent sign in the address is not followed by two hexadecimal digits");
        out[len++] = (char)(hi << 4 | lo);
        i += 2;
    }
    if (!text_ok(out, len)) return err_set(e, ERR_SYNTAX, "the address holds control characters or is not UTF-8");
    *ret = out;
    return ERR_OK;
}

static enum err_kind parse_path(struct target *t, struct arena *a, struct err *e)
{
    const char *p = t->path + 1;
    if (*p == '\0') return ERR_OK;
    for (;;) {
        size_t n = (size_t)(strchrnul(p, '/') - p);
        enum err_kind k;
        if (t->n_segments == TARGET_SEGMENTS) {
            t->n_segments = TARGET_SEGMENTS + 1;
            return ERR_OK;
        }
        if ((k = decode(p, n, false, a, &t->segments[t->n_segments++], e)) != ERR_OK) return k;
        if (p[n] == '\0') return ERR_OK;
        p += n + 1;
    }
}

static enum err_kind add_param(const char *p, size_t n, struct arena *a, struct target *t, struct err *e)
{
    const char *eq = memchr(p, '=', n);
    size_t n_name = eq ? (size_t)(eq - p) : n;
    const char *name, *value = "";
    struct param *row;
    enum err_kind k;
    if (n == 0) return ERR_OK;
    if (t->params.n == TARGET_PARAMS) return err_set(e, ERR_SYNTAX, "more than %d query parameters", TARGET_PARAMS);
    if ((k = decode(p, n_name, true, a, &name, e)) != ERR_OK) return k;
    if (eq && (k = decode(eq + 1, n - n_name - 1, true, a, &value, e)) != ERR_OK) return k;
    if (target_param(t, name)) return err_set(e, ERR_SYNTAX, "query parameter '%.60s' is given twice", name);
    if (!(row = arena_push(a, &t->params, sizeof *row))) return err_nomem(e);
    *row = (struct param){.name = name, .value = value};
    return ERR_OK;
}

static enum err_kind parse_query(struct target *t, struct arena *a, struct err *e)
{
    for (const char *p = t->query;;) {
        size_t n = (size_t)(strchrnul(p, '&') - p);
        enum err_kind k = add_param(p, n, a, t, e);
        if (k != ERR_OK) return k;
        if (p[n] == '\0') return ERR_OK;
        p += n + 1;
    }
}

/* "http://host/path" (sent to proxies, and allowed to everyone by RFC 9112 3.2.2) means "/path". */
static const char *skip_authority(const char *uri)
{
    const char *p = strstr(uri, "://");
    if (uri[0] == '/' || !p || p - uri > 5) return uri;
    p += 3;
    p += strcspn(p, "/?");
    return *p == '/' ? p : "/";
}

enum err_kind target_parse(const char *uri, struct arena *a, struct target *ret, struct err *e)
{
    struct target t = {.query = ""};
    const char *p = skip_authority(uri);
    size_t n = (size_t)(strchrnul(p, '?') - p);
    enum err_kind k;
    if (strlen(uri) > TARGET_MAX) return err_set(e, ERR_URI_TOO_LONG, "the address has more than %d bytes", TARGET_MAX);
    t.path = arena_dup_n(a, p, n);
    if (p[n] == '?') t.query = arena_dup(a, p + n + 1);
    if (!t.path || !t.query) return err_nomem(e);
    if (strcmp(t.path, "*") == 0) {
        t.n_segments = TARGET_SEGMENTS + 1;
        *ret = t;
        return ERR_OK;
    }
    if (t.path[0] != '/') return err_set(e, ERR_SYNTAX, "the address does not begin with '/'");
    if ((k = parse_path(&t, a, e)) != ERR_OK || (k = parse_query(&t, a, e)) != ERR_OK) return k;
    *ret = t;
    return ERR_OK;
}

const char *target_param(const struct target *t, const char *name)
{
    for (size_t i = 0; i < t->params.n; i++)
        if (strcmp(t->params.v[i].name, name) == 0) return t->params.v[i].value;
    return NULL;
}

void target_escape(struct buf *b, const char *s)
{
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || strchr("-._~", c);
        if (plain) buf_char(b, *s);
        else buf_fmt(b, "%%%02X", c);
    }
}
