/* The configuration file: lines of "name = value", comments with #, section headings in brackets for people only. */
#include "config/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX_BYTES = 1 << 20 };

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

/* line is trimmed, not empty, no comment, and ends with NUL at line[n]. */
static enum err_kind apply_line(char *line, const char *origin, struct arena *a, struct config *c, struct err *e)
{
    char *equals = strchr(line, '=');
    const struct setting *s;
    size_t n;
    if (!equals) return err_set(e, ERR_INVALID, "%s: expected name = value, not '%.80s'", origin, line);
    n = (size_t)(equals - line);
    while (n > 0 && (line[n - 1] == ' ' || line[n - 1] == '\t')) n--;
    s = setting_find(line, n);
    if (!s) {
        const char *close = setting_closest(line, n);
        return err_set(e, ERR_INVALID, "%s: there is no setting '%.*s'%s%s", origin, (int)(n < 80 ? n : 80), line,
                       close ? ", did you mean " : "", close ? close : "");
    }
    return setting_set(s, line, n, equals + 1, origin, a, c, e);
}

static enum err_kind read_line(const char *p, size_t n, const char *name, int64_t number, struct arena *a,
                               struct config *c, struct err *e)
{
    char *line, *origin;
    while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\t' || p[n - 1] == '\r')) n--;
    while (n > 0 && (*p == ' ' || *p == '\t')) p++, n--;
    if (n == 0 || *p == '#' || *p == ';' || (*p == '[' && p[n - 1] == ']')) return ERR_OK;
    line = arena_dup_n(a, p, n);
    origin = arena_fmt(a, "%s:%lld", name, (long long)number);
    if (!line || !origin) return err_nomem(e);
    if (memchr(p, '\0', n)) return err_set(e, ERR_INVALID, "%s: a NUL byte; this is not a text file", origin);
    return apply_line(line, origin, a, c, e);
}

enum err_kind config_read_text(const char *text, size_t n, const char *name, struct arena *a, struct config *c,
                               struct err *e)
{
    const char *end = text + n;
    if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) text += 3;
    for (int64_t number = 1; text < end; number++) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        enum err_kind k;
        if (!stop) stop = end;
        k = read_line(text, (size_t)(stop - text), name, number, a, c, e);
        if (k != ERR_OK) return k;
        text = stop + (stop < end);
    }
    return ERR_OK;
}

static enum err_kind slurp(int fd, const char *path, struct buf *b, struct err *e)
{
    char chunk[4096];
    ssize_t n;
    while ((n = read(fd, chunk, sizeof chunk)) != 0) {
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return err_errno(e, errno, "config: %s", path);
        buf_add(b, chunk, (size_t)n);
    }
    return buf_check(b, e);
}

enum err_kind config_read_file(const char *path, struct arena *a, struct config *c, struct err *e)
{
    auto_buf b = BUF_INIT(FILE_MAX_BYTES);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum err_kind k;
    if (fd < 0) return err_errno(e, errno, "config: %s", path);
    k = slurp(fd, path, &b, e);
    close(fd);
    if (k != ERR_OK) return k;
    return b.n ? config_read_text(b.p, b.n, base_name(path), a, c, e) : ERR_OK;
}
