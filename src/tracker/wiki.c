/* Markdown to Jira's wiki text over md4c's events. What would mean something to Jira and is only text has a backslash
 * before it; underscores inside of words, as names have them, mean nothing and stay. */
#include "tracker/wiki.h"

#include <stdio.h>
#include <string.h>

#include "pland/plan/markdown_events.h"

enum { LINK_MAX = 2000, DEPTH_MAX = 12 };

struct writer {
    struct buf *b;
    char lists[DEPTH_MAX + 1]; /* "*#": an ordered list in a plain one */
    int depth, code, mono, strong, cells, links;
    char link[3 * LINK_MAX];
    struct buf text; /* of a block of code */
};

static void new_line(struct writer *w)
{
    if (w->b->n && w->b->p[w->b->n - 1] != '\n') buf_char(w->b, '\n');
}

static void blank_line(struct writer *w)
{
    new_line(w);
    if (!w->depth && w->b->n > 1 && w->b->p[w->b->n - 2] != '\n') buf_char(w->b, '\n');
}

static bool word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80);
}

static bool begins_block(const char *s, size_t n)
{
    return n > 2 && ((s[0] == 'h' && s[1] >= '1' && s[1] <= '6' && s[2] == '.') || (n > 3 && memcmp(s, "bq.", 3) == 0));
}

static void put_text(struct writer *w, const char *s, size_t n)
{
    bool at_start = !w->b->n || w->b->p[w->b->n - 1] == '\n';
    if (at_start && begins_block(s, n)) buf_str(w->b, "\xe2\x80\x8b");
    for (size_t i = 0; i < n; i++) {
        char before = i ? s[i - 1] : at_start ? ' ' : w->b->p[w->b->n - 1], after = i + 1 < n ? s[i + 1] : ' ';
        bool special = strchr("{}[]*|!^~", s[i]) || (s[i] == '_' && !(word(before) && word(after))) ||
                       ((s[i] == '-' || s[i] == '+' || s[i] == '?') && !word(before) && after != ' ') ||
                       (s[i] == '#' && at_start && i == 0) || (s[i] == '(' && strchr("/x!?+-*iyn", after));
        if (s[i] == '\\') buf_str(w->b, "&#92;");
        else if (s[i] == '\n' || s[i] == '\r') buf_char(w->b, ' ');
        else if (special) buf_fmt(w->b, "\\%c", s[i]);
        else buf_char(w->b, s[i]);
    }
}

/* --- blocks ------------------------------------------------------------------------------------------------------- */
static void open_list(struct writer *w, char how)
{
    if (w->depth < DEPTH_MAX) w->lists[w->depth] = how;
    w->depth++;
    new_line(w);
}

static int on_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct writer *w = user;
    switch ((int)type) {
    case MD_BLOCK_QUOTE: new_line(w), buf_str(w->b, "{quote}\n"); break;
    case MD_BLOCK_UL: open_list(w, '*'); break;
    case MD_BLOCK_OL: open_list(w, '#'); break;
    case MD_BLOCK_LI:
        new_line(w);
        buf_fmt(w->b, "%.*s ", w->depth < DEPTH_MAX ? w->depth : DEPTH_MAX, w->lists);
        break;
    case MD_BLOCK_HR: new_line(w), buf_str(w->b, "----\n\n"); break;
    case MD_BLOCK_H: new_line(w), buf_fmt(w->b, "h%u. ", ((MD_BLOCK_H_DETAIL *)detail)->level); break;
    case MD_BLOCK_CODE: w->code++, buf_clear(&w->text); break;
    case MD_BLOCK_TH: buf_str(w->b, "||"), w->cells++; break;
    case MD_BLOCK_TD: buf_str(w->b, "|"), w->cells++; break;
    default: break;
    }
    return w->b->failed != ERR_OK;
}

/* Nothing inside ends the block. */
static void put_code(struct writer *w)
{
    const char *s = buf_cstr(&w->text);
    w->code = 0;
    while (w->text.n && w->text.p[w->text.n - 1] == '\n') w->text.p[--w->text.n] = '\0';
    new_line(w);
    buf_str(w->b, "{noformat}\n");
    for (const char *end; (end = strstr(s, "{noformat")); s = end + 1)
        buf_fmt(w->b, "%.*s{\xe2\x80\x8b", (int)(end - s), s);
    buf_str(w->b, s);
    buf_str(w->b, "\n{noformat}\n");
    blank_line(w);
}

