/* One setting's value: reading it from text with its unit and range, saying what it takes, writing it back. */
#include "config/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MILLION = 1000000 };

struct unit { const char *name; int64_t factor; };

/* The empty unit is allowed everywhere and means 1. Larger units come first: values are written with the first that
 * divides them. */
static const struct unit bytes[] = { { "GiB", 1 << 30 }, { "MiB", 1 << 20 }, { "KiB", 1 << 10 }, { "G", 1 << 30 },
                                     { "M", 1 << 20 },   { "K", 1 << 10 },   { "B", 1 },         { NULL, 0 } };
static const struct unit seconds[] = { { "d", 86400 }, { "h", 3600 }, { "m", 60 }, { "s", 1 }, { NULL, 0 } };
static const struct unit millis[] = { { "m", 60000 }, { "s", 1000 }, { "ms", 1 }, { NULL, 0 } };

/* What varies by type. */
static const struct type {
    const char *placeholder, *takes;
    const struct unit *units;
    bool number;
} types[SETTING_TYPE_N_] = {
    [SETTING_STRING] = { "TEXT", "text", NULL, false },
    [SETTING_PATH] = { "PATH", "a path", NULL, false },
    [SETTING_URL] = { "URL", "a URL that begins with http:// or https://, or nothing", NULL, false },
    [SETTING_ADDRESS] = { "ADDR:PORT", "ADDR:PORT or [ADDR]:PORT with a port from 0 to 65535", NULL, false },
    [SETTING_CHOICE] = { "NAME", "one of", NULL, false },
    [SETTING_INT] = { "N", "a number", NULL, true },
    [SETTING_BYTES] = { "SIZE", "a size", bytes, true },
    [SETTING_SECONDS] = { "TIME", "a time in seconds (or with s, m, h, d)", seconds, true },
    [SETTING_MONEY] = { "DOLLARS", "dollars, such as 2.50, or nothing", NULL, false },
    [SETTING_MILLIS] = { "TIME", "a time in milliseconds (or with ms, s, m)", millis, true },
};

const char *setting_placeholder(const struct setting *s)
{
    return types[s->type].placeholder;
}

static void add_number(const struct setting *s, int64_t v, struct buf *b)
{
    const struct unit *u = types[s->type].units;
    for (; u && u->name; u++)
        if (v != 0 && v % u->factor == 0) {
            buf_int(b, v / u->factor);
            buf_str(b, u->name);
            return;
        }
    buf_int(b, v);
}

static void add_choices(const struct setting *s, struct buf *b)
{
    for (size_t i = 0; s->choices[i]; i++) {
        buf_str(b, i ? ", " : " ");
        buf_str(b, s->choices[i]);
    }
}

void setting_takes(const struct setting *s, struct buf *b)
{
    buf_str(b, types[s->type].takes);
    if (s->type == SETTING_CHOICE) add_choices(s, b);
    if (!types[s->type].number) return;
    buf_str(b, " from ");
    add_number(s, s->min, b);
    if (s->max == INT64_MAX) {
        buf_str(b, " up");
        return;
    }
    buf_str(b, " to ");
    add_number(s, s->max, b);
}

static void add_money(int64_t v, struct buf *b)
{
    if (v >= 0) buf_fmt(b, "%lld.%06lld", (long long)(v / MILLION), (long long)(v % MILLION));
}

void setting_value(const struct setting *s, const void *base, struct buf *b)
{
    const void *at = (const char *)base + s->at;
    if (s->type == SETTING_MONEY) add_money(*(const int64_t *)at, b);
    else if (types[s->type].number) add_number(s, *(const int64_t *)at, b);
    else buf_str(b, *(const char *const *)at);
}

void setting_env(const struct setting *s, struct buf *b)
{
    buf_str(b, "PLAND_");
    for (const char *p = s->name; *p; p++) buf_char(b, *p == '-' ? '_' : (char)(*p - 'a' + 'A'));
}

/* ---- reading ---- */

static bool factor_of(const struct unit *u, const char *name, int64_t *ret)
{
    *ret = 1;
    if (!*name) return true;
    for (; u && u->name; u++)
        if (strcasecmp(u->name, name) == 0) {
            *ret = u->factor;
            return true;
        }
    return false;
}

