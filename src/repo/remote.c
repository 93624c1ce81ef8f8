/* URLs of git remotes, taken apart by rules of our own: what git would make of others (transport helpers, local paths,
 * options) is never put to the test. */
#include "pland/repo/mirror.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const remote_scheme_names[] = { "https", "http", "ssh", NULL };

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define AT_URL "/git/url"

static enum err_kind bad(struct err *e, const char *why)
{
    return err_at(e, ERR_INVALID, AT_URL, "%s", why);
}

static bool take_scheme(const char **at, struct remote *r)
{
    for (int i = 0; remote_scheme_names[i]; i++) {
        size_t n = strlen(remote_scheme_names[i]);
        if (strncasecmp(*at, remote_scheme_names[i], n) != 0 || strncmp(*at + n, "://", 3) != 0) continue;
        r->scheme = (enum remote_scheme)i;
        *at += n + 3;
        return true;
    }
    return false;
}

/* Name and address alike: no character that a shell, an option or ssh's own syntax would see more in. */
static enum err_kind take_host(const char *p, size_t n, struct remote *r, struct err *e)
{
    bool v6 = n > 2 && p[0] == '[' && p[n - 1] == ']';
    if (v6) {
        p++;
        n -= 2;
    }
    if (!n || n >= sizeof r->host) return bad(e, "must name a host");
    memcpy(r->host, p, n);
    r->host[n] = '\0';
    if (r->host[0] == '-' || strspn(r->host, v6 ? "0123456789abcdefABCDEF:." : LETTERS "-.") != n)
        return bad(e, "names a host that cannot be one");
    for (char *c = r->host; *c; c++) *c = (char)tolower((unsigned char)*c);
    return ERR_OK;
}

static enum err_kind take_user(const char *p, size_t n, struct remote *r, struct err *e)
{
    if (r->scheme != REMOTE_SSH) return bad(e, "must not hold a user or a password: send them as username and token");
    if (memchr(p, ':', n)) return bad(e, "must not hold a password: ssh takes a key");
    if (!n || n >= sizeof r->user) return bad(e, "names a user that cannot be one");
    memcpy(r->user, p, n);
    r->user[n] = '\0';
    if (r->user[0] == '-' || strspn(r->user, LETTERS "-._") != n) return bad(e, "names a user that cannot be one");
    return ERR_OK;
}

static enum err_kind take_port(const char *p, size_t n, struct remote *r, struct err *e)
{
    if (!n) return ERR_OK;
    if (n > 5 || strspn(p, "0123456789") < n) return bad(e, "has a port that is no number");
    r->port = (int)strtol(p, NULL, 10);
    return r->port >= 1 && r->port <= 65535 ? ERR_OK : bad(e, "has a port that is no port");
}

static enum err_kind take_path(const char *p, struct remote *r, struct err *e)
{
    if (!p[0] || strcmp(p, "/") == 0) return bad(e, "must have a path to a repository");
    if (p[0] == '-' || strlen(p) >= sizeof r->path) return bad(e, "has a path that cannot be used");
    if (strpbrk(p, "?#\\'\"`$")) return bad(e, "must not hold a query, a fragment or quotes");
    (void)snprintf(r->path, sizeof r->path, "%s", p);
    return ERR_OK;
}

/* user@host:port, p up to p + n. */
static enum err_kind take_authority(const char *p, size_t n, struct remote *r, struct err *e)
{
    const char *at = memrchr(p, '@', n), *colon;
    enum err_kind k = at ? take_user(p, (size_t)(at - p), r, e) : ERR_OK;
    if (k != ERR_OK) return k;
    if (at) {
        n -= (size_t)(at + 1 - p);
        p = at + 1;
    }
    colon = p[0] == '[' ? memchr(p, ']', n) : p;
    if (colon) colon = memchr(colon, ':', n - (size_t)(colon - p));
    if (!colon) return take_host(p, n, r, e);
    k = take_host(p, (size_t)(colon - p), r, e);
    return k == ERR_OK ? take_port(colon + 1, n - (size_t)(colon + 1 - p), r, e) : k;
}

static enum err_kind parse_scp(const char *url, struct remote *r, struct err *e)
{
    const char *at = strchr(url, '@'), *colon = at ? strchr(at, ':') : NULL;
    enum err_kind k;
    if (!colon || memchr(url, '/', (size_t)(colon - url)))
        return bad(e, "must be https://host/path, ssh://user@host/path or user@host:path");
    r->scheme = REMOTE_SSH;
    r->scp = true;
    if ((k = take_user(url, (size_t)(at - url), r, e)) != ERR_OK) return k;
    if ((k = take_host(at + 1, (size_t)(colon - at - 1), r, e)) != ERR_OK) return k;
    return take_path(colon + 1, r, e);
}

enum err_kind remote_parse(const char *url, struct remote *ret, struct err *e)
{
    const char *at = url;
    size_t n;
    enum err_kind k;
    memset(ret, 0, sizeof *ret);
    for (const char *p = url; *p; p++)
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f) return bad(e, "must not hold blanks or control characters; escape them with %");
    if (strncasecmp(url, "file:", 5) == 0 || url[0] == '/' || url[0] == '.') return bad(e, "is a local path: register it as path");
    if (strstr(url, "::")) {
        if (!strstr(url, "[")) return bad(e, "names a transport helper, which is never run");
    }
    if (!take_scheme(&at, ret)) return strstr(url, "://") ? bad(e, "has a protocol that is not one of https, ssh, http") : parse_scp(url, ret, e);
    n = strcspn(at, "/?#\\");
    if ((k = take_authority(at, n, ret, e)) != ERR_OK) return k;
    return take_path(at + n, ret, e);
}

static bool listed(const char *list, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = list; *p; p += strcspn(p, ", "), p += strspn(p, ", "))
        if (strcspn(p, ", ") == n && strncmp(p, name, n) == 0) return true;
    return false;
}

enum err_kind remote_allowed(const struct mirror_config *c, const struct remote *r, struct err *e)
{
    const char *scheme = remote_scheme_names[r->scheme];
    enum err_kind k;
    if (!listed(c->protocols, scheme))
        return err_at(e, ERR_FORBIDDEN, AT_URL, "%s is not allowed here (setting: git-protocols)", scheme);
    k = guard_host(c->guard, r->host, e);
    if (k != ERR_OK) (void)snprintf(e->at, sizeof e->at, AT_URL);
    return k;
}

/* Only what people write as a ref: no searching by message, no reflog, no paths. */
bool remote_ref_valid(const char *ref)
{
    size_t n = strlen(ref);
    if (n == 0 || n >= 250 || ref[0] == '-' || strstr(ref, "@{") || strstr(ref, "..")) return false;
    for (const char *p = ref; *p; p++)
        if ((unsigned char)*p <= ' ' || *p == 0x7f || strchr(":?*[\\", *p)) return false;
    return true;
}
