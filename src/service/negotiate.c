/* Accept and lists of entity tags. */
#include "pland/service/negotiate.h"

#include <string.h>
#include <strings.h>

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t");
}

/* --- Accept ------------------------------------------------------------------------------------------------------- */
struct range {
    const char *type;
    size_t n;
    int quality; /* thousandths */
};

/* "0.25" in thousandths; what is no quality counts as 1. */
static int quality(const char *p)
{
    int q = *p == '1' ? 1000 : 0, scale = 100;
    if (*p != '0' && *p != '1') return 1000;
    if (p[1] != '.') return q;
    for (p += 2; *p >= '0' && *p <= '9' && scale > 0; p++, scale /= 10) q += (*p - '0') * scale;
    return q > 1000 ? 1000 : q;
}

/* One member of the list at p; returns what follows it. */
static const char *next_range(const char *p, struct range *ret)
{
    p = skip_blanks(p);
    *ret = (struct range){ .type = p, .n = strcspn(p, "; \t,"), .quality = 1000 };
    p = skip_blanks(p + ret->n);
    while (*p == ';') {
        p = skip_blanks(p + 1);
        if ((*p == 'q' || *p == 'Q') && p[1] == '=') ret->quality = quality(p + 2);
        p += strcspn(p, ";,");
    }
    p += strcspn(p, ",");
    return *p ? p + 1 : p;
}

/* 0: does not match; the more, the more closely. */
static int closeness(const struct range *r, const char *type)
{
    size_t major = strcspn(type, "/");
    if (r->n == strlen(type) && strncasecmp(r->type, type, r->n) == 0) return 3;
    if (r->n == major + 2 && strncasecmp(r->type, type, major) == 0 && strncmp(r->type + major, "/*", 2) == 0) return 2;
    return r->n == 3 && strncmp(r->type, "*/*", 3) == 0;
}

/* The quality that the closest member gives the type, 0 when none matches; *ret_place is its place in the list. */
static int quality_of(const char *accept, const char *type, size_t *ret_place)
{
    int best = 0, q = 0;
    size_t place = 0;
    for (const char *p = accept; *p; place++) {
        struct range r;
        p = next_range(p, &r);
        int close = closeness(&r, type);
        if (close <= best) continue;
        best = close;
        q = r.quality;
        *ret_place = place;
    }
    return q;
}

int negotiate_type(const char *accept, const char *const *types, size_t n)
{
    int found = -1, best = 0;
    size_t best_place = 0, place = 0;
    if (!accept || *skip_blanks(accept) == '\0') return 0;
    for (size_t i = 0; i < n; i++) {
        int q = quality_of(accept, types[i], &place);
        if (q == 0 || q < best || (q == best && place >= best_place)) continue;
        best = q;
        best_place = place;
        found = (int)i;
    }
    return found;
}

/* --- entity tags -------------------------------------------------------------------------------------------------- */
/* One entity tag at p: returns what follows it, NULL when there is none; *ret covers it with its quotes. */
static const char *next_etag(const char *p, const char **ret, size_t *ret_n)
{
    const char *end;
    if (p[0] == 'W' && p[1] == '/') p += 2;
    if (*p != '"' || !(end = strchr(p + 1, '"'))) return NULL;
    *ret = p;
    *ret_n = (size_t)(end + 1 - p);
    return end + 1;
}

static bool listed(const char *list, const char *etag, bool family)
{
    const char *p = skip_blanks(list), *tag;
    size_t n, n_etag = strlen(etag);
    while (n_etag > 1 && (p = next_etag(p, &tag, &n)) != NULL) {
        if (n == n_etag && memcmp(tag, etag, n) == 0) return true;
        if (family && n > n_etag && memcmp(tag, etag, n_etag - 1) == 0 && tag[n_etag - 1] == '.') return true;
        p = skip_blanks(p);
        while (*p == ',') p = skip_blanks(p + 1);
    }
    return false;
}

bool etag_listed(const char *list, const char *etag)
{
    const char *p = skip_blanks(list);
    if (*p == '*' && *skip_blanks(p + 1) == '\0') return *etag != '\0';
    return listed(list, etag, false);
}

bool etag_family_listed(const char *list, const char *etag)
{
    return listed(list, etag, true);
}
