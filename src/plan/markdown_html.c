/* Markdown to safe HTML over md4c's events. Every tag is written here, so nothing of the author's gets through but
 * text: raw HTML is shown as text, comments are left out, links to anything but http, https and mailto become their
 * text, images are links.
 *
 * md4c 0.4.8 sometimes closes spans that it has not opened: the stack of open spans keeps the output well-formed. */
#include "pland/plan/document.h"

#include <string.h>
#include <strings.h>

#include "pland/plan/markdown_events.h"
#include "plan/html_text.h"

enum { INPUT_MAX = 4 << 20, SPANS_MAX = 64 };

struct open_span {
    MD_SPANTYPE type;
    bool written; /* false for a link that is only its text */
};
struct writer {
    struct buf *b;
    struct buf raw; /* HTML of the author's, in pieces */
    bool raw_block; /* which is a block of its own */
    struct open_span spans[SPANS_MAX];
    size_t n_spans, lost; /* lost: open ones that found no room; they get no tags */
    bool link;            /* one of them is a link that is written */
    unsigned images;      /* inside an image there is only text: its alternative */
    bool image;           /* the outermost one is a link that is written */
    size_t image_text;    /* where its text begins */
    bool task, done;      /* a box waits for the text that is its label */
    bool label;           /* that is open */
};

/* --- text ------------------------------------------------------------------------------------------------------ */
/* The box of a task, before the first of its text: a label of it. */
static void begin_label(struct writer *w)
{
    if (!w->task) return;
    buf_fmt(w->b, "<label><input type=\"checkbox\" disabled%s> ", w->done ? " checked" : "");
    w->task = false;
    w->label = true;
}

/* A task without text has a box all the same. */
static void bare_box(struct writer *w)
{
    if (!w->task) return;
    buf_fmt(w->b, "<input type=\"checkbox\" aria-label=\"Task\" disabled%s>\n", w->done ? " checked" : "");
    w->task = false;
}

/* What is left of it without comments; how much that is besides white space is returned. */
static size_t without_comments(struct buf *b, const char *s, size_t n)
{
    const char *end = s + n;
    size_t visible = 0;
    while (s < end) {
        const char *open = memmem(s, (size_t)(end - s), "<!--", 4);
        const char *close = open ? memmem(open + 4, (size_t)(end - open) - 4, "-->", 3) : NULL;
        const char *stop = close ? open : end;
        html_text(b, s, (size_t)(stop - s));
        for (; s < stop; s++) visible += *s != ' ' && *s != '\t' && *s != '\n' && *s != '\r';
        s = close ? close + 3 : end;
    }
    return visible;
}

static void flush_raw(struct writer *w)
{
    auto_buf text = BUF_INIT(w->b->max);
    size_t visible;
    if (w->raw.n == 0 && w->raw.failed == ERR_OK) return;
    visible = without_comments(&text, buf_cstr(&w->raw), w->raw.n);
    if (w->raw.failed != ERR_OK && w->b->failed == ERR_OK) w->b->failed = w->raw.failed;
    if (text.failed != ERR_OK && w->b->failed == ERR_OK) w->b->failed = text.failed;
    buf_clear(&w->raw);
    if (visible && !w->raw_block) begin_label(w);
    while (w->raw_block && text.n > 0 && text.p[text.n - 1] == '\n') text.n--;
    if (w->raw_block && visible) buf_str(w->b, "<p>");
    if (!w->raw_block || visible) buf_add(w->b, buf_cstr(&text), text.n);
    if (w->raw_block && visible) buf_str(w->b, "</p>\n");
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE n, void *user)
{
    struct writer *w = user;
    if (type == MD_TEXT_HTML) {
        buf_add(&w->raw, s, n);
        return 0;
    }
    flush_raw(w);
    begin_label(w);
    if (type == MD_TEXT_BR) buf_str(w->b, w->images ? " " : "<br>\n");
    else if (type == MD_TEXT_SOFTBR) buf_char(w->b, w->images ? ' ' : '\n');
    else if (type == MD_TEXT_ENTITY) html_entity(w->b, s, n);
    else html_text(w->b, s, n);
    return w->b->failed != ERR_OK;
}

/* --- spans ----------------------------------------------------------------------------------------------------- */
static const char *const span_names[] = {
    [MD_SPAN_EM] = "em", [MD_SPAN_STRONG] = "strong", [MD_SPAN_CODE] = "code", [MD_SPAN_DEL] = "del",
};

/* Only written out in full: a scheme that is partly an entity is none. */
static bool allowed(const MD_ATTRIBUTE *url)
{
    static const char *const schemes[] = { "http://", "https://", "mailto:" };
    for (size_t i = 0; i < countof(schemes); i++) {
        size_t n = strlen(schemes[i]);
        if (url->size >= n && strncasecmp(url->text, schemes[i], n) == 0) return true;
    }
    return false;
}

