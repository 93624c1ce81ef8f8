/* Stretches of a message. */
#include "plan/message_words.h"

#include <string.h>
#include <strings.h>

bool cut_is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

bool cut_is_digit(char c) { return c >= '0' && c <= '9'; }

struct cut cut_trim(struct cut c)
{
    while (c.p < c.end && strchr(" \t\r\n", *c.p)) c.p++;
    while (c.end > c.p && strchr(" \t\r\n", c.end[-1])) c.end--;
    return c;
}

bool cut_take(struct cut *c, const char *words)
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
    if (p < c->end && cut_is_word(p[-1]) && cut_is_word(*p)) return false;
    while (p < c->end && (*p == ' ' || *p == '\t')) p++;
    c->p = p;
    return true;
}

bool cut_take_any(struct cut *c, const char *const *words)
{
    while (*words && !cut_take(c, *words)) words++;
    return *words != NULL;
}

bool cut_at_end(struct cut c)
{
    while (c.p < c.end && strchr(".! \t\r", *c.p)) c.p++;
    return c.p == c.end;
}

int64_t cut_number(struct cut *c)
{
    int64_t n = 0;
    const char *from = c->p;
    while (c->p < c->end && cut_is_digit(*c->p) && c->p - from < 9) n = n * 10 + (*c->p++ - '0');
    return c->p == from || (c->p < c->end && cut_is_digit(*c->p)) ? -1 : n;
}
