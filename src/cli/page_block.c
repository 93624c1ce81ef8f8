/* Blocks of a page: lines with what stands before them (quotes, list markers), headings, code. */
#include <string.h>

#include "cli/page.h"

enum { LEAST_ROOM = 20, CODE_INDENT = 4 };

void page_open(struct page *p, struct buf *out, const struct page_look *look)
{
    *p = (struct page){ .out = out, .look = *look };
}

/* Where there is no room for one more, what is in it stands as if it were in the one before. */
void page_enter(struct page *p, const struct container *c)
{
    static const struct container none = { .used = true };
    if (p->depth < CONTAINERS_MAX) p->in[p->depth] = page_room(p) >= c->columns + LEAST_ROOM ? *c : none;
    p->depth++;
}

void page_leave(struct page *p)
{
    if (p->depth > 0) p->depth--;
}

static size_t known_depth(const struct page *p)
{
    return p->depth < CONTAINERS_MAX ? p->depth : CONTAINERS_MAX;
}

size_t page_room(const struct page *p)
{
    size_t taken = 0;
    for (size_t i = 0; i < known_depth(p); i++) taken += p->in[i].columns;
    return p->look.width - taken;
}

static void write_marker(const struct page *p, const struct container *c, bool shown)
{
    struct rich r;
    size_t at = 0;
    struct rich_line l;
    if (!shown) {
        buf_fmt(p->out, "%*s", (int)c->columns, "");
        return;
    }
    rich_init(&r);
    rich_add(&r, c->marker, strlen(c->marker), c->style);
    if (rich_next(&r, c->columns, true, &at, &l)) rich_write(&r, &l, p->look.styled, p->out);
    else l.columns = 0;
    if (l.columns < c->columns) buf_fmt(p->out, "%*s", (int)(c->columns - l.columns), "");
    rich_release(&r);
}

static void prefix(struct page *p)
{
    for (size_t i = 0; i < known_depth(p); i++) {
        write_marker(p, &p->in[i], p->in[i].quote || !p->in[i].used);
        p->in[i].used = true;
    }
}

static void end_line(struct page *p)
{
    size_t n = p->out->n;
    while (n > 0 && p->out->p[n - 1] == ' ') n--;
    if (p->out->failed == ERR_OK) p->out->n = n; /* the line break below ends it anew */
    buf_char(p->out, '\n');
}

/* The empty line before a block; a list's marker waits for its first line. */
static void open_block(struct page *p)
{
    if (p->gap && p->begun) {
        for (size_t i = 0; i < known_depth(p); i++) {
            if (!p->in[i].used) break;
            write_marker(p, &p->in[i], p->in[i].quote);
        }
        end_line(p);
    }
    p->gap = false;
    p->begun = true;
}

static void write_lines(struct page *p, const struct rich *r, size_t width, bool keep, const char *indent)
{
    struct rich_line l;
    for (size_t at = 0; rich_next(r, width, keep, &at, &l);) {
        prefix(p);
        buf_str(p->out, indent);
        rich_write(r, &l, p->look.styled, p->out);
        end_line(p);
    }
}

void page_lines(struct page *p, const struct rich *r, bool keep)
{
    open_block(p);
    write_lines(p, r, page_room(p), keep, "");
}

/* A line drawn with one character. */
static void page_rule(struct page *p, const char *line, size_t columns)
{
    struct rich r;
    size_t room = page_room(p);
    rich_init(&r);
    for (size_t i = 0; i < columns && i < room; i++) rich_add(&r, line, strlen(line), STYLE_DIM);
    write_lines(p, &r, room, true, "");
    rich_release(&r);
}

void page_heading(struct page *p, const struct rich *r, unsigned level)
{
    static const char *const lines[] = { "═", "─", "┄" }; /* the last one where bold text cannot tell */
    struct rich_line l;
    size_t columns = 0;
    for (size_t at = 0; rich_next(r, page_room(p), false, &at, &l);)
        if (l.columns > columns) columns = l.columns;
    p->gap = true;
    page_lines(p, r, false);
    if (level >= 1 && level <= (p->look.styled ? 2 : countof(lines))) page_rule(p, lines[level - 1], columns);
    p->gap = true;
}

void page_code(struct page *p, const char *text, size_t n)
{
    struct rich r;
    size_t room = page_room(p);
    open_block(p);
    while (n > 0 && text[n - 1] == '\n') n--;
    rich_init(&r);
    while (n > 0) {
        const char *end = memchr(text, '\n', n);
        size_t line = end ? (size_t)(end - text) : n;
        rich_clear(&r);
        rich_code(&r, text, line > 0 && text[line - 1] == '\r' ? line - 1 : line, STYLE_DIM);
        if (r.text.n) write_lines(p, &r, room - CODE_INDENT, true, "    ");
        else prefix(p), end_line(p);
        text += line + (end != NULL);
        n -= line + (end != NULL);
    }
    if (r.text.failed != ERR_OK && p->out->failed == ERR_OK) p->out->failed = r.text.failed;
    rich_release(&r);
    p->gap = true;
}
