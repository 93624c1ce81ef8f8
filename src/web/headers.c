/* Parsing of request headers: strict where a mistake would mislead, silent where the RFC says to ignore. */
#include "web/headers.h"

#include <string.h>
#include <strings.h>

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t");
}

bool header_bearer(const char *value, char *ret, size_t cap)
{
    const char *p;
    size_t n = 0;
    if (strncasecmp(value, "Bearer", 6) != 0 || (value[6] != ' ' && value[6] != '\t')) return false;
    p = skip_blanks(value + 6);
    while (is_alnum(p[n]) || (p[n] != '\0' && strchr("-._~+/=", p[n]))) n++;
    if (n == 0 || n >= cap || *skip_blanks(p + n) != '\0') return false;
    memcpy(ret, p, n);
    ret[n] = '\0';
    return true;
}

int64_t header_length(const char *value)
{
    int64_t n = 0;
    if (*value == '\0') return -1;
    for (; *value; value++) {
        if (*value < '0' || *value > '9' || n > (INT64_MAX - 9) / 10) return -1;
        n = n * 10 + (*value - '0');
    }
    return n;
}

/* The end of one list member, quoted strings respected. */
static const char *member_end(const char *p)
{
    bool quoted = false;
    for (; *p && (quoted || *p != ','); p++) {
        if (quoted && *p == '\\' && p[1]) p++;
        else if (*p == '"') quoted = !quoted;
    }
    return p;
}

static int64_t wait_of(const char *p, const char *end)
{
    int64_t n = 0;
    if (end - p < 5 || strncasecmp(p, "wait", 4) != 0) return -1;
    p = skip_blanks(p + 4);
    if (p >= end || *p != '=') return -1;
    p = skip_blanks(p + 1);
    if (p >= end || *p < '0' || *p > '9') return -1;
    for (; p < end && *p >= '0' && *p <= '9'; p++)
        if (n < 1000000) n = n * 10 + (*p - '0');
    p = skip_blanks(p);
    return p >= end || *p == ';' ? n : -1;
}

int64_t header_prefer_wait(const char *value)
{
    const char *p = value;
    for (;;) {
        const char *end;
        int64_t n;
        p = skip_blanks(p);
        end = member_end(p);
        n = wait_of(p, end);
        if (n >= 0 || *end == '\0') return n;
        p = end + 1;
    }
}

bool header_idempotency_key(const char *value, const char **ret, size_t *ret_n)
{
    const char *p = skip_blanks(value);
    size_t n = strlen(p);
    while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\t')) n--;
    if (n >= 2 && p[0] == '"' && p[n - 1] == '"') {
        p++;
        n -= 2;
    }
    if (n == 0 || n > 255) return false;
    for (size_t i = 0; i < n; i++)
        if (p[i] < 0x20 || p[i] > 0x7E || p[i] == '"') return false;
    *ret = p;
    *ret_n = n;
    return true;
}

bool header_media_type(const char *value, char *ret, size_t cap)
{
    const char *p = skip_blanks(value);
    size_t n = strcspn(p, "; \t,");
    const char *slash = memchr(p, '/', n);
    const char *rest = skip_blanks(p + n);
    if (!slash || slash == p || slash + 1 == p + n || n >= cap || (*rest != '\0' && *rest != ';')) return false;
    for (size_t i = 0; i < n; i++) {
        char c = p[i];
        if (!is_alnum(c) && !strchr("!#$&^_.+-/", c)) return false;
        ret[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    ret[n] = '\0';
    return true;
}

bool header_request_id(const char *value)
{
    size_t n = 0;
    for (; value[n]; n++)
        if (n >= 39 || (!is_alnum(value[n]) && !strchr("._-", value[n]))) return false;
    return n > 0;
}

/* n lower-case hexadecimal digits, copied. */
static bool take_hex(const char *p, size_t n, char *ret)
{
    for (size_t i = 0; i < n; i++)
        if (!((p[i] >= '0' && p[i] <= '9') || (p[i] >= 'a' && p[i] <= 'f'))) return false;
    memcpy(ret, p, n);
    ret[n] = '\0';
    return true;
}

bool trace_parse(const char *value, struct trace *ret)
{
    enum { LEN = TRACE_LEN - 1 }; /* 00-<32>-<16>-<2> */
    struct trace t;
    char version[3];
    if (strnlen(value, LEN) < LEN || value[2] != '-' || value[35] != '-' || value[52] != '-') return false;
    if (!take_hex(value, 2, version) || strcmp(version, "ff") == 0) return false;
    if (value[LEN] != '\0' && (strcmp(version, "00") == 0 || value[LEN] != '-')) return false;
    if (!take_hex(value + 3, 32, t.id) || !take_hex(value + 36, 16, t.parent) || !take_hex(value + 53, 2, t.flags))
        return false;
    if (strspn(t.id, "0") == 32 || strspn(t.parent, "0") == 16) return false;
    *ret = t;
    return true;
}

void trace_print(const struct trace *t, const char *span, char ret[TRACE_LEN])
{
    memcpy(ret, "00-", 3);
    memcpy(ret + 3, t->id, 32);
    ret[35] = '-';
    memcpy(ret + 36, span, 16);
    ret[52] = '-';
    memcpy(ret + 53, t->flags, 3);
}
