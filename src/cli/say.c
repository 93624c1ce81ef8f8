/* Printing for people: cleaning, cutting to width, the status line. */
#include "cli/say.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REPLACEMENT "\xef\xbf\xbd"
enum { TEXT_MAX = 64 << 20 };

size_t say_decode(const void *bytes, size_t n, uint32_t *ret)
{
    const unsigned char *p = bytes;
    static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t len = p[0] < 0x80             ? 1
                 : (p[0] & 0xe0) == 0xc0 ? 2
                 : (p[0] & 0xf0) == 0xe0 ? 3
                 : (p[0] & 0xf8) == 0xf0 ? 4
                                         : 0;
    uint32_t c = len == 1 ? p[0] : (uint32_t)(p[0] & (0x7f >> len));
    if (len == 0 || len > n) return 0;
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80) return 0;
        c = c << 6 | (p[i] & 0x3fu);
    }
    if (c < smallest[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) return 0;
    *ret = c;
    return len;
}

/* Controls, and marks that change the direction of text or hide it. */
static bool harmful(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || c == 0x200e || c == 0x200f || c == 0x2028 ||
           c == 0x2029 || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

void say_clean(struct buf *b, const char *s, size_t n, bool one_line)
{
    const unsigned char *p = (const unsigned char *)s, *end = p + n;
    while (p < end) {
        uint32_t c = 0;
        size_t len = say_decode(p, (size_t)(end - p), &c);
        if (len && (c == '\n' || c == '\t')) buf_char(b, one_line ? ' ' : (char)c);
        else if (len && c == '\r' && p + 1 < end && p[1] == '\n') (void)b; /* a line break of two bytes */
        else if (!len || harmful(c)) buf_str(b, REPLACEMENT);
        else buf_add(b, p, len);
        p += len ? len : 1;
    }
}

static void vprint(FILE *f, const char *fmt, va_list ap)
{
    auto_buf clean = BUF_INIT(TEXT_MAX);
    char *text = NULL;
    int n = vasprintf(&text, fmt, ap);
    if (n < 0) {
        fputs("planctl: out of memory\n", stderr);
        return;
    }
    say_clean(&clean, text, (size_t)n, false);
    free(text);
    if (f == stderr) {
        (void)fflush(stdout);
        say_status("");
    }
    (void)fwrite(buf_cstr(&clean), 1, clean.n, f);
}

void say(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vprint(stdout, fmt, ap);
    va_end(ap);
}

void note(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vprint(stderr, fmt, ap);
    va_end(ap);
}

void complain(const char *fmt, ...)
{
    va_list ap;
    (void)fflush(stdout);
    say_status("");
    fputs("planctl: ", stderr);
    va_start(ap, fmt);
    vprint(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
}

void say_cut(struct buf *b, const char *s, size_t width)
{
    auto_buf clean = BUF_INIT(TEXT_MAX);
    const char *text;
    size_t chars = 0, at = 0, cut = 0;
    say_clean(&clean, s, strlen(s), true);
    text = buf_cstr(&clean);
    for (; text[at]; at++) {
        if (((unsigned char)text[at] & 0xc0) == 0x80) continue;
        if (++chars == width) cut = at;
    }
    if (chars <= width) buf_str(b, text);
    else {
        buf_add(b, text, cut);
        buf_str(b, "…");
    }
}

bool say_document(FILE *f, const char *p, size_t n)
{
    auto_buf clean = BUF_INIT(TEXT_MAX);
    if (isatty(fileno(f)) == 1) {
        say_clean(&clean, p, n, false);
        p = buf_cstr(&clean);
        n = clean.n;
    }
    if (fwrite(p, 1, n, f) == n && (n == 0 || p[n - 1] == '\n' || fputc('\n', f) != EOF) && fflush(f) == 0) return true;
    complain("the output could not be written");
    return false;
}

bool say_on_terminal(void)
{
    const char *term = getenv("TERM");
    return isatty(STDERR_FILENO) == 1 && !(term && strcmp(term, "dumb") == 0);
}

/* Columns of stderr; 80 when unknown. */
static size_t say_width(void)
{
    struct winsize w;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_col < 20) return 80;
    return w.ws_col;
}

void say_status(const char *text)
{
    static bool shown; /* there is one terminal, hence one line on it */
    auto_buf b = BUF_INIT(4096);
    if (!say_on_terminal() || (!*text && !shown)) return;
    shown = *text != '\0';
    buf_str(&b, "\r\033[K");
    say_cut(&b, text, say_width() - 1);
    (void)fwrite(buf_cstr(&b), 1, b.n, stderr);
    (void)fflush(stderr);
}
