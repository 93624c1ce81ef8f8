/* A careful reader for the few values wanted from a repository's own configuration. libgit2's reader would follow
 * `include.path` anywhere; this one follows nothing. Syntax as in git-config(1), without line continuations. */
#include "repo/inner.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "repo/layout.h"

#define CONFIG_MAX ((size_t)1 << 20)

struct section {
    char name[64], sub[256];
};

/* `[remote "origin"]`; what follows the bracket is returned. */
static const char *read_section(const char *p, struct section *s)
{
    size_t n = 0;
    p++;
    while (*p && *p != ']' && !isspace((unsigned char)*p)) {
        if (n + 1 < sizeof s->name) s->name[n++] = (char)tolower((unsigned char)*p);
        p++;
    }
    s->name[n] = '\0';
    n = 0;
    p += strspn(p, " \t");
    if (*p == '"') {
        for (p++; *p && *p != '"'; p++) {
            if (*p == '\\' && p[1]) p++;
            if (n + 1 < sizeof s->sub) s->sub[n++] = *p;
        }
    }
    s->sub[n] = '\0';
    p += strcspn(p, "]");
    return *p ? p + 1 : p;
}

static void read_value(const char *p, char *ret, size_t cap)
{
    size_t n = 0, end = 0;
    bool quoted = false;
    p += strspn(p, " \t");
    for (; *p && (quoted || (*p != '#' && *p != ';')); p++) {
        if (*p == '"') {
            quoted = !quoted;
            continue;
        }
        if (*p == '\\' && p[1]) p++;
        if (n + 1 < cap) ret[n++] = *p;
        if (quoted || !isspace((unsigned char)*p)) end = n;
    }
    ret[end] = '\0';
}

static void take_setting(struct git_settings *ret, const struct section *s, const char *key, const char *value)
{
    if (strcmp(s->name, "remote") == 0 && strcasecmp(key, "url") == 0) {
        if (strcmp(s->sub, "origin") == 0) read_value(value, ret->origin, sizeof ret->origin);
        if (!ret->any_remote[0]) read_value(value, ret->any_remote, sizeof ret->any_remote);
    } else if (strcmp(s->name, "extensions") == 0 && strcasecmp(key, "objectformat") == 0)
        read_value(value, ret->object_format, sizeof ret->object_format);
}

static void read_line(const char *p, struct section *s, struct git_settings *ret)
{
    char key[64];
    size_t n;
    p += strspn(p, " \t");
    if (*p == '[') p = read_section(p, s);
    p += strspn(p, " \t");
    n = strcspn(p, "= \t#;");
    if (n == 0 || n >= sizeof key) return;
    memcpy(key, p, n);
    key[n] = '\0';
    p += n;
    p += strspn(p, " \t");
    if (*p == '=') take_setting(ret, s, key, p + 1);
}

static enum err_kind config_text(const char *gitdir, struct buf *text, struct err *e)
{
    char path[PATH_MAX], common[PATH_MAX];
    struct err none;
    const char *mid = "", *sep = "";
    auto_fd fd = -1;
    enum err_kind k = layout_line(gitdir, "commondir", common, sizeof common, &none);
    if (k == ERR_OK) {
        mid = common;
        sep = "/";
    }
    if (mid[0] == '/') gitdir = "";
    if ((size_t)snprintf(path, sizeof path, "%s%s%s/config", gitdir, mid[0] == '/' ? "" : sep, mid) >= sizeof path)
        return err_set(e, ERR_INVALID, "'%.200s' is too long a path", gitdir);
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return errno == ENOENT ? ERR_OK : err_errno(e, errno, "'%s' cannot be read", path);
    return disk_read(fd, path, CONFIG_MAX, text, e);
}

enum err_kind git_settings_read(const char *gitdir, struct git_settings *ret, struct err *e)
{
    auto_buf text = BUF_INIT(CONFIG_MAX + 1);
    struct section s = { .name = "" };
    enum err_kind k = config_text(gitdir, &text, e);
    memset(ret, 0, sizeof *ret);
    if (k != ERR_OK || !text.n) return k;
    for (char *line = text.p, *next; line && *line; line = next) {
        next = strchr(line, '\n');
        if (next) *next++ = '\0';
        read_line(line, &s, ret);
    }
    return ERR_OK;
}
