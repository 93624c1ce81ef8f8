/* Markdown to a page, over md4c's events: collects the text of a block with its styles, and puts it down when the block
 * ends. md4c 0.4.8 sometimes closes spans that it has not opened. */
#include "cli/page.h"

#include <stdlib.h>
#include <string.h>

#include "pland/plan/markdown_events.h"

enum { LISTS_MAX = 64, SPAN_TYPES = MD_SPAN_U + 1 };

struct list {
    bool ordered, tight;
    unsigned next;
};
struct walk {
    struct page page;
    struct rich text; /* of the block that is open */
    struct buf raw;   /* of a code block, or of HTML */
    unsigned open[SPAN_TYPES]; /* how many spans of each type are */
    size_t link_from;          /* where the text of a link begins */
    struct list lists[LISTS_MAX];
    size_t n_lists;
    struct table table;
    bool head_row; /* the row belongs to the table's head */
    char language[32]; /* of the code block */
};

/* --- text ------------------------------------------------------------------------------------------------------ */
static const struct { MD_SPANTYPE type; unsigned style; } span_styles[] = {
    { MD_SPAN_EM, STYLE_ITALIC },
    { MD_SPAN_STRONG, STYLE_BOLD },
    { MD_SPAN_CODE, STYLE_CODE },
    { MD_SPAN_DEL, STYLE_DEL },
};

static unsigned style_now(const struct walk *w)
{
    unsigned style = w->head_row ? STYLE_BOLD : 0;
    for (size_t i = 0; i < countof(span_styles); i++)
        if (w->open[span_styles[i].type]) style |= span_styles[i].style;
    return style;
}

static const struct { const char *name, *text; } entities[] = {
    { "&lt;", "<" },   { "&gt;", ">" },    { "&amp;", "&" },     { "&quot;", "\"" },   { "&apos;", "'" },
    { "&nbsp;", " " }, { "&ndash;", "–" }, { "&mdash;", "—" }, { "&hellip;", "…" },
};

static void add_point(struct rich *r, unsigned long c, unsigned style)
{
    char s[4];
    size_t n = 0;
    if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) c = 0xfffd;
    if (c < 0x80) s[n++] = (char)c;
    else if (c < 0x800) s[n++] = (char)(0xc0 | c >> 6);
    else if (c < 0x10000) s[n++] = (char)(0xe0 | c >> 12);
    else s[n++] = (char)(0xf0 | c >> 18);
    if (c >= 0x10000) s[n++] = (char)(0x80 | (c >> 12 & 0x3f));
    if (c >= 0x800) s[n++] = (char)(0x80 | (c >> 6 & 0x3f));
    if (c >= 0x80) s[n++] = (char)(0x80 | (c & 0x3f));
    rich_add(r, s, n, style);
}

/* Known ones as their character, others as they are written. */
static void add_entity(struct rich *r, const char *s, size_t n, unsigned style)
{
    char text[16] = "";
    if (n < sizeof text) memcpy(text, s, n);
    if (text[0] && text[1] == '#') {
        bool hex = text[2] == 'x' || text[2] == 'X';
        add_point(r, strtoul(text + (hex ? 3 : 2), NULL, hex ? 16 : 10), style);
        return;
    }
    for (size_t i = 0; i < countof(entities); i++)
        if (strcmp(entities[i].name, text) == 0) {
            rich_add(r, entities[i].text, strlen(entities[i].text), style);
            return;
        }
    rich_add(r, s, n, style);
}

/* Is the line so far bold from its beginning? Then it stands above what follows. */
static bool is_label(const struct rich *r)
{
    for (size_t i = 0; i < r->style.n; i++)
        if (r->style.p[i] != STYLE_BOLD) return false;
    return r->style.n > 0;
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE n, void *user)
{
    struct walk *w = user;
    switch (type) {
    case MD_TEXT_BR: rich_break(&w->text); break;
    case MD_TEXT_SOFTBR:
        if (is_label(&w->text)) rich_break(&w->text);
        else rich_add(&w->text, " ", 1, style_now(w));
        break;
    case MD_TEXT_ENTITY: add_entity(&w->text, s, n, style_now(w)); break;
    case MD_TEXT_NULLCHAR: add_point(&w->text, 0, style_now(w)); break;
    case MD_TEXT_HTML: buf_add(&w->raw, s, n); break; /* within a line it is dropped */
    case MD_TEXT_CODE:
        if (w->open[MD_SPAN_CODE]) rich_add(&w->text, s, n, style_now(w));
        else buf_add(&w->raw, s, n);
        break;
    case MD_TEXT_NORMAL:
    case MD_TEXT_LATEXMATH:
    default: rich_add(&w->text, s, n, style_now(w)); break;
    }
    return w->text.text.failed != ERR_OK || w->raw.failed != ERR_OK;
}

