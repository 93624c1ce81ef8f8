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
