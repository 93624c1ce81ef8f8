/* Text with a style for every byte, and how it falls into lines of so many columns. Columns are what a terminal shows:
 * two for a wide character, none for a combining mark. Nothing that is added can steer a terminal. */
#ifndef CLI_RICH_H
#define CLI_RICH_H

#include <stdbool.h>

#include "pland/base/buf.h"

enum {
    STYLE_BOLD = 1 << 0,
    STYLE_DIM = 1 << 1,
    STYLE_ITALIC = 1 << 2,
    STYLE_CODE = 1 << 3,
    STYLE_DEL = 1 << 4,
    STYLE_DONE = 1 << 5, /* a task that is ticked off */
};
struct rich {
    struct buf text, style; /* of the same length */
};
struct rich_line {
    size_t from, to, columns;
};

void rich_init(struct rich *r);
void rich_release(struct rich *r);
void rich_clear(struct rich *r);
void rich_add(struct rich *r, const char *s, size_t n, unsigned style); /* cleaned; a line break becomes a blank */
void rich_break(struct rich *r);                                        /* a line ends here whatever its length */
void rich_code(struct rich *r, const char *s, size_t n, unsigned style); /* tabs reach to every fourth column */

/* Columns of the longest line, and of the longest word. */
size_t rich_columns(const struct rich *r);
size_t rich_longest_word(const struct rich *r);
/* The line that begins at *at, of at most width columns: ends between words where it can, and never between a character
 * and its marks. False: there is none. Blanks at its ends are left out, at its beginning unless keep is set. */
bool rich_next(const struct rich *r, size_t width, bool keep, size_t *at, struct rich_line *ret);
/* Writes that part, with escape sequences for the styles when styled, ended by a reset. */
void rich_write(const struct rich *r, const struct rich_line *l, bool styled, struct buf *out);

#endif
