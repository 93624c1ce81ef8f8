/* YAML to JSON by libyaml's events: what the API document needs, everything else refused. */
#include "web/openapi.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#if __has_include("embedded/openapi.h")
#include "embedded/openapi.h"
#define HAVE_DOCUMENT 1
#endif

enum { DEPTH = 64 };
enum place { IN_LIST, AT_KEY, AT_VALUE };

struct writer {
    struct buf *out;
    enum place stack[DEPTH];
    size_t depth; /* 0: at the root */
};

/* JSON's own idea of a number; YAML has many more, which the document does not use. */
static bool is_number(const char *s)
{
    size_t whole;
    if (*s == '-') s++;
    whole = strspn(s, "0123456789");
    if (whole == 0 || (whole > 1 && *s == '0')) return false;
    s += whole;
    if (*s == '.') {
        size_t digits = strspn(s + 1, "0123456789");
        if (digits == 0) return false;
        s += 1 + digits;
    }
    return *s == '\0';
}

static bool is_plain(const yaml_event_t *ev, const char *text)
{
    if (ev->data.scalar.style != YAML_PLAIN_SCALAR_STYLE) return false;
    return strcmp(text, "true") == 0 || strcmp(text, "false") == 0 || strcmp(text, "null") == 0 || is_number(text);
}

/* Before any value or key: the separator. */
static void lead_in(struct writer *w)
{
    enum place p = w->depth ? w->stack[w->depth - 1] : IN_LIST;
    if (w->depth && p != AT_VALUE) buf_comma(w->out);
}

/* After it: a key is followed by a value, a value by a key. */
static void lead_out(struct writer *w)
{
    enum place *p = w->depth ? &w->stack[w->depth - 1] : NULL;
    if (!p || *p == IN_LIST) return;
    if (*p == AT_KEY) buf_char(w->out, ':');
    *p = *p == AT_KEY ? AT_VALUE : AT_KEY;
}

static enum err_kind scalar(struct writer *w, const yaml_event_t *ev, struct err *e)
{
    const char *text = (const char *)ev->data.scalar.value;
    bool key = w->depth && w->stack[w->depth - 1] == AT_KEY;
    if (ev->data.scalar.anchor)
        return err_set(e, ERR_INVALID, "line %zu: anchors are not understood", ev->start_mark.line + 1);
    lead_in(w);
    if (!key && is_plain(ev, text)) buf_str(w->out, text);
    else if (!key && ev->data.scalar.length == 0 && ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        buf_str(w->out, "null");
    else buf_json_n(w->out, text, ev->data.scalar.length);
    lead_out(w);
    return ERR_OK;
}

static enum err_kind open_node(struct writer *w, char bracket, enum place p, struct err *e)
{
    if (w->depth == DEPTH || (w->depth && w->stack[w->depth - 1] == AT_KEY))
        return err_set(e, ERR_INVALID, w->depth == DEPTH ? "nested too deeply" : "a key is not a scalar");
    lead_in(w);
    buf_char(w->out, bracket);
    w->stack[w->depth++] = p;
    return ERR_OK;
}

static void close_node(struct writer *w, char bracket)
{
    w->depth--;
    buf_char(w->out, bracket);
    lead_out(w);
}

static enum err_kind take(struct writer *w, const yaml_event_t *ev, struct err *e)
{
    switch (ev->type) {
    case YAML_SCALAR_EVENT: return scalar(w, ev, e);
    case YAML_SEQUENCE_START_EVENT: return open_node(w, '[', IN_LIST, e);
    case YAML_MAPPING_START_EVENT: return open_node(w, '{', AT_KEY, e);
    case YAML_SEQUENCE_END_EVENT: close_node(w, ']'); return ERR_OK;
    case YAML_MAPPING_END_EVENT: close_node(w, '}'); return ERR_OK;
    case YAML_ALIAS_EVENT:
        return err_set(e, ERR_INVALID, "line %zu: aliases are not understood", ev->start_mark.line + 1);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT: break;
    }
    return ERR_OK;
}

static enum err_kind all_events(yaml_parser_t *parser, struct writer *w, struct err *e)
{
    for (;;) {
        yaml_event_t ev;
        yaml_event_type_t type;
        enum err_kind k;
        if (!yaml_parser_parse(parser, &ev))
            return err_set(e, ERR_INVALID, "line %zu: %s", parser->problem_mark.line + 1,
                           parser->problem ? parser->problem : "not YAML");
        type = ev.type;
        k = take(w, &ev, e);
        yaml_event_delete(&ev);
        if (k != ERR_OK) return k;
        if (type == YAML_STREAM_END_EVENT) return ERR_OK;
    }
}

enum err_kind yaml_json(const char *text, size_t n, struct buf *b, struct err *e)
{
    struct writer w = {.out = b};
    yaml_parser_t parser;
    enum err_kind k;
    if (!yaml_parser_initialize(&parser)) return err_nomem(e);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, n);
    k = all_events(&parser, &w, e);
    yaml_parser_delete(&parser);
    return k == ERR_OK ? buf_check(b, e) : k;
}

enum err_kind web_openapi_json(struct buf *b, struct err *e)
{
#ifdef HAVE_DOCUMENT
    for (const struct embedded_file *f = embedded_openapi; f->name; f++) {
        if (strcmp(f->name, "openapi.yaml") != 0) continue;
        if (yaml_json(f->bytes, f->n, b, e) != ERR_OK) return err_wrap(e, "the API document");
        return ERR_OK;
    }
#endif
    (void)b;
    return err_set(e, ERR_NOT_FOUND, "this build has no API document");
}
