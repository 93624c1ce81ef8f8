/* URLs: parsing through libcurl's own parser, the guard's text rules, and what a proxy must not be asked for. */
#include "net/url.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "net/address.h"
#include "pland/base/macros.h"

DEFINE_CLEANUP(auto_curl_free_fn, char *, curl_free);
#define auto_curl AUTO(auto_curl_free_fn) char *

enum { URL_MAX = 8192 };

/* Printable ASCII without the backslash, which parsers read differently. libcurl converts international names by the
 * process's locale, so what they would become cannot be judged here: their ASCII form is asked for. */
static bool text_clean(const char *s)
{
    for (; *s; s++) {
        if ((unsigned char)*s <= ' ' || (unsigned char)*s >= 0x7f || *s == '\\') return false;
    }
    return true;
}

static enum err_kind url_refuse(CURLUcode code, struct err *e)
{
    if (code == CURLUE_OUT_OF_MEMORY) return err_nomem(e);
    if (code == CURLUE_UNSUPPORTED_SCHEME) return err_set(e, ERR_INVALID, "the URL must begin http:// or https://");
    if (code == CURLUE_USER_NOT_ALLOWED) return err_set(e, ERR_INVALID, "the URL must not contain a user or password");
    return err_set(e, ERR_INVALID, "not a usable URL: %s", curl_url_strerror(code));
}

static enum err_kind url_take_host(struct url *u, struct err *e)
{
    auto_curl host = NULL;
    size_t n;
    char *from;
    CURLUcode code = curl_url_get(u->u, CURLUPART_HOST, &host, 0);
    if (code != CURLUE_OK) return url_refuse(code, e);
    if (!text_clean(host)) return url_refuse(CURLUE_BAD_HOSTNAME, e);
    from = host[0] == '[' ? host + 1 : host;
    n = strlen(from);
    if (n && from != host && from[n - 1] == ']') n--;
    if (n && from == host && from[n - 1] == '.') n--;
    if (n == 0) return err_set(e, ERR_INVALID, "the URL has no host");
    u->host = strndup(from, n);
    if (!u->host) return err_nomem(e);
    for (char *p = u->host; *p; p++) *p = (char)tolower((unsigned char)*p);
    return ERR_OK;
}

static enum err_kind url_scheme(struct url *u, struct err *e)
{
    auto_curl scheme = NULL;
    CURLUcode code = curl_url_get(u->u, CURLUPART_SCHEME, &scheme, 0);
    if (code != CURLUE_OK) return url_refuse(code, e);
    u->https = strcmp(scheme, "https") == 0;
    if (!u->https && strcmp(scheme, "http") != 0) return url_refuse(CURLUE_UNSUPPORTED_SCHEME, e);
    return ERR_OK;
}

static enum err_kind url_fill(struct url *u, const struct guard *g, enum http_dest dest, const char *text,
                              struct err *e)
{
    unsigned flags = dest == HTTP_API ? CURLU_DISALLOW_USER : 0;
    enum err_kind k;
    CURLUcode code;
    if (strlen(text) > URL_MAX) return err_set(e, ERR_INVALID, "the URL is longer than %d bytes", URL_MAX);
    if (!text_clean(text)) {
        return err_set(e, ERR_INVALID, "the URL must be ASCII without white space, control characters and backslashes; "
                                       "write international names as xn--… and the rest percent-encoded");
    }
    u->u = curl_url();
    if (!u->u) return err_nomem(e);
    code = curl_url_set(u->u, CURLUPART_URL, text, flags);
    if (code != CURLUE_OK) return url_refuse(code == CURLUE_BAD_SCHEME ? CURLUE_UNSUPPORTED_SCHEME : code, e);
    k = url_scheme(u, e);
    if (k == ERR_OK) k = url_take_host(u, e);
    if (k == ERR_OK && dest == HTTP_API) k = guard_host(g, u->host, e);
    return k;
}

enum err_kind url_parse(struct url *ret, const struct guard *g, enum http_dest dest, const char *text, struct err *e)
{
    struct url u = { 0 };
    enum err_kind k = url_fill(&u, g, dest, text, e);
    if (k != ERR_OK) url_release(&u);
    else *ret = u;
    return k;
}

void url_release(struct url *u)
{
    curl_url_cleanup(u->u);
    free(u->host);
    *u = (struct url){ 0 };
}

static bool name_below(const char *host, const char *name, size_t n)
{
    size_t len = strlen(host);
    if (n && name[0] == '.') name++, n--;
    if (n == 0 || len < n || strncasecmp(host + len - n, name, n) != 0) return false;
    return len == n || host[len - n - 1] == '.';
}

bool url_host_internal(const char *host)
{
    static const char *const names[] = { "localhost", "local", "internal", "intranet", "private", "corp",
                                         "home",      "lan",   "arpa",     "test",     "invalid", "onion" };
    struct address a;
    if (address_parse(host, &a)) return false; /* judged by its range */
    if (!strchr(host, '.')) return true;
    for (size_t i = 0; i < countof(names); i++) {
        if (name_below(host, names[i], strlen(names[i]))) return true;
    }
    return false;
}

bool url_host_listed(const char *host, const char *list)
{
    while (list && *list) {
        size_t skip = strspn(list, ", \t"), n;
        list += skip;
        n = strcspn(list, ", \t");
        if (n == 1 && *list == '*') return true;
        if (name_below(host, list, n)) return true;
        list += n;
    }
    return false;
}