static void attribute(struct buf *b, const MD_ATTRIBUTE *v, bool url)
{
    for (size_t i = 0; v->size > 0 && v->substr_offsets[i] < v->size; i++) {
        const char *s = v->text + v->substr_offsets[i];
        size_t n = v->substr_offsets[i + 1] - v->substr_offsets[i];
        bool entity = v->substr_types[i] == MD_TEXT_ENTITY;
        if (url) (entity ? html_url_entity : html_url)(b, s, n);
        else (entity ? html_entity : html_text)(b, s, n);
    }
}

static void title(struct buf *b, const MD_ATTRIBUTE *v)
{
    if (v->size == 0) return;
    buf_str(b, " title=\"");
    attribute(b, v, false);
    buf_char(b, '"');
}

static void link_tag(struct writer *w, const MD_ATTRIBUTE *href, const MD_ATTRIBUTE *words)
{
    buf_str(w->b, "<a rel=\"noopener noreferrer nofollow\" href=\"");
    attribute(w->b, href, true);
    buf_char(w->b, '"');
    title(w->b, words);
    buf_char(w->b, '>');
}

static bool open_link(struct writer *w, const MD_SPAN_A_DETAIL *a)
{
    if (w->link || !allowed(&a->href)) return false;
    w->link = true;
    link_tag(w, &a->href, &a->title);
    return true;
}

/* Pages load nothing: an image is a link to it. */
static void open_image(struct writer *w, const MD_SPAN_IMG_DETAIL *img)
{
    if (w->images++ > 0 || w->link || !allowed(&img->src)) return;
    w->image = true;
    link_tag(w, &img->src, &img->title);
    w->image_text = w->b->n;
}

static void close_image(struct writer *w)
{
    if (w->images == 0 || --w->images > 0 || !w->image) return;
    w->image = false;
    buf_str(w->b, w->b->n == w->image_text ? "image</a>" : "</a>");
}

static void open_span(struct writer *w, MD_SPANTYPE type, const void *detail)
{
    struct open_span *x;
    if (w->n_spans == SPANS_MAX) {
        w->lost++;
        return;
    }
    x = &w->spans[w->n_spans++];
    *x = (struct open_span){ .type = type, .written = true };
    if (type == MD_SPAN_A) x->written = open_link(w, detail);
    else buf_fmt(w->b, "<%s>", span_names[type]);
}

static void close_last(struct writer *w)
{
    const struct open_span *x = &w->spans[--w->n_spans];
    if (x->type != MD_SPAN_A) {
        buf_fmt(w->b, "</%s>", span_names[x->type]);
    } else if (x->written) {
        buf_str(w->b, "</a>");
        w->link = false;
    }
}

/* Closes down to the span meant; nothing when it is not open. */
static void close_span(struct writer *w, MD_SPANTYPE type)
{
    size_t i = w->n_spans;
    if (w->lost > 0) {
        w->lost--;
        return;
    }
    while (i > 0 && w->spans[i - 1].type != type) i--;
    while (i > 0 && w->n_spans >= i) close_last(w);
}

static bool known_span(MD_SPANTYPE type)
{
    return type == MD_SPAN_A || ((size_t)type < countof(span_names) && span_names[type]);
}

static int on_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct writer *w = user;
    flush_raw(w);
    begin_label(w);
    if (type == MD_SPAN_IMG) open_image(w, detail);
    else if (w->images == 0 && known_span(type)) open_span(w, type, detail);
    return w->b->failed != ERR_OK;
}

static int on_span_end(MD_SPANTYPE type, void *detail, void *user)
{
    struct writer *w = user;
    (void)detail;
    flush_raw(w);
    if (type == MD_SPAN_IMG) close_image(w);
    else if (w->images == 0 && known_span(type)) close_span(w, type);
    return w->b->failed != ERR_OK;
}

/* --- blocks ---------------------------------------------------------------------------------------------------- */
static const struct { const char *open, *close; } blocks[] = {
    [MD_BLOCK_DOC] = { "", "" },
    [MD_BLOCK_QUOTE] = { "<blockquote>\n", "</blockquote>\n" },
    [MD_BLOCK_UL] = { "<ul>\n", "</ul>\n" },
    [MD_BLOCK_OL] = { "<ol", "</ol>\n" },
    [MD_BLOCK_LI] = { "<li", "</li>\n" },
    [MD_BLOCK_HR] = { "<hr>\n", "" },
    [MD_BLOCK_H] = { "<h", "</h" },
    [MD_BLOCK_CODE] = { "<pre><code", "</code></pre>\n" },
    [MD_BLOCK_HTML] = { "", "" },
    [MD_BLOCK_P] = { "<p>", "</p>\n" },
    [MD_BLOCK_TABLE] = { "<div class=\"table\">\n<table>\n", "</table>\n</div>\n" },
    [MD_BLOCK_THEAD] = { "<thead>\n", "</thead>\n" },
    [MD_BLOCK_TBODY] = { "<tbody>\n", "</tbody>\n" },
    [MD_BLOCK_TR] = { "<tr>\n", "</tr>\n" },
    [MD_BLOCK_TH] = { "<th", "</th>\n" },
    [MD_BLOCK_TD] = { "<td", "</td>\n" },
};

