/* Log lines. Static state: the least level and the format, set once by log_setup() before threads start, since a
 * line must be possible from anywhere, even where no object has been handed down. */
#include "pland/base/log.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "pland/base/buf.h"
#include "pland/base/clock.h"

enum { LINE_MAX_BYTES = 16384, VALUE_MAX_BYTES = 4096 };

static _Atomic int least_level = LOG_INFO;
static _Atomic bool readable;

static const char *const names[] = {
    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error", [LOG_BUG] = "bug",
};

void log_setup(enum log_level least, enum log_format format)
{
    atomic_store(&least_level, (int)least);
    atomic_store(&readable, format == LOG_TEXT || (format == LOG_AUTO && isatty(STDERR_FILENO) == 1));
}

static void add_value(struct buf *b, const char *s)
{
    buf_json_n(b, s, strnlen(s, VALUE_MAX_BYTES));
}

static void as_json(struct buf *b, const char *level, const char *message, const struct log_field *f, size_t n)
{
    buf_str(b, "{\"ts\":\"");
    buf_time(b, clock_now(NULL));
    buf_str(b, "\",\"level\":\"");
    buf_str(b, level);
    buf_str(b, "\",\"msg\":");
    add_value(b, message);
    for (size_t i = 0; i < n; i++) {
        if (!f[i].key[0]) continue;
        buf_key(b, f[i].key);
        if (f[i].s) add_value(b, f[i].s);
        else buf_int(b, f[i].i);
    }
    buf_str(b, "}\n");
}

/* Words stand as they are, everything else in quotes: a line cannot be forged by what is logged. */
static bool is_word(const char *s)
{
    const unsigned char *p = (const unsigned char *)s;
    if (!*p) return false;
    for (; *p; p++)
        if (*p <= ' ' || *p >= 0x7f || *p == '"' || *p == '\\' || *p == '=') return false;
    return true;
}

static void as_text(struct buf *b, const char *level, const char *message, const struct log_field *f, size_t n)
{
    buf_time(b, clock_now(NULL));
    buf_fmt(b, " %-5s ", level);
    for (const char *p = message; *p; p++) buf_char(b, (unsigned char)*p < ' ' ? ' ' : *p);
    for (size_t i = 0; i < n; i++) {
        if (!f[i].key[0]) continue;
        buf_fmt(b, " %s=", f[i].key);
        if (!f[i].s) buf_int(b, f[i].i);
        else if (is_word(f[i].s)) buf_str(b, f[i].s);
        else add_value(b, f[i].s);
    }
    buf_char(b, '\n');
}

static void put(const char *p, size_t n)
{
    ssize_t rc;
    do rc = write(STDERR_FILENO, p, n);
    while (rc < 0 && errno == EINTR);
}

void log_line(enum log_level level, const char *message, const struct log_field *f, size_t n)
{
    static const char lost[] = "{\"level\":\"error\",\"msg\":\"a log line was lost: out of memory or too long\"}\n";
    auto_buf b = BUF_INIT(LINE_MAX_BYTES);
    int saved = errno;
    if ((int)level < atomic_load(&least_level)) return;
    (atomic_load(&readable) ? as_text : as_json)(&b, names[level], message, f, n);
    if (b.failed == ERR_OK) put(b.p, b.n);
    else put(lost, sizeof lost - 1);
    errno = saved;
}
