/* Text forms appended to a buffer: JSON strings and punctuation, HTML, RFC 3339 times. */
#include "pland/base/buf.h"

#include <string.h>

#include "base/civil.h"
#include "base/plain.h"
#include "base/utf8.h"

static const char hex[] = "0123456789abcdef";
static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

/* --- JSON ------------------------------------------------------------------------------------------------------ */
static void escape(struct buf *b, unsigned char c)
{
    static const char letter[32] = { ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't' };
    char text[6] = { '\\', 'u', '0', '0' };
    size_t n = 2;
    if (c == '"' || c == '\\') {
        text[1] = (char)c;
    } else if (letter[c]) {
        text[1] = letter[c];
    } else {
        text[4] = hex[c >> 4];
        text[5] = hex[c & 15];
        n = 6;
    }
    buf_add(b, text, n);
}

void buf_json_n(struct buf *b, const char *s, size_t n)
{
    const char *end, *run = s;
    if (!s) {
        buf_str(b, "null");
        return;
    }
    end = s + n;
    buf_char(b, '"');
    for (;;) {
        size_t len;
        s = plain_run(s, end);
        if (s == end) break;
        len = (unsigned char)*s < 0x80 ? 0 : utf8_length((const unsigned char *)s, (size_t)(end - s));
        if (len > 0) {
            s += len;
            continue;
        }
        buf_add(b, run, (size_t)(s - run));
        if ((unsigned char)*s < 0x80) escape(b, (unsigned char)*s);
        else buf_add(b, replacement, sizeof replacement - 1);
        run = ++s;
    }
    buf_add(b, run, (size_t)(end - run));
    buf_char(b, '"');
}

void buf_json(struct buf *b, const char *s)
{
    buf_json_n(b, s, s ? strlen(s) : 0);
}

void buf_comma(struct buf *b)
{
    char last = b->n > 0 ? b->p[b->n - 1] : '{';
    if (last != '{' && last != '[') buf_char(b, ',');
}

void buf_key(struct buf *b, const char *key)
{
    buf_comma(b);
    buf_json(b, key);
    buf_char(b, ':');
}

/* --- HTML ------------------------------------------------------------------------------------------------------ */
void buf_html(struct buf *b, const char *s)
{
    static const char *const entity[128] = {
        ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
    };
    const char *run = s;
    if (!s) return;
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c >= 128 || !entity[c]) continue;
        buf_add(b, run, (size_t)(s - run));
        buf_str(b, entity[c]);
        run = s + 1;
    }
    buf_add(b, run, (size_t)(s - run));
}

/* --- time ------------------------------------------------------------------------------------------------------ */
static void digits(char *ret, int n, int64_t v)
{
    while (n-- > 0) {
        ret[n] = (char)('0' + v % 10);
        v /= 10;
    }
}

void buf_time(struct buf *b, int64_t unix_ms)
{
    enum { MS_PER_DAY = 86400000 };
    const int64_t least = -62167219200000, most = 253402300799999; /* the years 0000 to 9999 */
    char text[] = "0000-00-00T00:00:00.000Z";
    int64_t days, ms;
    struct civil c;
    if (unix_ms < least) unix_ms = least;
    if (unix_ms > most) unix_ms = most;
    days = unix_ms / MS_PER_DAY - (unix_ms % MS_PER_DAY < 0);
    ms = unix_ms - days * MS_PER_DAY;
    c = civil_of_days(days);
    digits(text, 4, c.year);
    digits(text + 5, 2, c.month);
    digits(text + 8, 2, c.day);
    digits(text + 11, 2, ms / 3600000);
    digits(text + 14, 2, ms / 60000 % 60);
    digits(text + 17, 2, ms / 1000 % 60);
    digits(text + 20, 3, ms % 1000);
    buf_add(b, text, sizeof text - 1);
}