static bool read_number(const struct setting *s, const char *text, int64_t *ret)
{
    char *end;
    long long v;
    int64_t factor, product;
    if (*text < '0' || *text > '9') return false;
    errno = 0;
    v = strtoll(text, &end, 10);
    if (errno) return false;
    end += strspn(end, " ");
    if (!factor_of(types[s->type].units, end, &factor)) return false;
    if (__builtin_mul_overflow((int64_t)v, factor, &product)) return false;
    if (product < s->min || product > s->max) return false;
    *ret = product;
    return true;
}

/* "12", "0.075": six digits behind the point at most. */
static bool read_money(const char *text, int64_t *ret)
{
    size_t whole = strspn(text, "0123456789"), part = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
    int64_t v = 0;
    if (!*text) {
        *ret = -1;
        return true;
    }
    if (whole == 0 || whole > 6 || part > 6 || text[whole + (text[whole] == '.') + part] || (text[whole] == '.' && !part)) return false;
    for (size_t i = 0; i < whole; i++) v = v * 10 + (text[i] - '0');
    for (size_t i = 0; i < 6; i++) v = v * 10 + (i < part ? text[whole + 1 + i] - '0' : 0);
    *ret = v;
    return true;
}

static bool is_port(const char *text)
{
    size_t n = strspn(text, "0123456789");
    return n > 0 && n <= 5 && !text[n] && strtol(text, NULL, 10) <= 65535;
}

/* The address itself is resolved when it is bound; here only its shape counts. */
static bool is_address(const char *text)
{
    const char *colon = strrchr(text, ':');
    if (!colon || colon == text || !is_port(colon + 1)) return false;
    if (*text == '[') return colon[-1] == ']' && colon - text > 2;
    return !memchr(text, ':', (size_t)(colon - text));
}

static bool is_url(const char *text)
{
    size_t n = strncasecmp(text, "http://", 7) == 0 ? 7 : strncasecmp(text, "https://", 8) == 0 ? 8 : 0;
    if (!*text) return true;
    return n > 0 && text[n] && text[n] != '/' && !strpbrk(text, " \"<>\\^`{|}");
}

static bool is_choice(const struct setting *s, const char *text)
{
    for (size_t i = 0; s->choices[i]; i++)
        if (strcmp(s->choices[i], text) == 0) return true;
    return false;
}

static bool is_plain(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        if (*p < ' ' || *p == 0x7f) return false;
    return true;
}

static bool text_fits(const struct setting *s, const char *text)
{
    if (!is_plain(text) || (int64_t)strlen(text) < s->min) return false;
    switch (s->type) {
    case SETTING_URL: return is_url(text);
    case SETTING_ADDRESS: return is_address(text);
    case SETTING_CHOICE: return is_choice(s, text);
    case SETTING_STRING:
    case SETTING_PATH:
    case SETTING_INT:
    case SETTING_BYTES:
    case SETTING_SECONDS:
    case SETTING_MILLIS:
    case SETTING_MONEY:
    case SETTING_TYPE_N_: break;
    }
    return true;
}

static enum err_kind refuse(const struct setting *s, const char *text, const char *origin, struct err *e)
{
    auto_buf takes = BUF_INIT(1024);
    setting_takes(s, &takes);
    return err_set(e, ERR_INVALID, "%s: %s takes %s, not '%.80s'", origin, s->name, buf_cstr(&takes), text);
}

static char *trimmed(const char *text, struct arena *a)
{
    size_t n;
    text += strspn(text, " \t");
    n = strlen(text);
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t')) n--;
    return arena_dup_n(a, text, n);
}

enum err_kind setting_read(const struct setting *s, const char *text, const char *origin, struct arena *a, void *at,
                           struct err *e)
{
    char *value = trimmed(text, a);
    if (!value) return err_nomem(e);
    if (types[s->type].number || s->type == SETTING_MONEY) {
        int64_t v;
        if (!(s->type == SETTING_MONEY ? read_money(value, &v) : read_number(s, value, &v))) return refuse(s, value, origin, e);
        *(int64_t *)at = v;
        return ERR_OK;
    }
    if (!text_fits(s, value)) return refuse(s, value, origin, e);
    *(const char **)at = value;
    return ERR_OK;
}

enum err_kind setting_set(const struct setting *s, const char *name, size_t n, const char *text, const char *origin,
                          struct arena *a, struct config *c, struct err *e)
{
    if (model_name_at(name, n) < n) return model_set(s, name, n, text, origin, a, c, e);
    return setting_read(s, text, origin, a, (char *)c + s->at, e);
}
