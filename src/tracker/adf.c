/* Markdown to Jira's documents over md4c's events, and documents to text.
 *
 * A document is a tree of nodes; text has marks. What md4c nests and the format forbids is evened out: the text of a
 * list item or table cell stands in a paragraph, a code mark takes no others but a link, lists in quotes are allowed.
 */
#include "tracker/adf.h"

#include <string.h>

#include "pland/plan/markdown_events.h"

enum { LINK_MAX = 2000, DEPTH_MAX = 60 };

struct writer {
    struct buf *b;
    bool paragraph;  /* one is open, by itself or for the text of an item */
    bool implied;    /* it was opened for text that stands in no paragraph */
    int code, quiet; /* in a block of code; in a table's parts that are left out */
    int strong, em, del, mono, links;
    char link[LINK_MAX];
    struct buf text; /* of a block of code */
};

static void open_paragraph(struct writer *w, bool implied)
{
    if (w->paragraph) return;
    buf_comma(w->b);
    buf_str(w->b, "{\"type\":\"paragraph\",\"content\":[");
    w->paragraph = true;
    w->implied = implied;
}

static void close_paragraph(struct writer *w)
{
    if (!w->paragraph) return;
    buf_str(w->b, "]}");
    w->paragraph = w->implied = false;
}

static void mark(struct writer *w, const char *type)
{
    buf_comma(w->b);
    buf_fmt(w->b, "{\"type\":\"%s\"}", type);
}

static void put_text(struct writer *w, const char *s, size_t n)
{
    if (n == 0) return;
    open_paragraph(w, true);
    buf_comma(w->b);
    buf_str(w->b, "{\"type\":\"text\",\"text\":");
    buf_json_n(w->b, s, n);
    if (w->strong || w->em || w->del || w->mono || (w->links && w->link[0])) {
        buf_str(w->b, ",\"marks\":[");
        if (w->links && w->link[0]) {
            buf_str(w->b, "{\"type\":\"link\",\"attrs\":{\"href\":");
            buf_json(w->b, w->link);
            buf_str(w->b, "}}");
        }
        if (w->mono) mark(w, "code");
        else {
            if (w->strong) mark(w, "strong");
            if (w->em) mark(w, "em");
            if (w->del) mark(w, "strike");
        }
        buf_char(w->b, ']');
    }
    buf_char(w->b, '}');
}

/* --- blocks ------------------------------------------------------------------------------------------------------- */
static void open_node(struct writer *w, const char *type, const char *attributes)
{
    close_paragraph(w);
    buf_comma(w->b);
    buf_fmt(w->b, "{\"type\":\"%s\",%s\"content\":[", type, attributes);
}

static void close_node(struct writer *w)
{
    close_paragraph(w);
    if (w->b->n && w->b->p[w->b->n - 1] == '[') { /* no content: a paragraph is always allowed */
        open_paragraph(w, true);
        close_paragraph(w);
    }
    buf_str(w->b, "]}");
}

static const char *const nodes[] = {
    [MD_BLOCK_QUOTE] = "blockquote", [MD_BLOCK_UL] = "bulletList", [MD_BLOCK_OL] = "orderedList",
    [MD_BLOCK_LI] = "listItem",      [MD_BLOCK_TABLE] = "table",   [MD_BLOCK_TR] = "tableRow",
    [MD_BLOCK_TH] = "tableHeader",   [MD_BLOCK_TD] = "tableCell",
};

static int on_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct writer *w = user;
    char level[40];
    if (type == MD_BLOCK_P) open_paragraph(w, false);
    else if (type == MD_BLOCK_H) {
        (void)snprintf(level, sizeof level, "\"attrs\":{\"level\":%u},", ((MD_BLOCK_H_DETAIL *)detail)->level);
        open_node(w, "heading", level);
        w->paragraph = true; /* text stands in it directly */
    } else if (type == MD_BLOCK_CODE) {
        close_paragraph(w);
        w->code++;
        buf_clear(&w->text);
    } else if (type == MD_BLOCK_HR) {
        close_paragraph(w);
        buf_comma(w->b);
        buf_str(w->b, "{\"type\":\"rule\"}");
    } else if ((size_t)type < sizeof nodes / sizeof *nodes && nodes[type]) {
        open_node(w, nodes[type], "");
    }
    return w->b->failed != ERR_OK;
}

static int on_block_end(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct writer *w = user;
    (void)detail;
    if (type == MD_BLOCK_P) {
        if (w->b->n && w->b->p[w->b->n - 1] == '[') put_text(w, " ", 1);
        close_paragraph(w);
    } else if (type == MD_BLOCK_H) {
        close_paragraph(w);
    } else if (type == MD_BLOCK_CODE) {
        w->code = 0;
        while (w->text.n && w->text.p[w->text.n - 1] == '\n') w->text.n--;
        buf_comma(w->b);
        buf_str(w->b, "{\"type\":\"codeBlock\"");
        if (w->text.n) {
            buf_str(w->b, ",\"content\":[{\"type\":\"text\",\"text\":");
            buf_json_n(w->b, w->text.p, w->text.n);
            buf_str(w->b, "}]");
        }
        buf_char(w->b, '}');
    } else if ((size_t)type < sizeof nodes / sizeof *nodes && nodes[type]) {
        close_node(w);
    } else if (type == MD_BLOCK_HTML) {
        close_paragraph(w);
    }
    return w->b->failed != ERR_OK;
}