static int on_enter_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct walk *w = user;
    (void)detail;
    if ((size_t)type < SPAN_TYPES) w->open[type]++;
    if (type == MD_SPAN_A) w->link_from = w->text.text.n;
    return 0;
}

/* Where a link leads, unless its text says so or it stays on the page. */
static void add_address(struct walk *w, const MD_ATTRIBUTE *url)
{
    const struct buf *text = &w->text.text;
    size_t from = w->link_from <= text->n ? w->link_from : text->n;
    if (url->size == 0 || url->text[0] == '#') return;
    if (text->n - from == url->size && memcmp(text->p + from, url->text, url->size) == 0) return;
    rich_add(&w->text, " (", 2, STYLE_DIM);
    rich_add(&w->text, url->text, url->size, STYLE_DIM);
    rich_add(&w->text, ")", 1, STYLE_DIM);
}

static int on_leave_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct walk *w = user;
    if ((size_t)type >= SPAN_TYPES || w->open[type] == 0) return 0;
    w->open[type]--;
    if (type == MD_SPAN_A) add_address(w, &((const MD_SPAN_A_DETAIL *)detail)->href);
    return 0;
}

/* --- blocks ---------------------------------------------------------------------------------------------------- */
static bool in_tight_list(const struct walk *w)
{
    return w->n_lists > 0 && w->n_lists <= LISTS_MAX && w->lists[w->n_lists - 1].tight;
}

/* What was collected becomes a block. Text of a tight list item comes without a paragraph of its own. */
static void flush(struct walk *w)
{
    if (w->text.text.n == 0) return;
    page_lines(&w->page, &w->text, false);
    rich_clear(&w->text);
}

static void enter_item(struct walk *w, const MD_BLOCK_LI_DETAIL *d)
{
    struct container c = { .columns = 2 };
    struct list *l = w->n_lists > 0 && w->n_lists <= LISTS_MAX ? &w->lists[w->n_lists - 1] : NULL;
    if (d->is_task) {
        bool done = d->task_mark != ' ';
        (void)snprintf(c.marker, sizeof c.marker, "%s ", done ? "☑" : "☐");
        c.style = done ? STYLE_DONE : 0;
    } else if (l && l->ordered) {
        c.columns = (size_t)snprintf(c.marker, sizeof c.marker, "%u. ", l->next++);
    } else {
        (void)snprintf(c.marker, sizeof c.marker, "• ");
    }
    page_enter(&w->page, &c);
}

static void enter_list(struct walk *w, bool ordered, bool tight, unsigned start)
{
    if (w->n_lists < LISTS_MAX) w->lists[w->n_lists] = (struct list){ ordered, tight, start };
    w->n_lists++;
}

static void enter_quote(struct walk *w)
{
    const struct container c = { .marker = "│ ", .columns = 2, .quote = true, .style = STYLE_DIM };
    page_enter(&w->page, &c);
}

static void enter_code(struct walk *w, const MD_BLOCK_CODE_DETAIL *d)
{
    int n = d->lang.size < sizeof w->language ? (int)d->lang.size : (int)sizeof w->language - 1;
    (void)snprintf(w->language, sizeof w->language, "%.*s", n, d->lang.text ? d->lang.text : "");
}

static int on_enter_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct walk *w = user;
    const MD_BLOCK_UL_DETAIL *ul = detail;
    const MD_BLOCK_OL_DETAIL *ol = detail;
    flush(w);
    buf_clear(&w->raw);
    if (type == MD_BLOCK_QUOTE) enter_quote(w);
    else if (type == MD_BLOCK_UL) enter_list(w, false, ul->is_tight, 0);
    else if (type == MD_BLOCK_OL) enter_list(w, true, ol->is_tight, ol->start);
    else if (type == MD_BLOCK_LI) enter_item(w, detail);
    else if (type == MD_BLOCK_TABLE) w->table.columns = ((const MD_BLOCK_TABLE_DETAIL *)detail)->col_count;
    else if (type == MD_BLOCK_THEAD) w->head_row = true;
    else if (type == MD_BLOCK_H) w->open[MD_SPAN_STRONG]++;
    else if (type == MD_BLOCK_CODE) enter_code(w, detail);
    return 0;
}

/* A chart is nothing for a terminal: what kind it is, and how to get it. */
static void leave_code(struct walk *w)
{
    static const char gantt[] = "[Gantt chart: planctl export ID --format gantt]",
                      graph[] = "[dependency graph: planctl export ID --format graph]", other[] = "[diagram]";
    const char *text = buf_cstr(&w->raw), *line;
    if (strcmp(w->language, "mermaid") != 0) {
        page_code(&w->page, text, w->raw.n);
        return;
    }
    line = strncmp(text, "gantt", 5) == 0 ? gantt : strncmp(text, "flowchart", 9) == 0 ? graph : other;
    rich_add(&w->text, line, strlen(line), STYLE_DIM);
    flush(w);
    w->page.gap = true;
}

