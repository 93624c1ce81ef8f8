/* Stretches of a message. */
#include "plan/message_words.h"

#include <string.h>
#include <strings.h>

bool words_is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

bool words_is_digit(char c) { return c >= '0' && c <= '9'; }

struct words words_trim(struct words c)
{
    while (c.p < c.end && strchr(" \t\r\n", *c.p)) c.p++;
    while (c.end > c.p && strchr(" \t\r\n", c.end[-1])) c.end--;
    return c;
}

bool words_take(struct words *c, const char *words)
{
    const char *p = c->p;
    for (; *words; words++) {
        if (*words == ' ') {
            if (p == c->end || (*p != ' ' && *p != '\t')) return false;
            while (p < c->end && (*p == ' ' || *p == '\t')) p++;
        } else if (p == c->end || strncasecmp(p++, words, 1) != 0) {
            return false;
        }
    }
    if (p < c->end && words_is_word(p[-1]) && words_is_word(*p)) return false;
    while (p < c->end && (*p == ' ' || *p == '\t')) p++;
    c->p = p;
    return true;
}

bool words_take_any(struct words *c, const char *const *words)
{
    while (*words && !words_take(c, *words)) words++;
    return *words != NULL;
}

bool words_at_end(struct words c)
{
    while (c.p < c.end && strchr(".! \t\r", *c.p)) c.p++;
    return c.p == c.end;
}

int64_t words_number(struct words *c)
{
    int64_t n = 0;
    const char *from = c->p;
    while (c->p < c->end && words_is_digit(*c->p) && c->p - from < 9) n = n * 10 + (*c->p++ - '0');
    return c->p == from || (c->p < c->end && words_is_digit(*c->p)) ? -1 : n;
}
