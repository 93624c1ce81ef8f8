/* The way back from text.h: what stands in Markdown as the text it was made of. Memory from the arena; NULL where there
 * is nothing (and when memory is out: ask the arena). */
#ifndef PLAN_READ_TEXT_H
#define PLAN_READ_TEXT_H

#include "pland/base/arena.h"
#include "plan/text.h"

/* A part of a line of Markdown. */
struct cut { const char *s, *end; };

struct cut cut_of(const char *s);
struct cut cut_trim(struct cut c);
bool cut_blank(struct cut c);
bool cut_is(struct cut c, const char *s);
bool cut_begins(struct cut c, const char *s);
/* Takes the literal s from its beginning; false: it is not there, nothing is taken. */
bool cut_literal(struct cut *c, const char *s);
/* Takes all up to sep, and sep; false: there is no sep, all is taken. Code spans and links are not looked into. */
bool cut_until(struct cut *c, const char *sep, unsigned how, struct cut *ret);
/* Takes a code span (or what stands for one) from its beginning, or the comment for an empty text. */
bool cut_raw(struct cut *c, unsigned how, struct arena *a, const char **ret);
/* Takes digits; false when there are none or too many. */
bool cut_number(struct cut *c, int64_t *ret);

/* text_put() and text_raw() back. What people wrote without a code span is taken as it stands. */
const char *read_put(struct cut c, unsigned how, struct arena *a);
const char *read_raw(struct cut c, unsigned how, struct arena *a);
void read_inline(struct cut c, struct buf *b); /* text_put() of TEXT_… 0 */
/* A line of text_block() that is text, and one within a fence with references. */
void read_row(struct cut c, struct buf *b);
void read_references(struct cut c, struct buf *b);
/* "1 day 2 h 5 min"; false: it is not written like that. */
bool read_duration(struct cut c, int64_t *ret);

#endif