/* Of HTML only the summary of a collapsed part is told. */
static void leave_html(struct walk *w)
{
    static const char open[] = "<summary>", close[] = "</summary>";
    const char *raw = buf_cstr(&w->raw), *from = strcasestr(raw, open), *to = from ? strcasestr(from, close) : NULL;
    if (!to) return;
    from += sizeof open - 1;
    rich_add(&w->text, "▸ ", strlen("▸ "), STYLE_DIM);
    while (from < to) {
        size_t plain = strcspn(from, "&<"), rest = (size_t)(to - from);
        const char *end = from[plain] == '&' ? memchr(from + plain, ';', rest > plain ? rest - plain : 0) : NULL;
        if (plain > rest) plain = rest;
        rich_add(&w->text, from, plain, STYLE_DIM);
        from += plain;
        if (from >= to) break;
        if (*from == '<') from += strcspn(from, ">") + 1;
        else if (end) add_entity(&w->text, from, (size_t)(end - from) + 1, STYLE_DIM), from = end + 1;
        else rich_add(&w->text, from++, 1, STYLE_DIM);
    }
    flush(w);
    w->page.gap = true;
}

static int leave_cell(struct walk *w, const MD_BLOCK_TD_DETAIL *d)
{
    struct cell *c = arena_push(w->table.arena, &w->table.cells, sizeof *c);
    if (!c) return 1;
    c->text = w->text;
    c->align = d->align == MD_ALIGN_RIGHT ? 1 : d->align == MD_ALIGN_CENTER ? 0 : -1;
    rich_init(&w->text);
    return 0;
}

static void leave_table(struct walk *w)
{
    page_table(&w->page, &w->table);
    table_release(&w->table);
    w->table = (struct table){ .arena = w->table.arena };
}

/* An item with nothing in it has its marker all the same. */
static void leave_item(struct walk *w)
{
    struct page *p = &w->page;
    if (p->depth > 0 && p->depth <= CONTAINERS_MAX && !p->in[p->depth - 1].used) {
        rich_add(&w->text, " ", 1, 0);
        page_lines(p, &w->text, true);
        rich_clear(&w->text);
    }
    page_leave(p);
}

static int on_leave_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct walk *w = user;
    struct page *p = &w->page;
    switch (type) {
    case MD_BLOCK_P: flush(w); p->gap = true; break;
    case MD_BLOCK_H:
        if (w->open[MD_SPAN_STRONG]) w->open[MD_SPAN_STRONG]--;
        page_heading(p, &w->text, ((const MD_BLOCK_H_DETAIL *)detail)->level);
        rich_clear(&w->text);
        break;
    case MD_BLOCK_QUOTE: flush(w); page_leave(p); p->gap = true; break;
    case MD_BLOCK_LI:
        flush(w);
        leave_item(w);
        break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        if (w->n_lists) w->n_lists--;
        p->gap = !in_tight_list(w);
        break;
    case MD_BLOCK_HR: p->gap = true; rich_add(&w->text, "* * *", 5, STYLE_DIM); flush(w); p->gap = true; break;
    case MD_BLOCK_CODE: leave_code(w); break;
    case MD_BLOCK_HTML: leave_html(w); break;
    case MD_BLOCK_THEAD: w->head_row = false; break;
    case MD_BLOCK_TR: w->table.head += w->head_row; break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD: return leave_cell(w, detail);
    case MD_BLOCK_TABLE: leave_table(w); break;
    case MD_BLOCK_DOC:
    case MD_BLOCK_TBODY:
    default: break;
    }
    if (type == MD_BLOCK_CODE || type == MD_BLOCK_HTML) buf_clear(&w->raw);
    return p->out->failed != ERR_OK;
}

static bool walk(struct walk *w, const char *md, size_t n)
{
    const MD_PARSER parser = {
        .flags = MD_FLAG_TABLES | MD_FLAG_TASKLISTS | MD_FLAG_STRIKETHROUGH,
        .enter_block = on_enter_block, .leave_block = on_leave_block,
        .enter_span = on_enter_span, .leave_span = on_leave_span, .text = on_text,
    };
    struct err e;
    return markdown_events(md, n, &parser, w, &e) == ERR_OK && w->page.out->failed == ERR_OK;
}

bool page_markdown(struct buf *out, const char *md, size_t n, const struct page_look *look)
{
    struct walk w = { .raw = BUF_INIT(MARKDOWN_MAX), .table.arena = arena_new(0) };
    bool fine;
    rich_init(&w.text);
    page_open(&w.page, out, look);
    fine = w.table.arena && walk(&w, md, n);
    table_release(&w.table);
    rich_release(&w.text);
    buf_release(&w.raw);
    arena_free(w.table.arena);
    return fine;
}
