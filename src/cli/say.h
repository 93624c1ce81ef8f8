/* All that planctl prints for people goes through here: whatever a server sends, no control character, no invalid
 * UTF-8 and no character that reverses the direction of text reaches the terminal. */
#ifndef CLI_SAY_H
#define CLI_SAY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "pland/base/buf.h"
#include "pland/base/macros.h"

_printf_(1, 2) void say(const char *fmt, ...);  /* to stdout; line breaks and tabs are kept */
_printf_(1, 2) void note(const char *fmt, ...); /* to stderr, for everything that is not the result */
_printf_(1, 2) void complain(const char *fmt, ...); /* to stderr as "planctl: …" with a line break */

/* Cleans n bytes of text into b. With one_line, line breaks and tabs become spaces. */
void say_clean(struct buf *b, const char *s, size_t n, bool one_line);
/* Decodes one character; returns its length, 0 when the bytes are not valid UTF-8. n > 0. */
size_t say_decode(const void *bytes, size_t n, uint32_t *ret);
/* s as one line of at most width characters, with "…" when it is longer. Cleaned. */
void say_cut(struct buf *b, const char *s, size_t width);
/* A document: as it is into a file or pipe, cleaned onto a terminal. False: writing failed (said). */
bool say_document(FILE *f, const char *p, size_t n);

/* A line on a terminal's stderr that the next one replaces; an empty text takes it away. */
void say_status(const char *text);
bool say_on_terminal(void); /* is stderr a terminal? */

#endif