/* --- spans and text ----------------------------------------------------------------------------------------------- */
static void set_link(struct writer *w, const MD_ATTRIBUTE *url)
{
    w->link[0] = '\0';
    if (markdown_link(url) && url->size < sizeof w->link)
        (void)snprintf(w->link, sizeof w->link, "%.*s", (int)url->size, url->text);
}

static int count_span(struct writer *w, MD_SPANTYPE type, void *detail, int by)
{
    int *of = type == MD_SPAN_STRONG                     ? &w->strong
              : type == MD_SPAN_EM                       ? &w->em
              : type == MD_SPAN_DEL                      ? &w->del
              : type == MD_SPAN_CODE                     ? &w->mono
              : type == MD_SPAN_A || type == MD_SPAN_IMG ? &w->links
                                                         : NULL;
    if (!of) return 0;
    *of += by;
    if (*of < 0) *of = 0; /* md4c 0.4.8 sometimes closes what it has not opened */
    if (of == &w->links && by > 0 && w->links == 1)
        set_link(w, type == MD_SPAN_A ? &((MD_SPAN_A_DETAIL *)detail)->href : &((MD_SPAN_IMG_DETAIL *)detail)->src);
    return 0;
}

static int on_span(MD_SPANTYPE type, void *detail, void *user)
{
    return count_span(user, type, detail, 1);
}

static int on_span_end(MD_SPANTYPE type, void *detail, void *user)
{
    return count_span(user, type, detail, -1);
}

/* The references that our own Markdown writes, and the usual names. */
static void entity(struct writer *w, const char *s, size_t n)
{
    static const struct {
        const char *name, *text;
    } names[] = {
        { "&lt;", "<" }, { "&gt;", ">" }, { "&amp;", "&" }, { "&quot;", "\"" }, { "&nbsp;", " " },
    };
    unsigned code = 0;
    char byte;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i].name) != n || memcmp(names[i].name, s, n) != 0) continue;
        put_text(w, names[i].text, 1);
        return;
    }
    for (size_t i = 2; n > 3 && s[1] == '#' && s[i] >= '0' && s[i] <= '9' && i < 6; i++)
        code = code * 10 + (unsigned)(s[i] - '0');
    byte = (char)code;
    if (code >= ' ' && code < 127) put_text(w, &byte, 1);
    else put_text(w, s, n);
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE n, void *user)
{
    struct writer *w = user;
    if (w->code) buf_add(&w->text, s, n);
    else if (type == MD_TEXT_BR) {
        open_paragraph(w, true);
        buf_comma(w->b);
        buf_str(w->b, "{\"type\":\"hardBreak\"}");
    } else if (type == MD_TEXT_SOFTBR) put_text(w, " ", 1);
    else if (type == MD_TEXT_ENTITY) entity(w, s, n);
    else if (type == MD_TEXT_NULLCHAR) put_text(w, "\xef\xbf\xbd", 3);
    else put_text(w, s, n);
    return w->b->failed != ERR_OK;
}

static enum err_kind as_code(const char *md, struct buf *b, struct err *e)
{
    buf_str(b, "{\"version\":1,\"type\":\"doc\",\"content\":[{\"type\":\"codeBlock\",\"content\":[{\"type\":\"text\","
               "\"text\":");
    buf_json(b, *md ? md : " ");
    buf_str(b, "}]}]}");
    return buf_check(b, e);
}

enum err_kind adf_from_markdown(const char *md, struct buf *b, struct err *e)
{
    static const MD_PARSER parser = { .flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_NOHTML,
                                      .enter_block = on_block,
                                      .leave_block = on_block_end,
                                      .enter_span = on_span,
                                      .leave_span = on_span_end,
                                      .text = on_text };
    size_t before = b->n;
    struct writer w = { .b = b, .text = BUF_INIT(BUF_MAX_DEFAULT) };
    enum err_kind k, read;
    buf_str(b, "{\"version\":1,\"type\":\"doc\",\"content\":[");
    read = markdown_events(md, strlen(md), &parser, &w, e);
    close_paragraph(&w);
    if (b->n && b->p[b->n - 1] == '[') put_text(&w, " ", 1), close_paragraph(&w);
    buf_str(b, "]}");
    k = w.text.failed ? buf_check(&w.text, e) : buf_check(b, e);
    buf_release(&w.text);
    if (k != ERR_OK || read == ERR_OK) return k;
    b->n = before;
    b->p[before] = '\0';
    return as_code(md, b, e);
}

/* --- text --------------------------------------------------------------------------------------------------------- */
static void flatten(const json_t *v, struct buf *b, int depth)
{
    const char *type = json_string_value(json_object_get(v, "type")),
               *text = json_string_value(json_object_get(v, "text"));
    const json_t *content = json_object_get(v, "content"), *item;
    size_t i;
    if (!type || depth > DEPTH_MAX) return;
    if (text) buf_str(b, text);
    if (strcmp(type, "hardBreak") == 0) buf_char(b, '\n');
    if (strcmp(type, "mention") == 0)
        buf_str(b, json_string_value(json_object_get(json_object_get(v, "attrs"), "text")));
    json_array_foreach(content, i, item) flatten(item, b, depth + 1);
    if (content && (strcmp(type, "paragraph") == 0 || strcmp(type, "heading") == 0 || strcmp(type, "codeBlock") == 0))
        buf_char(b, '\n');
}

void adf_text(const json_t *v, struct buf *b)
{
    if (json_is_string(v)) buf_str(b, json_string_value(v));
    else flatten(v, b, 0);
    while (b->n && b->p[b->n - 1] == '\n') b->p[--b->n] = '\0';
}