static int on_block_end(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct writer *w = user;
    (void)detail;
    switch ((int)type) {
    case MD_BLOCK_QUOTE: new_line(w), buf_str(w->b, "{quote}\n"), blank_line(w); break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL: w->depth -= w->depth > 0, blank_line(w); break;
    case MD_BLOCK_LI: new_line(w); break;
    case MD_BLOCK_CODE: put_code(w); break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        w->cells--;
        if (w->b->n && w->b->p[w->b->n - 1] == '|') buf_char(w->b, ' '); /* an empty cell */
        break;
    case MD_BLOCK_TR: buf_str(w->b, "|\n"); break;
    case MD_BLOCK_P:
    case MD_BLOCK_H:
    case MD_BLOCK_HTML:
    case MD_BLOCK_TABLE: blank_line(w); break;
    default: break;
    }
    return w->b->failed != ERR_OK;
}

/* --- spans and text ----------------------------------------------------------------------------------------------- */
/* What means something to Jira within a link is percent-encoded; what would end it makes it text. */
static void set_link(struct writer *w, const MD_ATTRIBUTE *url)
{
    size_t n = 0;
    w->link[0] = '\0';
    if (!markdown_link(url) || url->size >= LINK_MAX || memchr(url->text, ']', url->size)) return;
    for (size_t i = 0; i < url->size; i++) {
        bool special = strchr("{}[|^\\", url->text[i]);
        n += (size_t)snprintf(w->link + n, sizeof w->link - n, special ? "%%%02X" : "%c", (unsigned char)url->text[i]);
    }
}

static int on_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct writer *w = user;
    if (type == MD_SPAN_CODE) w->mono++, buf_str(w->b, "{{");
    if (type == MD_SPAN_STRONG && w->strong++ == 0) buf_char(w->b, '*');
    if (type != MD_SPAN_A && type != MD_SPAN_IMG) return w->b->failed != ERR_OK;
    if (w->links++ > 0) return w->b->failed != ERR_OK;
    set_link(w, type == MD_SPAN_A ? &((MD_SPAN_A_DETAIL *)detail)->href : &((MD_SPAN_IMG_DETAIL *)detail)->src);
    if (w->link[0]) buf_char(w->b, '[');
    return w->b->failed != ERR_OK;
}

static int on_span_end(MD_SPANTYPE type, void *detail, void *user)
{
    struct writer *w = user;
    (void)detail;
    if (type == MD_SPAN_CODE && w->mono) w->mono--, buf_str(w->b, "}}");
    if (type == MD_SPAN_STRONG && w->strong && --w->strong == 0) buf_char(w->b, '*');
    if ((type == MD_SPAN_A || type == MD_SPAN_IMG) && w->links && --w->links == 0 && w->link[0])
        buf_fmt(w->b, "|%s]", w->link);
    return w->b->failed != ERR_OK;
}

/* The references that our own Markdown writes. */
static void entity(struct writer *w, const char *s, size_t n)
{
    static const struct { const char *name; char c; } names[] = {
        { "&lt;", '<' }, { "&gt;", '>' }, { "&amp;", '&' }, { "&quot;", '"' }, { "&nbsp;", ' ' },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i].name) != n || memcmp(names[i].name, s, n) != 0) continue;
        put_text(w, &names[i].c, 1);
        return;
    }
    put_text(w, s, n);
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE n, void *user)
{
    struct writer *w = user;
    if (w->code) buf_add(&w->text, s, n);
    else if (type == MD_TEXT_BR) buf_str(w->b, w->cells ? " " : "\n");
    else if (type == MD_TEXT_SOFTBR) buf_char(w->b, ' ');
    else if (type == MD_TEXT_ENTITY) entity(w, s, n);
    else if (type == MD_TEXT_NULLCHAR) buf_str(w->b, "\xef\xbf\xbd");
    else put_text(w, s, n);
    return w->b->failed != ERR_OK;
}

enum err_kind wiki_from_markdown(const char *md, struct buf *b, struct err *e)
{
    static const MD_PARSER parser = { .flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_NOHTML,
                                      .enter_block = on_block,
                                      .leave_block = on_block_end,
                                      .enter_span = on_span,
                                      .leave_span = on_span_end,
                                      .text = on_text };
    size_t before = b->n;
    struct writer w = { .b = b, .text = BUF_INIT(BUF_MAX_DEFAULT) };
    enum err_kind k = markdown_events(md, strlen(md), &parser, &w, e);
    if (k != ERR_OK && b->failed == ERR_OK && w.text.failed == ERR_OK) {
        b->n = before;
        buf_clear(&w.text);
        buf_str(&w.text, md);
        put_code(&w);
    }
    k = w.text.failed ? buf_check(&w.text, e) : buf_check(b, e);
    buf_release(&w.text);
    return k;
}
