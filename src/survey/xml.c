/* Builds a tree of nodes from libxml2's reader. */
#include "survey/xml.h"

#include <libxml/xmlreader.h>
#include <string.h>

#define MAX_DEPTH 64
#define MAX_NODES 200000

struct reader {
    xmlTextReader *x;
    struct arena *a;
    struct xml_doc *ret;
    struct xml_node *open; /* the element being filled */
    size_t nodes;
    int depth;
};

static void keep_first(void *arg, const char *msg, xmlParserSeverities severity, xmlTextReaderLocatorPtr at)
{
    struct reader *r = arg;
    if (severity != XML_PARSER_SEVERITY_ERROR || r->ret->wrong) return;
    r->ret->wrong = arena_dup_n(r->a, msg, strcspn(msg, "\n"));
    r->ret->wrong_line = xmlTextReaderLocatorLineNumber(at);
}

static bool fail(struct reader *r, const char *why)
{
    if (!r->ret->wrong) {
        r->ret->wrong = why;
        r->ret->wrong_line = r->x ? xmlTextReaderGetParserLineNumber(r->x) : 0;
    }
    return false;
}

static const char *copy(struct arena *a, const xmlChar *s)
{
    return arena_dup(a, s ? (const char *)s : "");
}

static void read_attributes(struct reader *r, struct xml_node *node)
{
    while (xmlTextReaderMoveToNextAttribute(r->x) == 1) {
        struct xml_attribute *row = arena_push(r->a, &node->attributes, sizeof *row);
        if (!row) return;
        row->name = copy(r->a, xmlTextReaderConstLocalName(r->x));
        row->value = copy(r->a, xmlTextReaderConstValue(r->x));
    }
    (void)xmlTextReaderMoveToElement(r->x);
}

static bool open_element(struct reader *r)
{
    struct xml_node *node = arena_alloc(r->a, sizeof *node), **slot;
    bool empty = xmlTextReaderIsEmptyElement(r->x) == 1;
    if (!node) return fail(r, "out of memory");
    if (r->depth >= MAX_DEPTH || ++r->nodes > MAX_NODES) return fail(r, "nested too deep or too large");
    node->name = copy(r->a, xmlTextReaderConstLocalName(r->x));
    node->line = xmlGetLineNo(xmlTextReaderCurrentNode(r->x)); /* the parser itself reads ahead */
    node->text = "";
    node->parent = r->open;
    read_attributes(r, node);
    if (!r->open) r->ret->root = node;
    else if ((slot = arena_push(r->a, &r->open->children, sizeof *slot))) *slot = node;
    if (empty) return true;
    r->open = node;
    r->depth++;
    return true;
}

static void add_text(struct reader *r)
{
    const char *text = (const char *)xmlTextReaderConstValue(r->x);
    size_t n = text ? strlen(text) : 0;
    while (n && strchr(" \t\r\n", *text)) {
        text++;
        n--;
    }
    while (n && strchr(" \t\r\n", text[n - 1])) n--;
    if (!n || !r->open) return;
    text = r->open->text[0] ? arena_fmt(r->a, "%s %.*s", r->open->text, (int)n, text) : arena_dup_n(r->a, text, n);
    if (text) r->open->text = text;
}

static bool take_node(struct reader *r)
{
    switch (xmlTextReaderNodeType(r->x)) {
    case XML_READER_TYPE_ELEMENT: return open_element(r);
    case XML_READER_TYPE_END_ELEMENT:
        if (r->open) r->open = r->open->parent;
        r->depth--;
        return true;
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA: add_text(r); return true;
    default: return true; /* comments, entities, instructions */
    }
}

bool xml_read(const char *text, size_t n, struct arena *a, struct xml_doc *ret)
{
    struct reader r = {.a = a, .ret = ret};
    int got = 0;
    bool ok = true;
    memset(ret, 0, sizeof *ret);
    if (n > ((size_t)64 << 20)) return fail(&r, "too large");
    r.x = xmlReaderForMemory(text, (int)n, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (!r.x) return fail(&r, "out of memory");
    xmlTextReaderSetErrorHandler(r.x, keep_first, &r);
    while (ok && (got = xmlTextReaderRead(r.x)) == 1) ok = take_node(&r);
    if (ok && got != 0) ok = fail(&r, "damaged");
    if (ok && !ret->root) ok = fail(&r, "there is no element");
    xmlFreeTextReader(r.x);
    return ok;
}

const struct xml_node *xml_child(const struct xml_node *node, const char *name)
{
    for (size_t i = 0; node && i < node->children.n; i++)
        if (strcmp(node->children.v[i]->name, name) == 0) return node->children.v[i];
    return NULL;
}

const char *xml_text(const struct xml_node *node, const char *child)
{
    const struct xml_node *found = xml_child(node, child);
    return found && found->text[0] ? found->text : NULL;
}

const char *xml_attribute(const struct xml_node *node, const char *name)
{
    for (size_t i = 0; node && i < node->attributes.n; i++)
        if (strcmp(node->attributes.v[i].name, name) == 0) return node->attributes.v[i].value;
    return NULL;
}
