/* Markdown's events, by md4c 0.4.8, and what has to be done about it: it looks at bytes behind the end of its input and,
 * when "]()" is cut short there, goes on with them. It gets a copy that ends in a line break and zeros, and text and
 * addresses from behind it are refused. */
#include "pland/plan/markdown_events.h"

#include <string.h>
#include <strings.h>

#include "pland/base/buf.h"

enum { PADDING = 16, ASTRAY = -2 };

struct reading {
    const MD_PARSER *parser;
    void *user;
    const char *input, *end; /* PADDING - 1 bytes more are there */
    bool astray;
};

static bool behind(struct reading *r, const char *s, size_t n)
{
    bool ours = s >= r->input && s < r->end + PADDING; /* else it is a text of md4c's own */
    if (ours && (s > r->end || n > (size_t)(r->end - s))) r->astray = true;
    return r->astray;
}

static int on_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
    struct reading *r = arg;
    return r->parser->enter_block(type, detail, r->user);
}

static int on_block_end(MD_BLOCKTYPE type, void *detail, void *arg)
{
    struct reading *r = arg;
    return r->parser->leave_block(type, detail, r->user);
}

static int on_span(MD_SPANTYPE type, void *detail, void *arg)
{
    struct reading *r = arg;
    const MD_ATTRIBUTE *url = type == MD_SPAN_A     ? &((const MD_SPAN_A_DETAIL *)detail)->href
                              : type == MD_SPAN_IMG ? &((const MD_SPAN_IMG_DETAIL *)detail)->src
                                                    : NULL;
    if (url && behind(r, url->text, url->size)) return ASTRAY;
    return r->parser->enter_span(type, detail, r->user);
}

static int on_span_end(MD_SPANTYPE type, void *detail, void *arg)
{
    struct reading *r = arg;
    return r->parser->leave_span(type, detail, r->user);
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE n, void *arg)
{
    struct reading *r = arg;
    return behind(r, s, n) ? ASTRAY : r->parser->text(type, s, n, r->user);
}

enum err_kind markdown_events(const char *md, size_t n, const MD_PARSER *parser, void *user, struct err *e)
{
    static const char padding[PADDING] = "\n"; /* and zeros */
    const MD_PARSER guarded = { .flags = parser->flags, .enter_block = on_block, .leave_block = on_block_end,
                                .enter_span = on_span, .leave_span = on_span_end, .text = on_text };
    auto_buf input = BUF_INIT(MARKDOWN_MAX + PADDING + 1);
    struct reading r = { .parser = parser, .user = user };
    enum err_kind k;
    if (n > MARKDOWN_MAX) return err_set(e, ERR_TOO_LARGE, "more than %d bytes of Markdown", MARKDOWN_MAX);
    buf_add(&input, md, n);
    buf_add(&input, padding, sizeof padding);
    if ((k = buf_check(&input, e)) != ERR_OK) return k;
    r.input = input.p;
    r.end = input.p + n + 1;
    if (md_parse(input.p, (MD_SIZE)n + 1, &guarded, &r) == -1) return err_nomem(e);
    return r.astray ? err_set(e, ERR_INTERNAL, "the Markdown parser read behind the end of the text") : ERR_OK;
}

bool markdown_link(const MD_ATTRIBUTE *url)
{
    static const char *const schemes[] = { "http://", "https://" };
    bool plain = url->size > 0 && url->substr_types[0] == MD_TEXT_NORMAL && url->substr_offsets[1] == url->size;
    for (size_t i = 0; plain && i < countof(schemes); i++) {
        size_t n = strlen(schemes[i]);
        if (url->size > n && strncasecmp(url->text, schemes[i], n) == 0) return true;
    }
    return false;
}
