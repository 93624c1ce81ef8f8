/* The HTML page around a rendering: what render_*.c writes straight into it, because Markdown has no such thing. */
#ifndef PLAN_PAGE_H
#define PLAN_PAGE_H

#include "plan/render.h"

/* Begins a section of the level (2 to 4) with the id as its anchor; ends those of the same or a deeper level. Level 1 is
 * none. Waiting Markdown is turned into HTML before. */
void page_section(struct render *r, int level, const char *id);
/* Ends the sections of this and of deeper levels: what follows belongs to the one above. Nothing outside of a page. */
void page_end(struct render *r, int level);
/* A chart: Mermaid text, folded, for whoever draws it elsewhere. */
void page_mermaid(struct render *r, const char *title, const struct buf *text);
/* When which phase can be worked on, drawn. Nothing without totals. */
void page_timeline(struct render *r);
/* A title without the marks of Markdown. */
void page_title(struct buf *b, const char *title);

#endif
