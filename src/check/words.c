/* Small helpers over text that several rules need. */
#include "check/inner.h"

#include <ctype.h>
#include <string.h>

bool words_blank(const char *s)
{
    return !s || s[strspn(s, " \t\r\n")] == '\0';
}

bool words_char(char ch)
{
    return isalnum((unsigned char)ch) || ch == '_' || (unsigned char)ch >= 0x80;
}

static bool word_at(const char *p, const char *word, size_t n, bool open)
{
    return strncasecmp(p, word, n) == 0 && (open || !words_char(p[n]));
}

bool words_has(const char *text, const char *word)
{
    size_t n = strlen(word);
    bool open = n && word[n - 1] == '*';
    if (open) n--;
    if (!text || !n) return false;
    for (const char *p = text; *p;) {
        if (word_at(p, word, n, open)) return true;
        while (words_char(*p)) p++;
        while (*p && !words_char(*p)) p++;
    }
    return false;
}

const char *words_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

size_t words_phase(const struct document *d, const char *id)
{
    for (size_t i = 0; id && i < d->phases.n; i++)
        if (d->phases.v[i].id && strcmp(d->phases.v[i].id, id) == 0) return i;
    return SIZE_MAX;
}

const char *line_words(const char *text, int64_t line, struct arena *a)
{
    auto_buf b = BUF_INIT(1 << 20);
    struct sha256 h;
    const char *end;
    for (int64_t i = 1; text && i < line; i++) {
        text = strchr(text, '\n');
        if (text) text++;
    }
    if (!text) return NULL;
    for (end = text + strcspn(text, "\n"); text < end;) {
        size_t n;
        text += strspn(text, " \t\r");
        n = strcspn(text, " \t\r\n");
        if (text >= end || !n) break;
        if (b.n) buf_char(&b, ' ');
        buf_add(&b, text, n);
        text += n;
    }
    if (!b.n) return NULL;
    h = hash_sha256(b.p, b.n);
    return arena_dup_n(a, hash_hex_of(&h).s, 16);
}
