/* Lists and tables of a plan's Markdown, whatever marker, padding and wrapping an editor gave them. */
#include "plan/read.h"

#include <string.h>

static size_t indent_of(struct cut c)
{
    size_t n = 0;
    for (; c.s < c.end && (*c.s == ' ' || *c.s == '\t'); c.s++) n += *c.s == '\t' ? 4 : 1;
    return n;
}

/* Takes "- ", "* ", "+ ", "1. " or "1) ". */
static bool bullet(struct cut *c)
{
    struct cut x = cut_trim(*c);
    int64_t n;
    bool number = cut_number(&x, &n);
    if (x.s == x.end || !strchr(number ? ".)" : "-*+", *x.s)) return false;
    x.s++;
    if (x.s < x.end && *x.s != ' ' && *x.s != '\t') return false;
    *c = cut_trim(x);
    return true;
}

/* A line below an item that goes on with it. */
static enum err_kind go_on(struct reader *r, struct item *item, struct cut c)
{
    const char *s;
    c = cut_trim(c);
    s = arena_fmt(r->scratch, "%.*s %.*s", (int)(item->c.end - item->c.s), item->c.s, (int)(c.end - c.s), c.s);
    if (!s) return read_nomem(r);
    item->c = cut_of(s);
    return ERR_OK;
}

enum err_kind read_items(struct reader *r, size_t from, size_t to, item_list *ret)
{
    item_list l = { 0 };
    for (size_t i = from; i < to; i++) {
        struct cut c = r->lines.v[i].c;
        struct item *last = l.n ? &l.v[l.n - 1] : NULL;
        enum err_kind k = ERR_OK;
        if (r->lines.v[i].kind == LINE_OPEN) {
            if (!last || last->fence) return read_fail(r, i, "expected a list item, not a block of code");
            last->fence = i;
        }
        if (r->lines.v[i].kind != LINE_TEXT || cut_blank(c)) continue;
        if (bullet(&c)) {
            int depth = indent_of(r->lines.v[i].c) >= 2 && last ? 1 : 0;
            struct item *item = arena_push(r->scratch, &l, sizeof *item);
            if (!item) return read_nomem(r);
            *item = (struct item){ .line = i, .depth = depth, .c = c };
        } else if (last && !last->fence && indent_of(c) >= 2) {
            k = go_on(r, last, c);
        } else {
            return read_fail(r, i, "expected a list item, \"- …\"");
        }
        if (k != ERR_OK) return k;
    }
    *ret = l;
    return ERR_OK;
}

bool read_checkbox(struct cut *c)
{
    if (cut_is(*c, "[ ]") || cut_is(*c, "[x]") || cut_is(*c, "[X]")) {
        c->s = c->end;
        return true;
    }
    return cut_literal(c, "[ ] ") || cut_literal(c, "[x] ") || cut_literal(c, "[X] ");
}

/* --- tables ---------------------------------------------------------------------------------------------------- */
static bool delimiter(struct cut c)
{
    c = cut_trim(c);
    if (c.s == c.end || !memchr(c.s, '-', (size_t)(c.end - c.s))) return false;
    for (; c.s < c.end; c.s++)
        if (!strchr("|:- \t", *c.s)) return false;
    return true;
}

/* The cells between pipes; how many there are. */
static size_t cells_of(struct cut c, struct cut *cells)
{
    size_t n = 0;
    c = cut_trim(c);
    if (!cut_literal(&c, "|")) return 0;
    if (c.end > c.s && c.end[-1] == '|' && (c.end - c.s < 2 || c.end[-2] != '\\')) c.end--;
    for (const char *s = c.s;; s++) {
        if (s < c.end && *s == '\\' && s + 1 < c.end) s++;
        else if (s >= c.end || *s == '|') {
            if (n < CELLS_MAX) cells[n] = cut_trim((struct cut){ c.s, s < c.end ? s : c.end });
            n++;
            if (s >= c.end) return n;
            c.s = s + 1;
        }
    }
}

enum err_kind read_table(struct reader *r, size_t from, size_t to, size_t cells, row_list *ret)
{
    row_list l = { 0 };
    size_t lines = 0;
    for (size_t i = from; i < to; i++) {
        struct cut c = r->lines.v[i].c;
        struct row row = { .line = i };
        struct row *slot;
        if (cut_blank(c)) continue;
        if (r->lines.v[i].kind != LINE_TEXT || cells_of(c, row.cells) == 0)
            return read_fail(r, i, "expected a row of the table, \"| … |\"");
        if (cells_of(c, row.cells) != cells) return read_fail(r, i, "a row of this table has %zu cells", cells);
        if (lines++ == 1 && !delimiter(c)) return read_fail(r, i, "expected the line below the head of the table");
        if (lines < 3) continue;
        slot = arena_push(r->scratch, &l, sizeof *slot);
        if (!slot) return read_nomem(r);
        *slot = row;
    }
    *ret = l;
    return ERR_OK;
}

static void list_names(const char *const *names, struct buf *b)
{
    for (size_t i = 0; names[i]; i++) buf_fmt(b, "%s%s", i == 0 ? "" : names[i + 1] ? ", " : " or ", names[i]);
}

enum err_kind read_choice(struct reader *r, size_t line, struct cut c, const char *const *names, int *ret)
{
    auto_buf all = BUF_INIT(1000);
    c = cut_trim(c);
    for (int i = 0; names[i]; i++) {
        if (!cut_is(c, names[i])) continue;
        *ret = i;
        return ERR_OK;
    }
    list_names(names, &all);
    return read_fail(r, line, "expected %s, not '%.*s'", buf_cstr(&all),
                     (int)(c.end - c.s < 60 ? c.end - c.s : 60), c.s);
}
