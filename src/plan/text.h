/* Putting foreign text into Markdown so that it cannot break what stands around it: no headings, fences, tables,
 * comments or raw HTML of its own; inline Markdown (code, emphasis, links) stays. NULL is the empty text. */
#ifndef PLAN_TEXT_H
#define PLAN_TEXT_H

#include <stdbool.h>
#include "pland/base/buf.h"

bool text_blank(const char *s);
void text_line(struct buf *b, const char *s);       /* one line; line breaks become blanks */
void text_cell(struct buf *b, const char *s);       /* one line, inside a table */
void text_inline(struct buf *b, const char *s, size_t n); /* in the middle of a line; s holds no line break */
void text_code(struct buf *b, const char *s);       /* one line as a code span, exactly as it is */
void text_code_cell(struct buf *b, const char *s);  /* the same inside a table */
/* Paragraphs, lists, code and tables of its own; headings become bold lines. Ends with a line break. Every line is
 * indented by so many blanks, the first one only if asked (it may stand behind a list marker). */
void text_block(struct buf *b, const char *s, int indent, bool indent_first);
/* A fenced code block whose fence is longer than any inside. language may be NULL. */
void text_fence(struct buf *b, const char *language, const char *s, int indent);
size_t text_lines(const char *s);

#endif
