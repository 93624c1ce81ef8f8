/* Putting foreign text into Markdown so that it cannot break what stands around it, and so that read_text.h gets
 * exactly the same text out again. Inline Markdown (code, emphasis, links) stays what it is; no headings, fences,
 * tables, comments or raw HTML of its own.
 *
 * One line: what would mean something else is a numeric reference (&#124;), a "<" that would begin a tag is \<, and
 * what only the beginning of a line can be has a backslash. Code spans are left alone; one that cannot be written on one
 * line is none. An optional text that is there and empty is the comment <!-- empty -->. */
#ifndef PLAN_TEXT_H
#define PLAN_TEXT_H

#include <stdbool.h>
#include "pland/base/buf.h"

enum { TEXT_INDENT_MAX = 40 }; /* of a fence */
enum {
    TEXT_CELL = 1 << 0,  /* inside a table */
    TEXT_START = 1 << 1, /* may stand at the beginning of a line or of a list item */
    TEXT_HEAD = 1 << 2,  /* ends a heading */
    TEXT_DASH = 1 << 3   /* a long dash follows that ends it */
};
#define TEXT_EMPTY "<!-- empty -->"
#define TEXT_REFERENCES "{references}" /* behind a fence: what is in it has numeric references */
#define TEXT_OPEN_END "{open}" /* behind a fence: the text has no line end behind its last line */
#define TEXT_BLANK_LINE "<!-- blank -->"

bool text_blank(const char *s);
/* NULL and "" add nothing. stops: characters that end it, NULL for none. */
void text_put(struct buf *b, const char *s, unsigned how, const char *stops);
void text_put_n(struct buf *b, const char *s, size_t n, unsigned how, const char *stops);
/* The same for an optional text: NULL adds nothing, "" its comment. */
void text_put_optional(struct buf *b, const char *s, unsigned how, const char *stops);
/* As a code span, exactly as it is; what fits into none is `&` and the text without any Markdown. */
void text_raw(struct buf *b, const char *s, unsigned how);
void text_raw_optional(struct buf *b, const char *s, unsigned how);

/* For what is only shown: line breaks become blanks, blanks at both ends are left out. */
void text_line(struct buf *b, const char *s);
void text_code(struct buf *b, const char *s);

/* Paragraphs, lists, code and tables of its own, ending with a line break; headings become bold lines. openers: how
 * lines of ours begin that may follow it in the same section (behind a list marker or not), NULL at the end; first: the same
 * for its first line alone. Both may be NULL. NULL and "" as for text_put_optional. */
void text_block(struct buf *b, const char *s, const char *const *openers, const char *const *first);
/* Any text in a fence that is longer than any inside. language may be NULL and is left out unless it is one word. */
void text_fence(struct buf *b, const char *language, const char *s, int indent);
/* The same for a file or a part of one: its last line end is the fence's, and said when it is missing. */
void text_code_fence(struct buf *b, const char *language, const char *s);
bool text_fence_word(const char *language); /* it can stand behind a fence */
size_t text_lines(const char *s);

/* Shared with the reader. */
/* Bytes at s that are one piece and mean themselves: a code span, a link in angle brackets, an escaped character; 0. */
size_t text_piece(const char *s, const char *end, unsigned how);
/* Bytes of a numeric reference at s, and what it stands for; 0: there is none. */
size_t text_reference(const char *s, const char *end, unsigned long *ret);
/* Bytes up to behind all markers of lists and quotes that the line begins with. */
size_t text_markers(const char *s, const char *end);
/* The line consists of three or more of ` or ~, at most three blanks before them and, for `, no other ` behind: the
 * length of the fence; 0: none. */
size_t text_fence_open(const char *s, const char *end);
bool text_fence_close(const char *s, const char *end, char fence, size_t n);

#endif
