/* Text as terms: identifiers cut into their parts, lower case, stemmed. Tickets, files, paths and messages are all cut
 * by this, so that what is looked for and what is found are the same. ASCII is folded; other letters stay as they are. */
#ifndef SURVEY_TERMS_H
#define SURVEY_TERMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TERM_MAX 40 /* bytes; longer ones are no words */

/* Calls fn for every part of every identifier, and for identifiers of more than one part as a whole ("sendFile",
 * "send_file": send, file, sendfile). word: lower case, not stemmed. at: where it starts in text. */
struct term { char word[TERM_MAX + 1]; size_t n; const char *at; bool whole; };
typedef void term_fn(void *arg, const struct term *term);
void terms_each(const char *text, size_t n, term_fn *fn, void *arg);
/* "expiry", "expired" and "expiration" are "expir". Shortens w; returns its new length. */
size_t term_stem(char *w, size_t n);

#define TERM_SET_MAX 64
struct term_set {
    struct { const char *stem; size_t n; } v[TERM_SET_MAX];
    size_t n;
    uint8_t starts[4096]; /* a bit for the first three letters of each: most text is passed over by it */
};
void term_set_add(struct term_set *s, const char *stem);
typedef void term_hit_fn(void *arg, size_t i, const char *at); /* i: index into v */
void term_set_find(const struct term_set *s, const char *text, size_t n, term_hit_fn *fn, void *arg);

#endif
