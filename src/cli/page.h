/* A page for a terminal: Markdown laid out in columns. The text may be anybody's: what reaches the terminal are its
 * characters, cleaned, and escape sequences of our own. */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include <stdbool.h>

#include "cli/cli.h"
#include "cli/rich.h"

struct page_look {
    size_t width; /* columns at most */
    bool styled;  /* escape sequences for bold, colours … */
};
/* Lays md out behind what is in out. HTML comments, raw HTML and charts are left out; a summary of a collapsed part is a
 * line. False: out of memory, or the text is none that can be laid out (too large). */
bool page_markdown(struct buf *out, const char *md, size_t n, const struct page_look *look);

/* ---- page_block.c: what the walk over the Markdown puts together ---- */
enum { CONTAINERS_MAX = 8 };
struct container {
    char marker[16]; /* before the first line; blanks of its width before the others */
    unsigned style;
    size_t columns;
    bool quote;      /* the marker stands before every line */
    bool used;
};
struct page {
    struct buf *out;
    struct page_look look;
    struct container in[CONTAINERS_MAX];
    size_t depth;   /* may be more than there is room for; those have no marker */
    bool gap;       /* an empty line comes before the next block */
    bool begun;
};
void page_open(struct page *p, struct buf *out, const struct page_look *look);
void page_enter(struct page *p, const struct container *c);
void page_leave(struct page *p);
size_t page_room(const struct page *p); /* columns that are left for text */
void page_lines(struct page *p, const struct rich *r, bool keep); /* a block of text, wrapped; keep: blanks as they are */
void page_heading(struct page *p, const struct rich *r, unsigned level);
void page_code(struct page *p, const char *text, size_t n);

/* ---- page_table.c ---- */
struct cell {
    struct rich text;
    int align; /* -1 left, 0 middle, 1 right */
};
struct table {
    struct arena *arena;
    LIST(struct cell) cells; /* row by row */
    size_t columns, head;    /* cells a row, and rows of headings */
};
void table_release(struct table *t);
void page_table(struct page *p, const struct table *t);

/* ---- page_show.c: on this terminal ---- */
/* How pages on this stream look: its width (COLUMNS, the terminal's, else 80; at most 100), colours unless it is no
 * terminal or NO_COLOR, TERM=dumb or --no-color say otherwise. */
struct page_look page_look_of(const struct ctl *c, FILE *f);
/* To standard output; through the pager when that is a terminal with fewer lines. False: writing failed (said). */
bool page_show(const struct ctl *c, const struct buf *page);
/* Markdown to standard error, for what comes before a question. */
void page_note(const struct ctl *c, const char *md);

#endif