static void close_everything(struct writer *w)
{
    flush_raw(w);
    while (w->images > 0) close_image(w);
    while (w->n_spans > 0) close_last(w);
    w->lost = 0;
    if (w->label) buf_str(w->b, "</label>");
    w->label = false;
}

static void list_item(struct writer *w, const MD_BLOCK_LI_DETAIL *li)
{
    buf_str(w->b, li->is_task ? " class=\"task\">" : ">");
    w->task = li->is_task != 0;
    w->done = li->is_task && li->task_mark != ' ';
}

/* The language is a class only where it is one plain word, so that nobody chooses classes. */
static void code_block(struct buf *b, const MD_BLOCK_CODE_DETAIL *code)
{
    static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-#._";
    const MD_ATTRIBUTE *lang = &code->lang;
    size_t n = 0;
    while (n < lang->size && lang->text[n] && strchr(word, lang->text[n])) n++;
    if (n > 0 && n == lang->size) buf_fmt(b, " class=\"language-%.*s\"", (int)n, lang->text);
    buf_char(b, '>');
}

static void cell(struct buf *b, MD_BLOCKTYPE type, const MD_BLOCK_TD_DETAIL *td)
{
    static const char *const aligns[] = {
        [MD_ALIGN_LEFT] = "left", [MD_ALIGN_CENTER] = "center", [MD_ALIGN_RIGHT] = "right",
    };
    if (type == MD_BLOCK_TH) buf_str(b, " scope=\"col\"");
    if (td->align != MD_ALIGN_DEFAULT) buf_fmt(b, " class=\"%s\"", aligns[td->align]);
    buf_char(b, '>');
}

static int on_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct writer *w = user;
    close_everything(w);
    if (type != MD_BLOCK_P) bare_box(w);
    buf_str(w->b, blocks[type].open);
    w->raw_block = type == MD_BLOCK_HTML;
    if (type == MD_BLOCK_OL) {
        unsigned start = ((const MD_BLOCK_OL_DETAIL *)detail)->start;
        if (start != 1) buf_fmt(w->b, " start=\"%u\"", start);
        buf_str(w->b, ">\n");
    } else if (type == MD_BLOCK_H) {
        buf_fmt(w->b, "%u>", ((const MD_BLOCK_H_DETAIL *)detail)->level);
    } else if (type == MD_BLOCK_LI) {
        list_item(w, detail);
    } else if (type == MD_BLOCK_CODE) {
        code_block(w->b, detail);
    } else if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) {
        cell(w->b, type, detail);
    }
    return w->b->failed != ERR_OK;
}

static int on_block_end(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct writer *w = user;
    close_everything(w);
    bare_box(w);
    w->raw_block = false;
    while (type == MD_BLOCK_CODE && w->b->n > 1 && memcmp(w->b->p + w->b->n - 2, "\n\n", 2) == 0) w->b->p[--w->b->n] = '\0';
    buf_str(w->b, blocks[type].close);
    if (type == MD_BLOCK_H) buf_fmt(w->b, "%u>\n", ((const MD_BLOCK_H_DETAIL *)detail)->level);
    return w->b->failed != ERR_OK;
}

enum err_kind markdown_html(const char *md, size_t n, struct buf *b, struct err *e)
{
    static const MD_PARSER parser = {
        .flags = MD_FLAG_TABLES | MD_FLAG_TASKLISTS | MD_FLAG_STRIKETHROUGH | MD_FLAG_PERMISSIVEURLAUTOLINKS,
        .enter_block = on_block,
        .leave_block = on_block_end,
        .enter_span = on_span,
        .leave_span = on_span_end,
        .text = on_text,
    };
    struct writer w = { .b = b, .raw = BUF_INIT(b->max) };
    enum err_kind k;
    if (n > INPUT_MAX) return err_set(e, ERR_TOO_LARGE, "more than %d bytes of Markdown", INPUT_MAX);
    k = markdown_events(md, n, &parser, &w, e);
    buf_release(&w.raw);
    return k == ERR_OK ? buf_check(b, e) : k;
}
